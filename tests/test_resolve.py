from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from bothsides.article import Article, Span
from bothsides.quotes.resolve import Evidence, resolve
from bothsides.unit import QuoteUnit

UNIFORM = np.log(np.full(3, 1 / 3))


def uniform(span: Span) -> NDArray[np.float64]:
    return UNIFORM


def marked(source: str) -> tuple[Article, list[QuoteUnit]]:
    """Read `[content]` as a unit and `{mention}` right before it, or `[content]` ... `{mention}` after, as its speaker.

    A `{mention}` belongs to the next unit, `{<mention}` to the one before.
    """
    text, contents, speakers, forward = "", [], {}, None
    i = 0
    while i < len(source):
        c = source[i]
        if c in "[{":
            close = source.index("]" if c == "[" else "}", i)
            inner = source[i + 1 : close]
            back = inner.startswith("<")
            inner = inner.removeprefix("<")
            span = (len(text), len(text) + len(inner))
            text += inner
            if c == "[":
                if forward:
                    speakers[len(contents)] = forward
                forward = None
                contents.append(span)
            elif back:
                speakers[len(contents) - 1] = span
            else:
                forward = span
            i = close + 1
        else:
            text += c
            i += 1
    units = [QuoteUnit((s,), "direct", None, speakers.get(n)) for n, s in enumerate(contents)]
    return Article("a", text), units


def names(source: str) -> list[str]:
    article, units = marked(source)
    return [u.speaker_name for u in resolve(article, units, Evidence(uniform))]


