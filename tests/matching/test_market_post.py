"""A post of the market tells a member what it is to her."""

import pytest
from django.urls import reverse

from tests.factories import OfferFactory, OrderFactory


@pytest.fixture
def order(brand_company):
    return OrderFactory(company=brand_company, title="Spring runner")


@pytest.fixture
def offer(factory_company):
    return OfferFactory(company=factory_company, title="Line three")


def market(client, kind, post, user=None):
    client.logout()
    if user:
        client.force_login(user)
    return client.get(reverse(f"listings:market-{kind}", args=[post.code])).content.decode()


def test_a_match_stands_below_the_bands_of_either_post(client, match, brand, factory, order, offer):
    link = reverse("matching:match-detail", args=[match.code])

    seen = market(client, "offer", offer, brand)
    assert link in seen
    assert "New match" in seen
    assert order.title in seen
    assert offer.title not in seen
    assert "Post an order" not in seen
    seen = market(client, "order", order, factory)
    assert link in seen
    assert offer.title in seen
    assert order.title not in seen


def test_nobody_else_learns_that_they_match(client, match, stranger, order, offer):
    for reader in (None, stranger):
        for kind, post in (("order", order), ("offer", offer)):
            seen = market(client, kind, post, reader)
            assert "/matches/" + str(match.code) not in seen
            assert "New match" not in seen


def test_a_declined_match_is_not_told_again(client, match, brand, offer, say):
    say("order", "declined", reason="price")

    assert str(match.code) not in market(client, "offer", offer, brand)
