from __future__ import annotations

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from bothsides.quotes.tags import (
    LABELS,
    ROLE_COLUMNS,
    ROLES,
    SIDE_COLUMNS,
    TAG_COLUMNS,
    TAGS,
    Tagged,
    best_paths,
    decode,
)
from bothsides.quotes.tags import stretches as stretches_of
from bothsides.unit import SPOKEN_FOR

LIKELY = st.floats(-20, 0, allow_nan=False)
SCORES = st.integers(0, 12).flatmap(lambda n: arrays(np.float64, (n, len(TAGS)), elements=LIKELY))
ALPHABETS = st.sampled_from([TAGS, ROLES])
PARTS = st.lists(
    st.integers(1, 4).flatmap(
        lambda n: st.tuples(
            arrays(np.float64, (n, 3), elements=LIKELY), arrays(np.int64, n, elements=st.integers(0, 2))
        )
    ),
    max_size=3,
)


def test_the_columns_part_the_labels():
    assert LABELS[TAG_COLUMNS] == TAGS
    assert len(LABELS[SIDE_COLUMNS]) == len(SPOKEN_FOR)
    assert len(LABELS[ROLE_COLUMNS]) == len(ROLES)


def test_stretches_end_where_the_kind_changes():
    path = [TAGS.index(t) for t in ("O", "B-cue", "B-cue", "I-cue", "B-speaker-left", "O")]
    assert stretches_of(path) == [Tagged("cue", 1, 1), Tagged("cue", 2, 3), Tagged("speaker-left", 4, 4)]


def test_an_inside_tag_alone_still_begins_a_stretch():
    assert stretches_of([TAGS.index("I-cue")]) == [Tagged("cue", 0, 0)]


def test_decoding_repairs_what_each_token_alone_gets_wrong():
    scores = np.full((3, len(TAGS)), -9.0)
    scores[0, TAGS.index("B-content-left")] = -0.1
    scores[1, TAGS.index("I-content-right")] = -0.5
    scores[1, TAGS.index("I-content-left")] = -0.9
    scores[2, TAGS.index("I-content-left")] = -0.1
    assert decode(scores) == [Tagged("content-left", 0, 2)]


def test_decoding_repairs_roles_too():
    scores = np.log([[0.5, 0.2, 0.3], [0.1, 0.1, 0.8], [0.9, 0.05, 0.05]])
    assert decode(scores, ROLES) == [Tagged("role", 0, 1)]


@given(PARTS, arrays(np.float64, 3, elements=LIKELY | st.just(-np.inf)), arrays(np.float64, (3, 3, 3), elements=LIKELY))
def test_no_path_scores_higher_than_the_best_one(parts, first, steps):
    """Each text has its own length and its own borders, and what other texts stand beside it changes nothing."""
    first[1] = 0

    def score(scores, between, path) -> float:
        there = sum(scores[i, tag] for i, tag in enumerate(path))
        stepped = zip(between[1:], itertools.pairwise(path), strict=True)
        return first[path[0]] + there + sum(steps[border, a, b] for border, (a, b) in stepped)

    found = best_paths(parts, first, steps)
    assert len(found) == len(parts)
    for (scores, between), path in zip(parts, found, strict=True):
        best = max(score(scores, between, p) for p in itertools.product(range(3), repeat=len(scores)))
        assert len(path) == len(scores) and np.isclose(score(scores, between, path), best)


@given(SCORES)
def test_decoded_stretches_are_ordered_disjoint_and_well_formed(scores):
    found = decode(scores)
    assert all(t.first <= t.last < len(scores) for t in found)
    assert all(a.last < b.first for a, b in itertools.pairwise(found))


@given(SCORES, ALPHABETS)
def test_no_well_formed_path_scores_higher_than_the_decoded_one(scores, tags):
    """Compare with an exhaustive search over the three best tags of each of the first five tokens."""
    scores = scores[:5, : len(tags)]
    if not len(scores):
        return
    best = max(
        (
            sum(scores[i, t] for i, t in enumerate(path))
            for path in itertools.product(*(np.argsort(-row)[:3] for row in scores))
            if all(
                not tags[b].startswith("I-") or (a is not None and tags[a][2:] == tags[b][2:])
                for a, b in zip((None, *path), path, strict=False)
            )
        ),
        default=-np.inf,
    )
    path = np.zeros(len(scores), dtype=int)
    for t in decode(scores, tags):
        path[t.first] = tags.index(f"B-{t.kind}")
        path[t.first + 1 : t.last + 1] = tags.index(f"I-{t.kind}")
    assert scores[np.arange(len(scores)), path].sum() >= best - 1e-9
