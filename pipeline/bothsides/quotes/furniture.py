"""Page furniture: the paragraphs that copy from the web has and nobody says, such as link lines, captions and prompts.

A tagger reads `Union: offer "an insult"` as speech, and so it is, but of another article. What the lines have in common
is their form: no end mark, many capitals, a label in front, a credit. A logistic regression over words and forms knows
them (`stages.furniture`); whatever is tagged in such a paragraph does not count.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from ..article import Article
from ..errors import ModelError

FILE = "furniture.json"

_WORD = re.compile(r"\w+(?:[’']\w+)*")
_END = re.compile(r"([.!?:;,…])[\"'”’)\]]*$")
_LARGEST_EXPONENT = 700.0
_QUOTES = "\"”’'"
_TELLING = ("label", "bar", "bracket", "address")
# No more than three marks in a row: two runs of any length side by side would take time by the square of theirs.
_SIGNED_OR_TIMED = re.compile(
    r"[—–]\s?[A-Z]|\W{0,3}\d{1,2}[:.]\d{2}\W{0,3}(?:[ap]\.?m\b\.?)?\W{0,3}\w+ \w+ \w", re.IGNORECASE
)
_MARKED = re.compile(r"[^\w\s(\[<]|\d+[.)]\s")
_LENGTHS = (1, 2, 4, 7, 11, 16, 25, 40)
_FORMS = {
    "quotation mark": re.compile(r"[\"“”]"),
    "bar": re.compile(r"[|•→»]"),
    "address": re.compile(r"https?:|www\.|@|\.com"),
    "bracket": re.compile(r"[\[\]{}<>]"),
    "parenthesis": re.compile(r"[()]"),
    "label": re.compile(r"^\W*(?:\w+\W+){0,3}?\w+\s?[:|]"),
    "digit": re.compile(r"\d"),
}


@dataclass(frozen=True)
class Furniture:
    """What tells page furniture: the weight of each feature, a bias, and from which probability a paragraph is such."""

    weights: Mapping[str, float]
    bias: float
    threshold: float

    def probability(self, paragraph: str) -> float:
        """Give the probability that a paragraph is page furniture."""
        score = self.bias + math.fsum(self.weights.get(feature, 0.0) for feature in features(paragraph))
        return 1 / (1 + math.exp(min(-score, _LARGEST_EXPONENT)))

    def among(self, article: Article) -> frozenset[int]:
        """Give the indices of an article's paragraphs that are page furniture.

        Never the first one, which may be the article's own title, what a colon announces, and what is plainly copy (see
        `_plain`). None, where these hold more than half of the words: then they are the article, say a list of tweets.
        """
        paragraphs = [article.text[start:end] for start, end in article.paragraphs]
        found, announced = set(), False
        for i, (before, text) in enumerate(pairwise(paragraphs), start=1):
            # After a colon come tweets, quotations and lists of demands, whatever their form.
            goes_on = announced and _MARKED.match(text) and (text[0] == before[0] or text[0].isdigit())
            announced = bool((before.endswith(":") and (_MARKED.match(text) or "#" in text)) or goes_on)
            if not announced and not _plain(text) and self.probability(text) >= self.threshold:
                found.add(i)
        words = sum(len(paragraphs[i].split()) for i in found)
        return frozenset(found) if 2 * words <= article.words else frozenset()

    def write(self, path: Path) -> None:
        """Write the weights, sorted by feature."""
        table = {"threshold": self.threshold, "bias": self.bias, "weights": self.weights}
        path.write_text(json.dumps(table, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> Furniture:
        """Read what `write` wrote.

        Raises `ModelError` where it is missing or something else.
        """
        try:
            raw = json.loads(path.read_text(encoding="utf-8"))
            weights = {str(feature): float(weight) for feature, weight in raw["weights"].items()}
            return cls(weights, float(raw["bias"]), float(raw["threshold"]))
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise ModelError(f"{path}: the splitter's page furniture cannot be read; run `dvc repro`") from error


def _plain(paragraph: str) -> bool:
    """Tell whether a paragraph is plainly copy, however it is worded.

    It ends as a sentence does and has no label, bar, bracket or address; it announces something, with a colon at its
    end; it signs a quotation (`— NAME`); or it begins with the time of a live blog.
    """
    # The words of short lines mislead: `Teachers want smaller classes.` is worded like a headline.
    end = _END.search(paragraph)
    sentence = end and end[1] in ".!?…" and not any(_FORMS[form].search(paragraph) for form in _TELLING)
    return bool(sentence or paragraph.endswith(":") or _SIGNED_OR_TIMED.match(paragraph))


def features(paragraph: str) -> Iterator[str]:
    """Yield the features of a paragraph, each once: its words, which is first and last, its end mark, length, forms."""
    words = _WORD.findall(paragraph)
    lower = [word.lower() for word in words]
    yield from (f"word {word}" for word in dict.fromkeys(lower))
    if lower:
        yield f"first {lower[0]}"
        yield f"last {lower[-1]}"
    end = _END.search(paragraph)
    yield f"end {end[1] if end else paragraph[-1:] if paragraph[-1:] in _QUOTES else ''}"
    yield f"length {sum(len(words) > length for length in _LENGTHS)}"
    long = [word for word in words if len(word) > 3]
    yield f"capitals {5 * sum(word[0].isupper() for word in long) // max(1, len(long))}"
    if paragraph.isupper():
        yield "all capitals"
    yield from (f"form {name}" for name, form in _FORMS.items() if form.search(paragraph))
