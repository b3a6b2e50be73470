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
    "the writer's own voice": (
        "Lee said no. I believe the teachers are right.",
        [
            ("Lee", "speaker-right"),
            ("said", "cue"),
            ("no", "content-left"),
            ("I", "speaker-right"),
            ("believe", "cue"),
            ("the teachers are right", "content-left"),
        ],
        [(["no"], "said", "Lee")],
    ),
    "a first person in a quotation": (
        '"I told them no," Lee said.',
        [("I", "speaker-right"), ("told", "cue"), ("no", "content-left"), ("Lee", "speaker-right"), ("said", "cue")],
        [(["no"], "told", "I")],
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
    "a signature after a dash": (
        '"Not now." -Lee',
        [("Not now.", "content-none")],
        [(["Not now."], "", "Lee")],
    ),
    "a signature in a paragraph of its own": (
        '"Not now."\n\n— Ann Lee, teacher',
        [("Not now.", "content-none"), ("Ann Lee", "speaker-left")],
        [(["Not now."], "", "Ann Lee")],
    ),
    "a name and a colon that were not tagged": (
        'Ann Lee: "Not now."',
        [("Not now.", "content-none")],
        [(["Not now."], "", "Ann Lee")],
    ),
    "an apposition between speaker and cue": (
        "Hugh Hill, a doctor, said the wards were full.",
        [("said", "cue"), ("the wards were full", "content-left")],
        [(["the wards were full"], "said", "Hugh Hill")],
    ),
    "several paragraphs with one closing mark": (
        'Lee said: "One.\n\n"Two.\n\n"Three."',
        [
            ("Lee", "speaker-right"),
            ("said", "cue"),
            ("One.", "content-left"),
            ("Two.", "content-none"),
            ("Three.", "content-none"),
        ],
        [(["One."], "said", "Lee"), (["Two."], "", ""), (["Three."], "", "")],
    ),
    "a missing closing mark": (
        '"We asked, Lee said. "We wait."',
        [("We asked", "content-right"), ("Lee", "speaker-right"), ("said", "cue"), ("We wait", "content-left")],
        [(["We asked", "We wait."], "said", "Lee")],
    ),
    "a missing opening mark": (
        'We asked," Lee said. "We wait."',
        [("We asked", "content-right"), ("Lee", "speaker-right"), ("said", "cue"), ("We wait", "content-left")],
        [(["We asked", "We wait."], "said", "Lee")],
    ),
    "single marks with apostrophes inside": (
        "'We can't ask teachers' spouses,' Lee said. 'We won't.'",
        [
            ("We can't ask teachers", "content-right"),
            ("Lee", "speaker-right"),
            ("said", "cue"),
            ("We won", "content-left"),
        ],
        [(["We can't ask teachers' spouses", "We won't."], "said", "Lee")],
    ),
    "a quotation within a quotation": (
        "\"He said 'no' to me,\" Lee said.",
        [("He said 'no' to me", "content-right"), ("Lee", "speaker-right"), ("said", "cue")],
        [(["He said 'no' to me"], "said", "Lee")],
    ),
    "a link line between an announcement and its statement": (
        'Lee issued a statement:\n\nREAD MORE: What is next\n\n"We are done."',
        [("Lee", "speaker-right"), ("issued a statement", "cue"), ("We are done", "content-left")],
        [(["We are done."], "issued a statement", "Lee")],
    ),
    "bullets and characters without width stay outside": (
        "The union wants:\n\u2022 \u200bsmaller classes\u200f",
        [("The union", "speaker-right"), ("wants", "cue"), ("\u2022 \u200bsmaller classes\u200f", "content-left")],
        [(["smaller classes"], "wants", "The union")],
    ),
    "line breaks of Windows and spaces that do not break": (
        "“We\u00a0asked,” Lee\u00a0said.\r\n\r\n“We wait.”",
        [("We\u00a0asked", "content-right"), ("Lee", "speaker-right"), ("said", "cue"), ("We wait", "content-none")],
        [(["We\u00a0asked"], "said", "Lee"), (["We wait."], "", "")],
    ),
    "a tweet": (
        "The union tweeted:\n\nNo deal yet. #RedForEd pic.twitter.com/abc\n\n— DTU (@DTU) May 3",
        [("The union", "speaker-right"), ("tweeted", "cue"), ("No deal yet. #RedForEd", "content-left")],
        [(["No deal yet. #RedForEd"], "tweeted", "The union")],
    ),
    "tags that end inside words": (
        "Alex Caputo-Pearl lamented that pay was low.",
        [("Caputo", "speaker-right"), ("mented", "cue"), ("pay was lo", "content-left")],
        [(["pay was low"], "lamented", "Caputo-Pearl")],
    ),
    "a document that speaks": (
        '"We are done," the statement said.',
        [("We are done", "content-right"), ("statement", "cue")],
        [(["We are done"], "said", "the statement")],
    ),
    "a quotation without a cue in its paragraph stands alone": (
        '"Schools would close."',
        [("Schools would close", "content-right")],
        [(["Schools would close."], "", "")],
    ),
    "words without marks, cue and speaker are nobody's": (
        "Schools would close.",
        [("Schools would close", "content-right")],
        [],
    ),
    "but a label tells who says them": (
        "OKAFOR: Schools would close.",
        [("Schools would close", "content-left")],
        [(["Schools would close"], "", "OKAFOR")],
    ),
    "but what the cue of a message at the end of the paragraph before announces counts": (
        "Dell released a statement.\n\nSchools would close.\n\nLee said.\n\nIt rained.",
        [
            ("Dell", "speaker-right"),
            ("released a statement", "cue"),
            ("Schools would close", "content-left"),
            ("Lee", "speaker-right"),
            ("said", "cue"),
            ("It rained", "content-left"),
        ],
        [(["Schools would close"], "released a statement", "Dell")],
    ),
    "but the items of a list that a clause announces are told by it": (
        "The union wants:\n\n• smaller classes\n\n• nurses",
        [
            ("The union", "speaker-right"),
            ("wants", "cue"),
            ("smaller classes", "content-left"),
            ("nurses", "content-left"),
        ],
        [(["smaller classes"], "wants", "The union"), (["nurses"], "", "")],
    ),
    "what the writer says of himself ends what is told in other words": (
        "Lee informed us that schools would close. I know this is not the news that you hoped for.",
        [
            ("Lee", "speaker-right"),
            ("informed", "cue"),
            ("schools would close. I know this is not the news that you hoped for", "content-left"),
        ],
        [(["schools would close"], "informed", "Lee")],
    ),
    "but a source may tell of itself without marks": (
        "Lee wrote, I had no choice. I know that now.",
        [("Lee", "speaker-right"), ("wrote", "cue"), ("I had no choice. I know that now", "content-left")],
        [(["I had no choice. I know that now"], "wrote", "Lee")],
    ),
    "what is understood by nobody in particular has no source": (
        "It is understood that schools would close.",
        [("It", "speaker-right"), ("understood", "cue"), ("schools would close", "content-left")],
        [],
    ),
    "a word of the writer before it is no part of it": (
        "According to Lee, however, schools would close.",
        [("According to", "cue"), ("Lee", "speaker-left"), ("however, schools would close", "content-left")],
        [(["schools would close"], "According to", "Lee")],
    ),
    "who speaks for somebody is not that person": (
        "A spokesman for Gov. Ann Lee said schools would close.",
        [("Ann Lee", "speaker-right"), ("said", "cue"), ("schools would close", "content-left")],
        [(["schools would close"], "said", "A spokesman for Gov. Ann Lee")],
    ),
    "nor does a headline report the paragraph after it": (
        "Strike is over, union says\n\nThe deal was announced on Monday.",
        [("union", "speaker-right"), ("says", "cue"), ("The deal was announced on Monday", "content-left")],
        [],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_units_of(name):
    text, spans, expected = CASES[name]
    assert linked(text, *spans) == expected


def test_an_announced_statement_without_marks_is_direct():
    text = (
        "Lee issued a statement:\n\nWe are done with talks.\n\nThe board walked out.\n\nSchools stay closed, he said."
    )
    spans = [("Lee", "speaker-right"), ("issued a statement", "cue"), ("We are done with talks", "content-left")]
    spans += [("The board walked out", "content-none"), ("Schools stay closed", "content-right"), ("said", "cue")]
    placed = [((text.index(words), text.index(words) + len(words)), kind) for words, kind in spans]
    assert [u.type for u in link(Article("a", text), placed)] == ["direct", "direct", "indirect"]


def test_no_text_has_no_units():
    assert link(Article("a", ""), []) == []
    assert link(Article("a", "\u200b\r\n \r\n"), []) == []


def test_linking_one_very_long_paragraph_takes_time_in_proportion():
    def seconds(sentences: int) -> float:
        one = "'We can't wait,' Lee said, and she added that it won't end. "
        article = Article("a", one * sentences)
        spans = []
        for i in range(sentences):
            at = i * len(one)
            for words, kind in (
                ("We can't wait", "content-right"),
                ("Lee", "speaker-right"),
                ("said", "cue"),
                ("added", "cue"),
                ("it won't end", "content-left"),
            ):
                start = at + one.index(words)
                spans.append(((start, start + len(words)), kind))
        taken = []
        for _ in range(3):
            before = time.process_time()
            assert len(link(article, spans)) == 2 * sentences
            taken.append(time.process_time() - before)
        return min(taken)

    gc.disable()
    try:
        assert seconds(2000) < 40 * max(0.01, seconds(200))  # 2,000 sentences are 24,000 words
    finally:
        gc.enable()


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


SENTENCES = st.lists(
    st.sampled_from(
        [
            ('"We asked," Lee said.', [("We asked", "content-right"), ("Lee", "speaker-right"), ("said", "cue")]),
            (
                "The union said it would wait.",
                [("The union", "speaker-right"), ("said", "cue"), ("it", "content-left")],
            ),
            ('"Nobody called.', [("Nobody called", "content-none")]),
            ("It rained.", []),
            ("READ MORE: What is next", []),
        ]
    ),
    min_size=1,
    max_size=8,
)


@given(SENTENCES, st.sampled_from([" ", "\n\n", "\r\n"]))
def test_a_further_paragraph_changes_no_earlier_unit_and_the_same_text_gives_the_same_units(sentences, gap):
    text, spans = "", []
    for sentence, tagged in sentences:
        for words, kind in tagged:
            start = len(text) + sentence.index(words)
            spans.append(((start, start + len(words)), kind))
        text += sentence + gap
    units = link(Article("a", text), spans)
    assert units == link(Article("b", text), spans)
    assert units == link(Article("a", text + "\n\nThe river rose by a foot on Sunday and is expected to fall."), spans)


def test_the_clause_before_page_furniture_announces_what_comes_after():
    lines = [
        "Ruth Okafor, the union’s president, put it this way:",
        "Union: Board ‘never wanted a deal’",
        "“Nobody called.”",
    ]
    article = Article("a", "\n\n".join(lines))
    spans = [((0, 11), "speaker-right"), ((36, 51), "cue")]
    at = article.text.index("Nobody")
    spans.append(((at, at + 6 + 8), "content-left"))
    (past,) = link(article, spans, frozenset({1}))
    (straight,) = link(article, spans)
    assert past.speaker == (0, 11) and past.cue == (36, 51)
    assert straight.cue is None
