"""Feed odd articles and odd files to `bothsides predict`'s own code, and count what it did not foresee.

    python benchmarks/fuzz.py --articles 5000 --files 5000 [--stand-in]

Articles are put together from words, marks, controls and rare characters, and from altered articles of `seeds/written`.
Files are those of `make_folder.py`, with bytes altered, cut, doubled or exchanged. A crash is an exception, also one
that is caught and becomes a failure with its name; or a result that breaks its promise: an input without a record, or
a quote that is not the text of its spans. Uses the bundle that `bothsides predict` would use, or the tests' model
without weights (`--stand-in`); exits 1 after a crash.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import make_folder

from bothsides.predict.predictor import Predictor
from bothsides.predict.read import items_of
from bothsides.predict.source import Item, ReadOptions, SourceArticle
from bothsides.predict.work import classify

WORDS = [
    "said",
    "told",
    "union",
    "district",
    "the",
    "she",
    "who",
    "Ms.",
    "Dr.",
    "according",
    "to",
    "“No”",
    "$3.1",
    "O'Neil",
]
MARKS = list("\"'“”‘’«»„‚`´()[]{}—–-…,.;:!?/\\|<>&=+@#%*_~^")
SPACES = [" "] * 8 + ["\n", "\n\n", "\r\n", "\t", "\u00a0", "\u2028", "\x0b", ""]
RARE = [
    "\0",
    "\x1b[31m",
    "\ufeff",
    "\u202e",
    "\u0301",
    "👩‍🏫",
    "漢字",
    "ﬁ",
    "İ",
    "ß",
    "\U0001f1fa",
    "x" * 300,
    "é" * 40,
    "\ufffd",
]
UNFORESEEN = re.compile(r"cannot be (parsed|read|classified) \((\w+(?:Error|Exception|Iteration|Interrupt)\w*)\)")
AT_ONCE = 40


def odd_text(chance: random.Random, written: list[str]) -> str:
    """Make a text that no newspaper prints."""
    if chance.random() < 0.4:
        text = chance.choice(written)
        at = chance.randrange(len(text))
        text = text[at : at + chance.randint(1, 900)]
        for _ in range(chance.randint(0, 12)):
            at = chance.randrange(len(text) + 1)
            text = text[:at] + chance.choice(MARKS + RARE + SPACES) + text[at + chance.randint(0, 3) :]
        return text
    pools = chance.choices((WORDS, MARKS, RARE), weights=(6, chance.randint(0, 6), chance.randint(0, 2)), k=200)
    return "".join(chance.choice(p) + chance.choice(SPACES) for p in pools[: chance.randint(1, 200)])


def altered(chance: random.Random, data: bytes) -> bytes:
    """Alter bytes of a file in one of the ways in which files go bad."""
    for _ in range(chance.randint(0, 4)):
        at = chance.randrange(len(data) + 1)
        size = chance.choice((1, 1, 2, 8, 400))
        match chance.randrange(5):
            case 0:
                data = data[:at] + chance.randbytes(size) + data[at + size :]
            case 1:
                data = data[:at] + data[at + size :]
            case 2:
                data = data[:at] + chance.choice((b'"', b"\n", b"\0", b"<", b"\xff", b",", b"{")) + data[at:]
            case 3:
                data = data[: at + 1]
            case 4:
                data = data + data[at:]
    return data


class Fuzz:
    """Works through odd inputs and keeps the crashes."""

    def __init__(self) -> None:
        self.predictor = Predictor.load()
        self.inputs = self.articles = self.quotes = 0
        self.failures = Counter[str]()
        self.crashes: list[str] = []

    def feed(self, items: list[Item], what: str) -> None:
        """Classify items and look at every record."""
        try:
            records = classify(self.predictor, items)
        except Exception as error:
            self.crashes.append(f"{what}: {type(error).__name__}: {error}")
            return
        self.inputs += len(items)
        if len(records) != len(items):
            self.crashes.append(f"{what}: {len(items)} inputs, {len(records)} records")
        for item, record in zip(items, records, strict=False):
            if failure := record.get("failure"):
                self.failures[failure["reason"].split(" (")[0][:40]] += 1
                if UNFORESEEN.search(failure["reason"]):
                    self.crashes.append(f"{what}: {failure}")
                continue
            self.articles += 1
            text = item.text if isinstance(item, SourceArticle) else record.get("text")
            for row in record["quotes"]:
                self.quotes += 1
                if text is not None and row["quote"] != " ... ".join(text[start:end] for start, end in row["spans"]):
                    self.crashes.append(f"{what}: a quote is not the text of its spans: {row}")


def main() -> int:
    """Feed articles, then files, and report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=5000)
    parser.add_argument("--files", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=13)
    parser.add_argument("--stand-in", action="store_true")
    options = parser.parse_args()
    if options.stand_in:
        import stand_in  # noqa: F401 (puts it in the place of the model)
    chance, fuzz, start = random.Random(options.seed), Fuzz(), time.monotonic()
    maker = make_folder.new_maker(chance)
    written = [parsed.article.text for _, parsed in maker.written]
    for at in range(0, options.articles, AT_ONCE):
        count = min(AT_ONCE, options.articles - at)
        fuzz.feed([SourceArticle(f"a{i}", odd_text(chance, written)) for i in range(count)], f"articles {at}")
    table = list(make_folder.kinds(maker).items())
    with tempfile.TemporaryDirectory() as folder:
        for number in range(options.files):
            kind, (_, suffix, make) = chance.choice(table)
            path = Path(folder) / f"f{number}{suffix}"
            path.write_bytes(altered(chance, make()[0]))
            try:
                items = list(items_of(path, ReadOptions()))
            except Exception as error:
                fuzz.crashes.append(f"{kind} {number}: {type(error).__name__}: {error}")
                continue
            if not items:
                fuzz.crashes.append(f"{kind} {number}: no item, so it is not accounted for")
            fuzz.feed(items, f"{kind} {number}")
            path.unlink()
    for crash in fuzz.crashes[:20]:
        print(crash)
    print(
        f"{options.articles} articles and {options.files} files (seed {options.seed}): {fuzz.inputs} inputs,", end=" "
    )
    print(f"{fuzz.articles} classified, {fuzz.quotes} quote units, {sum(fuzz.failures.values())} failures named:")
    print("  " + ", ".join(f"{n} {reason}" for reason, n in fuzz.failures.most_common(12)))
    print(f"crashes: {len(fuzz.crashes)}, in {time.monotonic() - start:.0f} s")
    return 1 if fuzz.crashes else 0


if __name__ == "__main__":
    sys.exit(main())
