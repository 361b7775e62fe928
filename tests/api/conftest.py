import pytest
from django.test import Client
from django.utils import timezone

from accounts.choices import TokenScope
from accounts.services import issue_token


@pytest.fixture
def api_for():
    """Return a client whose requests carry a token of the person's company."""

    def build(user, company, *scopes):
        _, secret = issue_token(
            company=company,
            name="ERP",
            scopes=list(scopes or [TokenScope.WRITE]),
            by=user,
            at=timezone.now(),
        )
        return Client(headers={"authorization": f"Token {secret}"})

    return build


@pytest.fixture
def brand_api(api_for, brand, brand_company):
    return api_for(brand, brand_company)


@pytest.fixture
def factory_api(api_for, factory, factory_company):
    return api_for(factory, factory_company)