def roles(source: str) -> list[str]:
    article, units = marked(source)
    return [u.speaker_role for u in resolve(article, units, Evidence(uniform))]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{Ruth Okafor} said [we tried]. {Okafor} said [no].", ["Ruth Okafor", "Ruth Okafor"]),
        (
            "{Luis Trejo} said [no]. {Trejo, 41} said [yes]. {Ann Orr, 7,} waved: [hi].",
            ["Luis Trejo", "Luis Trejo", "Ann Orr"],
        ),
        ("Ruth Okafor stood up.\n\n“[We tried],” {<Okafor} said.", ["Ruth Okafor"]),
        (
            "Superintendent {Ruth Okafor} said [no]. Mr. Ben Hale rose. {The superintendent} said [again].",
            ["Ruth Okafor", "Ruth Okafor"],
        ),
        (
            "{Ruth Okafor}, president of the Dell Education Association, said [no]. "
            "Board President Ben Hale sat. {The union president} said [go].",
            ["Ruth Okafor", "Ruth Okafor"],
        ),
        ("{The board's chairman}, Lee Moss, said [no]. {Moss} added [yes].", ["Lee Moss", "Lee Moss"]),
        (
            "Ms. Okafor and Mr. Hale met. {Mr. Hale} said [no], and {she} said [yes].",
            ["Hale", "Okafor"],
        ),
        ("{Ruth Okafor} said [a].\n\n“[b]”\n\n“[c]”", ["Ruth Okafor"] * 3),
        (
            "The Dell Education Association (DEA) met. {The DEA} said [a]. "
            "{The association} said [b]. {The union} said [c].",
            ["Dell Education Association"] * 3,
        ),
        (
            "Dell Public Schools closed. {The district} said [a], and later {it} said [b].",
            ["Dell Public Schools"] * 2,
        ),
        ("{A parent who gave no name} said [a]. {She} said [b].", ["A parent who gave no name"] * 2),
        (
            "Karen Lewis met Jesse Sharkey. {Lewis and Sharkey} said [a].",
            ["Karen Lewis and Jesse Sharkey"],
        ),
        (
            "{Doris Hallett} said [a].\n\nHer husband, {Ray Hallett}, said [b]. {Doris Hallett} said [c].",
            ["Doris Hallett", "Ray Hallett", "Doris Hallett"],
        ),
        (
            # Two people with one surname: the one last spoken of, and a title tells them apart.
            "{Ray Hallett} said [a].\n\n{Doris Hallett} said [b]. {Hallett} said [c].",
            ["Ray Hallett", "Doris Hallett", "Doris Hallett"],
        ),
        (
            "Mr. Ray Hallett met {Doris Hallett}, the board's chair, who said [a]. {Mr. Hallett} said [b].",
            ["Doris Hallett", "Ray Hallett"],
        ),
        (
            "Tanya Whitlow said no.\n\nJorge Mena, whose daughter is in school, spoke too. {He} said [a].",
            ["Jorge Mena"],
        ),
        ("Ann Moss accused Supt. Ben Hale of delay.\n\n“[a],” {<she} said.", ["Ann Moss"]),
        ("Union President {Ruth Okafor} said [a]. {The union leader} said [b].", ["Ruth Okafor"] * 2),
        ("The school board met. Superintendent Ben Hale spoke. {The schools chief} said [a].", ["Ben Hale"]),
        (
            "The teachers’ union, United Teachers Dell, met at DUT’s hall. {The union} said [a]. {UTD} said [b].",
            ["United Teachers Dell"] * 2,
        ),
        ("Dell schools closed and the DTU marched. {The union} said [a].", ["DTU"]),
        ("Nutmeg Transit, a bus company, lost money. {The company} said [a].", ["Nutmeg Transit"]),
        ("{A lawyer for the union} said [a]. {The lawyer} said [b].", ["A lawyer for the union"] * 2),
        (
            "Thousands of Dell Unified School District teachers left. {The district} said [a].",
            ["Dell Unified School District"],
        ),
        ("Chief of Staff {Mike Hall} said [a]. {Hall} said [b].", ["Mike Hall"] * 2),
        ("State Attorney General {Ann Moss} said [a]. {Moss} said [b].", ["Ann Moss"] * 2),
        ("State Rep. {Will Moss} said [a]. {He} said [b].", ["Will Moss"] * 2),
        ("{DTU bargaining chair Ruth Okafor} said [a]. {She} said [b].", ["Ruth Okafor"] * 2),
        (
            "The district issued a statement about Ben Hale. “[a],” {<the statement} said.",
            ["The district"],
        ),
        ("The union and the board met twice. {Both} said [a].", ["The union and the board"]),
        ("How Ruth Okafor Met Dell Teachers Before The Strike\n\n{Okafor} said [a].", ["Okafor"]),
        ("{Ruth\u00a0Okafor} said [a]. {Okafor\u200b} said [b].", ["Ruth Okafor"] * 2),
        ("{@DellTeachers} tweeted: [a]", ["@DellTeachers"]),
        ("{The union} said [a]. In the evening {the union} said [b].", ["The union", "The union"]),
        (
            # `A teacher` in apposition to a pronoun is nobody else.
            "Gwen Moss went in. A second-grade teacher, {she} said [a].",
            ["Gwen Moss"],
        ),
        (
            # Capitalised words that only somebody says are no person who could be meant.
            "{Ruth Okafor} said [a].\n\nThe bus left.\n\nIt was late.\n\n"
            "“[We go to Mammoth Cave on Friday],” {<she} said.",
            ["Ruth Okafor"] * 2,
        ),
        (
            # A name after the place of a sentence is its subject.
            "{Ben Hale} said [a].\n\nIn the Fifth Ward, Blanca Moss, a health aide, was ironing. {She} said [b].",
            ["Ben Hale", "Blanca Moss"],
        ),
        # A description without an office takes up the person of whom the paragraph speaks; a new one stands for itself.
        ("Ruth Okafor drew a chart. In theory, {the professor} said, [a].", ["Ruth Okafor"]),
        ("{Ruth Okafor} said [a].\n\n{The governor} said [b].", ["Ruth Okafor", "The governor"]),
        ("{Ruth Okafor} said [a]. {The Bishop of Dell} said [b].", ["Ruth Okafor", "The Bishop of Dell"]),
        # A group and a document are taken up by their noun; whoever owns a document speaks.
        ("{A coalition of parents} said [a]. {The coalition} said [b].", ["A coalition of parents"] * 2),
        ("{Officials of the state} said [a]. {The same officials} said [b].", ["Officials of the state"] * 2),
        ("Ruth Okafor stood up. {Her leaflet} said [a].", ["Ruth Okafor"]),
        ("Ruth Okafor stood up. {Okafor’s brief} said [a].", ["Ruth Okafor"]),
        ("The Dell Education Association met. {The association’s answer} was [a].", ["Dell Education Association"]),
        # One name in several spellings, with a last name of two words, and what may stand before or after it.
        ("James O’Neill rose. {O'Neill} said [a].", ["James O’Neill"]),
        ("Bill de Blasio rose. {De Blasio} said [a].", ["Bill de Blasio"]),
        ("Ann Van Voorhis rose. Mr. Hale left. {Ms. Van Voorhis} said [a].", ["Ann Van Voorhis"]),
        ("Lt. Gen. Ruth Okafor rose. {Okafor} said [a].", ["Ruth Okafor"]),
        (
            "Ruth Okafor rose. In an interview of the Dell Gazette {Okafor} said [a]. {Okafor} said [b].",
            ["Ruth Okafor"] * 2,
        ),
        ("Ruth Okafor and Okafor’s rival met. Rival Ruth Okafor rose. {Okafor} said [a].", ["Ruth Okafor"]),
        ("{Ruth Okafor (R-Utah)} said [a]. {Okafor of the Dell Club} said [b].", ["Ruth Okafor"] * 2),
        ("{The mediator, Ruth Okafor of Dell,} said [a]. {Okafor often} said [b].", ["Ruth Okafor"] * 2),
        ("{The family} said [a]. {Parents repeatedly} said [b].", ["The family", "Parents"]),
        ("Robert “Bobby” Moss rose. {Bobby Moss} said [a]. {Moss} said [b].", ["Robert “Bobby” Moss"] * 2),
        ("The Dell Education Association (DEA) President {Ruth Okafor} said [a].", ["Ruth Okafor"]),
        # A last name goes on meaning whom it meant before somebody else had it, and no wife or son.
        ("Ted Moss rose. Moss sat. Ann Moss rose. {Moss} said [a].", ["Ted Moss"]),
        ("Ted Moss rose. His wife, Ann, sat. Ann Moss left. {Moss} said [a].", ["Ted Moss"]),
        # Laws and papers are nobody whom a pronoun means.
        ("{Ruth Okafor} said [a].\n\nThe Fair Schools Act, which passed, helps. {She} said [b].", ["Ruth Okafor"] * 2),
        # ... but given names that are words too, other papers and titles stay what they are.
        ("Mary Hale opposed the bill. {Bill Hale} said [a].", ["Bill Hale"]),
        (
            "Ann Moss said that she will wait. In the hall Rep. {Will Moss} said [a]. {Moss} said [b].",
            ["Will Moss"] * 2,
        ),
        ("The Dell Times printed it. {The Lake Times} said [a].", ["The Lake Times"]),
        ("Mary Ann Hale and Hale’s sister Ann Hale met. {Ann Hale} said [a].", ["Ann Hale"]),
        ("{The reply} was [a].", ["The reply"]),
        ("Ms. Okafor rose. {The spokesman} said [a].", ["The spokesman"]),
        ("Union President Ruth Okafor rose. {The lawyer for the district} said [a].", ["The lawyer for the district"]),
        ("Ruth Okafor rose. {The teachers’ lawyer} said [a].", ["The teachers’ lawyer"]),
        (
            "{Ruth Okafor and the coalition} said [a]. {The coalition} said [b].",
            ["Ruth Okafor and the coalition", "the coalition"],
        ),
        ("{A forum of parents} said [a]. {The Forum} said [b].", ["A forum of parents", "The Forum"]),
        ("Ms. Ann Hale and Mr. Ben Hale met. {Ms. Hale’s brief} said [a].", ["Ann Hale"]),
        ("{DTU bargaining chair Ruth Okafor repeatedly} said [a].", ["Ruth Okafor"]),
        ("{Ruth Okafor of Dell and Ben Hale of Moss} said [a].", ["Ruth Okafor of Dell and Ben Hale of Moss"]),
        ("Ms. Lake Moss rose. {She} said [a].", ["Lake Moss"]),
        ("DTU — which stands for teachers — rose. {The union} said [a].", ["DTU"]),
        ("DELL HEIGHTS (AP) — Ruth Okafor sat.\n\nBen Hale, a nurse, rose. {He} said [a].", ["Ben Hale"]),
        # What a tagger leaves at the end of a mention belongs to no name.
        ("{A delegate who} asked for more said [a].", ["A delegate"]),
        ("{Her group’s} members said [a].", ["Her group"]),
        (
            "{A paper by the Dell Policy Institute} said [it cost]. {The paper} said [more].",
            ["Dell Policy Institute"] * 2,
        ),
        ("{A count released by two parents} found [forty]. {It} found [ten].", ["two parents"] * 2),
        ("{A recent Okafor Group poll} found [doubt]. {The poll} found [hope].", ["Okafor Group"] * 2),
        ("{A state Supreme Court ruling} held [that].", ["A state Supreme Court ruling"]),
        ("{Ruth Okafor} said [yes]. {The Facebook post} said [no].", ["Ruth Okafor"] * 2),
        ("Dell is wet. {A March survey} found [rain].", ["A March survey"]),
        ("{Critics of a plan by the mayor} said [no].", ["Critics of a plan by the mayor"]),
        ("{A letter from Ruth Okafor to parents} said [no].", ["Ruth Okafor"]),
        ("{A statement issued by email} said [no].", ["A statement issued by email"]),
        ("{The district's plan} gives [two]. {The union plan} asks [five].", ["The district", "The union plan"]),
        (
            "{The district's letter} said [a]. The union sent a letter. {The letter} said [b].",
            ["The district", "The union"],
        ),
        ("{Three tweets by Ruth Okafor} said [no]. {The tweets} said [yes].", ["Ruth Okafor"] * 2),
        ("{District 65} said [no]. The District 65 Educators Council sat.", ["District 65"]),
        ("She studied at Ohio State. {The State} said [no].", ["The State"]),
        ("{The Ben Hale plan} failed [there]. In came Ben Hale. {He} said [no].", ["Ben Hale"] * 2),
        ("Members cheered Mary Ellen Adams. The MEA met. {The MEA} said [no].", ["MEA"]),
        ("According to {a district spokesman}, Superintendent Ruth Okafor [was away].", ["a district spokesman"]),
        ("A group of parents wants the board to act. {It} said [no].", ["A group of parents"]),
        ("A teacher in the district teaches students to read. {She} said [no].", ["A teacher in the district"]),
        ("The Dell School Board met. The board in Dell voted. {It} said [no].", ["Dell School Board"]),
        ("{The Dell Teachers Union} shamed Ms. Ruth Okafor. {It’s} denouncing [it].", ["Dell Teachers Union"]),
        ("{Ben Hale} said [a], and {he twice} said [b].", ["Ben Hale"] * 2),
        ("{The Dell Monetary Fund} warned. {The DMF} said [it was late].", ["Dell Monetary Fund"]),
        ("The 830 members of Municipal Workers Local 88 met. {Local 88} said [no].", ["Municipal Workers Local 88"]),
        ("She read the Okafor Bay Times. {The Times} said [it was late].", ["Okafor Bay Times"]),
        ("A teacher of Spanish stood there. {She} said [no].", ["A teacher of Spanish"]),
        ("A coalition of parents met. {It} said [no].", ["A coalition of parents"]),
        ("{Okafor} is late. Ruth Okafor, a nurse, left. {Okafor further} said [no].", ["Ruth Okafor"]),
        ("“[She is my aunt. She'll come],” said {<Ruth Okafor}. {She} said [no].", ["Ruth Okafor"] * 2),
        ("Ben Hale spoke. A bigger rally is planned: {he} called [people].", ["Ben Hale"]),
        ("{The sponsor}, Rep. Ruth Okafor, called it [late].", ["Ruth Okafor"]),
        (
            "Ben Hale had filed a bill. Few of the Hudson Valley had read it. {He} called it [late].",
            ["Ben Hale"],
        ),
        ("DELL PARK, Mich. (Jan. 20) — Ben Hale left. {He} called it [late].", ["Ben Hale"]),
        ("Ruth Okafor has been superintendent since 2004. {The superintendent} said [no].", ["Ruth Okafor"]),
        ("The board met. Its chairman is Ben Hale, a baker. {The chairman} said [no].", ["Ben Hale"]),
        ("Ruth Okafor was mayor. The chairman of the board then was Ben Hale. {The chairman} left [it].", ["Ben Hale"]),
        ("Families United of Dell is small. {The group} said [no].", ["Families United of Dell"]),
    ],
)
def test_the_fullest_name_within_the_article(source: str, expected: list[str]) -> None:
    assert names(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Superintendent {Ruth Okafor} said [no].", "Superintendent"),
        ("city school board President {Ruth Okafor} said [no].", "city school board President"),
        ("{Ruth Okafor}, president of the Dell Teachers Union, said [no].", "president of the Dell Teachers Union"),
        ("{Ruth Okafor}, who chairs the board, said [no].", "who chairs the board"),
        ("The board's chairwoman, {Ruth Okafor}, said [no].", "The board's chairwoman"),
        ("“[No],” said {<Ruth Okafor}, a mother of two. Then it rained.", "a mother of two"),
        ("Mayor {Ruth Okafor}, a former teacher, said [no].", "Mayor; a former teacher"),
        ("Ruth Okafor is principal of Dell School. {She} said [no].", "principal of Dell School"),
        ("Ruth Okafor is a lawyer for the union. {She} said [no].", "a lawyer for the union"),
        ("Its interim director is Ruth Okafor. {She} said [no].", "Its interim director"),
        ("Ruth Okafor is not superintendent of schools. {She} said [no].", ""),
        ("Ruth Okafor was fired by the superintendent. {She} said [no].", ""),
        ("{Ruth Okafor} said [no].", ""),
    ],
)
def test_the_role_is_in_the_articles_words(source: str, expected: str) -> None:
    assert roles(source) == [expected]


