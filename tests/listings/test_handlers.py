"""Periodic runs do what is due and report what differs."""

import datetime as dt

import pytest
from structlog.testing import capture_logs

from matchmaking.listings import handlers
from matchmaking.listings.models import CapacityOffer
from matchmaking.listings.states import PostState

pytestmark = pytest.mark.django_db


def test_reconcile_logs_each_difference(offer, at):
    free, held = [4_999, *offer.free[1:]], [1, *offer.held[1:]]
    with capture_logs() as clean:
        handlers.reconcile(at)
    CapacityOffer.objects.filter(pk=offer.pk).update(free=free, held=held)
    with capture_logs() as logs:
        handlers.reconcile(at)

    assert [(log["event"], log.get("wrong")) for log in clean] == [("ledger_reconciled", 0)]
    assert [(log["event"], log.get("column"), log.get("stored")) for log in logs] == [
        ("ledger_differs", "held", 1),
        ("ledger_differs", "free", 4_999),
        ("ledger_reconciled", None, None),
    ]


def test_ticks_expire_remind_and_roll(offer, at):
    handlers.remind_expiry(at + dt.timedelta(days=84))
    handlers.market_day(at + dt.timedelta(weeks=1))
    handlers.expire_posts(at + dt.timedelta(days=91))

    offer.refresh_from_db()
    assert offer.state == PostState.EXPIRED
    assert offer.reminded_for == offer.expires_on
    assert sum(offer.free) == 95_000
