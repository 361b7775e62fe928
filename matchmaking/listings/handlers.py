"""Outbox handlers and periodic runs of listings."""

import datetime as dt
from collections.abc import Sequence

from celery.schedules import crontab

from matchmaking.listings import shared_cards
from matchmaking.listings.post_locking import POST_PUBLISHED
from matchmaking.listings.services import (
    figures,
    ledger_checks,
    scheduled,
    searches,
    texts,
    weekly,
)
from matchmaking.notifications import outbox
from matchmaking.notifications.models import OutboxMessage
from matchmaking.notifications.periodic import periodic


@outbox.handles(POST_PUBLISHED)
def notify_searches(messages: Sequence[OutboxMessage]) -> None:
    """Notify the owners of searches that new posts fit, once per search and post."""
    posts: dict[str, set[int]] = {"order": set(), "offer": set()}
    for message in messages:
        posts[message.subject["model"]].add(message.subject["id"])
    # First: a search for a place finds a post by the place that its card shows.
    shared_cards.count_cards()
    searches.notify_searches(orders=posts["order"], offers=posts["offer"])


@periodic("expire_posts", dt.timedelta(minutes=10))
def expire_posts(slot: dt.datetime) -> None:
    scheduled.expire_due_posts(at=slot)


@periodic("remind_expiry", crontab(minute="5", hour="*"))
def remind_expiry(slot: dt.datetime) -> None:
    scheduled.remind_expiry(at=slot)


@periodic("market_day", crontab(minute="10", hour="0"))
def market_day(slot: dt.datetime) -> None:
    scheduled.begin_market_day(at=slot)
    shared_cards.count_cards()
    figures.count_market(at=slot)


@periodic("ask_weekly", crontab(minute="0", hour="7", day_of_week="mon"))
def ask_weekly(slot: dt.datetime) -> None:
    weekly.ask_weekly(at=slot)


@periodic("forget_texts", crontab(minute="40", hour="2"))
def forget_texts(slot: dt.datetime) -> None:
    texts.forget_texts(at=slot)


@periodic("reconcile", crontab(minute="30", hour="3"))
def reconcile(slot: dt.datetime) -> None:
    ledger_checks.check_ledgers(at=slot)
