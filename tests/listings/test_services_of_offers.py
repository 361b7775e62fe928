"""Making, editing, confirming and renewing offers, and their weeks."""

import datetime as dt

import pytest

from matchmaking.core.errors import InvalidInput
from matchmaking.listings import ledger
from matchmaking.listings.models import CapacityOffer
from matchmaking.listings.services import posts, transitions
from matchmaking.listings.services.posts import Weeks
from matchmaking.listings.states import PostState
from tests.factories import OfferFactory, category, this_monday

pytestmark = pytest.mark.django_db


def test_save_offer_with_weeks_writes_the_ledger(factory_company, factory, at):
    offer = posts.save_offer(
        company=factory_company,
        data={"title": "Line 2", "categories": [category()], "min_order_pairs": 3_000},
        weeks=Weeks(this_monday() + dt.timedelta(weeks=2), [4_000, 0, 4_000]),
        by=factory,
        at=at,
        submit=True,
    )

    offer.refresh_from_db()
    assert (offer.state, offer.version, offer.entries.count()) == (PostState.PENDING, 1, 1)
    assert offer.free[:6] == [0, 0, 4_000, 0, 4_000, 0]
    assert offer.free_pairs == 8_000
    assert offer.free_from == this_monday() + dt.timedelta(weeks=2)
    assert offer.free_until == this_monday() + dt.timedelta(weeks=4)


def test_same_weeks_again_change_nothing(offer, factory, at, market_facts):
    same = posts.save_offer(
        company=offer.company,
        offer=offer,
        data={},
        weeks=Weeks(this_monday(), [5_000] * 20),
        by=factory,
        at=at,
    )

    assert (same.version, market_facts()) == (1, [])


def test_new_weeks_are_one_new_version(offer, factory, at, market_facts):
    changed = posts.save_offer(
        company=offer.company,
        offer=offer,
        data={"lead_days": 21},
        weeks=Weeks(this_monday(), [6_000] * 20),
        by=factory,
        at=at,
    )

    assert (changed.version, market_facts()) == (2, [("offer", 2, "published")])


@pytest.mark.parametrize(("leave_out", "field"), [("title", "title"), ("categories", "categories")])
def test_an_offer_needs_title_and_categories(factory_company, factory, at, leave_out, field):
    data = {"title": "Line 2", "categories": [category()]}
    del data[leave_out]

    with pytest.raises(InvalidInput) as refused:
        posts.save_offer(
            company=factory_company,
            data=data,
            weeks=Weeks(this_monday(), [1]),
            by=factory,
            at=at,
            submit=True,
        )

    assert (refused.value.field, CapacityOffer.objects.count()) == (field, 0)


def test_an_offer_needs_its_weeks(factory_company, factory, at):
    with pytest.raises(InvalidInput) as refused:
        posts.save_offer(
            company=factory_company,
            data={"title": "Line 2", "categories": [category()]},
            by=factory,
            at=at,
            submit=True,
        )

    assert refused.value.field == "weeks_mode"


def test_price_range_in_order(factory_company, factory, at):
    with pytest.raises(InvalidInput) as refused:
        posts.save_offer(
            company=factory_company,
            data={"price_low_cny": 50, "price_high_cny": 40},
            by=factory,
            at=at,
        )

    assert refused.value.field == "price_high_cny"


def test_confirm_figures_counts_once_a_day(offer, factory, at, market_facts):
    CapacityOffer.objects.filter(pk=offer.pk).update(confirmed_at=at - dt.timedelta(days=20))

    transitions.confirm_figures(post=offer, by=factory, at=at)
    again = transitions.confirm_figures(post=offer, by=factory, at=at)

    assert (again.confirmed_at, again.version) == (at, 2)
    assert market_facts() == [("offer", 2, "published")]


def test_renew_brings_an_expired_post_back(offer, factory, at, market_facts):
    CapacityOffer.objects.filter(pk=offer.pk).update(state=PostState.EXPIRED)

    renewed = transitions.renew_post(post=offer, by=factory, at=at)

    assert renewed.state == PostState.PUBLISHED
    assert market_facts() == [("offer", 1, "published")]


def test_a_plan_changes_the_terms_and_a_hold_does_not(factory_company, factory, at):
    offer = OfferFactory(company=factory_company)
    ledger.publish_weeks(offer=offer, first_week=this_monday(), pairs=[9_000], by=factory, at=at)
    offer.refresh_from_db()
    assert offer.terms_version == offer.version == 2

    ledger.hold_pairs(offer=offer, first_week=this_monday(), pairs=[10], by=factory, at=at)
    offer.refresh_from_db()
    assert (offer.terms_version, offer.version) == (2, 3)
