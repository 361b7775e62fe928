"""Pages of matches: who sees what, and in how many queries."""

import datetime as dt
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Certificate, Certification
from matchmaking.core.formatting import unbroken
from matchmaking.listings.models import Construction
from matchmaking.listings.states import PostState
from matchmaking.matching.models import NearMiss
from matchmaking.matching.presentation.alias import alias_of
from matchmaking.matching.services import announcements
from matchmaking.notifications.models import Notification, OutboxMessage
from tests.factories import CompanyFactory, OfferFactory, OrderFactory

SECRET = "SECRET-WORDS"


@pytest.fixture
def order(brand_company):
    return OrderFactory(company=brand_company, title="Order SECRET-WORDS", notes=SECRET)


@pytest.fixture
def offer(factory_company):
    return OfferFactory(company=factory_company, title="Line SECRET-WORDS", notes=SECRET)


def page(client, user, name, *args):
    client.force_login(user)
    response = client.get(reverse(f"matching:{name}", args=args))
    return response.status_code, response.content.decode()


def post_page(post, side):
    return f"{side}-matches", post.code


@pytest.mark.parametrize(
    ("who", "status"), [("brand", 200), ("factory", 404), ("stranger", 404), ("officer", 200)]
)
def test_order_matches_is_for_the_owner(request, client, settings, match, order, who, status):
    settings.OFFICERS_NEED_TOTP = False

    assert page(client, request.getfixturevalue(who), *post_page(order, "order"))[0] == status


@pytest.mark.parametrize(
    ("who", "status"), [("brand", 404), ("factory", 200), ("stranger", 404), ("officer", 200)]
)
def test_offer_matches_is_for_the_owner(request, client, settings, match, offer, who, status):
    settings.OFFICERS_NEED_TOTP = False

    assert page(client, request.getfixturevalue(who), *post_page(offer, "offer"))[0] == status


@pytest.mark.parametrize(
    ("who", "status"), [("brand", 200), ("factory", 200), ("stranger", 404), ("officer", 200)]
)
def test_match_detail_is_for_both_sides(request, client, settings, match, who, status):
    settings.OFFICERS_NEED_TOTP = False

    assert page(client, request.getfixturevalue(who), "match-detail", match.code)[0] == status


@pytest.mark.parametrize("name", ["order-matches", "offer-matches", "match-detail", "match-list"])
def test_pages_ask_strangers_to_sign_in(client, match, order, offer, name):
    codes = {"order-matches": [order.code], "offer-matches": [offer.code], "match-list": []}

    response = client.get(reverse(f"matching:{name}", args=codes.get(name, [match.code])))

    assert response.status_code == 302
    assert response.url.startswith(reverse("account_login"))


def test_no_page_tells_the_factorys_name_or_words(client, match, brand, order, offer):
    hidden = (offer.company.name_zh, offer.company.name_en, offer.title, str(offer.code))
    for name, *args in (
        post_page(order, "order"),
        ("match-detail", match.code),
        ("match-list",),
    ):
        status, html = page(client, brand, name, *args)
        assert status == 200
        assert [word for word in hidden if word in html] == []
        assert order.title in html


def test_no_page_tells_the_brands_name_or_words(client, match, factory, order, offer):
    hidden = (order.company.name_zh, order.company.name_en, order.title, str(order.code))
    for name, *args in (
        post_page(offer, "offer"),
        ("match-detail", match.code),
        ("match-list",),
    ):
        status, html = page(client, factory, name, *args)
        assert status == 200
        assert [word for word in hidden if word in html] == []
        assert offer.title in html


def test_order_matches_shows_a_row_of_figures_for_each(client, match, brand, order):
    html = " ".join(page(client, brand, *post_page(order, "order"))[1].split())

    assert f"Putian factory {alias_of(match.code, 'order')}" in html
    assert ">¥40–60</strong>" in html
    assert '<span class="faint">/ ¥46.50</span>' in html
    assert '500–1,000k <span class="faint">/ 60k</span>' in html
    assert "Documents reviewed" in html


def test_near_misses_name_the_change_and_who_can_make_it(client, brand, factory, order, rescore):
    order.construction = Construction.objects.get(code="cemented")
    order.save()
    offer = OfferFactory(company=factory.companies.get(), min_order_pairs=70_000)
    rescore()

    html = page(client, brand, *post_page(order, "order"))[1]

    assert NearMiss.objects.get().change["kind"] == "minimum_order"
    assert unbroken("Minimum order 50,000 instead of 50,000–100,000 pairs") in html
    assert "The factory would have to change this." in html
    html = page(client, factory, *post_page(offer, "offer"))[1]
    assert unbroken("Minimum order 50,000 instead of 70,000 pairs") in html
    assert "The brand would have to change this." not in html


def test_empty_page_says_why(client, brand, order, rescore):
    rescore()

    html = page(client, brand, *post_page(order, "order"))[1]

    assert "No factory offers this kind of shoe at present" in html


def test_page_of_a_waiting_post_asks_again_until_it_is_scored(client, brand, order, rescore):
    order.state = PostState.PENDING
    order.save()
    assert 'hx-trigger="every 2s"' in page(client, brand, *post_page(order, "order"))[1]
    order.state = PostState.PUBLISHED
    order.save()
    fact = OutboxMessage.objects.create(
        kind="listings.post_changed",
        dedupe_key="fact",
        subject={"model": "order", "id": order.pk, "version": 1, "state": "published"},
    )
    assert "being scored" in page(client, brand, *post_page(order, "order"))[1]
    fact.delete()

    html = page(client, brand, *post_page(order, "order"))[1]

    assert "every 2s" not in html


def test_open_page_is_told_only_what_is_new(client, brand, order, offer, rescore):
    client.force_login(brand)
    url = reverse("matching:order-matches", args=[order.code])
    html = client.get(url).content.decode()
    assert 'hx-trigger="every 3s"' in html
    shown = re.search(r'"X-Shown": "(\w+)"', html)[1]
    assert client.get(url, headers={"X-Shown": shown}).status_code == 204

    rescore()

    assert b'id="best"' in client.get(url, headers={"X-Shown": shown}).content


def test_looking_at_the_page_marks_its_news_as_seen(client, match, brand, factory, order):
    announcements.announce_matches(matches=[match.pk])

    page(client, brand, *post_page(order, "order"))

    unread = Notification.objects.unread()
    assert list(unread.values_list("recipient", flat=True)) == [factory.pk]


def certify(company):
    Certificate.objects.create(
        company=company,
        certification=Certification.objects.order_by("pk").first(),
        expires_on=dt.date(2040, 1, 1),
        reviewed_at=timezone.now(),
    )


QUERIES = {"order-matches": 33, "offer-matches": 29, "match-list": 15}


@pytest.mark.parametrize("name", sorted(QUERIES))
@pytest.mark.parametrize("rows", [1, 3])
def test_lists_take_the_same_queries_for_any_number_of_rows(
    client, brand, factory, order, offer, rescore, django_assert_num_queries, name, rows
):
    for _ in range(rows - 1):
        company = CompanyFactory(kind="factory")
        certify(company)
        OfferFactory(company=company)
        OrderFactory()
    certify(offer.company)
    OfferFactory(min_order_pairs=90_000)
    rescore()
    codes = {"order-matches": [order.code], "offer-matches": [offer.code], "match-list": []}
    client.force_login(factory if name == "offer-matches" else brand)
    with django_assert_num_queries(QUERIES[name]):
        response = client.get(reverse(f"matching:{name}", args=codes[name]))
    assert response.status_code == 200
