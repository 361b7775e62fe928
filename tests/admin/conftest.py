"""What the tests of the workbench share."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import translation

from tests.factories import CompanyFactory, MembershipFactory, OfferFactory, OrderFactory


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def fresh_cache():
    """Totals are kept for seconds: no test reads another's."""
    cache.clear()


@pytest.fixture
def desk(officer):
    """The officer's browser."""
    return signed_in(officer)


@pytest.fixture
def pending_company(brand_company):
    return make_pending(brand_company)


@pytest.fixture
def pending_order(factory_company, brand):
    return OrderFactory(
        company=brand.companies.get(), title="Trail shoe", state="pending", published_at=None
    )


def make_pending(company):
    company.status = "pending"
    company.tier = "none"
    company.tier_on = company.tier_expires_on = None
    company.save()
    return company


def waiting_companies(count):
    """Make so many companies that wait, each with an owner."""
    rows = [make_pending(CompanyFactory()) for _ in range(count)]
    for company in rows:
        MembershipFactory(company=company)
    return rows


def waiting_posts(model, count):
    """Make so many posts that wait, each of another company."""
    factory = {"order": OrderFactory, "offer": OfferFactory}[model]
    return [factory(state="pending", published_at=None) for _ in range(count)]


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def said(response):
    """Return the messages that the page shows."""
    return [str(message) for message in response.context["messages"]]
