"""General English word lists for reading who speaks: titles, role nouns, nouns of bodies, pronouns, function words.

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

HONORIFICS = word_set(
    "mr mrs ms miss mx dr sir dame lord lady rev reverend fr father brother sister rabbi imam pastor hon "
    "honorable republican democrat democratic independent cllr canon monsignor msgr sheikh mallam alhaji hajia pandit "
    "comrade barrister revd coun colonel deacon"
)
MALE_TITLES = word_set("mr sir lord brother")
FEMALE_TITLES = word_set("mrs ms miss dame lady sister")

ABBREVIATED = {
    "supt": "superintendent",
    "gov": "governor",
    "sen": "senator",
    "rep": "representative",
    "pres": "president",
    "prof": "professor",
    "atty": "attorney",
    "lt": "lieutenant",
    "gen": "general",
    "col": "colonel",
    "sgt": "sergeant",
    "capt": "captain",
    "ald": "alderman",
}
"""Short forms of titles (without the full stop) and what they stand for."""

_ROLE_NOUNS = """
    superintendent president chair chairman chairwoman chairperson chancellor chief ceo cfo director officer
    manager mayor governor senator representative congressman congresswoman councilman councilwoman councilor
    councillor alderman alderwoman selectman selectwoman commissioner trustee treasurer secretary clerk spokesman
    spokeswoman spokesperson negotiator mediator arbitrator judge justice attorney lawyer counsel solicitor
    sheriff captain lieutenant sergeant general teacher educator principal counselor librarian nurse aide
    paraprofessional custodian driver cook coach professor lecturer student junior senior sophomore freshman parent
    mother father grandmother grandfather guardian mom dad aunt uncle resident taxpayer neighbor member delegate leader
    organizer steward official administrator executive economist analyst expert researcher historian scholar
    consultant candidate minister premier lawmaker legislator assemblyman assemblywoman speaker whip aide advocate
    activist volunteer owner worker employee pastor priest bishop rabbi co-president vice-president co-chair
    cochair supervisor psychologist therapist specialist instructor assistant deputy vice head pro tem trustee
    appointee incumbent founder author editor host bargainer veteran retiree alumnus graduate epidemiologist
    pediatrician doctor physician engineer accountant fact-finder factfinder moderator facilitator monitor
    colleague chairpersons bookkeeper plumber carpenter electrician farmer businessman businesswoman man woman boy
    girl son daughter husband wife magistrate councilmember assemblymember convener convenor mum mp msp mla mpp
    headteacher headmaster headmistress director-general provost nominee boss columnist sponsor pollster caretaker
"""
ROLE_NOUNS = word_set(_ROLE_NOUNS)
_HEADS_ONLY = word_set(
    "actuary receiver organiser banker demographer photographer reporter vicar adviser mechanic pupil writer"
)
"""Role nouns that stand before no name as titles do, and that are family names or begin the names of bodies instead."""
_ROLE_ENDING = re.compile(r"(?:man|woman|person|ist|ician|tor|yer|eer|cher|ger|ller|ner|der|ssor)$")
_PARENT_OF = re.compile(r"(?:grand)?(?:mum|mom|mother|dad|father|parent)-of-[a-z]+")
_NO_ROLES = word_set(
    "order longer smaller larger sooner harder older younger bigger stronger wider broader louder thinner kinder "
    "richer inner eager dinner sector public-sector consider reconsider exist insist resist assist danger anger folder "
    "banner diner flyer border ledger reminder remainder gender shoulder binder manner radiator refrigerator factor "
    "finger wonder ladder wrist burger merger tender projector surrender foyer trigger tractor cider cheer transistor "
    "gist deer elevator calculator corner prayer pager reopener elder"
)
"""Words that end as role nouns do and are none."""

ROLE_SYNONYMS = {
    "chairman": "chair",
    "chairwoman": "chair",
    "chairperson": "chair",
    "spokesman": "spokesperson",
    "spokeswoman": "spokesperson",
    "chancellor": "superintendent",
    "ceo": "superintendent",
    "mom": "mother",
    "mum": "mother",
    "dad": "father",
    "counsel": "lawyer",
    "attorney": "lawyer",
    "solicitor": "lawyer",
    "councilwoman": "councilman",
    "alderwoman": "alderman",
}

SHORT_FORMS = sorted(
    word_set("St Mt Ft Mr Mrs Ms Dr Rev Gov Sen Rep Supt Prof Jr Sr Lt Sgt Capt Col Gen Atty Pres Hon Ald Cllr")
)
"""What stands before or in a name with a full stop that ends no sentence."""

PLURAL_PEOPLE = word_set(
    "teachers members parents students officials leaders negotiators administrators critics supporters "
    "opponents workers employees educators residents delegates strikers pickets others people lawyers "
    "aides drivers principals sides parties representatives organizers lawmakers trustees spokesmen "
    "spokespeople families experts economists"
)

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


@lru_cache(maxsize=8192)
def is_plural_people(word: str) -> bool:
    """Tell whether a word names several people: by list, or as the plural of a role noun."""
    low = word.lower().rstrip(".,")
    return low in PLURAL_PEOPLE or (low.endswith("s") and is_role_noun(low[:-1]) and not low.endswith("ss"))


DOCUMENTS = word_set("statement letter message email e-mail post tweet update memo release text note remarks circular")
"""Nouns of what a source wrote: the source is whoever was spoken of before."""
LEAFLETS = word_set("flyer flier leaflet newsletter")
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
    "high elementary middle street avenue road boulevard county city township hall building campus river "
    "lake creek heights valley park square plaza north south east west new"
)
"""Words that mark a run of capitalised words as a place rather than a person."""

KIN = word_set("wife husband son daughter brother sister father mother widow mom dad")
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


@lru_cache(maxsize=8192)
def is_title(word: str) -> bool:
    """Tell whether a word is a title or an honorific that may stand before a name."""
    low = word.rstrip(".").lower()
    return low in HONORIFICS or low in ABBREVIATED or low in ROLE_NOUNS or bool(_PARENT_OF.fullmatch(low))


@lru_cache(maxsize=8192)
def is_role_noun(word: str) -> bool:
    """Tell whether a word names what a person does or is, by list or by its ending."""
    low = word.lower().rstrip(".")
    if low in ROLE_NOUNS or low in ABBREVIATED or low in _HEADS_ONLY or _PARENT_OF.fullmatch(low):
        return True
    return low not in NOT_NAMES and low not in _NO_ROLES and bool(_ROLE_ENDING.search(low))


def role_key(word: str) -> str:
    """Reduce a role noun to the one form in which two mentions of the same office are compared."""
    low = word.lower().rstrip(".").removesuffix("'s").removesuffix("’s")
    low = ABBREVIATED.get(low, low)
    return ROLE_SYNONYMS.get(low, low)


def is_titled(text: str, start: int) -> bool:
    """Tell whether a title stands directly before a position."""
    before = text[max(0, start - 30) : start]
    words = before.split()
    if not words or before[-1:] not in " \u00a0" or not is_title(words[-1]) or words[-1][-1:] in ",;:":
        return False
    # `She is my aunt. NAME` ends a sentence, `Supt. NAME` does not.
    short = words[-1][:-1].lower()
    return words[-1][-1:] != "." or short in ABBREVIATED or short in HONORIFICS
