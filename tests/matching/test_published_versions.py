"""A partner reads what the market had when both said yes, and what was published since."""

import pytest
from django.utils import timezone

from accounts.models import Certification
from matchmaking.listings.models import (
    CapacityOffer,
    Category,
    MarketVersion,
    PostEdit,
    ProcessingOrder,
)
from matchmaking.listings.services import edit_decisions, posts, transitions
from tests.factories import this_monday
from tests.matching.conftest import see

SECRETS = {"pairs": 61_357, "title": "TitleCanary", "target_unit_price_cny": "47.13"}
FIGURES = {"min_order_pairs": 3_579, "title": "TitleCanary", "price_low_cny": "41.13"}
NEVER = ("61,357", "TitleCanary", "47.13", "3,579", "41.13", "7,531", "Sandals", "WRAP")


def edit_order(order, brand):
    wrap = Certification.objects.get(code="wrap")
    data = SECRETS | {"certifications": [wrap]}
    at = timezone.now()
    posts.save_order(
        company=order.company, order=order, data=data, by=brand, at=at, is_checked=True
    )


def edit_offer(offer, factory):
    data = FIGURES | {"categories": list(Category.objects.filter(code="sandals"))}
    weeks = posts.Weeks(this_monday(), [7_531] * 104)
    at = timezone.now()
    posts.save_offer(
        company=offer.company,
        offer=offer,
        data=data,
        by=factory,
        at=at,
        weeks=weeks,
        is_checked=True,
    )


@pytest.fixture
def published(mutual, brand, factory):
    """Both posts as the market has them, told apart from what is edited."""
    return mutual, ProcessingOrder.objects.get(), CapacityOffer.objects.get()


@pytest.mark.parametrize("reads", ["brand", "factory"])
def test_what_is_edited_off_the_market_is_read_by_nobody(client, published, brand, factory, reads):
    match, order, offer = published
    reader = {"brand": brand, "factory": factory}[reads]
    before = see(client, reader, match)
    at = timezone.now()
    if reads == "factory":
        transitions.pause_post(post=order, by=brand, at=at)
        edit_order(ProcessingOrder.objects.get(), brand)
    else:
        transitions.pause_post(post=offer, by=factory, at=at)
        edit_offer(CapacityOffer.objects.get(), factory)

    html = see(client, reader, match)

    assert [secret for secret in NEVER if secret in html] == []
    assert ("Spring runner" in html) == ("Spring runner" in before)
    assert ("Line two" in html) == ("Line two" in before)


def test_an_edit_that_waits_for_approval_is_read_by_nobody_until_it_is_approved(
    client, published, brand, factory, officer
):
    match, order, _offer = published
    order.company.recheck_edits = True
    order.company.save()
    order, at = ProcessingOrder.objects.get(), timezone.now()
    posts.save_order(company=order.company, order=order, data=SECRETS, by=brand, at=at)
    html = see(client, factory, match)
    assert [secret for secret in NEVER if secret in html] == []

    edit_decisions.approve_edit(edit=PostEdit.objects.get(), by=officer, at=at)

    assert "61,357" in see(client, factory, match)


def test_what_was_published_since_is_read(client, published, brand, factory):
    match, _order, offer = published
    edit_offer(offer, factory)

    html = see(client, brand, match)

    assert "3,579" in html


def test_the_owner_reads_his_own_edit(client, published, brand):
    match, order, _offer = published
    transitions.pause_post(post=order, by=brand, at=timezone.now())
    edit_order(ProcessingOrder.objects.get(), brand)

    assert "61,357" in see(client, brand, match)
    assert MarketVersion.objects.get().figures["pairs"] == 60_000


def test_the_control_shows_the_edit(client, published, brand, factory, settings):
    settings.PROTECTIONS_OFF = ["published-versions"]
    match, order, _offer = published
    transitions.pause_post(post=order, by=brand, at=timezone.now())
    edit_order(ProcessingOrder.objects.get(), brand)

    assert "61,357" in see(client, factory, match)
