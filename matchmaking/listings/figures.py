"""The market's public figures, and the rule by which no firm's own can be read from them.

Pairs free and pairs asked in the coming 26 weeks: by week, for the whole market and for each
family of categories; and for the whole window by place. A cell is shown only when

1. at least three firms stand behind it (companies of one group count as one firm),
2. none of them holds more than half of it,

and then rounded to steps that lie a third to two thirds apart. Everything else, sums and
sentences too, is made from the shown cells alone. No cell crosses family with place, places
do not overlap, the filters of the lists narrow nothing here, and the figures are counted once a
day, so that nobody finds an edge by moving a post of his own and looking again.
The rule for readers stands in docs/market-figures.md.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.utils.translation import gettext

from matchmaking.core import weeks
from matchmaking.core.localized import is_english
from matchmaking.listings import bands
from matchmaking.listings.models import Side

SHOWN_WEEKS = 26
FEWEST_FIRMS = 3
HEADLINE_STEP = 100_000
STEPS = (10, 15, 20, 30, 50, 70, 100)
WHOLE = ""
MILLION = 1_000_000
SIZES = 6

Cells = Mapping[str, Sequence[int | None]]

# One row per key ("", "family:…", "place:…"), week and firm; week NULL is the whole window.
# Grouping sets sum a firm's weeks and its window in one pass. Firms come before figures: what is
# safe depends on how many firms stand behind a cell and on the largest of them. A post of two
# categories of one family counts once in it, hence "distinct".
GROUPED = """
    , keyed as (
        select part.*, '' as key from part
        union all
        select part.*, 'family:' || family.code
        from part
        join (select distinct post, family_id from kind) as of_post using (post)
        join listings_categoryfamily as family on family.id = of_post.family_id
        union all
        select part.*, 'place:' || coalesce(wider.code, place.code)
        from part
        join accounts_cluster as place on place.id = part.cluster_id
        left join accounts_cluster as wider on wider.code = left(place.code, 4) || '00'
    ), by_firm as (
        select key, week, firm, sum(pairs) as pairs, count(distinct post) as posts
        from keyed
        where pairs > 0
        group by grouping sets ((key, week, firm), (key, firm))
    )
    select key, week, count(*), sum(pairs), max(pairs), sum(posts)
    from by_firm
    group by key, week
"""
FIRM = "coalesce('g' || company.group_id, 'c' || company.id)"
# The arrays begin at the anchor, which an offer that was not rolled yet has in the past: "gone".
FREE = f"""
    with post as (
        select offer.id, {FIRM} as firm, company.cluster_id, offer.free,
            (%(monday)s - offer.anchor_week) / 7 as gone
        from listings_capacityoffer as offer
        join accounts_company as company on company.id = offer.company_id
        where offer.state = 'published' and company.status = 'active' and offer.free_pairs > 0
    ), part as (
        select post.id as post, firm, cluster_id, week,
            coalesce(free[gone + week + 1], 0)::numeric as pairs
        from post
        cross join generate_series(0, %(weeks)s - 1) as week
        where gone + week >= 0
    ), kind as (
        select link.capacityoffer_id as post, category.family_id
        from listings_capacityoffer_categories as link
        join listings_category as category on category.id = link.category_id
    )
    {GROUPED}
"""  # noqa: S608 - constants of this module
# An order's pairs are spread evenly over the weeks in which it may be made.
ASKED = f"""
    with post as (
        select o.id, {FIRM} as firm, company.cluster_id, o.pairs, category.family_id,
            greatest((coalesce(o.earliest_start, %(monday)s) - %(monday)s) / 7, 0) as first,
            (o.due_week - %(monday)s) / 7 as last
        from listings_processingorder as o
        join accounts_company as company on company.id = o.company_id
        join listings_category as category on category.id = o.category_id
        where o.state = 'published' and company.status = 'active' and o.due_week >= %(monday)s
    ), part as (
        select post.id as post, firm, cluster_id, week,
            post.pairs::numeric / (last - first + 1) as pairs
        from post
        cross join generate_series(0, %(weeks)s - 1) as week
        where week between first and last
    ), kind as (select id as post, family_id from post)
    {GROUPED}
