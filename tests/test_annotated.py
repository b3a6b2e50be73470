from itertools import pairwise
from pathlib import Path

import pytest

from bothsides.annotated import parse_annotated, read_annotated
from bothsides.article import Article
from bothsides.errors import InputError

SEEDS = Path(__file__).parents[1] / "seeds"
FILES = sorted(SEEDS.glob("gold/*.xml")) + sorted(SEEDS.glob("written/*.xml"))

HEAD = (
    '<article id="a" event="e" year="2020" style="wire">\n<sources>\n'
    '<source id="s" name="Ann &amp; &quot;Bo&quot; Lee" role="" affiliation="union"/>\n</sources>\n<body>\n'
)
TAIL = "\n</body>\n</article>\n"
SAID = '<said u="1" who="s" stance="neutral">'
SHARED = (
    '<p><speaker u="1 2">The board</speaker> <cue u="1">said</cue> '
    '<said u="1" who="s" stance="neutral" type="direct">talks go on</said> and <cue u="2">urged</cue> '
    '<said u="2" who="s" stance="neutral">calm</said>.</p>'
)
"""A stated type, and a mention that serves two units."""


def test_all_annotated_articles_are_there() -> None:
    assert len(FILES) == 1892


@pytest.mark.parametrize("part", range(8))
def test_gold_units_lie_inside_paragraphs_and_never_overlap(part: int) -> None:
    for path in FILES[part::8]:
        article = read_annotated(path).article
        spans = sorted(s for u in read_annotated(path).gold for s in u.spans)
        for start, end in spans:
            assert any(s <= start < end <= e for s, e in article.paragraphs), path
        assert all(a[1] <= b[0] for a, b in pairwise(spans)), path


@pytest.mark.parametrize("news", sorted(SEEDS.glob("news/*.txt")), ids=lambda p: p.stem)
def test_the_gold_text_is_the_real_articles_text_paragraph_by_paragraph(news: Path) -> None:
    real = Article(news.stem, news.read_bytes().decode("utf-8"))
    gold = read_annotated(SEEDS / "gold" / f"{news.stem}.xml").article
    assert [real.text[s:e] for s, e in real.paragraphs] == [gold.text[s:e] for s, e in gold.paragraphs]
    assert len(gold.paragraphs) > 10


def test_every_real_article_is_annotated() -> None:
    assert {p.stem for p in SEEDS.glob("news/*.txt")} == {p.stem for p in SEEDS.glob("gold/*.xml")}


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (f"<p>{SAID}Yes </said></p>", "space at the edge"),
        (f'<p>{SAID}"Yes</said></p>', "quotation mark"),
        (f"<p>{SAID}</said></p>", "empty"),
        ('<p><said u="1" who="x" stance="neutral">Yes</said></p>', "who='x' is not in <sources>"),
        ('<p><said u="1" who="s" stance="pro">Yes</said></p>', "stance='pro' is not one of union-aligned"),
        ('<p><said u="1" who="s" stance="neutral" type="mixed">Yes</said></p>', "only 'direct' may be stated"),
        ('<p><said u="2" who="s" stance="neutral">Yes</said></p>', "not numbered 1, 2, 3"),
        (f'<p>{SAID}Yes</said> and <said u="1" who="s">no</said></p>', "more than u"),
        ("<p><said>Yes</said></p>", "without u"),
        ('<p>He <cue u="1">said</cue> so</p>', "no said of that unit"),
        (f'<p>{SAID}Yes</said> <cue u="1">said</cue> <cue u="1">said</cue></p>', "marked twice"),
        (f'<p>{SAID}Yes <cue u="1">said</cue> so</said></p>', "nested"),
        ("<p>He <b>said</b> so</p>", "<b>"),
        (f'<p>{SAID[:-1]} tone="angry">Yes</said></p>', "<said u='1'>: unknown attribute 'tone'"),
        (f'<p>{SAID}Yes</said> <cue u="1" kind="verb">said</cue></p>', "<cue u='1'>: unknown attribute 'kind'"),
        ('<p id="7">Yes</p>', "<p id='7'>: unknown attribute 'id'"),
        ("<p></p>", "paragraph 1: is empty"),
        ("<p>One\ntwo</p>", "breaks over lines"),
        ("<p> One</p>", "white space at its edge"),
        (f"{SAID}Yes</said>", "<said> in <body>"),
        ('<p>Yes</p>"We wait," Lee said.', "text in <body> outside of its elements: '\"We wait,\" Lee said.'"),
        ("Classes were off.<p>Yes</p>", "text in <body> outside of its elements: 'Classes were off.'"),
        ("<p>Yes</p></body><body><p>No</p>", "more than one <body>"),
        ("<p>Yes</p></body><headline>Off</headline><body>", "<headline> in <article>"),
    ],
)
def test_what_breaks_a_rule_is_named(body: str, problem: str) -> None:
    annotated, problems = parse_annotated(HEAD + body + TAIL)
    assert annotated is None
    assert problem in "; ".join(problems)


@pytest.mark.parametrize(
    ("xml", "problem"),
    [
        ("", "not well-formed"),
        ("<article>", "not well-formed"),
        ("<article><body/></article>", "needs <article id"),
        ('<!DOCTYPE x [<!ENTITY a "b">]>' + HEAD + TAIL, "not allowed"),
        (HEAD.replace('affiliation="union"', 'affiliation="labor"') + TAIL, "affiliation 'labor'"),
        (HEAD.replace('year="2020"', 'date="2020"') + TAIL, "<article id='a'>: unknown attribute 'date'"),
        (HEAD.replace('role=""', 'role="" party="x"') + TAIL, "<source id='s'>: unknown attribute 'party'"),
        (HEAD.replace("</sources>", '<source id="s" name="" role="" affiliation="other"/></sources>') + TAIL, "twice"),
    ],
)
def test_a_file_that_is_no_annotated_article_is_refused(xml: str, problem: str) -> None:
    annotated, problems = parse_annotated(xml)
    assert annotated is None
    assert problem in "; ".join(problems)


def test_reading_names_the_file_and_takes_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(InputError, match=r"a\.xml: cannot be read as UTF-8"):
        read_annotated(path)
    path.write_text("\ufeff" + HEAD + f"<p>{SAID}Yes</said></p>" + TAIL, encoding="utf-8")
    assert read_annotated(path).gold[0].speaker_name == 'Ann & "Bo" Lee'


def test_a_stated_type_wins_over_the_marks_and_a_shared_mention_serves_both_units() -> None:
    annotated, problems = parse_annotated(HEAD + SHARED + TAIL)
    assert annotated is not None, problems
    first, second = annotated.gold
    assert (first.type, second.type) == ("direct", "indirect")
    assert first.speaker == second.speaker == (0, 9)
