from __future__ import annotations

from bothsides.article import Article
from bothsides.stages.split import summary, unit_rows
from bothsides.unit import QuoteUnit, Stance

TEXT = "Lee said pay is low. Kim said no deal is near."
PAY, DEAL = ((9, 19),), ((30, 45),)


def test_found_units_name_the_gold_unit_they_match():
    article = Article("a", TEXT)
    gold = [QuoteUnit(PAY, "indirect", stance=Stance.certain("union-aligned", "gold"))]
    found = [QuoteUnit(DEAL, "indirect"), QuoteUnit(((9, 17),), "indirect")]
    rows = unit_rows(article, found, gold, 0.5)
    assert [(r["unit"], r["gold"], r["stance"]) for r in rows] == [(1, None, None), (2, 1, None)]
    assert summary(rows, {"a": gold, "b": gold}, {"a": "test", "b": "train"}) == {
        "test": {"gold": 1, "found": 2, "matched": 1},
        "train": {"gold": 1, "found": 0, "matched": 0},
    }