def test_a_role_is_carried_to_every_unit_of_the_source() -> None:
    assert roles("{Ruth Okafor}, a nurse, said [a].\n\n{She} said [b]. {Okafor} said [c].") == ["a nurse"] * 3


def test_role_spans_of_the_tagger_stand_in_where_no_rule_finds_any() -> None:
    article, units = marked("{Ruth Okafor}, 43 and twice on strike, said [no].")
    start = article.text.index("twice on strike")
    tagged = Evidence(uniform, ((start, start + len("twice on strike")),))
    assert resolve(article, units, Evidence(uniform))[0].speaker_role == ""
    assert resolve(article, units, tagged)[0].speaker_role == "twice on strike"
    article, units = marked("{Ruth Okafor}, a mother of two, said [no].")
    start = article.text.index("mother")
    assert resolve(article, units, Evidence(uniform, ((start, start + 6),)))[0].speaker_role == "a mother of two"


def evidence_of(
    article: Article, scores: dict[str, tuple[float, float, float]]
) -> Callable[[Span], NDArray[np.float64]]:
    def affiliation(span: Span) -> NDArray[np.float64]:
        words = article.text[slice(*span)]
        return np.log(np.array(scores.get(words, (1 / 3, 1 / 3, 1 / 3))))

    return affiliation


