"""`--engine ray` on a cluster of two nodes with one actor each; skipped where the extra `ray` is not installed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from fake_model import no_predictor, odd_predictor
from hypothesis import given
from hypothesis import strategies as st

from bothsides.errors import BothsidesError, UsageError
from bothsides.predict.job import Job, Watcher, run_job
from bothsides.predict.predictor import Predictor
from bothsides.predict.ray_engine import RayEngine, from_arrow, to_arrow
from bothsides.predict.source import Document, Failure, Item, SourceArticle
from bothsides.predict.work import in_process

_TEXT = 'The {} said "the union will strike {}," and then "nothing".'

_words = st.text(max_size=20)
_items = st.one_of(
    st.builds(Document, _words, _words, st.just(".html"), st.binary(max_size=40)),
    st.builds(Failure, _words, st.none() | st.integers(1, 9), _words, _words),
    st.builds(
        SourceArticle,
        _words,
        _words,
        st.dictionaries(_words, _words, max_size=3),
        path=st.text(st.characters() | st.just("\udcff"), max_size=9),
        line=st.none() | st.integers(1, 9),
        extracted=st.booleans(),
    ),
)


@given(st.lists(_items, min_size=1, max_size=5))
def test_items_pass_through_arrow_unchanged(items: list[Item]) -> None:
    table = to_arrow(7, items)
    assert from_arrow(table) == items
    assert table["chunk"].to_pylist() == [7] * len(items)


def test_without_ray_one_line_tells_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "ray", None)
    with pytest.raises(UsageError, match=r"pip install 'ray\[data\]'"):
        RayEngine(odd_predictor)


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    here = Path(__file__).parent
    nodes = {
        "RAY_USAGE_STATS_ENABLED": "0",
        "RAY_worker_niceness": "0",
        "PYTHONPATH": f"{here}{os.pathsep}{here.parent / 'pipeline'}",
    }
    pytest.importorskip("ray", reason="Ray is not installed: pip install -e '.[ray]'")
    from ray.cluster_utils import Cluster

    with pytest.MonkeyPatch.context() as patch:
        for name, value in nodes.items():
            patch.setenv(name, value)
        made = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, "include_dashboard": False})
        for _ in range(2):
            made.add_node(num_cpus=1)
        yield made.address
        made.shutdown()


@pytest.fixture(scope="module")
def engine(cluster: str) -> Iterator[RayEngine]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_ADDRESS", cluster)
        with RayEngine(odd_predictor) as engine:
            yield engine


def _inputs(folder: Path) -> Path:
    folder.mkdir()
    for number in range(30):
        (folder / f"a{number:02}.txt").write_text(_TEXT.format("teacher", number), encoding="utf-8")
    (folder / "broken.txt").write_text("BROKEN " + _TEXT, encoding="utf-8")
    (folder / "empty.txt").write_text("", encoding="utf-8")
    (folder / "table.csv").write_text('id,text,outlet\nx,He said ""a"",Herald\ny,,Herald\n', encoding="utf-8")
    return folder


def _results(out: Path) -> dict[str, bytes]:
    return {
        path.name: path.read_bytes() for path in sorted(out.iterdir()) if path.name != "run.json" and path.is_file()
    }


def test_a_cluster_gives_the_bytes_of_one_process(
    engine: RayEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Predictor, "identity", staticmethod(lambda bundle: "fake"))
    inputs = [str(_inputs(tmp_path / "in"))]
    assert engine.jobs == 2
    here = run_job(Job(inputs, tmp_path / "here", engine=in_process(odd_predictor)), Watcher())
    there = run_job(Job(inputs, tmp_path / "there", jobs=engine.jobs, engine=engine.run), Watcher())
    assert here.counts.articles == there.counts.articles == 31
    assert here.counts.failed == 3
    assert _results(tmp_path / "here") == _results(tmp_path / "there")


def test_windows_keep_the_order(engine: RayEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bothsides.predict.ray_engine._CHUNKS_AN_ACTOR", 2)
    tasks = [[SourceArticle(f"{chunk}-{i}", 'He said "a".') for i in range(2)] for chunk in range(9)]
    found = [[record["id"] for record in records] for records in engine.run(iter(tasks))]
    assert found == [[item.id for item in task] for task in tasks]


def test_an_article_that_kills_actors_ends_the_run_with_one_line(engine: RayEngine) -> None:
    tasks = [[SourceArticle("a", 'He said "a".')], [SourceArticle("b", "DEADLY")]]
    with pytest.raises(BothsidesError, match="--resume") as raised:
        list(engine.run(iter(tasks)))
    assert "\n" not in str(raised.value)


def test_a_model_that_cannot_be_loaded_is_named(engine: RayEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "_load", no_predictor)
    with pytest.raises(BothsidesError, match="no fast model found"):
        list(engine.run(iter([[SourceArticle("a", 'He said "a".')]])))
