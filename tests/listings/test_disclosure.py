"""Strangers see bands, matched parties figures, owners all: on every public page."""

import dataclasses
import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse

from matchmaking.listings import bands, queries
from matchmaking.listings.bands import Band
from matchmaking.listings.disclosure import Depth, offer_card, order_card
from matchmaking.listings.models import ProcessingOrder
from matchmaking.listings.post_kinds import OFFER, ORDER
from matchmaking.listings.queries import Cursor, MarketFilters, MarketTotal
from matchmaking.listings.states import PostState
from tests.factories import OfferFactory, OrderFactory, category, this_monday

pytestmark = pytest.mark.django_db

SECRET_ORDER = {
    "title": "TitleCanary",
    "notes": "NotesCanary",
    "own_reference": "RefCanary",
    "size_run": "SizeCanary",
    "pairs": 61_357,
    "target_unit_price_cny": Decimal("47.13"),
}
EXACT = ["61,357", "61357", "47.13", "TitleCanary", "NotesCanary", "RefCanary", "SizeCanary"]


@pytest.fixture
def secret_order(brand_company):
    return OrderFactory(company=brand_company, **SECRET_ORDER)


@pytest.fixture
def secret_offer(factory_company):
    return OfferFactory(
        company=factory_company,
        title="TitleCanary",
        notes="NotesCanary",
        own_reference="RefCanary",
        rate=1_357,
        min_order_pairs=3_579,
        price_low_cny="41.13",
        price_high_cny="43.17",
    )


def facts(card):
    return {
        field.name
        for field in dataclasses.fields(card)
        if getattr(card, field.name) not in (None, "", ())
    }


def test_stranger_card_of_an_order_has_bands_only(secret_order):
    card = order_card(secret_order, Depth.STRANGER)

    assert facts(card) == {
        "code",
        "depth",
        "company",
        "category",
        "weeks",
        "pairs_band",
        "price_band",
    }
    assert facts(card.company) == {"place", "tier", "kind"}


def test_matched_card_of_an_order_adds_steps_and_no_figure(secret_order):
    card = order_card(secret_order, Depth.MATCHED)

    assert facts(card) - facts(order_card(secret_order, Depth.STRANGER)) == {
        "starts",
        "due",
        "splittable",
    }
    assert card.due.last - card.due.first == dt.timedelta(weeks=3)


def test_consent_opens_figures_without_names(secret_order):
    card = order_card(secret_order, Depth.CONSENTED)

    assert (card.pairs, str(card.target_unit_price_cny)) == (61_357, "47.13")
    assert (card.title, card.notes, card.size_run, card.company.name) == ("", "", "", "")
    assert card.company.size_band == "500_1999"


def test_own_card_has_all(secret_order, brand_company):
    card = order_card(secret_order, Depth.OWN)

    assert (card.title, card.company.name) == ("TitleCanary", brand_company.name)


def test_stranger_card_of_an_offer_has_bands_only(secret_offer):
    secret_offer.refresh_from_db()
    card = offer_card(secret_offer, Depth.STRANGER)

    assert facts(card) == {
        "code",
        "depth",
        "company",
        "categories",
        "weeks",
        "pairs_band",
        "price_band",
        "is_stale",
    }
    assert card.pairs_band.low == 100_000  # 104 weeks of 1,357 pairs


def test_matched_card_of_an_offer_adds_steps_and_no_figure(secret_offer):
    secret_offer.refresh_from_db()
    card = offer_card(secret_offer, Depth.MATCHED)

    assert facts(card) - facts(offer_card(secret_offer, Depth.STRANGER)) == {
        "min_order_band",
        "lead_band",
    }
    assert (card.min_order_band, card.lead_band) == (Band(1_000, 5_000), Band(8, 15))


def test_partner_does_not_learn_what_others_hold(secret_offer):
    secret_offer.refresh_from_db()
    card = offer_card(secret_offer, Depth.CONSENTED)

    assert card.free[0] == 1_357
    assert (card.published, card.held, card.booked, card.title) == ((), (), (), "")
    assert offer_card(secret_offer, Depth.OWN).published[0] == 1_357


def test_expired_verification_is_vouched_for_no_more(secret_order, brand_company):
    brand_company.tier_expires_on = brand_company.tier_on = dt.date(2020, 1, 1)

    secret_order.company = brand_company
    assert order_card(secret_order, Depth.STRANGER).company.tier == "none"
    assert order_card(secret_order, Depth.OWN).company.tier == "lapsed"


@pytest.mark.parametrize("who", ["anonymous", "factory", "stranger"])
@pytest.mark.parametrize("page", ["list", "detail", "filtered"])
def test_public_order_pages_tell_no_figure(request, client, secret_order, brand_company, who, page):
    if who != "anonymous":
        client.force_login(request.getfixturevalue(who))
    url = reverse("listings:market-orders")
    if page == "detail":
        url = reverse("listings:market-order", args=[secret_order.code])
    html = client.get(url, {"pairs": "50000-100000"} if page == "filtered" else {}).content.decode()

    assert "50,000–100,000" in html
    for secret in [*EXACT, brand_company.name_zh, brand_company.name_en, str(brand_company.code)]:
        assert secret not in html


