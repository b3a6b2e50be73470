"""The scripts of benchmarks/: their inputs, scores and pages. What they measure is not tested, but how."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothsides.annotated import AnnotatedArticle, read_annotated

ROOT = Path(__file__).parents[1]
HERE = ROOT / "benchmarks"
SCORER = ROOT.parent / "shared/tools/score_quotes.py"


@pytest.fixture(scope="module", autouse=True)
def scripts() -> Iterator[None]:
    """Make the scripts importable, as they are to one another."""
    sys.path.insert(0, str(HERE))
    yield
    sys.path.remove(str(HERE))


@pytest.fixture(scope="module")
def corpus() -> list[AnnotatedArticle]:
    return [read_annotated(path) for path in sorted((ROOT / "seeds/written").glob("*.xml"))[:12]]


def test_articles_are_whole_paragraphs_of_the_length_asked_for(corpus: list[AnnotatedArticle]) -> None:
    import texts

    rows = texts.articles(corpus, 5, 300)
    paragraphs = {a.article.text[slice(*p)] for a in corpus for p in a.article.paragraphs}
    assert rows == texts.articles(corpus, 5, 300)
    for row in rows:
        parts = row["text"].split("\n\n")
        assert set(parts) <= paragraphs
        assert row["words"] == len(row["text"].split()) >= 300 > row["words"] - len(parts[-1].split())


def test_more_articles_than_the_corpus_has_are_all_different(corpus: list[AnnotatedArticle]) -> None:
    import texts

    assert len({row["text"] for row in texts.articles(corpus, 40, 60)}) == 40


def test_quotes_come_with_who_says_them(corpus: list[AnnotatedArticle]) -> None:
    import texts

    rows = texts.quotes(corpus, 20)
    assert len(rows) == 20 and all(row["text"] and " | " in row["pair"] for row in rows)


def _found(corpus: list[AnnotatedArticle]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Give gold rows and rows with every kind of mistake: one missed, one cut, one spurious, one speaker lost."""
    import units

    gold = [units.row_of(a.article, a.gold) for a in corpus]
    found = json.loads(json.dumps(gold))
    for row in found:
        some = row["units"]
        some[0]["spans"][0][1] -= 4
        some[1]["speaker"] = []
        some[2]["speaker"] = [[0, 3]]
        some[3]["spans"] = [[0, 12]]
        del some[4]
    return gold, found


def test_scores_of_gold_against_itself_are_perfect(corpus: list[AnnotatedArticle]) -> None:
    import units

    gold, _ = _found(corpus)
    assert units.own_scorer(gold, gold) == {"relaxed": 1.0, "joint": 1.0, "exact": 1.0}


def test_our_scores_are_those_of_the_shared_scorer(corpus: list[AnnotatedArticle]) -> None:
    import units

    if not SCORER.exists():
        pytest.skip(f"no {SCORER}")
    gold, found = _found(corpus)
    own = units.own_scorer(gold, found)
    assert own == pytest.approx(units.shared_scorer(SCORER)(gold, found))
    assert 0 < own["joint"] < own["relaxed"] < 1 and own["exact"] < own["relaxed"]


@given(st.text(st.sampled_from('a é“”"\n\xa0.  '), max_size=60))
def test_prepared_text_knows_where_it_came_from(text: str) -> None:
    from peer_gendergaptracker import prepared

    clean, places = prepared(text)
    assert len(places) == len(clean) + 1 and places == sorted(places) and places[-1] == len(text)
    assert "  " not in clean.replace("\n ", "\n")
    assert all(text[place] == "a" for character, place in zip(clean, places, strict=False) if character == "a")


def test_a_command_is_measured_with_its_children() -> None:
    from measuring import MeasureError, measure

    busy = "import time\nwhile time.process_time() < 0.3: pass"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {busy!r}])"
    used = measure([sys.executable, "-c", parent])
    assert used.cpu_s > 0.3 and used.peak_mib > 5
    with pytest.raises(MeasureError, match="no luck"):
        measure([sys.executable, "-c", "raise SystemExit('no luck')"])


def test_workers_take_turns_and_tell_why_they_fail(tmp_path: Path) -> None:
    from measuring import MeasureError, Worker, interleaved

    script = tmp_path / "worker.py"
    script.write_text(
        f"import sys; sys.path.insert(0, {str(HERE)!r})\nfrom serving import serve\n"
        "def once():\n    print('noise')\n    return {'things': sum(range(200_000)) and 3}\nserve(once)\n",
        encoding="utf-8",
    )
    workers = [Worker(name, [sys.executable, script]) for name in "ab"]
    interleaved(workers, 2)
    for worker in workers:
        worker.close()
        assert len(worker.passes) == 2 and all(rate > 0 for rate in worker.rates("things"))
    script.write_text("raise SystemExit('no luck')", encoding="utf-8")
    broken = Worker("c", [sys.executable, script])
    with pytest.raises(MeasureError, match=r"c: failed \(no luck\)"):
        broken.turn()
    broken.close()


def test_the_speed_is_told_beside_what_the_machine_can_do() -> None:
    import unit_page

    units = json.loads((HERE / "units.json").read_text(encoding="utf-8"))
    units["speed"] |= {
        "bothsides": {"median": 6.0, "low": 5.9, "high": 6.1},
        "floor": {"median": 8.0, "low": 8, "high": 8},
    }
    page = unit_page.page(units)
    assert "6, target 9: not met (75% of the 8 that the encoder's fp32 matrix products alone reach" in page
    assert "| fp32 matrix products of the fast encoder alone | 8 (8 to 8) |" in page


def test_the_pages_are_those_of_the_figures() -> None:
    import reporting
    import unit_page

    speed = json.loads((HERE / "speed.json").read_text(encoding="utf-8"))
    units = json.loads((HERE / "units.json").read_text(encoding="utf-8"))
    assert (HERE / "results.md").read_text(encoding="utf-8") == reporting.report(speed)
    assert (HERE / "units.md").read_text(encoding="utf-8") == unit_page.page(units)
    assert reporting.cost(speed) in (ROOT / "docs/scaling.md").read_text(encoding="utf-8")


def test_the_plot_has_the_same_bytes_for_the_same_figures(tmp_path: Path) -> None:
    import reporting

    speed = json.loads((HERE / "speed.json").read_text(encoding="utf-8"))
    for name in ("a.png", "b.png"):
        reporting.plot(speed, tmp_path / name)
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
