"""A decline stands: one pair more does not undo it, nor anything else within 14 days."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone

from matchmaking.matching.models import Match
from matchmaking.matching.services import answers
from tests.factories import OfferFactory, OrderFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def declined(brand, brand_company, rescore):
    """A function that proposes a pair, declines it for a reason, and returns its posts."""

    def decline(reason):
        order = OrderFactory(company=brand_company)
        offer = OfferFactory()
        rescore()
        match = Match.objects.get(order=order, offer=offer)
        answers.answer_match(
            match=match, side="order", kind="declined", reason=reason, by=brand, at=timezone.now()
        )
        return order, offer

    return decline


def change(post, **facts):
    for name, value in facts.items():
        setattr(post, name, value)
    post.version += 1
    post.terms_version = post.version
    post.save()


def proposed_again(order, offer, rescore, *, days):
    with time_machine.travel(timezone.now() + dt.timedelta(days=days), tick=False):
        rescore(orders=[order], offers=[offer])
        part = Match.objects.proposed().filter(order=order, offer=offer).exists()
        rescore()
        return [part, Match.objects.proposed().filter(order=order, offer=offer).exists()]


@pytest.mark.parametrize("reason", ["price", "timing", "capability", "place", "placed", "other"])
def test_one_pair_more_does_not_undo_a_decline(declined, rescore, reason):
    order, offer = declined(reason)
    for _round in range(4):
        change(order, pairs=order.pairs + 1)

    assert proposed_again(order, offer, rescore, days=0) == [False, False]
    assert proposed_again(order, offer, rescore, days=15) == [False, False]


def test_control_one_pair_more_undid_it(declined, rescore, settings):
    order, offer = declined("price")
    settings.PROTECTIONS_OFF = ["declines-stand"]
    change(order, pairs=order.pairs + 1)

    assert proposed_again(order, offer, rescore, days=0) == [True, True]


def test_change_that_matters_counts_after_fourteen_days(declined, rescore):
    order, offer = declined("price")
    change(order, target_unit_price_cny=Decimal(order.target_unit_price_cny) + 10)

    assert proposed_again(order, offer, rescore, days=13) == [False, False]
    assert proposed_again(order, offer, rescore, days=15) == [True, True]


def test_change_that_the_reason_is_not_about_does_not_count(declined, rescore):
    order, offer = declined("place")
    change(order, target_unit_price_cny=Decimal(order.target_unit_price_cny) + 10)

    assert proposed_again(order, offer, rescore, days=15) == [False, False]


def test_any_change_of_bands_counts_where_no_reason_was_given(declined, rescore):
    order, offer = declined("other")
    change(order, target_unit_price_cny=Decimal(order.target_unit_price_cny) + 10)

    assert proposed_again(order, offer, rescore, days=15) == [True, True]
