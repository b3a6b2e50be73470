from __future__ import annotations

import itertools
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from bothsides.annotated import read_annotated
from bothsides.article import Article
from bothsides.errors import ModelError
from bothsides.params import TransitionsParams, load_params
from bothsides.quotes.tags import TAGS, Tagged, decode
from bothsides.quotes.transitions import BORDERS, Transitions, borders, paragraph_edges
from bothsides.quotes.windows import Tokens, tokenise
from bothsides.stages.transitions import learnt

ROOT = Path(__file__).parents[1]
PARAMS = load_params(ROOT / "params.yaml")
LIKELY = st.floats(-20, 0, allow_nan=False)
PARAGRAPHS = st.lists(st.integers(1, 6), max_size=4).flatmap(
    lambda sizes: st.tuples(st.just(sizes), arrays(np.float64, (sum(sizes), len(TAGS)), elements=LIKELY))
)
STEPS = arrays(np.float64, (len(BORDERS), len(TAGS), len(TAGS)), elements=st.floats(-9, 9), fill=st.just(0.0))


def words(sizes: list[int]) -> tuple[str, Tokens]:
    """Paragraphs of so many words of one letter."""
    text = "\n\n".join(" ".join("w" * size) for size in sizes)
    spans = tuple((i, i + 1) for i, letter in enumerate(text) if letter == "w")
    numbers = tuple(n for n, size in enumerate(sizes) for _ in range(size))
    return text, Tokens((7,) * len(spans), spans, (0,) * len(spans), numbers)


def well_formed(path: tuple[int, ...]) -> bool:
    return all(
        not TAGS[b].startswith("I-") or (a is not None and TAGS[a][1:] == TAGS[b][1:])
        for a, b in itertools.pairwise((None, *path))
    )


@given(PARAGRAPHS)
def test_without_weight_each_paragraph_is_decoded_as_by_the_tagger_alone(no_transitions, given):
    sizes, scores = given
    found, at = [], 0
    for size in sizes:
        found += [Tagged(t.kind, at + t.first, at + t.last) for t in decode(scores[at : at + size])]
        at += size
    assert no_transitions.decode(*words(sizes), scores) == found


@given(arrays(np.float64, (3, len(TAGS)), elements=LIKELY), STEPS)
def test_no_well_formed_sequence_scores_higher(scores, steps):
    transitions = Transitions(np.zeros(len(TAGS)), steps)

    def score(path: tuple[int, ...]) -> float:
        return sum(scores[i, t] for i, t in enumerate(path)) + sum(steps[-1, a, b] for a, b in itertools.pairwise(path))

    best = max(score(p) for p in itertools.product(range(len(TAGS)), repeat=3) if well_formed(p))
    path = [0, 0, 0]
    for t in transitions.decode(*words([3]), scores):
        path[t.first : t.last + 1] = [TAGS.index(f"B-{t.kind}"), *[TAGS.index(f"I-{t.kind}")] * (t.last - t.first)]
    assert score(tuple(path)) == pytest.approx(best)


def test_a_paragraph_begins_by_its_own_scores_and_steps_over_its_own_borders():
    text = "w w\n\nw, w w"
    spans = tuple((i, i + 1) for i, letter in enumerate(text) if letter in "w,")
    tokens = Tokens((7,) * 6, spans, (0,) * 6, (0, 0, 1, 1, 1, 1))
    cue, inside = TAGS.index("B-cue"), TAGS.index("I-cue")
    first, steps = np.zeros(len(TAGS)), np.zeros((len(BORDERS), len(TAGS), len(TAGS)))
    first[cue] = 1.0
    steps[BORDERS.index("before a comma"), cue, inside] = 2.0
    steps[BORDERS.index("after a comma"), inside, 0] = 2.0
    scores = np.full((6, len(TAGS)), -9.0)
    scores[:, 0], scores[:, cue], scores[:, inside] = -0.1, -0.6, -1.0
    found = Transitions(first, steps).decode(text, tokens, scores)
    assert found == [Tagged("cue", 0, 0), Tagged("cue", 2, 3)]


@given(PARAGRAPHS, STEPS)
def test_what_other_paragraphs_say_changes_nothing(given, steps):
    sizes, scores = given
    transitions = Transitions(np.zeros(len(TAGS)), steps)
    together, at, apart = transitions.decode(*words(sizes), scores), 0, []
    for size in sizes:
        alone = transitions.decode(*words([size]), scores[at : at + size])
        apart += [Tagged(t.kind, at + t.first, at + t.last) for t in alone]
        at += size
    assert together == apart


def test_a_hole_that_no_article_has_is_closed(no_transitions):
    inside = [TAGS.index("B-content-right"), *[TAGS.index("I-content-right")] * 5]
    paragraphs = [np.array([0, 0, *inside, 0]), np.zeros(60, dtype=np.int64)] * 20
    between = [np.full(len(p), len(BORDERS) - 1) for p in paragraphs]
    scores = np.full((9, len(TAGS)), -8.0)
    for i, tag in enumerate([0, 0, *inside, 0]):
        scores[i, tag] = -0.1
    scores[4:6] = -8.0
    scores[4, 0], scores[4, inside[1]] = -0.5, -1.0
    scores[5, inside[0]], scores[5, inside[1]] = -0.5, -1.0
    whole = [Tagged("content-right", 2, 7)]
    assert no_transitions.decode(*words([9]), scores) == [Tagged("content-right", 2, 3), Tagged("content-right", 5, 7)]
    assert learnt(zip(paragraphs, between, strict=True), PARAMS.transitions).decode(*words([9]), scores) == whole