def test_affiliation_is_averaged_over_all_mentions_and_roles_of_a_source() -> None:
    article, units = marked("{Ruth Okafor}, the union's president, said [a].\n\n{She} said [b].")
    scores = {"Ruth Okafor": (0.4, 0.3, 0.3), "She": (0.001, 0.998, 0.001), "the union's president": (0.9, 0.05, 0.05)}
    found = resolve(article, units, Evidence(evidence_of(article, scores)))
    assert [u.affiliation for u in found] == ["union", "union"]


def test_a_joint_source_of_two_sides_is_other() -> None:
    article, units = marked("Karen Lewis met Rahm Moss. {Lewis and Moss} said [a].")
    scores = {"Karen Lewis": (0.9, 0.05, 0.05), "Rahm Moss": (0.05, 0.9, 0.05)}
    assert resolve(article, units, Evidence(evidence_of(article, scores)))[0].affiliation == "other"


@pytest.mark.parametrize("mention", ["Both sides", "The district and the union"])
def test_both_sides_together_are_other(mention: str) -> None:
    article, units = marked(f"The Dell Teachers Union met the Dell School District. {{{mention}}} said [a].")
    scores = {
        "Both sides": (0.9, 0.05, 0.05),
        "Dell Teachers Union": (0.9, 0.05, 0.05),
        "Dell School District": (0.05, 0.9, 0.05),
    }
    found = resolve(article, units, Evidence(evidence_of(article, scores)))[0]
    assert (found.speaker_name, found.affiliation) == (mention, "other")


def test_a_cue_without_a_mention_has_the_person_who_begins_its_sentence() -> None:
    text = "Ann Lee spoke. Sen. Joe Moss of Dell, a Democrat, called for talks and blamed the board."
    cue, content = text.index("blamed"), text.index("the board")
    unit = QuoteUnit(((content, content + 9),), "indirect", (cue, cue + 6))
    assert resolve(Article("a", text), [unit], Evidence(uniform))[0].speaker_name == "Joe Moss"


def test_a_name_that_a_line_break_parts_is_one() -> None:
    lines = (
        "The talks went on through the night and the day,\nand on Friday morning the negotiator of the union, Ruth\n"
    )
    text = lines + "Okafor, said they would end. Okafor said no more."
    last = text.rindex("Okafor")
    unit = QuoteUnit(((text.index("no more"), len(text) - 1),), "indirect", None, (last, last + 6))
    assert resolve(Article("a", text), [unit], Evidence(uniform))[0].speaker_name == "Ruth Okafor"


def test_a_unit_without_any_source_is_unknown() -> None:
    article, units = marked("“[We are here.]”")
    found = resolve(article, units, Evidence(uniform))
    assert (found[0].speaker_name, found[0].affiliation) == ("", "unknown")


def test_no_units_give_no_units() -> None:
    assert resolve(Article("a", "Nobody spoke."), [], Evidence(uniform)) == []


_WORDS = (
    "Ruth Okafor|Okafor|Mr. |the union|The district|, |. |\n\n|“|”|'|said |who |he|President |of the |"
    "Dell Education Association| and |St. |J.|\u00a0|\u200b|\r\n|é|X|-|("
)
_PIECES = st.sampled_from(_WORDS.split("|"))


@given(
    st.one_of(st.text(max_size=120), st.lists(_PIECES, max_size=40).map("".join)),
    st.lists(st.tuples(st.integers(0, 400), st.integers(0, 400), st.integers(0, 400), st.integers(0, 40)), max_size=6),
)
def test_any_text_and_any_spans_are_resolved_without_changing_them(text: str, places: list[tuple[int, ...]]) -> None:
    size = len(text)

    def span(start: int, length: int) -> Span:
        start = min(start, size)
        return start, min(size, start + length)

    units = [
        QuoteUnit((span(a, n),), "direct", span(b, n) if b % 3 else None, span(c, n) if c % 4 else None)
        for a, b, c, n in sorted(places)
    ]
    evidence = Evidence(uniform, tuple(span(b, n) for _, b, _, n in places))
    found = resolve(Article("a", text), units, evidence)
    assert found == resolve(Article("a", text), units, evidence)
    assert [(u.spans, u.type, u.cue, u.speaker) for u in found] == [(u.spans, u.type, u.cue, u.speaker) for u in units]
    assert all(u.affiliation in ("union", "district", "other", "unknown") for u in found)


def test_a_long_paragraph_of_names_takes_little_time() -> None:
    text = "Superintendent Ruth Okafor of the Dell Education Association and Ben Hale met, and " * 1500
    units = [QuoteUnit(((i * 800, i * 800 + 20),), "indirect", None, (15, 26)) for i in range(1, 100)]
    started = time.process_time()
    resolve(Article("a", text), units, Evidence(uniform))
    assert time.process_time() - started < 5


