from __future__ import annotations

from dataclasses import replace

from scorecards import BySpeaker, Oracle, corpus

from bothsides.article import Article
from bothsides.evaluation.judging import Answers, ask
from bothsides.evaluation.unit_tables import error_rows, prediction_rows
from bothsides.unit import QuoteUnit


def answers() -> list[Answers]:
    """The first unit is missed, the second has another speaker and is cut; a spurious one stands before the third."""
    gold = corpus(1)
    text = gold[0].article.text

    def split(articles: list[Article]) -> list[list[QuoteUnit]]:
        (units,) = Oracle(gold, lost=[0]).split(articles)
        start = units[0].start
        cut = replace(
            units[0], spans=((start, units[0].end - 5),), speaker=None, speaker_name="", affiliation="unknown"
        )
        cue = text.index("said", cut.end)
        return [[cut, QuoteUnit(((cue, cue + 4),), "indirect"), *units[1:]]]

    return ask(gold, split, BySpeaker().classify, 0.5)  # type: ignore[arg-type]


def test_a_spurious_unit_is_a_row_without_gold() -> None:
    *_, last = rows = list(prediction_rows(answers()))
    assert [r["gold"] is None for r in rows] == [False] * 4 + [True]
    assert (last["unit"], last["stance"], last["found"], last["found_stance"]) == (None, None, 2, "neutral")
    assert all(list(row) == list(last) for row in rows)


def test_one_row_a_gold_unit_with_what_was_found() -> None:
    rows = [row for row in prediction_rows(answers()) if row["gold"]]
    assert [r["unit"] for r in rows] == [1, 2, 3, 4]
    assert [r["found"] for r in rows] == [None, 1, 3, 4]
    assert [r["gold"] for r in rows] == ["union-aligned", "district-aligned", "neutral", "neutral"]
    assert (rows[0]["stance"], rows[0]["p_union"], rows[0]["confidence"]) == ("union-aligned", 0.8, 0.8)
    assert (rows[1]["found_exact"], rows[1]["found_speaker_right"], rows[1]["found_stance"]) == (0, 0, "neutral")


def test_every_error_once_in_reading_order() -> None:
    rows = list(error_rows(answers()))
    assert [(r["unit"], r["error"]) for r in rows] == [
        (1, "missed"),
        *((2, error) for error in ("boundary", "speaker", "name", "affiliation", "end_to_end")),
        (None, "spurious"),
        (3, "end_to_end"),
        (3, "stance"),
    ]
    assert (rows[2]["gold"], rows[2]["found"]) == ("Reyes", "")


def test_no_error_no_row() -> None:
    gold = corpus(2)
    oracle = Oracle(gold)
    assert list(error_rows(ask(gold, oracle.split, oracle.classify, 0.5))) == []
