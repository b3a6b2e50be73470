from __future__ import annotations

import numpy as np

from bothsides.quotes.reading import Reading
from bothsides.quotes.tags import LABELS
from bothsides.quotes.windows import Tokens
from bothsides.stance.pooling import pooled, unit_spans
from bothsides.unit import QuoteUnit

WORDS = 12
SPANS = tuple((10 * i, 10 * i + 9) for i in range(WORDS))
HIDDEN = np.arange(WORDS * 2, dtype=np.float32).reshape(WORDS, 2)
READING = Reading(
    Tokens((5,) * WORDS, SPANS, (0,) * WORDS, (0,) * WORDS),
    np.zeros((WORDS, len(LABELS))),
    HIDDEN,
)


def unit(content: int, speaker: int | None, name: str, cue: int | None = None) -> QuoteUnit:
    return QuoteUnit(
        (SPANS[content],),
        "direct",
        cue=SPANS[cue] if cue is not None else None,
        speaker=SPANS[speaker] if speaker is not None else None,
        speaker_name=name,
    )


def test_a_source_is_all_its_mentions_and_no_others() -> None:
    units = [unit(0, 1, "Ann Lee"), unit(3, 4, "ann lee"), unit(6, 7, "Bo Ray"), unit(9, None, "Ann Lee")]
    found = unit_spans(units)
    assert found[0].source == found[1].source == found[3].source == (SPANS[1], SPANS[4])
    assert found[2].source == (SPANS[7],)
    assert unit_spans([unit(0, None, "")])[0].source == ()
    assert unit_spans([unit(0, 1, ""), unit(3, 4, "")])[0].source == (SPANS[1],)


def test_parts_are_means_of_their_tokens_and_missing_ones_are_zero() -> None:
    vectors = pooled(READING, [unit(0, 1, "Ann Lee", cue=2), unit(3, 4, "Ann Lee"), unit(5, None, "")])
    assert vectors.shape == (3, 6)
    source = (HIDDEN[1] + HIDDEN[4]) / 2
    assert vectors[0].tolist() == [*HIDDEN[0], *source, *HIDDEN[2]]
    assert vectors[1].tolist() == [*HIDDEN[3], *source, 0, 0]
    assert vectors[2].tolist() == [*HIDDEN[5], 0, 0, 0, 0]
    assert pooled(READING, []).shape == (0, 6)
