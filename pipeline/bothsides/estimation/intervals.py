"""Confidence intervals of a share from its variance: they never leave 0 to 1."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

LEVEL = 0.95


@dataclass(frozen=True)
class Interval:
    """A share with the ends of its 95% interval, all 0 to 1."""

    value: float
    low: float
    high: float

    @property
    def half_width(self) -> float:
        """Half of the interval's width."""
        return (self.high - self.low) / 2


def share_interval(share: float, variance: float, codes: int, freedom: int) -> Interval:
    """Make the 95% interval of an estimated share.

    The interval of Wilson (1927) for the effective number of codes, share (1 - share) / variance, as for shares in
    complex surveys (Korn and Graubard 1998; Dean and Pagano 2015), with a quantile of Student's t for `freedom`
    degrees of freedom. An estimate outside of 0 to 1 (a corrected one can be) is moved to the border; so that the
    effective number stays finite there, it is computed at (codes share + 1) / (codes + 2). Without variance (every unit
    is coded) the interval has no width; without degrees of freedom it is 0 to 1.
    """
    share = min(1.0, max(0.0, share))
    if variance <= 0:
        return Interval(share, share, share)
    t = t_quantile(freedom)
    if math.isinf(t) or math.isinf(variance):
        return Interval(share, 0.0, 1.0)
    inside = (codes * share + 1) / (codes + 2)
    effective = inside * (1 - inside) / variance
    centre = (share + t**2 / (2 * effective)) / (1 + t**2 / effective)
    half = t / (1 + t**2 / effective) * math.sqrt(share * (1 - share) / effective + (t / (2 * effective)) ** 2)
    return Interval(share, max(0.0, min(share, centre - half)), min(1.0, max(share, centre + half)))


def t_quantile(freedom: int) -> float:
    """Give the quantile of Student's t that leaves 2.5% above it.

    Hill, Algorithm 396 (Communications of the ACM 13, 1970), right to five digits from 3 degrees of freedom on; 1 and
    2 have closed forms.
    """
    tail = 1 - LEVEL
    if freedom < 1:
        return math.inf
    if freedom == 1:
        return 1 / math.tan(tail * math.pi / 2)
    if freedom == 2:
        return math.sqrt(2 / (tail * (2 - tail)) - 2)
    n = float(freedom)
    a = 1 / (n - 0.5)
    b = 48 / a**2
    c = ((20700 * a / b - 98) * a - 16) * a + 96.36
    d = ((94.5 / (b + c) - 3) / b + 1) * math.sqrt(a * math.pi / 2) * n
    x = d * tail
    y = x ** (2 / n)
    if y > 0.05 + a:
        x = NormalDist().inv_cdf(tail / 2)
        y = x**2
        if n < 5:
            c += 0.3 * (n - 4.5) * (x + 0.6)
        c += (((0.05 * d * x - 5) * x - 7) * x - 2) * x + b
        y = (((((0.4 * y + 6.3) * y + 36) * y + 94.5) / c - y - 3) / b + 1) * x
        y = math.expm1(a * y**2)
    else:
        y = ((1 / (((n + 6) / (n * y) - 0.089 * d - 0.822) * (n + 2) * 3) + 0.5 / (n + 4)) * y - 1) * (n + 1) / (
            n + 2
        ) + 1 / y
    return math.sqrt(n * y)
