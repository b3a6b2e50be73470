"""Stage furniture: learns to tell page furniture from the paragraphs of articles; see `quotes.furniture`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..article import Article
from ..errors import InputError
from ..params import FurnitureParams, Params
from ..quotes.furniture import FILE, Furniture, features
from ..tables import annotated_articles, write_json
from ..unit import QuoteUnit

_DIGITS = 5
_END_MARK = re.compile(r"[.!?]([\"'”’)\]]*)$")
_TRANSCRIPTS = ("{name}: {said}", "{last}: “{said}”", "{capitals}: {said}", '{name}: "{said}"', "“{said}” —{name}")
_ENDS = frozenset(".!?:;,…\"'”’)")


@dataclass(frozen=True)
class Copy:
    """Paragraphs of articles: in which somebody speaks, in which nobody does, and speech as transcripts have it."""

    speech: list[str]
    narration: list[str]
    transcript: list[str]


def main(root: Path, params: Params) -> None:
    """Fit on the training lines and articles, and count on the validation ones what is told apart.

    Raises `InputError` where the lines are missing.
    """
    parts = {split: annotated_articles(root, split) for split in ("train", "validation")}
    lines = {split: read_lines(root / f"seeds/furniture/{split}.txt") for split in parts}
    furniture = fitted(lines["train"], copy_of(parts["train"]), params.furniture)
    furniture.write(root / "models" / FILE)
    write_json(root / "reports/furniture.json", summary(furniture, lines["validation"], copy_of(parts["validation"])))


def read_lines(path: Path) -> list[str]:
    """Read lines of page furniture, one a line of the file; blank lines do not count.

    Raises `InputError` where the file is missing or empty.
    """
    try:
        lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise InputError(f"{path}: the lines of page furniture cannot be read ({why})") from error
    if not lines:
        raise InputError(f"{path}: holds no lines of page furniture; write one a line")
    return lines


def copy_of(annotated: Sequence[tuple[Article, Sequence[QuoteUnit]]]) -> Copy:
    """Sort the paragraphs of annotated articles, and put their direct quotations into the forms of transcripts.

    A paragraph in which nobody speaks and which has no end mark may be a heading, and is left out.
    """
    copy = Copy([], [], [])
    for article, units in annotated:
        spoken = [start for unit in units for start, _ in (*unit.spans, *([unit.cue] if unit.cue else []))]
        for start, end in article.paragraphs:
            text = article.text[start:end]
            if any(start <= at < end for at in spoken):
                copy.speech.append(text)
            elif text[-1] in _ENDS:
                copy.narration.append(text)
        for unit in units:
            if unit.type == "direct" and unit.speaker_name:
                form = _TRANSCRIPTS[len(copy.transcript) % len(_TRANSCRIPTS)]
                name = unit.speaker_name
                copy.transcript.append(
                    form.format(name=name, last=name.split()[-1], capitals=name.upper(), said=unit.quote(article.text))
                )
    return copy


def fitted(lines: Sequence[str], copy: Copy, how: FurnitureParams) -> Furniture:
    """Fit the logistic regression of lines of page furniture against paragraphs of copy.

    Speech counts once more without its end mark: untidy copy loses marks, and speech must not go with them.
    """
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.linear_model import LogisticRegression

    others = [*copy.speech, *map(unmarked, copy.speech), *copy.narration, *copy.transcript]
    texts = [*lines, *others]
    frequency = Counter(feature for text in texts for feature in features(text))
    kept = sorted(feature for feature, count in frequency.items() if count >= how.occurrences)
    counted = CountVectorizer(analyzer=lambda text: list(features(text)), vocabulary=kept).transform(texts)
    model = LogisticRegression(C=how.regularisation, max_iter=1000)
    model.fit(counted, [1] * len(lines) + [0] * len(others))
    weights = {f: round(float(w), _DIGITS) for f, w in zip(kept, model.coef_[0], strict=True)}
    return Furniture(weights, round(float(model.intercept_[0]), _DIGITS), how.threshold)


def unmarked(paragraph: str) -> str:
    """Take the end mark off a paragraph; closing quotation marks stay."""
    return _END_MARK.sub(r"\1", paragraph)


def summary(furniture: Furniture, lines: Sequence[str], copy: Copy) -> dict[str, float]:
    """Tell which share of the lines is recognised, and which of the paragraphs of speech is mistaken for such lines."""

    def share(texts: Sequence[str]) -> float:
        return round(sum(furniture.probability(t) >= furniture.threshold for t in texts) / max(1, len(texts)), 6)

    return {
        "lines": len(lines),
        "recall": share(lines),
        "speech": len(copy.speech),
        "mistaken": share(copy.speech),
        "mistaken_without_end_mark": share([unmarked(text) for text in copy.speech]),
        "mistaken_in_transcripts": share(copy.transcript),
    }