def test_the_border_before_each_token_is_told(tokenizer, no_transitions):
    article = Article("a", 'Lee said "unaffordability, now." Talks - long - go on.\n\nKim left.')
    tokens = tokenise(article, tokenizer)
    told = {}
    for i, number in enumerate(borders(article.text, tokens)):
        told.setdefault(BORDERS[number], []).append(article.text[slice(*tokens.spans[i])])
    assert told["before a quotation mark"] == ['"', '"']
    assert told["before a comma"] == [","] and told["after a comma"] == ["now"]
    assert told["before the end of a sentence"] == [".", ".", "."]
    assert told["beside another mark"] == ["-", "long", "-", "go"]
    assert told["after a quotation mark"][-1] == "Talks"
    assert len(told["within a word"]) >= 2 and "said" in told["between words"]
    first, second = paragraph_edges(tokens)
    assert first[0] == 0 and first[1] == second[0] and second[1] == len(tokens)
    text, tokens = words([])
    assert paragraph_edges(tokens) == no_transitions.decode(text, tokens, np.zeros((0, len(TAGS)))) == []


def test_scores_are_weighted_mutual_information_of_two_tags_in_a_row():
    cue = TAGS.index("B-cue")
    rows = [(np.array([0, cue, 0, 0]), np.array([8, 8, 8, 4]))] * 50
    one = learnt(rows, TransitionsParams(weight=1, smoothing=0.01))
    # At border 8 there are 50 steps from O to a cue and 50 back: each tag is twice as likely as elsewhere there.
    assert one.steps[8, 0, cue] == pytest.approx(np.log(2), abs=0.2) and one.steps[8, cue, 0] > 0.5
    assert one.steps[8, cue, cue] < -2 and one.first[0] > 0 > one.first[cue]
    half = learnt(rows, TransitionsParams(weight=0.5, smoothing=0.01))
    assert np.allclose(half.steps, one.steps / 2) and np.allclose(half.first, one.first / 2)
    shared = learnt(rows, TransitionsParams(weight=1, smoothing=1000))
    assert abs(shared.steps[0, 0, cue]) < abs(one.steps[8, cue, cue]) and np.isfinite(shared.steps).all()


def test_the_stage_repeats_and_its_file_comes_back(tiny_project, tmp_path):
    from bothsides.stages import transitions

    made = tiny_project.root / "models/transitions.json"
    table = Transitions.read(made)
    table.write(tmp_path / "again.json")
    assert (tmp_path / "again.json").read_bytes() == made.read_bytes()
    assert np.isfinite(table.steps).all() and table.steps.shape == (len(BORDERS), len(TAGS), len(TAGS))
    begin, inside, other = (TAGS.index(t) for t in ("B-content-left", "I-content-left", "B-content-right"))
    assert table.steps[-1, begin, inside] > table.steps[-1, begin, other] + 0.5
    before = made.read_bytes()
    transitions.main(tiny_project.root, tiny_project.params)
    assert made.read_bytes() == before


def test_the_transitions_of_another_tag_set_are_refused(no_transitions, tmp_path):
    path = tmp_path / "transitions.json"
    with pytest.raises(ModelError, match="cannot be read"):
        Transitions.read(path)
    no_transitions.write(path)
    raw = json.loads(path.read_text())
    for other in (raw | {"tags": ["O"]}, raw | {"borders": ["O"]}, []):
        path.write_text(json.dumps(other))
        with pytest.raises(ModelError, match="another tag set"):
            Transitions.read(path)


def test_the_gold_tags_of_the_corpus_survive_the_scores(tokenizer, no_transitions):
    """A tagger that is sure is believed: no step that annotators write is forbidden."""
    from bothsides.quotes.targets import targets

    paths = sorted((ROOT / "seeds/written").glob("*.xml"))[:40]
    read = [(a.article, a.gold, tokenise(a.article, tokenizer)) for a in map(read_annotated, paths)]
    tags = [np.array(targets(article, gold, tokens).tags) for article, gold, tokens in read]
    parts = [
        (t[a:b], borders(article.text, tokens)[a:b])
        for (article, _, tokens), t in zip(read[:30], tags, strict=False)
        for a, b in paragraph_edges(tokens)
    ]
    transitions = learnt(parts, replace(PARAMS.transitions, weight=1))
    for (article, _, tokens), t in list(zip(read, tags, strict=True))[30:]:
        sure = np.full((len(tokens), len(TAGS)), -20.0)
        sure[np.arange(len(tokens)), t] = 0
        assert transitions.decode(article.text, tokens, sure) == no_transitions.decode(article.text, tokens, sure)
