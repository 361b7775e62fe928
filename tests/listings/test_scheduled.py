"""Posts end, are reminded of, roll on and grow stale with time, each once."""

import datetime as dt

import pytest

from matchmaking.listings.services import scheduled, transitions
from matchmaking.listings.states import PostState
from matchmaking.notifications.models import Notification
from tests.factories import OfferFactory, OrderFactory, this_monday

pytestmark = pytest.mark.django_db


def test_due_posts_expire_once(order, at, market_facts):
    day_after = at + dt.timedelta(days=91)

    assert scheduled.expire_due_posts(at=day_after) == 1
    assert scheduled.expire_due_posts(at=day_after) == 0

    order.refresh_from_db()
    assert (order.state, market_facts()) == (PostState.EXPIRED, [("order", 2, "expired")])


def test_a_post_lives_through_its_last_day(order, at):
    assert scheduled.expire_due_posts(at=at + dt.timedelta(days=89)) == 0


def test_reminder_goes_out_once_per_end(offer, factory, at):
    week_before = at + dt.timedelta(days=84)

    assert scheduled.remind_expiry(at=week_before) == 1
    assert scheduled.remind_expiry(at=week_before) == 0
    transitions.renew_post(post=offer, by=factory, at=week_before)
    assert scheduled.remind_expiry(at=week_before + dt.timedelta(days=84)) == 1

    kinds = Notification.objects.filter(kind="post_expiring")
    assert [n.recipient for n in kinds] == [factory, factory]


def test_no_reminder_where_nothing_can_be_prolonged(brand_company, brand, at):
    due = this_monday() + dt.timedelta(weeks=1)
    OrderFactory(company=brand_company, due_week=due, expires_on=due + dt.timedelta(days=6))

    assert scheduled.remind_expiry(at=at + dt.timedelta(days=7)) == 0
    assert Notification.objects.count() == 0


def test_market_day_rolls_the_weeks_and_nothing_else(offer, at, market_facts):
    later = at + dt.timedelta(weeks=1)

    assert scheduled.begin_market_day(at=later) == (1, 0)
    assert scheduled.begin_market_day(at=later) == (0, 0)

    offer.refresh_from_db()
    assert (offer.version, offer.anchor_week) == (1, this_monday() + dt.timedelta(weeks=1))
    assert offer.free[:20] == [5_000] * 19 + [0]
    assert market_facts() == []


def test_market_day_rolls_far(offer, at):
    scheduled.begin_market_day(at=at + dt.timedelta(weeks=200))

    offer.refresh_from_db()
    assert (offer.free, offer.free_pairs) == ([0] * 104, 0)


def test_stale_figures_are_published_once_per_confirmation(offer, factory, at):
    later = at + dt.timedelta(days=15)

    assert scheduled.begin_market_day(at=later)[1] == 1
    assert scheduled.begin_market_day(at=later + dt.timedelta(days=1))[1] == 0
    assert not Notification.objects.filter(kind="figures_stale").exists()

    transitions.confirm_figures(post=offer, by=factory, at=later)
    assert scheduled.begin_market_day(at=later + dt.timedelta(days=15))[1] == 1


def test_paused_offers_do_not_grow_stale(factory_company, at):
    OfferFactory(
        company=factory_company,
        state=PostState.PAUSED,
        confirmed_at=at - dt.timedelta(days=30),
    )

    assert scheduled.begin_market_day(at=at)[1] == 0