@pytest.mark.parametrize("tail", [" (RDA also also often" * 400, " also" * 4000, " by the union" * 1500])
def test_a_long_mention_takes_little_time(tail: str) -> None:
    mention = f"A report{tail} x"
    started = time.process_time()
    (name,) = names("{" + mention + "} said [no].")
    assert name and name in mention
    assert time.process_time() - started < 2


def test_a_last_name_with_one_letter_wrong_is_that_of_the_only_person_it_can_be() -> None:
    text = "{Leslie Wimes} said [that it was late]. {Wines} said [that she was ill]. {She} said [that she would stay]."
    assert names(text) == ["Leslie Wimes"] * 3
    two = "{Ann Corbett} said [that it was late]. {Bo Corbeth} said [it was not]. {Corbet} said [that it might be]."
    assert names(two)[2] == "Corbet"
    assert names("{Ann Hale} said [that it was late]. {Hall} said [that it was not].")[1] == "Hall"
    assert names("{Ann Walton} said [that it was late]. {Dalton} said [that it was not].")[1] == "Dalton"


@pytest.mark.parametrize(
    "office",
    ["the union's president", "The association's executive director", "its chief negotiator", "The superintendent"],
)
def test_an_office_that_nobody_else_holds_is_that_of_whom_the_paragraph_speaks(office: str) -> None:
    text = (
        "The talks stopped.\n\nJesús Monserrate was up all night. [“It was long,”] {<%s} said. {He} said [it went on]."
    )
    assert names(text % office) == ["Jesús Monserrate"] * 2


def test_an_office_of_which_a_body_has_many_is_somebody_new() -> None:
    text = "Jesús Monserrate was up all night. [“It was long,”] {<the board's lawyer} said."
    assert names(text) == ["the board's lawyer"]


def test_a_pronoun_after_an_office_in_the_paragraph_of_a_person_means_that_person() -> None:
    text = "Isaiah Dargan made the case. The superintendent came in May. {He} said [it saves money]."
    assert names(text) == ["Isaiah Dargan"]


def test_a_title_of_the_other_gender_does_not_go_to_him_whom_a_pronoun_shows() -> None:
    text = (
        "Marguerite Tregunno, 61, sells pies. She hid it.\n\nDwight Tregunno is no relation. He drives a bus.\n\n"
        "{Mrs. Tregunno} said [that it was late]. {She} said [that she was ill]."
    )
    assert names(text) == ["Marguerite Tregunno"] * 2


def test_a_title_before_a_persons_office_or_staff_stays_in_its_name() -> None:
    assert names("{Mayor Gwen Halfacre's office} said [that it was late].") == ["Mayor Gwen Halfacre's office"]
    assert names("{Colonel Roland Askham} said [that it was late].") == ["Roland Askham"]


@pytest.mark.parametrize(
    "name",
    [
        "Judge Lucinda Hathorne of Superior Court",
        "Ann Hathorne of the Dell Teachers Union",
        "Bo Hathorne of Dell High School",
    ],
)
def test_a_person_of_a_body_is_no_body(name: str) -> None:
    person = name.removeprefix("Judge ").partition(" of ")[0]
    assert names(f"{name} spoke first. {{Hathorne}} said [that it was late].") == [person]
    assert names("The Dell Federation of Teachers met. {The federation} said [it was late].") == [
        "Dell Federation of Teachers"
    ]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("The Hill Guardians' Forum met. {The forum} said [that it was late].", "Hill Guardians' Forum"),
        ("The Country Principals' Circle met. {the Circle} said [that it was late].", "Country Principals' Circle"),
        ("It rained in Dell County. {The county} said [that it was late].", "The county"),
        ("The Country Forum and the City Forum met. {The forum} said [that it was late].", "The forum"),
    ],
)
def test_a_noun_after_the_means_the_only_longer_name_that_it_ends(text: str, name: str) -> None:
    assert names(text) == [name]


def test_it_means_the_whole_name_that_begins_the_sentence_before() -> None:
    text = "The Nova Federation of Classroom Teachers closed 410 schools. {It} is demanding [that the age stay]."
    assert names(text) == ["Nova Federation of Classroom Teachers"]


def test_it_means_the_body_named_last_in_its_paragraph() -> None:
    text = "{Ann Hale} said [it rained].\n\nA letter came from Free Hands Foundation. {It} threatens [to sue]."
    assert names(text)[1] == "Free Hands Foundation"
    text = "Bids were due. The Dell Teachers Union (DTU) met. The room was rented by the DTU. {It} threatens [to sue]."
    assert names(text) == ["Dell Teachers Union"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("{The city} said [no].\n\nThe union's flyer is short. {It} asks [parents to come].", "The union"),
        ("{The city} said [no].\n\nBen Hale, a nurse, sent a letter to families. {It} said [he tried].", "Ben Hale"),
        (
            "{The city} said [no].\n\nBen Hale, a nurse, sent a letter.\n\nThe letter was blunt. {It} said [he tried].",
            "Ben Hale",
        ),
        (
            "{The city} said [no].\n\nBen Hale sent a letter. The board met. {It} said [schools would open].",
            "The board",
        ),
        (
            "{The city} said [no].\n\nFamilies got a letter from the union. {It} said [schools would close].",
            "the union",
        ),
        (
            "{The city} said [no].\n\nMayor Ben Hale was sent a letter by the union. {It} urged [him to act].",
            "the union",
        ),
        ("{The city} said [no].\n\nMayor Ben Hale got an email. {It} said [schools would close].", "The city"),
        ("{The city} said [a letter was out. It] lied. {It} said [schools would open].", "The city"),
        (
            "After we met Ben Hale, {the board} put out a statement: [we tried]. {It} said [they would open].",
            "the board",
        ),
    ],
)
def test_it_means_whose_message_the_paragraph_speaks_of(text: str, name: str) -> None:
    assert names(text)[-1] == name


def test_a_quotation_before_any_source_is_of_the_person_of_whom_its_paragraph_speaks() -> None:
    assert names("Ben Hale, a nurse, sent a letter. [Dear families], it began.") == ["Ben Hale"]
    article, units = marked("Ben Hale, a nurse, sent a letter. [Dear families], it began.")
    indirect = [replace(unit, type="indirect") for unit in units]
    assert resolve(article, indirect, Evidence(uniform))[0].speaker_name == ""


