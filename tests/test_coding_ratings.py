from __future__ import annotations

import pytest
from coded import make_results

from bothsides.coding.codes import Code, CodedFiles
from bothsides.coding.ratings import boundaries_of, ratings_of


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    return make_results(tmp_path_factory.mktemp("ratings") / "out")


def code(unit, coder, label="neutral", marked=(1, 2)):
    return Code(unit, coder, label, frozenset(marked), frozenset({1, 2}))


def test_labels_are_tabled_by_unit_and_coder_and_the_model_is_last(results):
    files = CodedFiles([code("a00#2", "ben"), code("a00#1", "ann", "not-a-quote"), code("a00#1", "ben")])
    ratings, coders = ratings_of(results, files)
    assert coders == ["ann", "ben", "model"]
    # The model calls the first two quotes of an article union-aligned.
    assert ratings.tolist() == [[3, 2, 0], [-1, 2, 0]]


def test_what_a_coder_calls_no_quote_has_no_place():
    codes = [code("a#1", "ann"), code("a#1", "ben", marked=[1]), code("a#2", "ann", "not-a-quote"), code("a#2", "ben")]
    found = boundaries_of(CodedFiles(codes), 20, 1)
    assert [(b.first, b.second, b.units) for b in found] == [
        ("ann", "ben", 1),
        ("ann", "model", 1),
        ("ben", "model", 2),
    ]
    assert [b.exact.value for b in found] == [0, 1, 0.5]
