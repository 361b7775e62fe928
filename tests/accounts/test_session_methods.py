"""The second factor belongs to a session: what a password alone has opened reaches no workbench."""

import time

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.test import Client
from django.urls import reverse

from accounts.services import people
from tests.factories import PASSWORD, UserFactory

WORKBENCH = "/admin/"
ASKED = "/account/2fa/reauthenticate/?next=%2Fadmin%2F"


@pytest.fixture
def bare(officer):
    """An officer who has not set the second factor up."""
    Authenticator.objects.all().delete()
    EmailAddress.objects.create(user=officer, email=officer.email, verified=True, primary=True)
    return officer


def by_password(person):
    client = Client()
    client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    assert "_auth_user_id" in client.session
    return client


def code_of(secret, *, steps=0):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def set_up(client):
    """Set the factor up as a person does; return its secret."""
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    done = client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
    assert done.status_code == 302
    return secret


@pytest.mark.django_db(transaction=True)
def test_session_of_a_password_alone_stays_out_when_another_sets_the_factor_up(bare):
    thief, owner = by_password(bare), by_password(bare)
    set_up(owner)

    assert owner.get(WORKBENCH).status_code == 200
    assert thief.get(WORKBENCH).status_code == 302
    assert "_auth_user_id" not in thief.session


def test_session_without_the_code_is_asked_for_it(bare):
    client = by_password(bare)
    secret = generate_totp_secret()
    TOTP.activate(bare, secret)

    assert client.get(WORKBENCH)["Location"] == ASKED
    client.post(ASKED, {"code": code_of(secret)})
    assert client.get(WORKBENCH).status_code == 200


@pytest.mark.parametrize(
    "name",
    [
        "mfa_generate_recovery_codes",
        "mfa_view_recovery_codes",
        "account_change_password",
        "account_email",
    ],
)
def test_session_without_the_code_reaches_nothing_that_makes_one(bare, name):
    client = by_password(bare)
    TOTP.activate(bare, generate_totp_secret())

    assert client.get(reverse(name))["Location"].startswith("/account/2fa/reauthenticate/")


def test_control_without_the_rule_any_session_of_the_person_is_in(bare, settings):
    settings.PROTECTIONS_OFF = ["session-methods"]
    client = by_password(bare)
    TOTP.activate(bare, generate_totp_secret())

    assert client.get(WORKBENCH).status_code == 200


def test_appointing_ends_sessions(brand, now):
    EmailAddress.objects.create(user=brand, email=brand.email, verified=True, primary=True)
    client = by_password(brand)
    chief = UserFactory(is_staff=True, is_superuser=True)

    people.appoint_officer(user=brand, by=chief, at=now)

    assert client.get("/dashboard/").status_code == 302
    assert "_auth_user_id" not in client.session


@pytest.mark.django_db(transaction=True)
def test_taking_the_factor_off_ends_other_sessions(brand):
    EmailAddress.objects.create(user=brand, email=brand.email, verified=True, primary=True)
    owner = by_password(brand)
    secret = set_up(owner)
    other = Client()
    other.post(reverse("account_login"), {"login": brand.email, "password": PASSWORD})
    other.post(reverse("mfa_authenticate"), {"code": code_of(secret, steps=1)})
    assert other.get("/dashboard/").status_code == 200

    owner.post(reverse("mfa_deactivate_totp"))

    assert owner.get("/dashboard/").status_code == 200
    assert other.get("/dashboard/").status_code == 302