def test_one_of_several_people_is_a_person() -> None:
    assert names("For parents like Ann Lee it is hard. {The mother of three} said [no].") == ["Ann Lee"]
    assert names("For towns like Ann Lee it is hard. {The mother of three} said [no].") == ["The mother of three"]


def test_a_role_with_an_acronym_tells_the_side_of_the_body_that_it_spells() -> None:
    article, units = marked("The Dell Federation of Teachers met. DFT President {Ann Lee} said [no].")
    start = article.text.index("Dell Federation")

    def side(span: Span) -> NDArray[np.float64]:
        return np.log([0.98, 0.01, 0.01]) if span[0] == start else np.log([0.2, 0.6, 0.2])

    assert resolve(article, units, Evidence(side))[0].affiliation == "union"
    article, units = marked("The Dell Federation of Teachers met. DFT custodian {Ann Lee} said [no].")
    assert resolve(article, units, Evidence(side))[0].affiliation == "district"
    article, units = marked("The Dell Federation of Teachers met. NPR President {Ann Lee} said [no].")
    assert resolve(article, units, Evidence(side))[0].affiliation == "district"


def test_an_aide_is_not_whom_the_aide_works_for() -> None:
    text = "{Anthony Carnevale} said [it rained]. {An aide to Mr. Carnevale} said [that it was late]."
    assert names(text)[1] == "An aide to Mr. Carnevale"


def test_a_relative_told_of_in_passing_does_not_go_on_speaking() -> None:
    text = "Zanele Mahlangu teaches art. Her mother taught before her. {She} said [that it was late]."
    assert names(text) == ["Zanele Mahlangu"]
    text = "Zanele Mahlangu teaches art. {Her mother} told us [that it rained]. {She} said [that it was late]."
    assert len(set(names(text))) == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{Superintendent Ann Hale} said [no]. {The board's chairwoman} said [yes].", "The board's chairwoman"),
        ("Mayor Bo Hale met the union on Friday. {Its president} said [no].", "Its president"),
        ("Ann Hale was hit by a car. The driver fled. {He} told police [that it was dark].", "The driver"),
        ("Mrs. Ann Hale fell ill. Her husband called. {He} said [no].", "Her husband"),
        ("{The Dell Teachers Union} said [no] to the Dell School Board. {It} added [so].", "Dell Teachers Union"),
        ("{Joe Farmer} said [no]. {Farmers} said [so].", "Farmers"),
        ("{John Bolton} said [no] in Boston. {Boston} said [so].", "Boston"),
        ("{Ann Hansen} said [no]. The Hanson Foundation sat. {Hanson} said [so].", "Hanson Foundation"),
        ("The Philadelphia Museum of Art Union struck. {The union} said [no].", "Philadelphia Museum of Art Union"),
        ("Saint Francis of Assisi Church burnt. {The church} said [so].", "Saint Francis of Assisi Church"),
        ("The Coast Guard came. A guard at the gate was hurt. {The guard} told us [no].", "The guard"),
        ("Robert Baker Jr. rose. {Baker} said [no].", "Robert Baker Jr."),
        ("The Dell School Board met. {The group} said [no].", "The group"),
        ("{General secretary of the National Union of Teachers, Comrade Bo Hale} said [no].", "Bo Hale"),
    ],
)
def test_what_reads_like_it_is_not_taken_for_it(text: str, expected: str) -> None:
    assert names(text)[-1] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{A spokesman for Gov. Ann Hale} said [no].", "A spokesman for Gov. Ann Hale"),
        ("{A lawyer for union president Ann Hale} said [no].", "A lawyer for union president Ann Hale"),
        ("{The lawyer for the board, Ann Hale} said [no].", "Ann Hale"),
        ("{Mum-of-two Ann Hale} said [no].", "Ann Hale"),
        ("{builder Bo Hale} said [no].", "Bo Hale"),
        ("{The elder Hale} said [no]. Bo Hale left.", "The elder Hale"),
        ("{Tory MP Ann Hale} said [no].", "Ann Hale"),
        ("Assistant Professor of History Ann Hale agreed. {Hale} said [no].", "Ann Hale"),
        ("Dr. Ann Sen rose. {Ann Sen} said [no].", "Ann Sen"),
        ("Ann Hale, 28, was there.\n\nIt rained.\n\n{The 28-year-old} said [no].", "Ann Hale"),
        ("Ann Hale, who has taught for long, was there.\n\n{The mother of three} said [no].", "Ann Hale"),
        ("Ann Hale was there.\n\nMy mother snorted. [No], said {<the 84-year-old}.", "the 84-year-old"),
        (
            "Ann Hale was there.\n\nIt rained.\n\nIt rained.\n\nIt rained.\n\n{The 28-year-old} said [no].",
            "The 28-year-old",
        ),
        ("Ann Hale rose. {Her husband} said [no]. [I rose], {<she} said.", "Ann Hale"),
        ("Superintendent Ann Hale left. {the superintendent, who is in his second year} said [no].", "Ann Hale"),
        ("{an aide not authorized to speak publicly} said [no].", "an aide not authorized to speak publicly"),
    ],
)
def test_descriptions_as_newsrooms_print_them(text: str, expected: str) -> None:
    assert names(text)[-1] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The former first lady taught in Dell. {She} said [no].", "The former first lady"),
        ("Ann Hale spoke of schools.\n\n{The former secretary of state} said [no].", "Ann Hale"),
        (
            "Keith Orr was hurt.\n\nDELL, Ohio (AP) - The wife of a driver saw it. [No], {<she} said.",
            "The wife of a driver",
        ),
        ("Bo McKay left with his daughter Ellie. {Ellie} said [no]. {She} said [so].", "Ellie"),
        ("Mr. Orr sat. His ex-wife agreed. {Her filing} said [no].", "His ex-wife"),
        ("The Alliance to Reclaim Our Schools (AROS) met. {AROS} said [no].", "Alliance to Reclaim Our Schools"),
        ("The Coalition to Save Our Libraries met. {The coalition} said [no].", "Coalition to Save Our Libraries"),
        ("Talks were held in Dell City. {Dell} said [no].", "Dell"),
        ("The United Dell School Council met. {The School Council} said [no].", "United Dell School Council"),
        ("{Governor Hale} said [no]. His wife, Dana Hale, left. {The governor} said [so].", "Hale"),
        ("President Hale spoke. The first lady, Dana Hale, left. {Mr. Hale} said [no].", "Hale"),
        ("Hugo Inskip QC rose. {Inskip} said [no].", "Hugo Inskip QC"),
        ("{Cora Roche and Lil Devine both} said [no].", "Cora Roche and Lil Devine"),
        ("Ann Hale Goes After Rivals, Again: Full Text.\n\nIt was late. {Hale} said [no].", "Ann Hale"),
        ("{a mother of twins in Room 214, watching the goats} said [no].", "a mother of twins in Room 214"),
        ("{The Boosters, 140 families} said [no].", "The Boosters"),
        ("{Eleven aldermen in a letter to her} said [no].", "Eleven aldermen"),
        ("{a think tank last week} said [no].", "a think tank"),
        ("{Pupils in their last year} said [no].", "Pupils in their last year"),
        ("Hugo Orr wrote to us. {His postscript} said [no].", "Hugo Orr"),
        ("{Bo Orr} said [no].\n\nOn May 2, Mayor Hale made this comment:\n\n“[We go.]”", "Hale"),
    ],
)
def test_people_and_bodies_of_real_copy(text: str, expected: str) -> None:
    assert names(text)[-1] == expected


