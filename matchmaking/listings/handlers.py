"""Outbox handlers and periodic runs of listings."""

import datetime as dt
from collections.abc import Sequence

import structlog
from celery.schedules import crontab

from matchmaking.listings import reconciliation
from matchmaking.listings.models import CapacityOffer
from matchmaking.listings.post_locking import POST_PUBLISHED
from matchmaking.listings.services import figures, scheduled, searches, texts
from matchmaking.notifications import outbox
from matchmaking.notifications.models import OutboxMessage
from matchmaking.notifications.periodic import periodic

log = structlog.get_logger(__name__)
AT_A_TIME = 500


@outbox.handles(POST_PUBLISHED)
def notify_searches(messages: Sequence[OutboxMessage]) -> None:
    """Notify the owners of searches that new posts fit, once per search and post."""
    posts: dict[str, set[int]] = {"order": set(), "offer": set()}
    for message in messages:
        posts[message.subject["model"]].add(message.subject["id"])
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
    figures.count_market(at=slot)


@periodic("forget_texts", crontab(minute="40", hour="2"))
def forget_texts(slot: dt.datetime) -> None:
    texts.forget_texts(at=slot)


@periodic("reconcile", crontab(minute="30", hour="3"))
def reconcile(slot: dt.datetime) -> None:
    """Compare every ledger's arrays with its entries; log each difference as an error."""
    offers = CapacityOffer.objects.exclude(anchor_week=None).order_by("pk")
    checked = wrong = 0
    # In chunks, each with its entries: all offers with 104 weeks times four do not fit memory.
    for offer in offers.prefetch_related("entries__of").iterator(chunk_size=AT_A_TIME):
        differences = reconciliation.reconcile(offer)
        checked += 1
        wrong += bool(differences)
        for difference in differences:
            log.error(
                "ledger_differs",
                offer=str(offer.code),
                week=str(difference.week),
                column=difference.column,
                stored=difference.stored,
                expected=difference.expected,
            )
    log.info("ledger_reconciled", slot=str(slot), checked=checked, wrong=wrong)
