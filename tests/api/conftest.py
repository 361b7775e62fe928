import pytest
from django.test import Client
from django.utils import timezone

from accounts.choices import TokenScope
from accounts.services import tokens
from matchmaking.matching import ranking
from matchmaking.matching.services import answers
from tests.factories import OfferFactory, OrderFactory


@pytest.fixture
def api_for():
    """Return a client whose requests carry a token of the person's company."""

    def build(user, company, *scopes):
        _, secret = tokens.issue_token(
            company=company,
            name="ERP",
            scopes=list(scopes or [TokenScope.WRITE]),
            by=user,
        )
        return Client(headers={"authorization": f"Token {secret}"})

    return build


@pytest.fixture
def brand_api(api_for, brand, brand_company):
    return api_for(brand, brand_company)


@pytest.fixture
def factory_api(api_for, factory, factory_company):
    return api_for(factory, factory_company)


@pytest.fixture
def match(brand_company, factory_company, brand, factory):
    order = OrderFactory(company=brand_company, title="Secret order title", notes="Call Ms Li")
    OfferFactory(company=factory_company, title="Secret line title")
    ranking.rescore_market(at=timezone.now())
    return order.matches.get()


@pytest.fixture
def mutual(match, brand, factory):
    for side, by in (("order", brand), ("offer", factory)):
        answers.answer_match(match=match, side=side, kind="interested", by=by, at=timezone.now())
    match.refresh_from_db()
    return match