@pytest.mark.parametrize(
    ("text", "name", "role"),
    [
        ("{Mayor Ann Hale and Gov. Bo Orr} said [no].", "Ann Hale and Bo Orr", "Mayor; Gov."),
        ("President and CEO {Ann Hale} said [no].", "Ann Hale", "President and CEO"),
        ("DELL — Union chief {Rosa Marin} said [no].", "Rosa Marin", "Union chief"),
        ("{City of Dell CAO Michael Jack} said [no].", "Michael Jack", "City of Dell CAO"),
        ("The women, mostly cooks, spoke up. {They} said [no] to Local 531.", "The women", ""),
        ("The district met. The picketers left. {They} said [no].", "The picketers", ""),
        ("{Sens. Ann Hale and Bo Orr} said [no].", "Ann Hale and Bo Orr", ""),
        ("Councillors Leo Hale and Bo Orr moved it. {Hale} said [no].", "Leo Hale", ""),
        (
            "{Another union at Dell Bus and Orr Bus} said [no]. Dell Bus is shut.",
            "Another union at Dell Bus and Orr Bus",
            "",
        ),
        ("Dell Bus services are back. [No], said {<Mr Bo Orr of Dell Bus}.", "Bo Orr", "of Dell Bus"),
        (
            "{Mr Orr} said [no]. TWGU and the NBDA, the two unions, began talks. {They} said [so].",
            "TWGU and the NBDA",
            "",
        ),
        ("{Bo Lee} said [no].\n\nAnn Hale and Bo Orr met on Friday. {They} said [no].", "Ann Hale and Bo Orr", ""),
        ("Richard May has worked here for long. {May} said [no]. In May he left.", "Richard May", ""),
        ("Norman Ten Eyck rose. {Ten Eyck} said [no].", "Norman Ten Eyck", ""),
        ("{Protester Elsa Orr} said [no]. {Orr} left [so].", "Elsa Orr", "Protester"),
        ("{county Cerre Knox} said [no].", "Cerre Knox", ""),
        ("{her Cerre Knox} said [no].", "her Cerre Knox", ""),
        ("[No], said {<Joe Orr}, President of Soopers in a statement.", "Joe Orr", "President of Soopers"),
        ("[No], explained {<Flight Attendant Peggy Orr}.", "Peggy Orr", "Flight Attendant"),
        ("Chris Orr of Clayton was greeted by two. [No], {<he} said.", "Chris Orr", "of Clayton"),
        ("Council leader John Cotton sat. {John Cotton most recently} said [no].", "John Cotton", "Council leader"),
        ("Unite general secretary Ann Hale spoke. {The union boss} said [no].", "Ann Hale", "Unite general secretary"),
        ("Dell Council leader Bo Orr spoke. {The council boss} said [no].", "Bo Orr", "Dell Council leader"),
        (
            "{Members} said [so].\n\nDell's mayor, Bo Orr, has now sued the firm:\n“[They lied.]”",
            "Bo Orr",
            "Dell's mayor",
        ),
        ("[Teamsters President Bo Orr fled], {<Fox News} reported.\n{He} said [so].", "Bo Orr", "Teamsters President"),
        ("Canton Town Administrator Bo Orr left. {Canton} said [no].", "Canton", ""),
        ("Teamsters Local 25 met. {The union, Teamsters Local 25} said [no].", "Teamsters Local 25", ""),
        ("The GMB union was there. The unions met. {They} said [no].", "The unions", ""),
        (
            "NSW Transport minister David Hale accused us. [No], {<he} thundered.",
            "David Hale",
            "NSW Transport minister",
        ),
        ("The Indian Medical Association (IMA) met. {The organisation} said [no].", "Indian Medical Association", ""),
        (
            "{Bo Lee} said [no].\n\nMayor Ann Hale and schools chief Bo Orr sent Lee a letter. {The letter} said [so].",
            "Ann Hale and Bo Orr",
            "Mayor; schools chief",
        ),
        ("The union met in Dell City. [No], said {<a union release}. {The release} said [so].", "a union release", ""),
    ],
)
def test_roles_and_groups_of_real_copy(text: str, name: str, role: str) -> None:
    assert (names(text)[-1], roles(text)[-1]) == (name, role)