"""  # noqa: S608 - constants of this module


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure with the firms behind it, before it is made safe."""

    firms: int
    pairs: float
    largest: float

    @property
    def shown(self) -> int | None:
        """The figure as everybody may read it; None where too few firms stand behind it."""
        if self.firms < FEWEST_FIRMS or self.largest * 2 > self.pairs:
            return None
        return rounded(self.pairs)

    @property
    def headline(self) -> int | None:
        """The figure that the front page gives as a minimum: its first two digits, cut off.

        Steps are at least as wide as the band of a large post, so that the sum before and
        after a new one narrow it less than its band does. None where :attr:`shown` is, or below a step.
        """
        step = max(10 ** (len(str(int(self.pairs))) - 2), HEADLINE_STEP)
        return None if self.shown is None else int(self.pairs // step * step) or None


@dataclass(slots=True)
class SideFigures:
    """The shown cells of one side: by week under "" and each family, by window under all keys.

    A week without a pair is 0; ``posts`` counts what the lists show anyway.
    """

    by_week: dict[str, list[int | None]] = field(default_factory=dict)
    window: dict[str, int | None] = field(default_factory=dict)
    posts: dict[str, int] = field(default_factory=dict)


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

    @property
    def mondays(self) -> list[dt.date]:
        return [self.monday + dt.timedelta(weeks=index) for index in range(SHOWN_WEEKS)]

    @property
    def tightest(self) -> Tight | None:
        """The family and block of four weeks with most asked per free pair, if any is known."""
        best, found = 0.0, None
        step = bands.WEEKS_IN_BAND
        for key, free in self.free.by_week.items():
            asked = self.asked.by_week.get(key)
            if key == WHOLE or asked is None:
                continue
            for start in range(SHOWN_WEEKS - step + 1):
                have, want = known(free[start : start + step]), known(asked[start : start + step])
                if have and want and want / have > best:
                    best = want / have
                    days = self.mondays
                    family = key.removeprefix("family:")
                    found = Tight(family, days[start], days[start + step - 1])
        return found


def known(cells: Sequence[int | None]) -> int | None:
    """Return the sum of the cells, None when one of them is not shown."""
    shown = [cell for cell in cells if cell is not None]
    return sum(shown) if len(shown) == len(cells) else None


def rounded(number: float) -> int:
    """Return the step nearest to ``number``: 1, 1.5, 2, 3, 5 or 7 times a power of ten."""
    if number < 1:
        return 0
    power: int = 10 ** (len(str(int(number))) - 1)
    nearest = min(STEPS, key=lambda step: abs(step * power / 10 - number))
    return max(round(nearest * power / 10), 1)


def count_side(side: str, monday: dt.date) -> SideFigures:
    """Count one side over the weeks from ``monday`` on and make every cell safe."""
    with connection.cursor() as cursor:
        cursor.execute(
            FREE if side == Side.OFFERS else ASKED, {"monday": monday, "weeks": SHOWN_WEEKS}
        )
        rows = cursor.fetchall()
    figures = SideFigures()
    by_week: dict[str, list[int | None]] = defaultdict(lambda: [0] * SHOWN_WEEKS)
    for key, week, firms, pairs, largest, posts in rows:
        shown = Cell(firms, float(pairs), float(largest)).shown
        if week is None:
            figures.window[key], figures.posts[key] = shown, int(posts)
        elif not key.startswith("place:"):
            by_week[key][week] = shown
    figures.by_week = dict(by_week)
    return figures


def to_json(figures: SideFigures) -> dict[str, Any]:
    return {"by_week": figures.by_week, "window": figures.window, "posts": figures.posts}


def from_json(day: dt.date, stored: Mapping[str, Any]) -> MarketFigures:
    """Return the figures of ``day`` as they were stored."""
    return MarketFigures(
        day,
        weeks.monday_of(day),
        SideFigures(**stored["free"]),
        SideFigures(**stored["asked"]),
    )


def in_words(pairs: int) -> str:
    """Return a rounded number of pairs as one says it: 3 million, 300 万."""
    if is_english():
        if pairs >= MILLION:
            return gettext("%(number)s million") % {"number": f"{pairs / MILLION:g}"}
        return f"{pairs:,}"
    for size, unit in ((100_000_000, "亿"), (10_000, "万")):
        if pairs >= size:
            return f"{pairs / size:.10g} {unit}"
    return f"{pairs:,}"


def circle(pairs: int | None, largest: int) -> int:
    return max(1, round(SIZES * math.sqrt(pairs / largest))) if pairs else 0
