"""Counting the market once a day."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from accounts.models import Cluster
from matchmaking.core import weeks
from matchmaking.core.trade_day import trade_day
from matchmaking.listings import figures, queries
from matchmaking.listings.models import MarketSnapshot
from matchmaking.listings.post_kinds import OFFER, ORDER

KEPT_DAYS = 400
# The nightly run has until its end; until then readers keep the figures of the day before.
GOOD_FOR_DAYS = 1


def latest_figures(*, at: dt.datetime) -> figures.MarketFigures:
    """Return the newest figures of the market, counted now where nobody counted since yesterday."""
    oldest = trade_day(at) - dt.timedelta(days=GOOD_FOR_DAYS)
    snapshot = MarketSnapshot.objects.filter(day__gte=oldest).order_by("-day").first()
    snapshot = snapshot or count_market(at=at)
    return figures.from_json(snapshot.day, snapshot.figures)


def count_market(*, at: dt.datetime) -> MarketSnapshot:
    """Return the figures of the day of ``at``, counted now if nobody counted them before.

    Once counted, a day's figures stay. A market without a post is not kept, so that the first
    posts show on the day on which they come. Figures older than ``KEPT_DAYS`` go.
    """
    day = trade_day(at)
    kept = MarketSnapshot.objects.filter(day=day).first()
    return kept or _count(day, at)


@transaction.atomic
def _count(day: dt.date, at: dt.datetime) -> MarketSnapshot:
    monday = weeks.monday_of(day)
    codes = Cluster.objects.filter(code__endswith="00").values_list("code", flat=True)
    prefectures = frozenset(codes)
    free, asked = (
        figures.count_side(queries.cards_in_market(kind), monday=monday, prefectures=prefectures)
        for kind in (OFFER, ORDER)
    )
    counted = figures.to_json(free, asked, queries.count_firms())
    fresh = MarketSnapshot(day=day, taken_at=at, figures=counted)
    if not free.posts and not asked.posts:
        return fresh
    MarketSnapshot.objects.bulk_create([fresh], ignore_conflicts=True)  # two readers, one day
    MarketSnapshot.objects.filter(day__lt=day - dt.timedelta(days=KEPT_DAYS)).delete()
    return MarketSnapshot.objects.get(day=day)
