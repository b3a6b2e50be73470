from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from bothsides.annotated import read_annotated
from bothsides.article import Article
from bothsides.errors import ModelError
from bothsides.quotes.config import SplitterConfig
from bothsides.quotes.furniture import Furniture
from bothsides.quotes.reading import Reader
from bothsides.quotes.splitter import Splitter
from bothsides.quotes.tags import LABELS, SIDE_COLUMNS, TAG_COLUMNS
from bothsides.quotes.targets import targets
from bothsides.quotes.windows import tokenise, windows
from bothsides.unit import QuoteUnit

WRITTEN = sorted((Path(__file__).parents[1] / "seeds/written").glob("*.xml"))
CONFIG = SplitterConfig(window=126, stride=90)


class Oracle:
    """A tagger that knows the gold: what comes out wrong is then the fault of windows, linker or resolver."""

    def __init__(self, annotated, tokenizer):
        self.known = {}
        for a in annotated:
            tokens = tokenise(a.article, tokenizer)
            goal = targets(a.article, a.gold, tokens)
            for window in windows(tokens, CONFIG.window, CONFIG.stride, (101, 102)):
                rows = np.zeros((len(window.encoding), len(LABELS)), dtype=np.float32)
                for position, t in enumerate(window.tokens):
                    if t >= 0:
                        rows[position, TAG_COLUMNS.start + goal.tags[t]] = 20
                        if goal.sides[t] >= 0:
                            rows[position, SIDE_COLUMNS.start + goal.sides[t]] = 20
                self.known[window.encoding.ids] = rows

    def logits(self, ids, types, mask):
        out = np.zeros((*ids.shape, len(LABELS)), dtype=np.float32)
        for i, (row, there) in enumerate(zip(ids, mask, strict=True)):
            known = self.known[tuple(int(x) for x in row[: there.sum()])]
            out[i, : len(known)] = known
        return out


def test_a_perfect_tagger_gives_the_gold_units_back(tokenizer, no_transitions, no_furniture):
    annotated = [read_annotated(p) for p in WRITTEN[:12]]
    splitter = Splitter(Reader(Oracle(annotated, tokenizer), tokenizer, CONFIG, 512), no_transitions, no_furniture)
    done = []
    found = splitter.split([a.article for a in annotated], done.append)
    assert sum(done) == len(annotated)
    pairs = [(g, f) for a, units in zip(annotated, found, strict=True) for g, f in zip(a.gold, units, strict=True)]
    assert np.mean([g.start == f.start and g.cue == f.cue and g.speaker == f.speaker for g, f in pairs]) > 0.98
    assert np.mean([g.affiliation == f.affiliation for g, f in pairs]) > 0.95
    assert np.mean([g.speaker_name.split()[-1] == f.speaker_name.split()[-1] for g, f in pairs]) > 0.85


def test_what_stands_in_page_furniture_does_not_count(tokenizer, no_transitions, no_furniture):
    text = "It rained on the pickets.\n\nMORE: Board says no\n\nThe union will vote on the offer on Tuesday night."
    said, cue, speaker = ((text.index(w), text.index(w) + len(w)) for w in ("no\n", "says", "Board"))
    unit = QuoteUnit(((said[0], said[1] - 1),), "indirect", cue, speaker, "Board", "")
    annotated = [SimpleNamespace(article=Article("a", text), gold=[unit])]
    reader = Reader(Oracle(annotated, tokenizer), tokenizer, CONFIG, 512)
    counted = {
        label: Splitter(reader, no_transitions, furniture).split([annotated[0].article])[0]
        for label, furniture in {"all": no_furniture, "copy": Furniture({"first more": 9.0}, -1.0, 0.5)}.items()
    }
    assert [u.quote(text) for u in counted["all"]] == ["no"] and counted["copy"] == []


def test_an_article_without_text_has_no_units(tokenizer, no_transitions, no_furniture):
    splitter = Splitter(Reader(Oracle([], tokenizer), tokenizer, CONFIG, 512), no_transitions, no_furniture)
    assert splitter.split([Article("a", ""), Article("b", "\n\n \n")]) == [[], []]


def test_a_splitter_of_another_tag_set_is_refused(tmp_path, no_transitions, no_furniture):
    CONFIG.save(tmp_path)
    no_transitions.write(tmp_path / "transitions.json")
    no_furniture.write(tmp_path / "furniture.json")
    raw = json.loads((tmp_path / "splitter.json").read_text())
    for other in (raw | {"labels": ["O"]}, []):
        (tmp_path / "splitter.json").write_text(json.dumps(other))
        with pytest.raises(ModelError, match="another tag set"):
            Splitter.load(tmp_path, None, tmp_path)
    with pytest.raises(ModelError, match="cannot be read"):
        Splitter.load(tmp_path / "nowhere", None, tmp_path)
