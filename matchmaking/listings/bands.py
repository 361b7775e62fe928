"""Bands: the ranges in which others read a figure, with fixed edges that nobody narrows.

The edges are changed here and nowhere else: filters, cards, mails and saved searches follow.
"""

import datetime as dt
import math
import re
from bisect import bisect_right
from dataclasses import dataclass
from decimal import Decimal

from matchmaking.core import weeks
from matchmaking.core.formatting import weeks_in_words
from matchmaking.core.trade_day import trade_week

PAIRS_EDGES = (1, 1_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000)
PRICE_EDGES = (0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 150, 200, 300)
LEAD_EDGES = (0, 8, 15, 29, 57, 92)  # days
WEEKS_IN_BAND = 4

_RANGE = re.compile(r"(\d{1,9})-(\d{1,9})?")


@dataclass(frozen=True, slots=True)
class Band:
    """From ``low``, included, to below ``high``; None is an open end."""

    low: int
    high: int | None

    @property
    def slug(self) -> str:
        return f"{self.low}-{'' if self.high is None else self.high}"


@dataclass(frozen=True, slots=True)
class WeekBand:
    """Whole blocks of four weeks, named by their first and last Monday."""

    first: dt.date
    last: dt.date

    @property
    def ahead(self) -> dt.date:
        """The first Monday that is not over; the block that runs began earlier."""
        return min(max(self.first, trade_week()), self.last)

    @property
    def text(self) -> str:
        return weeks_in_words(self.ahead, self.last)


def _band(number: float | Decimal, edges: tuple[int, ...]) -> Band:
    index = max(bisect_right(edges, number) - 1, 0)
    return Band(edges[index], edges[index + 1] if index + 1 < len(edges) else None)


def pairs_band(number: int) -> Band:
    return _band(number, PAIRS_EDGES)


def price_band(price_cny: float | Decimal) -> Band:
    return _band(price_cny, PRICE_EDGES)


def price_range_band(low: Decimal | None, high: Decimal | None) -> Band | None:
    """Return the band that spans a price range, None where no price was said."""
    known = [price for price in (low, high) if price is not None]
    if not known:
        return None
    return Band(price_band(min(known)).low, price_band(max(known)).high)


def fixed_point(band: Band) -> float:
    """Return the one figure that stands for every post of a band, in the band's unit.

    The geometric mean of the edges, since pairs and prices spread by factors; an open band counts
    as if it ended at twice its low edge. It depends on the band alone, so that whatever is summed
    or scored from it says no more than the band does.
    """
    low = max(band.low, 1)
    return math.sqrt(low * (band.high or 2 * low))


def price_edge_above(price_cny: float) -> int:
    """Return the lowest edge, in yuan, that is not below the price; whole hundreds beyond all."""
    edges = (edge for edge in PRICE_EDGES if edge >= price_cny)
    return next(edges, math.ceil(price_cny / 100) * 100)


def price_range_points(band: Band) -> tuple[float, float]:
    """Return the points of a price range's lower and upper end, by the bands at its edges."""
    upper = PRICE_EDGES[-1] if band.high is None else PRICE_EDGES[PRICE_EDGES.index(band.high) - 1]
    ends = (_band(band.low, PRICE_EDGES), Band(upper, band.high))
    return fixed_point(ends[0]), fixed_point(ends[1])


def lead_band(days: int) -> Band:
    return _band(days, LEAD_EDGES)


def week_block(day: dt.date) -> dt.date:
    return weeks.monday(weeks.week_number(day) // WEEKS_IN_BAND * WEEKS_IN_BAND)


def week_band(first: dt.date, last: dt.date) -> WeekBand:
    end = week_block(last) + dt.timedelta(weeks=WEEKS_IN_BAND - 1)
    return WeekBand(week_block(first), end)


def week_point(band: WeekBand) -> dt.date:
    """Return the one Monday that stands for a week in the last block of ``band``."""
    return band.last - dt.timedelta(weeks=WEEKS_IN_BAND // 2)


def all_pairs_bands() -> list[Band]:
    return [pairs_band(edge) for edge in PAIRS_EDGES]


def whole_pairs_bands(low: int, high: int | None) -> Band:
    """Return the narrowest row of whole bands that holds every figure from ``low`` to below ``high``.

    Nobody may ask for less than a band: two figures within one would find out a third.
    """
    last = None if high is None else pairs_band(high - 1).high
    return Band(pairs_band(low).low, last)


def parse_pairs_band(slug: str) -> Band | None:
    """Return the range that an address names, widened to whole bands; None for anything else.

    So an address that was written down before the edges changed still narrows its list.
    """
    found = _RANGE.fullmatch(slug)
    if not found:
        return None
    low, high = int(found[1]), int(found[2]) if found[2] else None
    return None if high is not None and high <= low else whole_pairs_bands(low, high)
