"""How many codes an interval of a wished width needs."""

from __future__ import annotations

import math

from .intervals import Interval
from .shares import Estimate


def codes_needed(estimate: Estimate, half_width: float) -> int:
    """Give how many codes in all, drawn as those before, would bring every corrected interval to a half-width.

    `half_width` is a share (0.03 for 3 points). The variance of a sample without replacement is S²(1/n - 1/N): the S²
    of now gives the n of then (Cochran, Sampling Techniques, 1977, 4.6). It is an estimate itself, so look again when
    the codes are in. At least the codes of now, at most all units.
    """
    widest = max((share.corrected for share in estimate.shares.values()), key=_half_width)
    now = widest.half_width
    if now <= half_width or estimate.codes >= estimate.units:
        return estimate.codes
    scale = now**2 / (1 / estimate.codes - 1 / estimate.units)
    return min(estimate.units, math.ceil(1 / (half_width**2 / scale + 1 / estimate.units)))


def _half_width(interval: Interval) -> float:
    return interval.half_width
