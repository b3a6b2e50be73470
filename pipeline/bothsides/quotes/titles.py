"""Titles and role nouns of general English: what stands before names and tells what people do.

They hold no name of a person, a place or an organisation.
"""

from __future__ import annotations

import re
from functools import lru_cache

from .words import NOT_NAMES, word_set

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
    superintendent president chair chairman chairwoman chairperson chancellor chief ceo cfo director officer manager
    mayor governor senator representative congressman congresswoman councilman councilwoman councilor councillor
    alderman alderwoman selectman selectwoman commissioner trustee treasurer secretary clerk spokesman spokeswoman
    spokesperson negotiator mediator arbitrator judge justice attorney lawyer counsel solicitor sheriff captain
    lieutenant sergeant general teacher educator principal counselor librarian nurse aide paraprofessional custodian
    driver cook coach professor lecturer student junior senior sophomore freshman parent mother father grandmother
    grandfather guardian mom dad aunt uncle resident taxpayer neighbor member delegate leader organizer steward
    official administrator executive economist analyst expert researcher historian scholar consultant candidate
    minister premier lawmaker legislator assemblyman assemblywoman speaker whip aide advocate activist volunteer
    owner worker employee pastor priest bishop rabbi co-president vice-president co-chair cochair supervisor
    psychologist therapist specialist instructor assistant deputy vice head pro tem trustee appointee incumbent
    founder author editor host bargainer veteran retiree alumnus graduate epidemiologist pediatrician doctor
    physician engineer accountant fact-finder factfinder moderator facilitator monitor colleague chairpersons
    bookkeeper plumber carpenter electrician farmer businessman businesswoman man woman boy girl son daughter
    husband wife magistrate councilmember assemblymember convener convenor mum mp msp mla mpp headteacher headmaster
    headmistress director-general provost nominee boss columnist sponsor pollster caretaker attendant
"""
ROLE_NOUNS = word_set(_ROLE_NOUNS)
_CHIEFS = word_set("CAO COO CTO CIO")
HEADS_ONLY = word_set(
    "actuary receiver organiser banker demographer photographer reporter vicar adviser mechanic pupil writer lady "
    "picketer protester demonstrator striker supporter"
)
"""Role nouns that stand before no name as titles do, and that are family names or begin the names of bodies instead."""

_ROLE_ENDING = re.compile(r"(?:man|woman|person|ist|ician|tor|yer|eer|cher|ger|ller|ner|der|ssor)$")
_PARENT_OF = re.compile(r"(?:grand)?(?:mum|mom|mother|dad|father|parent)-of-[a-z]+")
_NO_ROLES = word_set(
    "order longer smaller larger sooner harder older younger bigger stronger wider broader louder thinner kinder "
    "richer inner eager dinner sector public-sector consider reconsider exist insist resist assist danger anger "
    "folder banner diner flyer border ledger reminder remainder gender shoulder binder manner radiator refrigerator "
    "factor finger wonder ladder wrist burger merger tender projector surrender foyer trigger tractor cider cheer "
    "transistor gist deer elevator calculator corner prayer pager reopener elder"
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

_PLURAL_TITLES = word_set(
    "sens reps govs senators representatives councillors councilors councilmembers commissioners aldermen mayors "
    "governors presidents judges justices professors ministers messrs"
)
SHORT_FORMS = sorted(
    word_set("St Mt Ft Mr Mrs Ms Dr Rev Gov Sen Rep Supt Prof Jr Sr Lt Sgt Capt Col Gen Atty Pres Hon Ald Cllr")
)
"""What stands before or in a name with a full stop that ends no sentence."""

PLURAL_PEOPLE = word_set(
    "teachers members parents students women men officials leaders negotiators administrators critics "
    "supporters opponents workers employees educators residents delegates strikers pickets others people lawyers "
    "aides drivers principals sides parties representatives organizers lawmakers trustees spokesmen spokespeople "
    "families experts economists"
)
_PLURAL_BODIES = word_set("unions associations federations")


@lru_cache(maxsize=8192)
def is_plural_people(word: str) -> bool:
    """Tell whether a word names several people: by list, or as the plural of a role noun."""
    low = word.lower().rstrip(".,")
    if low in PLURAL_PEOPLE or (word.islower() and low in _PLURAL_BODIES):
        return True
    return low.endswith("s") and is_role_noun(low[:-1]) and not low.endswith("ss")


@lru_cache(maxsize=8192)
def is_title(word: str) -> bool:
    """Tell whether a word is a title or an honorific that may stand before a name."""
    low = word.rstrip(".").lower()
    return (
        word in _CHIEFS
        or low in HONORIFICS
        or low in ABBREVIATED
        or low in ROLE_NOUNS
        or bool(_PARENT_OF.fullmatch(low))
    )


def are_titles(word: str) -> bool:
    """Tell whether a word is a title before several names: `Sens.`, `Councillors`."""
    return word.rstrip(".").lower() in _PLURAL_TITLES


@lru_cache(maxsize=8192)
def is_role_noun(word: str) -> bool:
    """Tell whether a word names what a person does or is, by list or by its ending."""
    low = word.lower().rstrip(".").removeprefix("ex-")
    if word in _CHIEFS or low in ROLE_NOUNS or low in ABBREVIATED or low in HEADS_ONLY or _PARENT_OF.fullmatch(low):
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
