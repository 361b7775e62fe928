"""Counting the market once a day."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from matchmaking.core import weeks
from matchmaking.listings import figures
from matchmaking.listings.models import MarketSnapshot, Side

KEPT_DAYS = 400


def count_market(*, at: dt.datetime) -> MarketSnapshot:
    """Return the figures of the day of ``at``, counted now if nobody counted them before.

    Once counted, a day's figures stay. A market without a post is not kept, so that the first
    posts show on the day on which they come. Figures older than ``KEPT_DAYS`` go.
    """
    day = timezone.localdate(at)
    kept = MarketSnapshot.objects.filter(day=day).first()
    return kept or _count(day, at)


@transaction.atomic
def _count(day: dt.date, at: dt.datetime) -> MarketSnapshot:
    monday = weeks.monday_of(day)
    free = figures.count_side(Side.OFFERS, monday)
    asked = figures.count_side(Side.ORDERS, monday)
    fresh = MarketSnapshot(
        day=day,
        taken_at=at,
        figures={"free": figures.to_json(free), "asked": figures.to_json(asked)},
    )
    if not free.posts and not asked.posts:
        return fresh
    MarketSnapshot.objects.bulk_create([fresh], ignore_conflicts=True)  # two readers, one day
    MarketSnapshot.objects.filter(day__lt=day - dt.timedelta(days=KEPT_DAYS)).delete()
    return MarketSnapshot.objects.get(day=day)
