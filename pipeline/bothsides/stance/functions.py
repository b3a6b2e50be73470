"""Labelling functions: rules of thumb that vote for a unit's stance, and the fitted model that weighs their votes.

They label what nobody has annotated (data programming: Ratner et al., Snorkel, VLDB 2017; here the weights are fitted
on gold instead of being estimated without any). No rule names a person, a union or a place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from ..unit import STANCES, StanceLabel
from .inputs import UnitInput

Vote = StanceLabel | None

UNION, DISTRICT, NEUTRAL = STANCES
ABSTAIN = -1
_SIDES: dict[str, StanceLabel] = {"union": UNION, "district": DISTRICT}


@dataclass(frozen=True)
class LabellingFunction:
    """A named rule: `vote` gives a label, or None where the rule has nothing to say."""

    name: str
    description: str
    vote: Callable[[UnitInput], Vote]


@dataclass(frozen=True)
class LabelModel:
    """A multinomial logistic regression over one-hot votes: `weights` (functions x 3, 3) and `bias` (3,)."""

    weights: NDArray[np.float64]
    bias: NDArray[np.float64]

    def probabilities(self, units: Sequence[UnitInput]) -> NDArray[np.float64]:
        """Give the probabilities (units, 3) in the order of `STANCES`, rounded to six places."""
        scores = _one_hot(votes(units)) @ self.weights + self.bias
        powers = np.exp(scores - scores.max(axis=1, keepdims=True))
        probabilities: NDArray[np.float64] = np.round(powers / powers.sum(axis=1, keepdims=True), 6)
        return probabilities

    def predict(self, units: Sequence[UnitInput]) -> list[StanceLabel]:
        """Give the most probable label of each unit."""
        return [STANCES[i] for i in self.probabilities(units).argmax(axis=1)] if units else []


def fit(units: Sequence[UnitInput], labels: Sequence[StanceLabel], regularisation: float) -> LabelModel:
    """Fit the weights of the functions on annotated units; `regularisation` is the C of scikit-learn.

    Raises `InputError` where the labels are not of all three kinds.
    """
    from sklearn.linear_model import LogisticRegression

    if set(labels) != set(STANCES):
        found = ", ".join(sorted(set(labels))) or "none"
        raise InputError(f"seeds/written: training units of all three stances are needed, found {found}; add articles")
    model = LogisticRegression(C=regularisation, max_iter=1000, tol=1e-8)
    model.fit(_one_hot(votes(units)), [STANCES.index(label) for label in labels])
    return LabelModel(np.asarray(model.coef_.T, np.float64), np.asarray(model.intercept_, np.float64))


def votes(units: Sequence[UnitInput]) -> NDArray[np.int64]:
    """Let every function vote on every unit: (units, functions), an index into `STANCES` or `ABSTAIN`."""
    table = np.full((len(units), len(FUNCTIONS)), ABSTAIN, np.int64)
    for i, unit in enumerate(units):
        for j, function in enumerate(FUNCTIONS):
            label = function.vote(unit)
            if label is not None:
                table[i, j] = STANCES.index(label)
    return table


def _one_hot(table: NDArray[np.int64]) -> NDArray[np.float64]:
    cubes: NDArray[np.float64] = (table[:, :, None] == np.arange(len(STANCES))).astype(np.float64)
    return cubes.reshape(len(table), -1)


def _side(unit: UnitInput) -> Vote:
    return _SIDES.get(unit.affiliation)


def _outsider(unit: UnitInput) -> Vote:
    return NEUTRAL if unit.affiliation == "other" else None


def _names_opponent(unit: UnitInput) -> Vote:
    opponent = _OPPONENTS.get(unit.affiliation)
    return _side(unit) if opponent and opponent.search(unit.quote) else None


def _quote(label: StanceLabel, *patterns: str) -> Callable[[UnitInput], Vote]:
    """A rule that gives one label wherever the content matches one of the patterns, at word borders."""
    found = _words(patterns)
    return lambda unit: label if found.search(unit.quote) else None


def _quote_for_side(*patterns: str) -> Callable[[UnitInput], Vote]:
    """A rule that gives the label of the speaker's side wherever the content matches."""
    found = _words(patterns)
    return lambda unit: _side(unit) if found.search(unit.quote) else None


def _cue(label: StanceLabel, *patterns: str) -> Callable[[UnitInput], Vote]:
    """A rule that gives one label wherever the reporting words match."""
    found = _words(patterns)
    return lambda unit: label if found.search(unit.cue) else None


def _cue_for_side(*patterns: str) -> Callable[[UnitInput], Vote]:
    """A rule that gives the label of the speaker's side wherever the reporting words match."""
    found = _words(patterns)
    return lambda unit: _side(unit) if found.search(unit.cue) else None


def _words(patterns: tuple[str, ...]) -> re.Pattern[str]:
    either = "|".join(patterns).replace("'", "['’]")
    return re.compile(rf"(?<!\w)(?:{either})(?!\w)", re.IGNORECASE)


_OPPONENTS = {
    "union": _words(("district", "board", "superintendent", "administration", "management", "mayor", "governor",
                     "trustees")),
    "district": _words(("union", "association", "federation", "local", "guild", "strikes?", "walkouts?", r"picket\w*")),
}  # fmt: skip