def test_the_bodies_of_acronyms_that_are_never_spelled_out_count_wherever_they_stand() -> None:
    article, units = marked("DTU boss {Paul Doyle} said [no].\n\nThe DTU struck.")
    struck = article.text.index("DTU struck")

    def evidence(span: Span) -> NDArray[np.float64]:
        return np.log([0.9, 0.05, 0.05] if span[0] == struck else [0.3, 0.4, 0.3])

    assert resolve(article, units, Evidence(evidence))[0].affiliation == "union"


def test_a_part_of_a_title_before_a_name_is_no_role_of_the_mention_before_it() -> None:
    article, units = marked("{doctors} demanded [an apology of Chief Minister Ann Hale]. {Hale} said [no].")
    chief = article.text.index("Chief")
    resolved = resolve(article, units, Evidence(uniform, roles=((chief, chief + 5),)))
    assert [u.speaker_role for u in resolved] == ["", "Chief Minister"]


# A cold reader wrote these against the rules for real copy.
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The board voted to fire Superintendent Ruth Okafor May 12. {Okafor} said [no].", "Ruth Okafor"),
        ("The case went to Judge Ruth Okafor May 8, 2018. {The judge} said [no].", "Ruth Okafor"),
        ("The board fired Mr. Okafor May 12. {Okafor} said [no].", "Okafor"),
        ("Talks with Superintendent Ben Hale May Resume Monday, Union Says.\n\n{Hale} said [no].", "Ben Hale"),
        (
            "{The teachers} said [no].\n\nPhiladelphia and New York have bigger classes. {They} said [so].",
            "The teachers",
        ),
        ("{The teachers} said [no].\n\nMath and Science were cut. {They} said [so].", "The teachers"),
        ("{The teachers} said [no].\n\nSpecial Education and Title I were cut. {They} said [so].", "The teachers"),
        ("Parents rallied. President and CEO Ruth Okafor sat. {They} said [no].", "Parents"),
        (
            "{Superintendent Ruth Okafor} said [no].\n\nThe district sued. {The former superintendent} said [so].",
            "The former superintendent",
        ),
        (
            "{Mayor Ruth Okafor} said [no].\n\nThe seat was held by Democrats.\n\n{The former mayor} said [so].",
            "The former mayor",
        ),
        ("{The union} said [no].\n\nIt sent this letter to Mayor Ben Hale:\n\n“[Pay us.]”", "The union"),
        ("{Ruth Okafor} said [no]. She had this to say about Superintendent Ben Hale:\n\n“[He lied.]”", "Ruth Okafor"),
        (
            "{Parents} said [no].\n\nA parent posted this on Superintendent Ruth Okafor's page:\n\n“[Pay us.]”",
            "Parents",
        ),
        ("{Ruth Okafor} said [no].\n\nOn replacing Superintendent Ben Hale:\n\n“[It was a mistake.]”", "Ruth Okafor"),
        ("Her brother, Chicago teacher Ben Okafor, agreed. {He} said [no].", "Ben Okafor"),
        ("His wife, Dell teacher Ruth Okafor, agreed. {She} said [no].", "Ruth Okafor"),
        ("Her husband, Ford worker Ben Hale, struck. {Ford} said [no].", "Ford"),
        ("Ruth Okafor picketed with her father. Ann Hale brought soup. {She} said [no].", "Ann Hale"),
        ("Ben Hale brought his daughter. Bo Orr, a teacher, brought none. {He} said [no].", "Bo Orr"),
        ("Ben Hale is a new father. Ann Hale, no relation, is a mother. {Hale} said [no].", "Ann Hale"),
        (
            "The East Cleveland Teachers Union met. {The Cleveland Teachers Union} said [no].",
            "Cleveland Teachers Union",
        ),
        (
            "The West Virginia Association met. {The Virginia Association} said [no].",
            "Virginia Association",
        ),
        ("{Its chief negotiator, outgoing president Ruth Okafor,} said [no].", "Ruth Okafor"),
        (
            "Ann King, Bo Hale and Ruth Okafor sat. {Hale, King and Okafor} said [no].",
            "Bo Hale, Ann King and Ruth Okafor",
        ),
        ("{Teachers in Ohio, Wyoming and Dell} said [no].", "Teachers in Ohio, Wyoming and Dell"),
        ("{The presidents of Locals 2, 3 and 7} said [no].", "The presidents of Locals 2, 3 and 7"),
        ("{A worker in a post office} said [no].", "A worker in a post office"),
        ("{Teachers} said [no].\n\nThe children miss lessons and meals. {They} said [so].", "Teachers"),
        ("{Teachers} said [no].\n\nVoters will decide in May. {They} said [so].", "Teachers"),
        (
            "{The union statement} said [x].\n\nMayor Ruth Okafor sent a statement. {The statement} said [no].",
            "Ruth Okafor",
        ),
        (
            "{A union statement} said [x]. The district issued its own statement. {The statement} said [no].",
            "The district",
        ),
        ("{Mayors Against Illegal Guns} said [no].", "Mayors Against Illegal Guns"),
        ("{Governors State University} said [no].", "Governors State University"),
        ("Dell Teachers Union to End Strike\n\nThe strike is over. {The union} said [no].", "Dell Teachers Union"),
        ("A union letter asked Governor Ruth Okafor to Fund Our Schools. {Okafor} said [no].", "Ruth Okafor"),
        ("Superintendent Cao Linh closed schools. {Cao} said [no].", "Cao Linh"),
        ("Linh Cao Nguyen, a teacher, left. {Nguyen} said [no].", "Linh Cao Nguyen"),
        ("{Minister of Education Ruth Okafor and TUI president Ben Hale} said [no].", "Ruth Okafor and Ben Hale"),
        ("Emma Hall and her mother held signs. {Emma} said [no].", "Emma Hall"),
        ("{Mr. Hale} said [no]. His son, Bo Hale, agreed. {Mr. Hale} said [so].", "Hale"),
    ],
)
def test_rules_for_real_copy_leave_the_rest_alone(text: str, expected: str) -> None:
    assert names(text)[-1].lower() == expected.lower()


def test_a_run_of_many_names_is_read_without_recursion() -> None:
    started = time.perf_counter()
    assert len(names("Ann Bo of " * 1500 + "Union {It} said [a].")) == 1
    assert time.perf_counter() - started < 10
