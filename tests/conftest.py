"""The cast: always brand, factory, stranger, officer."""

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.models import Group

from accounts.choices import CompanyKind
from tests.factories import CompanyFactory, MembershipFactory, UserFactory


@pytest.fixture
def brand_company(db):
    return CompanyFactory(kind=CompanyKind.BRAND, name_en="Brand Co.")


@pytest.fixture
def factory_company(db):
    return CompanyFactory(kind=CompanyKind.FACTORY, name_en="Factory Co.")


@pytest.fixture
def stranger_company(db):
    return CompanyFactory(kind=CompanyKind.BOTH, name_en="Stranger Co.")


@pytest.fixture
def brand(brand_company):
    return MembershipFactory(company=brand_company).user


@pytest.fixture
def factory(factory_company):
    return MembershipFactory(company=factory_company).user


@pytest.fixture
def stranger(stranger_company):
    return MembershipFactory(company=stranger_company).user


@pytest.fixture
def officer(db):
    user = UserFactory(is_staff=True, name="Officer")
    user.groups.add(Group.objects.get(name="Officers"))
    TOTP.activate(user, generate_totp_secret())  # settings.OFFICERS_NEED_TOTP
    return user
