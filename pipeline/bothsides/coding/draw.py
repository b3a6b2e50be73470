"""The order in which units are drawn for coding: any beginning of it is a random sample."""

from __future__ import annotations

import hashlib
import heapq
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..errors import InputError
from ..estimation.design import FEWEST_PER_STRATUM


@dataclass(frozen=True)
class Draw:
    """What decides an order: the results it is of (their digest), the seed, and the column that makes the strata.

    An empty `by` means one stratum.
    """

    results: str
    seed: int
    by: str = ""


def draw_order(draw: Draw, strata: Mapping[str, str]) -> list[str]:
    """Put the ids of all units (keys) into the order in which they are drawn from their strata (values).

    Within a stratum the order is that of a hash of seed, results and id: random, and the same on every machine. The
    strata take turns so that after n draws each holds a share of about the square root of its size (power allocation,
    Bankier 1988), which gives small ones enough codes for figures of their own; no stratum gets a third unit before
    every one has two. As the turns do not depend on n, the first n of the order are the sample of size n.
    """
    members: dict[str, list[str]] = {}
    for id, stratum in strata.items():
        members.setdefault(stratum, []).append(id)
    queues = {stratum: sorted(ids, key=lambda id: _rank(draw, id)) for stratum, ids in members.items()}
    heap = [_turn(stratum, ids, 0) for stratum, ids in sorted(queues.items())]
    heapq.heapify(heap)
    order: list[str] = []
    while len(heap) > 1:
        stratum, taken = heap[0][2:]
        order.append(queues[stratum][taken])
        if taken + 1 < len(queues[stratum]):
            heapq.heapreplace(heap, _turn(stratum, queues[stratum], taken + 1))
        else:
            heapq.heappop(heap)
    for _, _, stratum, taken in heap:
        order += queues[stratum][taken:]
    return order


def check_size(n: int, strata: Mapping[str, str], by: str) -> None:
    """Raise `InputError` where a sample of n units cannot hold two of every stratum."""
    sizes: dict[str, int] = {}
    for stratum in strata.values():
        sizes[stratum] = sizes.get(stratum, 0) + 1
    needed = sum(min(FEWEST_PER_STRATUM, size) for size in sizes.values())
    if n < needed and not by:
        raise InputError(f"a sample of {n} is too small: it says nothing of how units differ; give -n {needed} or more")
    if n < needed:
        raise InputError(
            f"a sample of {n} is too small for {len(sizes)} values of {by!r}; give -n {needed} or more, or another --by"
        )


def inclusion_probabilities(sample: Sequence[str], strata: Mapping[str, str]) -> dict[str, float]:
    """Give the probability with which each unit of a sample was drawn: drawn units of its stratum over all of them."""
    drawn: dict[str, int] = {}
    sizes: dict[str, int] = {}
    for id in sample:
        drawn[strata[id]] = drawn.get(strata[id], 0) + 1
    for stratum in strata.values():
        sizes[stratum] = sizes.get(stratum, 0) + 1
    return {id: drawn[strata[id]] / sizes[strata[id]] for id in sample}


def _turn(stratum: str, ids: Sequence[str], taken: int) -> tuple[int, float, str, int]:
    """Say when a stratum's next turn is: first the rounds that all have, then by Sainte-Laguë's divisors."""
    first = taken if taken < FEWEST_PER_STRATUM else FEWEST_PER_STRATUM
    return first, (2 * taken + 1) / math.sqrt(len(ids)), stratum, taken


def _rank(draw: Draw, id: str) -> bytes:
    key = f"{draw.seed}\0{draw.results}\0{id}"
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()
