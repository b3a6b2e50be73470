import json
from pathlib import Path

import pytest

from bothsides.annotated import parse_annotated
from bothsides.article import Article
from bothsides.errors import InputError
from bothsides.params import IngestParams, load_params
from bothsides.stages import dataset, ingest
from bothsides.tables import read_jsonl, unit_of

ROOT = Path(__file__).parents[1]
PARAMS = load_params(ROOT / "params.yaml")
TALKS = "Talks resume Monday, the district said."


def held_out(share: float, train_share: float = 1.0) -> IngestParams:
    return IngestParams(validation_share=share, train_share=train_share)


def xml(id: str, text: str = "We wait", tail: str = "") -> str:
    """One annotated article of two paragraphs and one unit."""
    return (
        f'<article id="{id}" event="e" year="2020" style="wire">\n<sources>\n'
        '<source id="s" name="Ann Lee" role="" affiliation="union"/>\n</sources>\n<body>\n<p>Classes were off.</p>\n'
        f'<p>"<said u="1" who="s" stance="union-aligned">{text}</said>," <speaker u="1">Lee</speaker> '
        f'<cue u="1">said</cue>.{tail}</p>\n</body>\n</article>\n'
    )


def seed(root: Path, files: dict[str, str | bytes]) -> Path:
    """A folder of seeds with these files."""
    for name, content in files.items():
        path = root / "seeds" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root / "seeds"


def test_a_real_article_keeps_its_bytes_and_takes_the_units_of_its_gold_namesake(tmp_path: Path) -> None:
    raw = '\r\nClasses were off.\r\n \r\n"We wait," Lee said.\n'
    seeds = seed(tmp_path, {"news/real.txt": raw, "gold/real.xml": xml("other-id"), "news/.hidden": b"\xff"})
    (real,) = ingest.gather(seeds, held_out(0.1), 13)
    assert (real.article.id, real.article.text, real.split, real.origin) == ("real", raw, "test", "gold")
    assert real.gold is not None
    (unit,) = real.gold
    assert unit.quote(raw) == "We wait"
    assert unit.speaker and unit.cue and (raw[slice(*unit.speaker)], raw[slice(*unit.cue)]) == ("Lee", "said")


def test_where_articles_come_from_decides_how_they_are_used(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "news/new.txt": TALKS,
        "news/rows.jsonl": json.dumps({"id": "r1", "text": f"{TALKS} So did the union.", "outlet": "Gazette"}) + "\n",
        "news/coded.xml": xml("coded", "We stay"),
        "gold/alone.xml": xml("x"),
    }
    files |= {f"written/w{i}.xml": xml(f"w{i}", f"We wait {i} days") for i in range(40)}
    found = {i.article.id: i for i in ingest.gather(seed(tmp_path, files), held_out(0.25), 13)}
    uses = {id: (i.split, i.origin, i.gold is not None) for id, i in found.items()}
    assert uses["new"] == uses["r1"] == ("train", "news", False)
    assert found["r1"].article.columns["outlet"] == "Gazette"
    assert uses["coded"] == ("train", "news", True)
    assert uses["alone"] == ("test", "gold", True)
    written = [uses[f"w{i}"] for i in range(40)]
    assert set(written) == {("train", "written", True), ("validation", "written", True)}


def test_the_split_of_a_written_article_depends_on_its_id_and_the_seed_alone() -> None:
    ids = [f"w{i:03}" for i in range(4000)]
    held = {id for id in ids if ingest.written_split(id, held_out(0.1), 13) == "validation"}
    assert 0.08 < len(held) / len(ids) < 0.12
    assert held <= {id for id in ids if ingest.written_split(id, held_out(0.2), 13) == "validation"}
    assert held != {id for id in ids if ingest.written_split(id, held_out(0.1), 14) == "validation"}