_F = LabellingFunction
# fmt: off
FUNCTIONS: tuple[LabellingFunction, ...] = (
    _F("speaker_side", "the source speaks for a side", _side),
    _F("outsider", "the source speaks for neither side", _outsider),
    _F("calendar", "a time of day, or a weekday with something to come", _quote(
        NEUTRAL, r"\d+ ?[ap]\.?m", "noon", "midnight", "tomorrow", "tonight",
        r"(?:will|would|be)\b.*\b(?:mon|tues|wednes|thurs|fri|satur|sun)day")),
    _F("procedure", "sessions, votes, mediators, hearings", _quote(
        NEUTRAL, "meet(?:ing)?", "resume[ds]?", "reconvene", "mediator", "hearing", "ballots?", "vote (?:was|count|on)",
        r"ratif\w+", "session")),
    _F("services", "which schools, meals, buses and games go on", _quote(
        NEUTRAL, "substitutes?",
        r"(?:schools?|class(?:es)?|buildings?|sites?|breakfasts?|lunch(?:es)?|meals?|bus(?:es)?|games?|teams?|practices?|"
        r"routes?)\b.*\b(?:open|closed?|cancel\w*|served?|run|postponed|staffed|resume|regular)")),
    _F("mood", "progress or none, optimism, distance", _quote(
        NEUTRAL, r"optimis\w+", "hope(?:s|d|ful)?", "progress", "closer", "long way", "productive", "difficult",
        "apart", "talking", "settled?")),
    _F("both_sides", "both sides in one breath", _quote(
        NEUTRAL, "(?:both|each|two|either|neither) (?:sides?|part(?:y|ies)|teams?)")),
    _F("courtesy", "thanks, relief, reassurance", _quote(
        NEUTRAL, r"thank\w*", "grateful", "relie(?:f|ved)", "glad", "safe", "patien(?:t|ce)", "happy", "excited",
        "welcome")),
    _F("uncertainty", "does not know yet, remains to be decided", _quote(
        NEUTRAL, "(?:don't|doesn't|didn't|do not|not) (?:yet )?(?:know|sure)", "whether", "decide", "decision",
        "questions?")),
    _F("plain_cue", "reporting words that inform, estimate or concede", _cue(
        NEUTRAL, "according to", r"announc\w+", r"estimat\w+", r"acknowledg\w+", r"admit\w*", r"conced\w+",
        r"confirm\w*", r"predict\w*", r"caution\w*", r"thank\w*", "posted", r"recommend\w*", r"describ\w+")),
    _F("terms_cue", "reporting words of an offer or a demand", _cue_for_side(
        "wants?", "wanted", r"seek\w*", "sought", "ask(?:s|ed|ing)? for", r"demand\w*", r"propos\w+", r"offer\w*",
        "call(?:s|ed|ing)? (?:on|for)", r"insist\w*")),
    _F("charge_cue", "reporting words of accusation, dispute, defence", _cue_for_side(
        r"accus\w+", r"blam\w+", "call(?:ed|s|ing)?", r"disput\w+", "den(?:y|ies|ied)", r"argu\w+", r"critici\w+",
        r"contend\w*", r"warn\w*", r"defend\w*", r"charg\w+", r"complain\w*")),
    _F("terms", "figures of pay, premiums and hours", _quote_for_side(
        "percent", "raises?", "premiums?", r"salar\w+", "wages?", "stipends?", "steps?", "hourly", "pensions?",
        r"\d+ cents", r"[\d.]+%", r"\$[\d.,]+")),
    _F("names_opponent", "a side that speaks of the other side", _names_opponent),
    _F("bad_faith", "the other side stalls, refuses, hides", _quote_for_side(
        r"refus\w+", r"stall\w*", r"ignor\w+", r"reject\w*", r"threat\w*", "never", "bad faith", "instead",
        "walked (?:away|out)", "no (?:answer|interest|intention)", r"insult\w*", "lie[sd]?", "hid(?:e|den|ing)",
        "won't")),
    _F("own_effort", "good faith and effort of one's own", _quote_for_side(
        r"(?:we|we've|it|they|she|he)\b.{0,25}\b(?:moved|offered|listened|committed|ready|willing|"
        r"good faith|our part)")),
    _F("employer_money", "limits of budget and taxpayers", _quote(
        DISTRICT, r"budget\w*", "deficit", "reserves?", "fund balance", "taxpayers?", "tax", "levy", "revenue",
        "one-time", r"sustain\w+", "state aid", "enrollment", "layoffs?", r"solven\w+", "afford", "recurring",
        "shortfall")),
    _F("offer_praised", "the offer is generous, fair or final", _quote(
        DISTRICT, "generous", "best and final", "final offer", "fair offer", "competitive", "highest.paid",
        "among the (?:best|highest)", "average", "on the table", "already")),
    _F("strike_condemned", "the strike harms, breaks the law, must end", _quote(
        DISTRICT, r"illegal\w*", "unlawful", "against the law", "back (?:to|at) (?:work|class|the table)",
        r"back in (?:the |their )?class\w*", "end (?:the|this|its|their) (?:strike|walkout)", r"harm\w*", "hostage",
        r"irresponsib\w+", r"abandon\w*", "belong in")),
    _F("classroom_needs", "crowded classes, missing staff and supplies", _quote(
        UNION, "class sizes?", r"smaller class\w*", "caseloads?", "nurses?", "counselors?", "librarians?", "crowded",
        "planning (?:time|period)", "textbooks?", "mold", "supplies", "own pockets?", "aides?", "special education")),
    _F("worth", "respect, falling behind, leaving", _quote(
        UNION, r"(?:dis)?respect\w*", r"deserv\w+", "dignity", "living wage", "second job", "two jobs", "inflation",
        "rent", "groceries", "behind", "losing (?:teachers|people)", "(?:leave|leaving|left) for", "less than",
        "years without", "blame")),
    _F("solidarity", "support for those who strike", _quote(
        UNION, r"stand(?:s|ing)? (?:with|behind|together|by)", "solidarity", "support(?:s|ing)? (?:the|our|their|them)",
        "united", r"fight\w*", "proud", "right to strike")),
)
# fmt: on
"""All labelling functions, in the order of their columns in `votes`; developed on the written articles alone."""
