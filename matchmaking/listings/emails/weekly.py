"""The weekly mail of a factory: half a year in bars, and three links that answer it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from matchmaking.core import formatting
from matchmaking.core.trade_day import trade_day
from matchmaking.listings import ledger, one_tap_links
from matchmaking.listings.models import CapacityOffer
from matchmaking.listings.services.weekly import FRESH_FOR
from matchmaking.listings.states import PostState
from matchmaking.notifications.email.content import (
    Action,
    Block,
    Email,
    Heading,
    Link,
    Paragraph,
    WeekBars,
)
from matchmaking.notifications.models import Notification

WEEKS = 26


def email(user: Any, notifications: Sequence[Notification]) -> Email | None:
    """Return the mail about each offer whose figures nobody has confirmed since, or None."""
    asked = {row.subject["id"]: row.created_at for row in notifications}
    rows = CapacityOffer.objects.filter(pk__in=asked, state=PostState.PUBLISHED).order_by("pk")
    due = [offer for offer in rows if offer.confirmed_at and _is_due(offer, asked[offer.pk])]
    if not due:
        return None
    blocks: list[Block] = []
    for offer in due:
        blocks += _about(offer, user)
    return Email(_subject(len(due), due[0].title), blocks)


def _is_due(offer: CapacityOffer, asked_at: dt.datetime) -> bool:
    return bool(offer.confirmed_at and offer.confirmed_at < asked_at - FRESH_FOR)


def _about(offer: CapacityOffer, user: Any) -> list[Block]:
    monday = ledger.current_week(timezone.now())
    gone = (monday - offer.anchor_week).days // 7 if offer.anchor_week else 0
    free = ledger.rolled(offer.free, max(gone, 0))[:WEEKS]
    last = monday + dt.timedelta(weeks=WEEKS - 1)
    words = {
        "pairs": formatting.pairs(sum(free)),
        "period": formatting.period(monday, last + dt.timedelta(days=6)),
        "day": date_format(trade_day(offer.confirmed_at), "DATE_FORMAT"),
        "days": settings.STALE_AFTER_DAYS,
    }
    return [
        Heading(offer.title),
        Paragraph(
            gettext(
                "%(pairs)s are free, %(period)s. You last confirmed that on %(day)s; after "
                "%(days)s days figures are scored lower."
            )
            % words
        ),
        WeekBars.of(
            free,
            first=formatting.part_of_month(monday),
            last=formatting.part_of_month(last),
        ),
        Action(_("The figures are still right"), one_tap_links.confirm_url(offer, user)),
        Link(_("A fifth less in every week"), one_tap_links.lower_url(offer, user)),
        Link(_("Nothing is free now: pause it"), one_tap_links.pause_url(offer, user)),
    ]


def _subject(count: int, title: str) -> str:
    if count == 1:
        return gettext("Are the figures of “%(title)s” still right?") % {"title": title}
    return gettext("Are the figures of %(count)s posts still right?") % {"count": count}