def test_a_smaller_share_of_the_training_articles_is_part_of_a_larger_one() -> None:
    ids = [f"w{i:03}" for i in range(4000)]

    def used(share: float, split: str) -> set[str]:
        return {id for id in ids if ingest.written_split(id, held_out(0.1, share), 13) == split}

    assert used(0.25, "train") < used(0.5, "train") < used(1.0, "train")
    assert 0.22 < len(used(0.25, "train")) / len(used(1.0, "train")) < 0.28
    assert used(0.25, "validation") == used(1.0, "validation")
    assert used(1.0, "train") | used(1.0, "validation") == set(ids)


@pytest.mark.parametrize(
    ("files", "named", "reason"),
    [
        ({}, "seeds", "holds no articles"),
        ({"news/a.txt": TALKS, "written/a.xml": xml("w1")}, "gold", "no annotated article"),
        ({"news/a.txt": ""}, "a.txt", "empty"),
        ({"news/a.txt": b"\x00\x01\x02\xff" * 99}, "a.txt", ""),
        ({"news/a.pdf": b"%PDF"}, "a.pdf", "unknown format"),
        ({"news/t.jsonl": '{"id": "x", "text": "A."}\n{"id": \n'}, "t.jsonl:2", ""),
        ({"news/a.xml": "<article>"}, "a.xml", "not well-formed"),
        ({"written/a.txt": TALKS}, "a.txt", "seeds/news"),
        ({"written/a.xml": xml("w1"), "written/b.xml": xml("w1", "No")}, "b.xml", "id w1 is already that of"),
        ({"written/a.xml": xml("w1"), "written/b.xml": xml("w2")}, "b.xml", "same text as"),
        ({"news/a.txt": TALKS, "news/b.txt": f"\n{TALKS}\n"}, "b.txt", "same text as"),
        ({"news/a.txt": 'Classes were on.\n\n"We wait," Lee said.', "gold/a.xml": xml("g")}, "a.xml", "paragraph 1"),
        ({"news/a.txt": "Classes were off.", "gold/a.xml": xml("g")}, "a.xml", "has 2 paragraphs"),
    ],
)
def test_a_problem_is_one_line_that_names_the_file(
    tmp_path: Path, files: dict[str, str | bytes], named: str, reason: str
) -> None:
    with pytest.raises(InputError) as caught:
        ingest.gather(seed(tmp_path, files), held_out(0.1), 13)
    message = str(caught.value)
    assert named in message
    assert reason in message
    assert "\n" not in message


def test_units_move_with_their_paragraph() -> None:
    annotated, _ = parse_annotated(xml("a"))
    assert annotated is not None
    text = f"  Classes were off.\n\n\n\n\n{annotated.article.text.split(chr(10) * 2)[1]}"
    (unit,) = ingest.moved(annotated, Article("a", text), Path("a.xml"))
    assert unit.quote(text) == annotated.gold[0].quote(annotated.article.text) == "We wait"


def test_the_stage_reads_the_seeds_of_this_project(tmp_path: Path) -> None:
    (tmp_path / "seeds").symlink_to(ROOT / "seeds")
    ingest.main(tmp_path, PARAMS)
    articles = {r["id"]: r for r in read_jsonl(tmp_path / "data" / "articles.jsonl")}
    tests = {id for id, r in articles.items() if r["split"] == "test"}
    assert tests == {p.stem for p in (ROOT / "seeds" / "news").iterdir()}
    for path in (ROOT / "seeds" / "news").iterdir():
        assert articles[path.stem]["text"].encode() == path.read_bytes()
    gold = list(read_jsonl(tmp_path / "data" / "gold.jsonl"))
    assert len(gold) > 5000
    for row in gold[:200]:
        text = articles[row["article_id"]]["text"]
        assert unit_of(row).quote(text).strip('“" ') and unit_of(row).words(text) > 0
    dataset.refuse_echoes(list(articles.values()), PARAMS.dataset.echo)
    figures = json.loads((tmp_path / "reports" / "ingest.json").read_text())
    assert figures["origins"]["gold"]["articles"] == 3
    for part in figures["splits"].values():
        assert sum(part["stance"].values()) == pytest.approx(1, abs=1e-3)
