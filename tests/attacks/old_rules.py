"""Rules from before a protection that left the product with it, for the controls alone.

Most protections have their switch in the product (matchmaking/core/protections.py). The public figures
of before are no branch of today's: they stand here, as they were, and take their place.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from unittest.mock import patch

from django.db import connection
from django.utils import timezone

from matchmaking.core import weeks
from matchmaking.core.protections import Protection
from matchmaking.listings.figures import SHOWN_WEEKS, Firms, MarketFigures, SideFigures
from matchmaking.listings.models import CapacityOffer, ProcessingOrder

FEWEST_FIRMS, HEADLINE_STEP = 3, 100_000
STEPS = (10, 15, 20, 30, 50, 70, 100)
UUID_7 = """
    create function public.uuid_7() returns uuid language sql volatile as $$
        select (
            lpad(to_hex((extract(epoch from clock_timestamp()) * 1000)::bigint), 12, '0') || '7'
            || substr(replace(gen_random_uuid()::text, '-', ''), 14)
        )::uuid
    $$
"""
ByFirm = Mapping[object, float]


@contextmanager
def restored(off: Collection[Protection]) -> Iterator[None]:
    """Put back the rules of the protections that are switched off, where no switch does it."""
    if Protection.RANDOM_CODES in off:
        make_codes_by_the_clock()
    if Protection.BANDED_FIGURES not in off:
        yield
        return
    kept: dict[dt.date, MarketFigures] = {}
    with (
        patch("matchmaking.listings.views.market.latest_figures", lambda at: once_a_day(kept, at)),
        patch("matchmaking.listings.home.latest_figures", headlines),
    ):
        yield


def make_codes_by_the_clock() -> None:
    """Let the database give new posts codes that begin with the milliseconds (version 7)."""
    with connection.cursor() as cursor:
        cursor.execute(UUID_7)
        for model in (ProcessingOrder, CapacityOffer):
            cursor.execute(
                f"alter table {model._meta.db_table} alter code set default public.uuid_7()"  # noqa: SLF001
            )


class RoundedFigures(MarketFigures):
    """Figures some of whose cells are hidden (None), so that no block of weeks is sure."""

    tightest = None  # type: ignore[assignment]


def once_a_day(kept: dict[dt.date, MarketFigures], at: dt.datetime) -> MarketFigures:
    day = timezone.localdate(at)
    if day not in kept:
        kept[day] = _figures(day, _free(weeks.monday_of(day)), SideFigures())
    return kept[day]


def headlines(at: dt.datetime) -> MarketFigures:
    """Return the sums of the front page: of this moment, cut off behind two digits."""
    free: dict[object, float] = defaultdict(float)
    asked: dict[object, float] = defaultdict(float)
    for offer in CapacityOffer.objects.in_market().select_related("company"):
        free[_firm(offer)] += offer.free_pairs
    for order in ProcessingOrder.objects.in_market().select_related("company"):
        asked[_firm(order)] += order.pairs
    sides = (SideFigures(total={"": headline(by_firm) or 0}) for by_firm in (free, asked))
    return _figures(timezone.localdate(at), *sides)


def shown(by_firm: ByFirm) -> int | None:
    """Return the cell rounded to a step; None where too few firms stand behind it, or one above half."""
    pairs = sum(by_firm.values())
    if len(by_firm) < FEWEST_FIRMS or max(by_firm.values()) * 2 > pairs:
        return None
    power = 10 ** (len(str(int(pairs))) - 1)
    nearest = min(STEPS, key=lambda step: abs(step * power / 10 - pairs))
    return round(nearest * power / 10)


def headline(by_firm: ByFirm) -> int | None:
    if not by_firm or shown(by_firm) is None:
        return None
    pairs = sum(by_firm.values())
    step = max(10 ** (len(str(int(pairs))) - 2), HEADLINE_STEP)
    return int(pairs // step * step)


def _free(monday: dt.date) -> SideFigures:
    cells: dict[str, list[dict[object, float]]] = defaultdict(
        lambda: [defaultdict(float) for _week in range(SHOWN_WEEKS)]
    )
    posts = CapacityOffer.objects.in_market().select_related("company")
    for offer in posts.prefetch_related("categories__family"):
        gone = (monday - offer.anchor_week).days // 7
        families = {f"family:{kind.family.code}" for kind in offer.categories.all()}
        for key in ("", *families):
            for week, pairs in enumerate(offer.free[gone : gone + SHOWN_WEEKS]):
                if pairs:
                    cells[key][week][_firm(offer)] += pairs
    by_week = {key: [shown(cell) if cell else 0 for cell in row] for key, row in cells.items()}
    return SideFigures(by_week=by_week, total=dict.fromkeys(cells, 0))  # type: ignore[arg-type]


def _figures(day: dt.date, free: SideFigures, asked: SideFigures) -> MarketFigures:
    return RoundedFigures(day, weeks.monday_of(day), free, asked, Firms())


def _firm(post: CapacityOffer | ProcessingOrder) -> object:
    return ("group", post.company.group_id) if post.company.group_id else post.company_id
