"""The pages for when something is not there, not allowed or broken lead on."""

import re

import pytest
from django.template.loader import render_to_string
from django.urls import reverse

WAYS = ["listings:market-orders", "listings:market-offers", "home:how-it-works"]


def ways_of(page):
    block = page[page.index('class="ways-on"') :].split("</nav>")[0]
    return re.findall(r'<a\b[^>]*href="([^"]+)"', block)


@pytest.mark.parametrize("name", ["400", "403_csrf", "500"])
def test_a_page_without_a_request_leads_to_the_markets(name):
    assert ways_of(render_to_string(f"{name}.html")) == [reverse(way) for way in WAYS]


def test_a_stranger_who_finds_nothing_may_sign_in_and_come_back(client, db):
    page = client.get("/orders/nowhere/").content.decode()

    assert f"{reverse('account_login')}?next=/orders/nowhere/" in page
    assert ways_of(page) == [reverse(way) for way in WAYS]


def test_a_person_who_finds_nothing_is_led_to_the_day(client, brand):
    client.force_login(brand)

    page = client.get("/orders/nowhere/").content.decode()

    own = [reverse("home:dashboard"), reverse("notifications:inbox")]
    assert ways_of(page) == own + [reverse(way) for way in WAYS]


def test_too_many_tries_have_a_page_of_their_own(client, db, settings):
    settings.ACCOUNT_RATE_LIMITS = {"reset_password": "1/m/ip"}
    ask = {"email": "somebody@example.com"}
    answers = [client.post(reverse("account_reset_password"), ask) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 429]
    assert reverse("listings:market-orders") in ways_of(answers[1].content.decode())


def test_a_shared_link_shows_the_card(client, db, settings):
    page = client.get(reverse("home:front")).content.decode()

    assert f'property="og:image" content="{settings.SITE_URL}/static/img/social-card.png"' in page
