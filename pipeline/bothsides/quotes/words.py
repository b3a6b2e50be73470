"""General English word lists for reading who speaks: pronouns, nouns of bodies and documents, function words.

They hold no name of a person, a place or an organisation.
"""

from __future__ import annotations

import re
from functools import lru_cache

POSSESSIVE = re.compile(r"(?:['’]s|(?<=s)['’])$")


def word_set(words: str) -> frozenset[str]:
    """Make a set of the words of a string."""
    return frozenset(words.split())


MALE = word_set("he him his himself")
FEMALE = word_set("she her hers herself")
SINGULAR_PRONOUNS = MALE | FEMALE | word_set("i me my who whom whose")
PLURAL_PRONOUNS = word_set("they them their theirs themselves we us our both")
THING_PRONOUNS = word_set("it its itself that this which")
SUBJECT_PRONOUNS = word_set("he she it they we i")
PRONOUNS = SINGULAR_PRONOUNS | PLURAL_PRONOUNS | THING_PRONOUNS

UNION_HEADS = word_set(
    "union association federation alliance league guild local brotherhood teachers educators workers employees faculty"
)
DISTRICT_HEADS = word_set("district schools unified isd trust academy academies corporation charter")
BOARD_HEADS = word_set("board committee trustees directors")
BODY_HEADS = (
    UNION_HEADS
    | DISTRICT_HEADS
    | BOARD_HEADS
    | word_set(
        "council department university college school office agency commission coalition society institute "
        "center centre chamber commerce authority court senate house legislature congress police church "
        "hospital diocese archdiocese foundation group organization organisation bureau division ministry "
        "assembly party company club network campaign partnership caucus cabinet government association's "
        "labor education conference congress consortium chapter voices parents citizens taxpayers families "
        "students first"
    )
)
"""Words that mark a run of capitalised words as the name of a body."""

GENERIC_BODIES: dict[str, frozenset[str]] = {
    "union": UNION_HEADS,
    "district": DISTRICT_HEADS,
    "system": DISTRICT_HEADS,
    "schools": DISTRICT_HEADS,
    "administration": frozenset(),
    "board": frozenset({"board", "trustees"}),
    "committee": frozenset({"committee"}),
    "group": frozenset({"coalition", "alliance", "network", "voices", "group", "citizens", "campaign", "first"}),
}
"""The common nouns that stand for a body, and the words its full name may carry; other nouns stand for themselves."""

DOCUMENTS = word_set("statement letter message email e-mail post tweet update memo release text note remarks circular")
"""Nouns of what a source wrote: the source is whoever was spoken of before."""

LEAFLETS = word_set("flyer flier leaflet newsletter essay blog memoir diary dispatch postscript handout briefing")
WORKS = (
    DOCUMENTS
    | LEAFLETS
    | word_set(
        "account ad address advertisement affidavit alert analysis announcement answer argument award bill book "
        "brief bulletin calculation calculations column complaint count data decision dissent editorial "
        "estimate estimates figures filing forecast lawsuit letters mailer missive motion "
        "notice numbers offer op-ed opinion order page paper petition plan poll poster presentation proposal "
        "reply report research response results review ruling site slide speech study submission suit survey tables "
        "tally testimony tweets video website words"
    )
)
"""Nouns of what a source wrote, reckoned or argued: where the article says whose it is, the owner is who speaks."""

THINGS = word_set(
    "act bill law amendment constitution code treaty accord agreement pact plan program initiative project award "
    "prize fund bank news times post press journal tribune herald gazette globe star mirror chronicle review inc "
    "corp ltd llc"
)
"""Words that end the name of a law, a paper, a firm or the like rather than that of a person."""

PLACE_WORDS = word_set(
    "high elementary middle street avenue road boulevard county city town township village borough hall building "
    "campus river lake creek heights valley park square plaza north south east west new"
)
"""Words that mark a run of capitalised words as a place rather than a person."""

MALE_KIN = word_set("husband son brother father dad")
FEMALE_KIN = word_set("wife daughter sister mother widow mom")
KIN = MALE_KIN | FEMALE_KIN
QUANTIFIERS = word_set("some many several most one another others few all each two three four five")
DETERMINERS = word_set("the a an this that these those his her their its our my")
_CALENDAR = (
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august "
    "september october november december jan feb mar apr jun jul aug sept sep oct nov dec mon tue tues wed thu thurs "
    "fri sat sun today yesterday tomorrow"
)
MONTHS_AS_NAMES = word_set("jan april may june august")
"""Words of the calendar that are given names as often."""

_FUNCTION = """
    a an the this that these those and but or nor so yet for of in on at to from by with without within as if when while
    where why how what which who whom whose because since although though unless until after before during under over
    between among against about into onto upon through across around behind beyond near not no yes now then there here
    still also even only just too very once again later earlier meanwhile however moreover instead indeed perhaps
    asked said says say told tells tell according both each every all some many most several few other another one two
    three four five is are was were be been being has have had do does did will would can could may might must shall
    should i you he she it we they him them us me his her its their our your my mine read reads photo caption opinion
    add adds added wrote called calls late last early next more than like despite inside outside per via amid
    afterward afterwards unlike never ever ago above below off out up down whether either neither
"""
CALENDAR = word_set(_CALENDAR)
FUNCTION_WORDS = word_set(_FUNCTION)
NOT_NAMES = (CALENDAR - MONTHS_AS_NAMES) | FUNCTION_WORDS


@lru_cache(maxsize=8192)
def plain(word: str) -> str:
    """Take the possessive ending and a final full stop off a word and lower-case it."""
    return POSSESSIVE.sub("", word).rstrip(".").lower()
