"""A hold has an end: reminded before, held longer by its factory, given back after."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from matchmaking.core.errors import Conflict, NotAllowed
from matchmaking.deals.models import Intention
from matchmaking.deals.services import fulfilment, holds
from matchmaking.deals.services.base import NotEnoughWeeks
from matchmaking.notifications.models import Notification
from tests.deals.conftest import Talk, accept, submit

DAY = dt.timedelta(days=1)


def reminders(user):
    return Notification.objects.filter(recipient=user, kind="hold_ending").count()


@pytest.fixture
def deal(talk):
    return accept(talk, submit(talk)).intention


def held(talk):
    talk.offer.refresh_from_db()
    return sum(talk.offer.held)


def contract(deal, talk, at):
    deal.refresh_from_db()
    return fulfilment.record_contract(
        intention=deal, side="offer", number="1", by=talk.maker, at=at
    )


def test_both_are_reminded_once_before_the_end_and_the_weeks_are_given_back(talk, deal, at):
    assert deal.held_until == at + 30 * DAY
    assert holds.remind_due(at=at + 24 * DAY) == 0
    assert holds.remind_due(at=at + 25 * DAY) == 1
    assert holds.remind_due(at=at + 26 * DAY) == 0
    assert reminders(talk.buyer) == reminders(talk.maker) == 1

    assert holds.end_due(at=at + 29 * DAY) == 0
    assert held(talk) == 60_000
    assert holds.end_due(at=at + 30 * DAY) == 1
    deal.refresh_from_db()
    assert (held(talk), deal.state, deal.hold, deal.held_until) == (0, "confirmed", None, None)


def test_factory_holds_longer_and_is_reminded_anew(talk, deal, at):
    holds.remind_due(at=at + 25 * DAY)
    with pytest.raises(NotAllowed):
        holds.hold_longer(intention=deal, side="order", by=talk.buyer, at=at)

    holds.hold_longer(intention=deal, side="offer", by=talk.maker, at=at + 26 * DAY)

    assert holds.end_due(at=at + 40 * DAY) == 0
    assert holds.remind_due(at=at + 40 * DAY) == 1
    assert reminders(talk.buyer) == 2
    assert holds.end_due(at=at + 44 * DAY) == 1
    with pytest.raises(Conflict):
        holds.hold_longer(intention=deal, side="offer", by=talk.maker, at=at)


def test_contract_books_the_weeks_and_ends_the_clock(talk, deal, at):
    contract(deal, talk, at)
    deal.refresh_from_db()
    assert deal.held_until is None
    assert holds.end_due(at=at + 90 * DAY) == 0
    talk.offer.refresh_from_db()
    assert sum(talk.offer.booked) == 60_000


def test_contract_after_the_end_takes_free_weeks_or_says_what_is_left(talk, deal, at):
    holds.end_due(at=at + 30 * DAY)
    other = Talk(at, factory=talk.factory)
    other.match.offer = talk.offer
    other.match.save()
    accept(other, submit(other, pairs=70_000))

    with pytest.raises(NotEnoughWeeks) as refused:
        contract(deal, talk, at)
    assert "20,000 pairs are free" in str(refused.value)
    deal.refresh_from_db()
    assert deal.state == "confirmed"


def test_strip_shows_each_hold_with_its_deal(client, talk, deal, at):
    client.force_login(talk.maker)
    page = client.get(reverse("listings:offer-detail", args=[talk.offer.code])).content.decode()
    assert talk.brand.name in page
    assert reverse("deals:intention-detail", args=[deal.code]) in page
    deal = Intention.objects.select_related("hold").get()
    assert sum(pairs for _week, pairs in holds.held_weeks(deal)) == 60_000


def test_one_tap_holds_longer(client, talk, deal):
    before = deal.held_until
    client.force_login(talk.maker)
    page = client.get(reverse("deals:intention-detail", args=[deal.code])).content.decode()
    assert "Hold the weeks longer" in page
    client.post(reverse("deals:hold-longer", args=[deal.code]))
    deal.refresh_from_db()
    assert deal.held_until == before + 14 * DAY


def test_database_keeps_an_end_only_with_a_hold(deal):
    with pytest.raises(IntegrityError), transaction.atomic():
        Intention.objects.filter(pk=deal.pk).update(hold=None)
