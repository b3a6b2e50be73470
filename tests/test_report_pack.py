from __future__ import annotations

import base64
import json
import zlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_report_voice import article, unit

from bothsides.article import paragraph_spans
from bothsides.report import pack
from bothsides.report.pack import article_data, packed, pages, parts_of
from bothsides.unit import STANCES


def texts(paragraphs):
    return ["".join(p if isinstance(p, str) else p[2] for p in parts) for parts in paragraphs]


def with_spans(text, spans, speaker=None, cue=None):
    units = [
        replace(unit(STANCES[0], number=n + 1), spans=(s,), speaker_span=speaker, cue_span=cue)
        for n, s in enumerate(spans)
    ]
    return replace(article(*units), text=text)


def test_parts_are_contents_speakers_and_cues():
    text = 'Ann said "no".\n\nThe end.'
    found = parts_of(with_spans(text, [(10, 12)], speaker=(0, 3), cue=(4, 8)))
    assert found == [[(1, 0, "Ann"), " ", (2, 0, "said"), ' "', (0, 0, "no"), '".'], ["The end."]]


@given(
    st.text(alphabet="ab \n😀é", max_size=80),
    st.lists(st.tuples(st.integers(-3, 90), st.integers(-3, 90)), max_size=6),
    st.tuples(st.integers(0, 80), st.integers(0, 80)),
)
def test_whatever_the_spans_no_text_is_lost_or_doubled(text, spans, other):
    found = parts_of(with_spans(text, spans, speaker=other, cue=other))
    assert texts(found) == [text[s:e] for s, e in paragraph_spans(text)]


def test_of_stretches_that_overlap_the_earlier_one_stays_and_contents_come_before_mentions():
    text = "0123456789"
    units = [
        replace(unit(STANCES[0]), spans=((4, 6), (5, 8)), speaker_span=(0, 5), cue_span=(6, 9)),
        replace(unit(STANCES[0]), spans=((2, 4), (0, 3)), speaker_span=(9, 10), cue_span=(0, 2)),
    ]
    (parts,) = parts_of(replace(article(*units), text=text))
    assert parts == [(2, 1, "01"), (0, 1, "23"), (0, 0, "45"), (2, 0, "678"), (1, 1, "9")]


@pytest.mark.timeout(120)
def test_thousands_of_units_and_paragraphs_take_seconds():
    paragraph, number = "she said it was so now.", 15_000
    step = len(paragraph) + 2
    places = range(0, number * step, step)
    units = [
        replace(unit(STANCES[0]), spans=((at + 9, at + 22),), speaker_span=(at, at + 3), cue_span=(at + 4, at + 8))
        for at in places
    ]
    found = parts_of(replace(article(*units), text="\n\n".join([paragraph] * number)))
    assert found[-1] == [
        (1, number - 1, "she"),
        " ",
        (2, number - 1, "said"),
        " ",
        (0, number - 1, "it was so now"),
        ".",
    ]


def test_packed_articles_are_read_back():
    data = [article_data(article(unit(STANCES[1])), "<b>", [("x", "</script>")])]
    raw = packed(data)
    assert raw.isascii() and "<" not in raw
    (found,) = json.loads(zlib.decompress(base64.b64decode(raw)))
    assert found["t"] == "<b>" and found["p"] is None and found["u"][0]["s"] == 1 and found["m"] == [["x", "</script>"]]


def test_pages_are_full_by_number_or_by_size(monkeypatch):
    data = [article_data(article(unit(STANCES[0])), str(n), []) for n in range(7)]
    monkeypatch.setattr(pack, "MOST_ARTICLES", 3)
    assert [len(p) for p in pages(data)] == [3, 3, 1]
    monkeypatch.setattr(pack, "LARGEST_PACK", len(packed(data[:1])))
    assert [len(p) for p in pages(data)] == [1] * 7
    assert pages([]) == [[]]
