"""Fixtures of the tests of posts."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone, translation

from matchmaking.core import weeks
from matchmaking.listings.queries import MarketFilters
from matchmaking.listings.services import posts, searches, transitions
from matchmaking.listings.services.posts import Weeks
from matchmaking.notifications.models import Notification, OutboxMessage
from tests.factories import OrderFactory, category, this_monday


@pytest.fixture(autouse=True)
def _english(settings):
    """Sentences are compared as they are written in the code."""
    settings.LANGUAGE_CODE = "en"
    with translation.override("en"):
        yield


@pytest.fixture
def at(db):
    return timezone.now()


@pytest.fixture
def as_brand(client, brand):
    client.force_login(brand)
    return client


@pytest.fixture
def as_factory(client, factory):
    client.force_login(factory)
    return client


@pytest.fixture
def order(brand_company):
    return OrderFactory(company=brand_company)


@pytest.fixture
def offer(factory_company, factory, at):
    """A published offer of 5,000 pairs a week over 20 weeks, with its ledger entry."""
    offer = posts.save_offer(
        company=factory_company,
        data={
            "title": "Line 2, sports",
            "categories": [category()],
            "min_order_pairs": 3_000,
            "lead_days": 14,
            "price_low_cny": Decimal("42.00"),
            "price_high_cny": Decimal("52.00"),
        },
        weeks=Weeks(this_monday(), [5_000] * 20),
        by=factory,
        at=at,
        submit=True,
    )
    offer = transitions.approve_post(post=offer, by=factory, at=at)
    Notification.objects.all().delete()
    OutboxMessage.objects.all().delete()
    return offer


@pytest.fixture
def order_data(db):
    return {
        "title": "Running shoe, spring",
        "category": category(),
        "pairs": 60_000,
        "target_unit_price_cny": Decimal("46.50"),
        "due_week": this_monday() + dt.timedelta(weeks=20),
    }


@pytest.fixture
def save_search(stranger, at):
    """Save a search of the stranger's."""

    def save(name="Runners", side="orders", by=stranger, **filters):
        return searches.save_search(side=side, filters=MarketFilters(**filters), name=name, by=by)

    return save


@pytest.fixture
def market_facts():
    """Return what the market was told, as (model, version, state)."""

    def read():
        rows = OutboxMessage.objects.filter(kind="listings.post_changed").order_by("id")
        return [(r.subject["model"], r.subject["version"], r.subject["state"]) for r in rows]

    return read


def label(weeks_ahead):
    """Return the week that lies so far ahead, as people type it."""
    return weeks.label(this_monday() + dt.timedelta(weeks=weeks_ahead))
