"""Fixtures of the workbench's tests."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone, translation

from matchmaking.matching import ranking
from matchmaking.matching.models import Match
from matchmaking.matching.services import answers
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


@pytest.fixture
def match(brand, factory, brand_company, factory_company):
    OrderFactory(company=brand_company, title="Trail shoe")
    OfferFactory(company=factory_company, title="Line 3")
    ranking.rescore_market(at=timezone.now())
    return Match.objects.get()


@pytest.fixture
def asked(match, brand):
    """The brand is interested, the factory owes an answer."""
    return answers.answer_match(
        match=match, side="order", kind="interested", note="Soon please", by=brand,
        at=timezone.now(),
    )  # fmt: skip


@pytest.fixture
def mutual(asked, factory):
    return answers.answer_match(
        match=asked, side="offer", kind="interested", by=factory, at=timezone.now()
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


def step(row, name):
    """Return the address of an officer's step on the row."""
    return f"/admin/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/step/{name}/"  # noqa: SLF001


def said(response):
    """Return the messages that the page shows."""
    return [str(message) for message in response.context["messages"]]
