"""Guesses at a password, and mails that strangers have sent: each attack with its control."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts import handlers
from accounts.models import PasswordResetRequest
from matchmaking.core.models import LimitCounter
from matchmaking.notifications.models import OutboxMessage
from tests.accounts.conftest import published, verified, work
from tests.factories import PASSWORD

ATTACKER, OWNER, THIRD = "198.51.100.7", "203.0.113.9", "192.0.2.4"


@pytest.fixture
def person(brand):
    return verified(brand)


def browser(source):
    return Client(REMOTE_ADDR=source)


def sign_in(client, person, password=PASSWORD):
    client.post(reverse("account_login"), {"login": person.email, "password": password})
    return "_auth_user_id" in client.session


def guess(client, person, times):
    for number in range(times):
        sign_in(client, person, f"wrong guess {number}")


def test_wrong_passwords_of_a_stranger_lock_nobody_else_out(person):
    guess(browser(ATTACKER), person, 8)

    assert not sign_in(browser(ATTACKER), person)
    assert sign_in(browser(OWNER), person)


def test_control_the_old_limit_locks_the_owner_out(person, settings):
    settings.PROTECTIONS_OFF = ["guesses-by-source"]
    guess(browser(ATTACKER), person, 8)

    assert not sign_in(browser(OWNER), person)


def test_neighbour_of_the_same_network_counts_as_the_same_stranger(person):
    guess(browser(ATTACKER), person, 5)

    assert not sign_in(browser("198.51.100.200"), person)


def test_guesses_of_many_networks_end_and_a_known_device_still_passes(person):
    home = browser(OWNER)
    assert sign_in(home, person)
    home.post(reverse("account_logout"))
    for network in range(12):
        guess(browser(f"100.64.{network}.1"), person, 5)

    assert not sign_in(browser(THIRD), person)
    assert sign_in(home, person)


def test_mark_of_a_device_is_bound_to_its_person(person, factory):
    other = browser(ATTACKER)
    assert sign_in(other, verified(factory))
    other.post(reverse("account_logout"))
    for network in range(12):
        guess(browser(f"100.64.{network}.1"), person, 5)

    assert not sign_in(other, person)


def test_owner_is_told_once_a_day_and_nobody_else(person):
    guess(browser(ATTACKER), person, 9)
    cache.clear()
    guess(browser(THIRD), person, 9)

    assert published("accounts.guesses_refused") == 1
    work("accounts.guesses_refused")
    (mail,) = OutboxMessage.objects.filter(kind="accounts.mail")
    assert mail.subject["template"] == handlers.GUESSES
    assert PasswordResetRequest.objects.count() == 0


def test_address_without_account_is_refused_by_the_same_statements(person, settings):
    guess(browser(ATTACKER), person, 6)
    person.email = "nobody@example.com"
    guess(browser(ATTACKER), person, 6)

    assert published("accounts.guesses_refused") == 2
    work("accounts.guesses_refused")
    assert published("accounts.mail") == 1


def ask(source, address, page="account_reset_password", **more):
    answer = browser(source).post(reverse(page), {"email": address} | more)
    return answer.status_code == 302


def test_one_network_asks_for_few_mails_and_leaves_some_to_others(person):
    taken = [ask(ATTACKER, person.email) for _number in range(20)]

    assert taken == [True] * 4 + [False] * 16
    assert ask(OWNER, person.email)


def test_mails_to_an_address_have_a_ceiling_whoever_asks(person):
    taken = [ask(f"100.64.{network}.1", person.email) for network in range(20)]

    assert sum(taken) == 5


def test_sign_up_and_reset_count_together(person):
    sign_up = {"name": "A", "password1": "a long enough one 9"}

    taken = [
        ask(ATTACKER, person.email),
        ask(ATTACKER, person.email, "account_signup", **sign_up),
        ask(ATTACKER, person.email),
        ask(ATTACKER, person.email, "account_signup", **sign_up),
        ask(ATTACKER, person.email),
    ]

    assert taken == [True, True, True, True, False]


def test_control_the_old_limit_takes_them_by_the_minute(person, settings):
    settings.PROTECTIONS_OFF = ["mail-ceiling"]
    taken = 0
    for _minute in range(4):
        taken += sum(ask(ATTACKER, person.email) for _number in range(5))
        _forget_the_minute()

    assert taken == 20


def _forget_the_minute():

    LimitCounter.objects.all().delete()


def test_refused_form_keeps_what_was_typed(person):
    for _number in range(5):
        answer = browser(ATTACKER).post(reverse("account_reset_password"), {"email": person.email})

    assert answer.status_code == 200
    assert answer.context["form"].errors["email"].as_data()[0].code == "too_many_mails"
    assert person.email in answer.content.decode()
