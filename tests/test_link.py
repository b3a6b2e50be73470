from __future__ import annotations

import gc
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothsides.article import Article
from bothsides.quotes.link import link
from bothsides.quotes.tags import KINDS


def linked(text: str, *spans: tuple[str, str]) -> list[tuple[list[str], str, str]]:
    """Link spans given as (words, kind); each is looked for behind the one before it."""
    placed, at = [], 0
    for words, kind in spans:
        start = text.index(words, at)
        at = start + len(words)
        placed.append(((start, at), kind))
    units = link(Article("a", text), placed)

    def shown(span: tuple[int, int] | None) -> str:
        return text[slice(*span)] if span else ""

    return [([text[s:e] for s, e in u.spans], shown(u.cue), shown(u.speaker)) for u in units]


CASES = {
    "interrupted quotation": (
        '"We asked," Lee said. "We wait."',
        [("We asked", "content-right"), ("Lee", "speaker-right"), ("said", "cue"), ("We wait", "content-left")],
        [(["We asked", "We wait."], "said", "Lee")],
    ),
    "two cues with one subject": (
        "Lee defended the offer and urged them to stay.",
        [
            ("Lee", "speaker-right"),
            ("defended", "cue"),
            ("the offer", "content-left"),
            ("urged", "cue"),
            ("them to stay", "content-left"),
        ],
        [(["the offer"], "defended", "Lee"), (["them to stay"], "urged", "Lee")],
    ),
    "speaker after the cue": (
        '"No," said Lee, who teaches.',
        [("No", "content-right"), ("said", "cue"), ("Lee", "speaker-left")],
        [(["No"], "said", "Lee")],
    ),
    "announced statement": (
        'Lee issued a statement:\n\n"We are done."',
        [("Lee", "speaker-right"), ("issued a statement", "cue"), ("We are done", "content-left")],
        [(["We are done."], "issued a statement", "Lee")],
    ),
    "continuation paragraph": (
        'Lee said no.\n\n"We are done."',
        [("Lee", "speaker-right"), ("said", "cue"), ("no", "content-left"), ("We are done", "content-none")],
        [(["no"], "said", "Lee"), (["We are done."], "", "")],
    ),
    "an edge inside a quotation moves to its mark": (
        'Lee called it "a very bad deal" on Monday.',
        [("Lee", "speaker-right"), ("called", "cue"), ('it "a very bad', "content-left")],
        [(['it "a very bad deal'], "called", "Lee")],
    ),
    "a name and a colon": (
        'Lee: "Not now."',
        [("Lee", "speaker-right"), ("Not now", "content-none")],
        [(["Not now."], "", "Lee")],
    ),
    "initials keep their stop": (
        "Lee said talks go on at 9 a.m. on Monday in the U.S.",
        [("Lee", "speaker-right"), ("said", "cue"), ("talks go on at 9 a.m. on Monday in the U.S.", "content-left")],
        [(["talks go on at 9 a.m. on Monday in the U.S."], "said", "Lee")],
    ),
    "the stop of an indirect sentence is left out": (
        "Lee said schools would close.",
        [("Lee", "speaker-right"), ("said", "cue"), ("schools would close.", "content-left")],
        [(["schools would close"], "said", "Lee")],
    ),
    "content without a cue in its paragraph stands alone": (
        "Schools would close.",
        [("Schools would close", "content-right")],
        [(["Schools would close"], "", "")],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_units_of(name):
    text, spans, expected = CASES[name]
    assert linked(text, *spans) == expected


def test_linking_a_very_long_article_takes_time_in_proportion():
    def seconds(paragraphs: int) -> float:
        text = "\n\n".join('Lee said "a b" and c.' for _ in range(paragraphs))
        article = Article("a", text)
        spans = []
        for start, _ in article.paragraphs:
            spans += [((start + 4, start + 8), "cue"), ((start + 10, start + 13), "content-left")]
            spans += [((start + 15, start + 18), "cue"), ((start + 19, start + 20), "content-left")]
        taken = []
        for _ in range(3):
            before = time.process_time()
            assert len(link(article, spans)) == 2 * paragraphs
            taken.append(time.process_time() - before)
        return min(taken)

    gc.disable()  # its time grows with whatever other tests have left behind
    try:
        assert seconds(3000) < 80 * max(0.01, seconds(200))
    finally:
        gc.enable()


@given(
    st.text(alphabet="ab \n.,\"“”'A", max_size=80),
    st.lists(st.tuples(st.integers(0, 80), st.integers(1, 30), st.sampled_from(KINDS)), max_size=12),
)
def test_units_lie_in_the_text_and_never_overlap(text, raw):
    spans, at = [], 0
    for gap, length, kind in raw:
        start, end = at + gap % 7, min(len(text), at + gap % 7 + length)
        if start < end:
            spans.append(((start, end), kind))
            at = end
    covered: list[int] = []
    for unit in link(Article("a", text), spans):
        assert any(text[i].isalnum() for s, e in unit.spans for i in range(s, e))
        for start, end in unit.spans:
            assert 0 <= start < end <= len(text)
            covered += range(start, end)
    assert len(covered) == len(set(covered))
