"""Periodic runs do what is due and report what differs."""

import datetime as dt

import pytest
from structlog.testing import capture_logs

from matchmaking.listings import handlers, ledger, reconciliation
from matchmaking.listings.models import CapacityOffer, LedgerCheck
from matchmaking.listings.states import PostState
from tests.factories import OfferFactory, this_monday

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


def test_check_is_recorded_for_the_officers_and_a_bad_row_stops_nothing(offer, at, monkeypatch):
    other = OfferFactory()
    whole = reconciliation.differences

    def broken(ledger):
        if ledger.code == other.code:
            raise ValueError("no such week")
        return whole(ledger)

    monkeypatch.setattr(reconciliation, "differences", broken)

    handlers.reconcile(at)

    check = LedgerCheck.objects.get()
    assert (check.checked, check.wrong) == (2, 1)
    assert check.differences == [
        {"offer": str(other.code), "column": "", "reason": "ValueError('no such week')"}
    ]


def test_ledger_is_read_by_one_statement(offer, at, django_assert_num_queries):
    ledger.hold_pairs(offer=offer, first_week=this_monday(), pairs=[7], by=None, at=at)

    with django_assert_num_queries(1):
        (read,) = reconciliation.ledgers([offer.pk])

    assert [row["kind"] for row in read.entries] == ["publish", "hold"]
    assert reconciliation.differences(read) == []


def test_ticks_expire_remind_and_roll(offer, at):
    handlers.remind_expiry(at + dt.timedelta(days=84))
    handlers.market_day(at + dt.timedelta(weeks=1))
    handlers.expire_posts(at + dt.timedelta(days=91))

    offer.refresh_from_db()
    assert offer.state == PostState.EXPIRED
    assert offer.reminded_for == offer.expires_on
    assert sum(offer.free) == 95_000
