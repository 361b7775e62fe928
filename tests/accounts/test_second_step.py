"""The second step of signing in: codes of a neighbouring step open, and each opens once."""

import time

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.core.cache import cache
from django.urls import reverse

from tests.factories import PASSWORD

STEP = 30


@pytest.fixture
def secret(brand):
    cache.clear()
    EmailAddress.objects.get_or_create(
        user=brand, email=brand.email, defaults={"verified": True, "primary": True}
    )
    made = generate_totp_secret()
    TOTP.activate(brand, made)
    return made


def code_of(secret, *, steps=0):
    return format_hotp_value(hotp_value(secret, int(time.time()) // STEP + steps))


def asked_for_a_code(client, person):
    client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    return client


def is_in(client, code):
    client.post(reverse("mfa_authenticate"), {"code": code})
    return "_auth_user_id" in client.session


@pytest.mark.parametrize(("steps", "opens"), [(-2, False), (-1, True), (0, True), (1, True)])
def test_a_code_of_a_neighbouring_step_opens(client, brand, secret, steps, opens):
    with time_machine.travel(1_800_000_000, tick=False):
        asked_for_a_code(client, brand)

        assert is_in(client, code_of(secret, steps=steps)) is opens


def test_a_code_opens_once_however_long_it_is_tolerated(client, brand, secret):
    with time_machine.travel(1_800_000_000, tick=False):
        code = code_of(secret, steps=1)
        asked_for_a_code(client, brand)
        assert is_in(client, code)
        client.logout()
        # What allauth keeps for one step is gone, as it is half a minute later.
        cache.delete(f"allauth.mfa.totp.used?user={brand.pk}&code={code}")
        asked_for_a_code(client, brand)

        assert not is_in(client, code)
