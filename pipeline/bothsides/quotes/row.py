"""A row of disjoint stretches of a text, searched by position in logarithmic time."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from typing import Generic, TypeVar

from ..article import Span

T = TypeVar("T")


class Row(Generic[T]):
    """Things that lie in a text in reading order and do not overlap, each at the span that `span_of` gives."""

    def __init__(self, items: Iterable[T], span_of: Callable[[T], Span]) -> None:
        self.items: Sequence[T] = list(items)
        spans = [span_of(item) for item in self.items]
        self._starts, self._ends = [s for s, _ in spans], [e for _, e in spans]

    def touching(self, span: Span) -> Sequence[T]:
        """Give the items that overlap a span or meet it at an edge."""
        return self.items[bisect_left(self._ends, span[0]) : bisect_right(self._starts, span[1])]

    def before(self, position: int) -> T | None:
        """Give the last item that ends at or before a position."""
        i = bisect_right(self._ends, position)
        return self.items[i - 1] if i else None

    def after(self, position: int) -> T | None:
        """Give the first item that starts at or after a position."""
        i = bisect_left(self._starts, position)
        return self.items[i] if i < len(self.items) else None
