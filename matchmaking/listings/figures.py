"""The market's public figures: sums of what the lists show everybody of each post.

A post counts with the fixed point of its band of pairs, spread evenly over the weeks that its
band of weeks shows. So a sum says nothing that a visitor could not add up from the lists
himself, and no cell has to be hidden. Pairs are those of all weeks that the posts name, for the
whole market, each family of categories and each place; the coming 26 weeks are shown week by week,
for the market and each family. docs/market-figures.md says it to readers, and how near the
sums are (``make market-figures``).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from matchmaking.core import weeks
from matchmaking.listings import bands
from matchmaking.listings.disclosure import OfferCard, OrderCard
from matchmaking.listings.week_plans import festival_weeks

SHOWN_WEEKS = 26
WHOLE = ""
PLACE = "place:"
FAMILY = "family:"


@dataclass(slots=True)
class SideFigures:
    """The sums of one side, in pairs: by week under "" and each family, of all weeks under all keys.

    ``posts`` counts posts by the same keys.
    """

    by_week: dict[str, list[int]] = field(default_factory=dict)
    total: dict[str, int] = field(default_factory=dict)
    posts: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Firms:
    """Firms by what they have on the market, each with somebody who acts for it.

    ``listed`` are those apart that the association entered and for whom nobody acts.
    """

    on_market: int = 0
    asking: int = 0
    offering: int = 0
    listed: int = 0


@dataclass(frozen=True, slots=True)
class Tight:
    """Four weeks in which a family is asked for most against what is free."""

    family: str
    first: dt.date
    last: dt.date


@dataclass(frozen=True, slots=True)
class MarketFigures:
    """The figures of one day, both sides."""

    day: dt.date
    monday: dt.date
    free: SideFigures
    asked: SideFigures
    firms: Firms

    @property
    def mondays(self) -> list[dt.date]:
        return [self.monday + dt.timedelta(weeks=index) for index in range(SHOWN_WEEKS)]

    @property
    def stops(self) -> frozenset[dt.date]:
        return stopped_weeks(self.monday, SHOWN_WEEKS)

    @property
    def tightest(self) -> Tight | None:
        """The family and four weeks in a row with most asked per free pair, if there is one.

        Weeks of the Spring Festival are a stop and no shortage: a block with one is left out.
        """
        best, found = 0.0, None
        days, stops = self.mondays, self.stops
        step = bands.WEEKS_IN_BAND
        for start in range(SHOWN_WEEKS - step + 1):
            block = days[start : start + step]
            if stops.intersection(block):
                continue
            for key, asked in self.asked.by_week.items():
                free = self.free.by_week.get(key)
                if key == WHOLE or free is None:
                    continue
                have, want = sum(free[start : start + step]), sum(asked[start : start + step])
                if have and want / have > best:
                    best = want / have
                    found = Tight(key.removeprefix(FAMILY), block[0], block[-1])
        return found


def count_side(
    cards: Iterable[OrderCard | OfferCard], *, monday: dt.date, prefectures: frozenset[str]
) -> SideFigures:
    """Sum up cards of one side as strangers see them, over the weeks from ``monday`` on.

    A place whose prefecture is one of the clusters ``prefectures`` counts with it.
    """
    total: dict[str, float] = defaultdict(float)
    posts: dict[str, int] = defaultdict(int)
    by_week: dict[str, list[float]] = defaultdict(lambda: [0.0] * SHOWN_WEEKS)
    stops = stopped_weeks(monday, weeks.HORIZON_WEEKS)
    for card in cards:
        shown = shown_weeks(card, monday, stops)
        if card.pairs_band is None or not shown:
            continue
        pairs = bands.fixed_point(card.pairs_band)
        families = [f"{FAMILY}{code}" for code in families_of(card)]
        for key in (WHOLE, *families, *place_of(card, prefectures)):
            total[key] += pairs
            posts[key] += 1
        for key in (WHOLE, *families):
            row = by_week[key]
            for index in shown:
                if index < SHOWN_WEEKS:
                    row[index] += pairs / len(shown)
    return SideFigures(
        {key: [round(pairs) for pairs in row] for key, row in by_week.items()},
        {key: round(pairs) for key, pairs in total.items()},
        dict(posts),
    )


def shown_weeks(
    card: OrderCard | OfferCard, monday: dt.date, stops: frozenset[dt.date]
) -> Sequence[int]:
    """Return the weeks of the card's band that are not over, counted from ``monday``.

    Without those of the Spring Festival, unless there are no others.
    """
    if card.weeks is None:
        return []
    first = max((card.weeks.first - monday).days // 7, 0)
    last = (card.weeks.last - monday).days // 7
    ahead = range(first, last + 1)
    working = [index for index in ahead if monday + dt.timedelta(weeks=index) not in stops]
    return working or ahead


def families_of(card: OrderCard | OfferCard) -> set[str]:
    """Return the codes of the card's families: a line that can make several counts for each."""
    categories = card.categories if isinstance(card, OfferCard) else (card.category,)
    return {category.family.code for category in categories if category is not None}


def place_of(card: OrderCard | OfferCard, prefectures: frozenset[str]) -> list[str]:
    """Return the key of the card's place, and no key where the card says none."""
    place = card.company.place
    if place is None:
        return []
    wider = f"{place.code[:4]}00"
    return [f"{PLACE}{wider if wider in prefectures else place.code}"]


def stopped_weeks(monday: dt.date, count: int) -> frozenset[dt.date]:
    return frozenset(festival_weeks(monday, monday + dt.timedelta(weeks=count - 1)))


def to_json(free: SideFigures, asked: SideFigures, firms: Firms) -> dict[str, Any]:
    return {
        name: {key: getattr(value, key) for key in value.__slots__}
        for name, value in (("free", free), ("asked", asked), ("firms", firms))
    }


def from_json(day: dt.date, stored: Mapping[str, Any]) -> MarketFigures:
    """Return the figures of ``day`` as they were stored."""
    return MarketFigures(
        day,
        weeks.monday_of(day),
        SideFigures(**stored["free"]),
        SideFigures(**stored["asked"]),
        Firms(**stored["firms"]),
    )
