"""Make a folder of mixed files as an export of a news archive looks: good, odd and broken ones, the same for a seed.

    python benchmarks/make_folder.py OUT --files 5000

writes the files under OUT/news and OUT/expected.json: how many articles and failures `bothsides predict OUT/news` must
account for, and how many files there are of each kind. The text is put together from paragraphs of `seeds/written`,
which were written for this project.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import html
import io
import json
import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from bothsides.annotated import parse_annotated
from bothsides.tables import write_json

ROOT = Path(__file__).parents[1]
OUTLETS = ("Marlow Tribune", "=Sum(Herald)", "The “Evening” Post", "-Courier", "Río Times")


class _Maker:
    """Makes the content of files; each method gives the bytes, and how many articles and failures they hold."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.written = [
            (path, parsed)
            for path in sorted((ROOT / "seeds/written").glob("*.xml"))
            if (parsed := parse_annotated(path.read_text(encoding="utf-8"))[0])
        ]

    def paragraphs(self) -> list[str]:
        """Choose a few paragraphs of a written article, in order."""
        article = self.chance.choice(self.written)[1].article
        every = [article.text[start:end] for start, end in article.paragraphs]
        first = self.chance.randrange(max(1, len(every) - 4))
        return every[first : first + self.chance.randint(2, 5)]

    def text(self) -> str:
        return "\n\n".join(self.paragraphs()) + "\n"

    def curly(self) -> str:
        """An article whose text cannot be ASCII."""
        return "“We wait – café doors stay shut,” said Ms. Zoë Ray.\n\n" + self.text()

    def plain(self) -> tuple[bytes, int, int]:
        return self.text().encode(), 1, 0

    def crlf(self) -> tuple[bytes, int, int]:
        return self.text().replace("\n", "\r\n").encode("utf-8-sig"), 1, 0

    def windows(self) -> tuple[bytes, int, int]:
        return self.curly().encode("cp1252", "replace"), 1, 0

    def utf16(self) -> tuple[bytes, int, int]:
        return self.curly().encode(self.chance.choice(("utf-16", "utf-16-le"))), 1, 0

    def escapes(self) -> tuple[bytes, int, int]:
        return (self.text() + '\n"\x1b[31m=HYPERLINK(1)," the union said.\n').encode(), 1, 0

    def long(self) -> tuple[bytes, int, int]:
        return " ".join(self.paragraphs() * 8).encode(), 1, 0

    def packed(self) -> tuple[bytes, int, int]:
        return gzip.compress(self.text().encode(), mtime=0), 1, 0

    def page(self) -> tuple[bytes, int, int]:
        body = "".join(f"<p>{html.escape(p)}</p>\n" for p in self.paragraphs() + self.paragraphs())
        charset = self.chance.choice(("utf-8", "windows-1252"))
        head = f'<head><meta charset="{charset}"><title>Strike</title><script>alert(1)</script></head>'
        page = f"<html>{head}<body><nav><a href=x>Home</a></nav><article><h1>Strike</h1>{body}</article></body></html>"
        return page.encode(charset, "xmlcharrefreplace"), 1, 0

    def annotated(self) -> tuple[bytes, int, int]:
        return min((self.chance.choice(self.written)[0] for _ in range(6)), key=_size).read_bytes(), 1, 0

    def records(self) -> tuple[list[dict[str, str]], int]:
        """Make some rows of a table, and say how many of them are empty."""
        rows = []
        for _ in range(self.chance.randint(1, 4)):
            rows.append(
                {
                    "id": self.chance.choice(("", f"a{self.chance.randrange(10**6)}", "../../x", "same")),
                    "outlet": self.chance.choice(OUTLETS),
                    "text": self.text() if self.chance.random() < 0.9 else " \n",
                }
            )
        return rows, sum(not row["text"].strip() for row in rows)

    def csv(self, delimiter: str = ",") -> tuple[bytes, int, int]:
        rows, empty = self.records()
        file = io.StringIO()
        writer = csv.DictWriter(file, ["id", "outlet", "text"], delimiter=delimiter, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        broken = self.chance.random() < 0.2
        if broken:
            file.write(delimiter.join(["too", "many", "fields", "here"]) + "\n")
        return file.getvalue().encode(), len(rows) - empty, empty + broken

    def tsv(self) -> tuple[bytes, int, int]:
        return self.csv("\t")

    def packed_csv(self) -> tuple[bytes, int, int]:
        data, articles, failures = self.csv()
        return gzip.compress(data, mtime=0), articles, failures

    def jsonl(self) -> tuple[bytes, int, int]:
        rows, empty = self.records()
        lines = [json.dumps(row) for row in rows]
        odd = self.chance.choice(([], ["{broken"], ["[1]", '{"text": 5}'], ['{"text": "half \\ud800"}'], [""]))
        return "\n".join(lines + odd).encode(), len(rows) - empty, empty + sum(bool(line) for line in odd)

    def packed_jsonl(self) -> tuple[bytes, int, int]:
        data, articles, failures = self.jsonl()
        return gzip.compress(data, mtime=0), articles, failures

    def parquet(self) -> tuple[bytes, int, int]:
        import pyarrow
        from pyarrow.parquet import write_table

        rows, empty = self.records()
        file = io.BytesIO()
        write_table(pyarrow.Table.from_pylist(rows), file)
        return file.getvalue(), len(rows) - empty, empty

    def empty(self) -> tuple[bytes, int, int]:
        return self.chance.choice((b"", b" \n\t\n")), 0, 1

    def binary(self) -> tuple[bytes, int, int]:
        return b"\x89PNG\r\n\x1a\n" + self.chance.randbytes(400), 0, 1

    def damaged(self) -> tuple[bytes, int, int]:
        return "Ça a été très dur, a dit l’enseignante à l’école.".encode() + b"\xff\n", 0, 1

    def no_text(self) -> tuple[bytes, int, int]:
        return b"<html><body><img src=x></body></html>", 0, 1

    def broken_packed(self) -> tuple[bytes, int, int]:
        return self.packed()[0][:-20], 0, 1

    def bomb(self) -> tuple[bytes, int, int]:
        return gzip.compress(b"0" * (8 << 20), mtime=0), 0, 1

    def entities(self) -> tuple[bytes, int, int]:
        return b'<!DOCTYPE a [<!ENTITY x "ha">]><article id="a"><body><p>&x;</p></body></article>', 0, 1

    def wrong_columns(self) -> tuple[bytes, int, int]:
        return b"url,body\nu,Text.\n", 0, 1


def new_maker(chance: random.Random) -> _Maker:
    """Read the written articles that the texts are made of."""
    return _Maker(chance)


def kinds(maker: _Maker) -> dict[str, tuple[int, str, Callable[[], tuple[bytes, int, int]]]]:
    """Give each kind of file its share, its suffix and what makes it."""
    return {
        "plain": (40, ".txt", maker.plain),
        "markdown": (4, ".md", maker.plain),
        "upper-case suffix": (1, ".TXT", maker.plain),
        "carriage returns": (4, ".txt", maker.crlf),
        "windows-1252": (5, ".txt", maker.windows),
        "utf-16": (3, ".txt", maker.utf16),
        "terminal escapes": (1, ".txt", maker.escapes),
        "long": (1, ".txt", maker.long),
        "packed": (4, ".txt.gz", maker.packed),
        "html": (9, ".html", maker.page),
        "annotated": (1, ".xml", maker.annotated),
        "csv": (4, ".csv", maker.csv),
        "tsv": (2, ".tsv", maker.tsv),
        "packed csv": (1, ".csv.gz", maker.packed_csv),
        "jsonl": (4, ".jsonl", maker.jsonl),
        "packed jsonl": (1, ".jsonl.gz", maker.packed_jsonl),
        "parquet": (2, ".parquet", maker.parquet),
        "empty": (2, ".txt", maker.empty),
        "empty table": (1, ".csv", maker.empty),
        "binary": (1, ".txt", maker.binary),
        "damaged utf-8": (1, ".txt", maker.damaged),
        "html without text": (1, ".html", maker.no_text),
        "broken gzip": (1, ".txt.gz", maker.broken_packed),
        "bomb": (1, ".jsonl.gz", maker.bomb),
        "no parquet": (1, ".parquet", maker.binary),
        "entities": (1, ".xml", maker.entities),
        "wrong columns": (1, ".csv", maker.wrong_columns),
        "unknown format": (1, ".docx", maker.binary),
        "no suffix": (1, "", maker.binary),
    }


def names(chance: random.Random) -> Iterator[str]:
    """Give names as people give them; the same name comes again in other folders."""
    odd = ("=cmd", "a b", "[1]", "Änderung", "-rf", "x" * 120, "'quote'", "100%", "two\nlines")
    number = 0
    while True:
        number += 1
        yield chance.choice(odd) if chance.random() < 0.03 else f"story-{number % 1500:04}"


def main() -> None:
    """Make the folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--files", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=13)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    news = options.out / "news"
    shutil.rmtree(news, ignore_errors=True)
    table = kinds(_Maker(chance))
    count, articles, failures = Counter[str](), 0, 0
    name = names(chance)
    while sum(count.values()) < options.files:
        kind = chance.choices(list(table), [share for share, _, _ in table.values()])[0]
        _, suffix, make = table[kind]
        path = news / f"{chance.randrange(2000, 2025)}" / f"{chance.randrange(12):02}" / (next(name) + suffix)
        if path.exists():
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        data, good, bad = make()
        path.write_bytes(data)
        count[kind] += 1
        articles, failures = articles + good, failures + bad
    (news / ".hidden.txt").write_text("Nobody reads this.")
    (news / "empty-folder").mkdir()
    write_json(options.out / "expected.json", {"articles": articles, "failures": failures, "files": dict(count)})
    print(f"{sum(count.values())} files, {articles} articles, {failures} failures expected: {options.out / 'news'}")


def _size(path: Path) -> int:
    return path.stat().st_size


if __name__ == "__main__":
    main()
