"""Inputs in, chunks of them through an engine, their records into the journal; what is done is not done again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from ..errors import InputError
from .journal import Journal
from .predictor import CHUNK_ARTICLES, CHUNK_CHARACTERS, FIRST_CHUNK
from .read import Source, UniqueIds, items_of
from .source import Document, Item, ReadOptions, SourceArticle
from .stamps import Stamp, check_unchanged, stamp_of
from .work import Engine, Record, Task, name_record

_SHARES = 2


@dataclass
class _Chunk:
    """Items that are worked on together, and how many of them are of which source."""

    items: list[Item] = field(default_factory=list)
    stamps: list[tuple[Stamp, int]] = field(default_factory=list)
    characters: int = 0

    def add(self, stamp: Stamp, item: Item) -> None:
        self.items.append(item)
        if self.stamps and self.stamps[-1][0] == stamp:
            self.stamps[-1] = stamp, self.stamps[-1][1] + 1
        else:
            self.stamps.append((stamp, 1))
        if isinstance(item, Document):
            self.characters += len(item.data)
        elif isinstance(item, SourceArticle):
            self.characters += len(item.text)


def run(
    sources: Iterable[Source],
    options: ReadOptions,
    journal: Journal,
    engine: Engine,
    total: int,
    jobs: int = 1,
    seen: Callable[[Record], None] = lambda record: None,
) -> None:
    """Work through what the journal does not hold yet, and enter it; `seen` is called with each new record in order.

    `sources` are all inputs, those that are done too. `total` (about how many items there are) and `jobs` decide how
    large chunks are; no result depends on that.

    Raises `InputError` where an input that is done is another one now, or the disk refuses.
    """
    names = UniqueIds()
    for record in journal.records():
        name_record(record, names)
    waiting: list[_Chunk] = []

    def tasks() -> Iterator[Task]:
        for chunk in _chunks(_left(sources, options, journal), total - journal.items, jobs):
            waiting.append(chunk)
            yield chunk.items

    for records in engine(tasks()):
        chunk = waiting.pop(0)
        for record in records:
            name_record(record, names)
        journal.add(records, chunk.stamps)
        for record in records:
            seen(record)


def _left(sources: Iterable[Source], options: ReadOptions, journal: Journal) -> Iterator[tuple[Stamp, Item]]:
    """Yield the items that are not done yet, after a look at each source that is."""
    left = iter(sources)
    last: tuple[Source, Stamp, int] | None = None
    for stamp, count in journal.stamps():
        source = next(left, None)
        if source is None:
            raise InputError(
                f"fewer inputs than when the run began: {stamp.name} is gone; start again with --overwrite"
            )
        check_unchanged(source, stamp)
        last = source, stamp, count
    if last:  # a table, of which the run may have seen a part only
        source, stamp, count = last
        for number, item in enumerate(items_of(source, options)):
            if number >= count:
                yield stamp, item
    for source in left:
        stamp = stamp_of(source)
        for item in items_of(source, options):
            yield stamp, item


def _chunks(items: Iterable[tuple[Stamp, Item]], total: int, jobs: int) -> Iterator[_Chunk]:
    """Gather chunks: small ones first, for results to come soon, and last, for all workers to end together."""
    chunk, number, given = _Chunk(), 0, 0
    size = FIRST_CHUNK
    for stamp, item in items:
        chunk.add(stamp, item)
        if len(chunk.items) >= size or chunk.characters >= CHUNK_CHARACTERS:
            yield chunk
            number, given = number + 1, given + len(chunk.items)
            growing = FIRST_CHUNK << min(number // jobs, 10)
            share = (total - given) // (_SHARES * jobs) if jobs > 1 else CHUNK_ARTICLES
            size = min(CHUNK_ARTICLES, growing, max(FIRST_CHUNK, share))
            chunk = _Chunk()
    if chunk.items:
        yield chunk