@pytest.mark.parametrize("who", ["anonymous", "brand", "stranger"])
@pytest.mark.parametrize("page", ["list", "detail"])
def test_public_offer_pages_tell_no_figure(
    request, client, secret_offer, factory_company, who, page
):
    if who != "anonymous":
        client.force_login(request.getfixturevalue(who))
    url = reverse("listings:market-offers")
    if page == "detail":
        url = reverse("listings:market-offer", args=[secret_offer.code])
    html = client.get(url).content.decode()

    assert "100,000–200,000" in html
    for secret in [
        "1,357",
        "141,128",
        "141128",
        "3,579",
        "41.13",
        "43.17",
        "TitleCanary",
        "NotesCanary",
        "RefCanary",
        factory_company.name_zh,
        factory_company.name_en,
    ]:
        assert secret not in html


@pytest.mark.parametrize("state", [state for state in PostState if state != PostState.PUBLISHED])
def test_only_the_market_is_public(client, secret_order, state):
    ProcessingOrder.objects.filter(pk=secret_order.pk).update(state=state, reject_reason="x")

    detail = client.get(reverse("listings:market-order", args=[secret_order.code]))

    assert detail.status_code == 404
    assert queries.market_page(ORDER, MarketFilters()).cards == []


def test_posts_of_suspended_companies_leave_the_market(client, secret_offer, factory_company):
    factory_company.status = "suspended"
    factory_company.save()

    assert client.get(reverse("listings:market-offer", args=[secret_offer.code])).status_code == 404
    assert queries.market_page(OFFER, MarketFilters()).cards == []


@pytest.mark.parametrize("who", ["stranger", "factory"])
def test_own_pages_of_others_are_not_found(request, client, secret_order, who):
    client.force_login(request.getfixturevalue(who))

    for name in ("detail", "edit", "close"):
        url = reverse(f"listings:order-{name}", args=[secret_order.code])
        assert client.get(url).status_code == 404
    for name in ("step", "copy", "edit", "close"):
        url = reverse(f"listings:order-{name}", args=[secret_order.code])
        assert client.post(url, {"step": "pause"}).status_code == 404
    secret_order.refresh_from_db()
    assert (secret_order.state, ProcessingOrder.objects.count()) == (PostState.PUBLISHED, 1)


# --- filters are no oracle -----------------------------------------------------------


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, True),
        ({"category": "athletic"}, True),
        ({"category": "sandals"}, False),
        ({"category": "family:sport"}, True),
        ({"category": "family:boots"}, False),
        ({"cluster": "350300"}, True),
        ({"cluster": "350500"}, False),
        ({"pairs": "50000-100000"}, True),
        ({"pairs": "10000-20000"}, False),
        ({"pairs": "61000-62000"}, True),  # no band: not asked, so not narrowed
        ({"pairs": "x", "week": "y", "cluster": "z", "category": "?"}, True),
        ({"after": "nonsense"}, True),
    ],
)
@pytest.mark.parametrize("kind", ["order", "offer"])
def test_filters(client, brand_company, factory_company, kind, filters, found):
    if kind == "order":
        post = OrderFactory(company=brand_company)
    else:
        post = OfferFactory(company=factory_company, rate=600)  # 62,400 in all
    html = client.get(reverse(f"listings:market-{kind}s"), filters).content.decode()

    assert (str(post.code) in html) is found


@pytest.mark.parametrize(("block", "found"), [(-1, False), (0, True), (5, True), (7, False)])
def test_weeks_filter_asks_for_blocks(brand_company, factory_company, block, found):
    OrderFactory(company=brand_company)  # this week to 20 weeks on
    OfferFactory(company=factory_company, published=[9] * 21 + [0] * 83, free=[9] * 21 + [0] * 83)
    week = bands.week_block(this_monday()) + dt.timedelta(weeks=4 * block)
    filters = MarketFilters(week=week)

    assert bool(queries.market_page(ORDER, filters).cards) is found
    assert bool(queries.market_page(OFFER, filters).cards) is found


def test_pages_go_both_ways_without_gaps(brand_company, monkeypatch):
    monkeypatch.setattr(queries, "PAGE", 2)
    codes = [OrderFactory(company=brand_company).code for _ in range(5)][::-1]

    def page(**cursor):
        return queries.market_page(ORDER, MarketFilters(), Cursor(**cursor))

    first = page()
    second = page(after=first.after)
    third = page(after=second.after)
    back = page(before=third.before)
    front = page(before=back.before)

    pages = [[card.code for card in p.cards] for p in (first, second, third)]
    assert pages == [codes[:2], codes[2:4], codes[4:]]
    assert (first.before, third.after) == (None, None)
    assert [card.code for card in back.cards] == codes[2:4]
    assert [card.code for card in front.cards] == codes[:2]
    assert (front.before, front.after) == (None, codes[1])


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("name", "count"), [("market-orders", 5), ("market-offers", 6)])
def test_market_lists_keep_their_query_count(client, django_assert_num_queries, rows, name, count):
    for _ in range(rows):
        OrderFactory()
        OfferFactory(categories=[category(), category("sandals")])

    with django_assert_num_queries(count):  # families, their categories, clusters, rows, count
        assert client.get(reverse(f"listings:{name}")).status_code == 200


def test_totals_are_the_sums_of_the_market(brand_company, factory_company):
    OrderFactory(company=brand_company, pairs=1_000)
    OrderFactory(company=brand_company, pairs=2_000)
    OrderFactory(pairs=500)
    OrderFactory(company=brand_company, pairs=4_000, state=PostState.PAUSED)
    OfferFactory(company=factory_company, rate=10)

    assert queries.market_totals() == (MarketTotal(3, 2, 3_500), MarketTotal(1, 1, 1_040))
