from __future__ import annotations

import pytest
from coded import make_results

from bothsides.coding.codes import Code, CodedFiles
from bothsides.coding.population import check_strata, codes_of, population_of
from bothsides.errors import InputError


def test_units_are_laid_out_in_the_order_of_the_results(tmp_path):
    results = make_results(tmp_path / "out")
    outlets = results.values("outlet")
    found = population_of(results, [outlets[unit.id] for unit in results.units], "words")
    assert len(found) == 72 and found.weights.tolist() == [unit.words for unit in results.units]
    assert found.articles.tolist() == [i // 6 for i in range(72)]
    assert found.strata.tolist() == [["Herald", "Post"].index(outlets[unit.id]) for unit in results.units]


def test_codes_are_shares_of_the_coders():
    said = [("a#2", "ann", "neutral"), ("a#2", "ben", "not-a-quote"), ("a#3", "ann", "union-aligned")]
    found = codes_of(["a#1", "a#2", "a#3"], CodedFiles([Code(*code, None, None) for code in said]))
    assert found.coded.tolist() == [False, True, True]
    assert found.labels.tolist() == [[0, 0, 0], [0, 0, 0.5], [1, 0, 0]]


def test_a_stratum_needs_two_codes_or_all():
    check_strata(["x", "x", "x", "y"], [True, True, False, True], "outlet")
    check_strata(["", "", ""], [True, False, False], "")
    with pytest.raises(InputError, match=r"fewer than 2 units of outlet 'x' are coded"):
        check_strata(["x", "x", "x", "y"], [True, False, False, True], "outlet")
