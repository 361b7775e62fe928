"""Whatever a reader is told of a match follows from the cards that he may see."""

import dataclasses
import re

import pytest
from django.urls import reverse

from matchmaking.listings.disclosure import Depth
from matchmaking.matching.models import Match
from matchmaking.matching.presentation import cards
from matchmaking.matching.presentation.alias import alias_of
from matchmaking.matching.presentation.told_changes import told_change
from tests.factories import OfferFactory
from tests.matching.conftest import see

pytestmark = pytest.mark.django_db


def card_of(match, user, own):
    fresh = Match.objects.select_related("order__company", "offer__company", "profile")
    return cards.match_card(fresh.get(pk=match.pk), user=user, own=own)


def told(card):
    """Everything that a card tells but whose it is."""
    other = dataclasses.replace(card.other, code=None, company=None)
    return card.score, card.lines, other, card.reasons, card.weakest


@pytest.mark.parametrize(
    ("figure", "value"),
    [
        ("pairs", 57_319),
        ("target_unit_price_cny", "49.13"),
    ],
)
def test_a_factory_reads_the_same_of_every_order_in_one_band(
    match, factory, order, rescore, figure, value
):
    before = told(card_of(match, factory, "offer"))

    setattr(order, figure, value)
    order.version += 1
    order.save()
    rescore(orders=[order])

    assert Match.objects.get().order_version == order.version
    assert told(card_of(match, factory, "offer")) == before


@pytest.mark.parametrize(
    ("figure", "value"),
    [
        ("min_order_pairs", 1_357),
        ("lead_days", 9),
        ("price_low_cny", "48.19"),
        ("price_high_cny", "59.90"),
        ("free", [6_000] * 104),
    ],
)
def test_a_brand_reads_the_same_of_every_offer_in_one_band(
    match, brand, offer, rescore, figure, value
):
    before = told(card_of(match, brand, "order"))

    setattr(offer, figure, value)
    offer.published = offer.free
    offer.version += 1
    offer.save()
    rescore(offers=[offer])

    assert Match.objects.get().offer_version == offer.version
    assert told(card_of(match, brand, "order")) == before


def test_the_own_figures_are_exact_and_move_the_score(match, brand, order):
    before = card_of(match, brand, "order")
    order.target_unit_price_cny = "44.00"
    order.save()

    after = card_of(match, brand, "order")

    assert before.mine.pairs == 60_000
    assert before.score != after.score


def test_figures_open_to_the_partner_by_a_yes_and_to_nobody_else(match, say, brand, factory):
    seen = {
        side: card_of(match, user, side) for side, user in (("order", brand), ("offer", factory))
    }
    assert [seen[side].other.depth for side in seen] == [Depth.MATCHED, Depth.MATCHED]

    say("offer")

    mine, theirs = card_of(match, brand, "order"), card_of(match, factory, "offer")
    assert (mine.has_figures, mine.other.free[0], mine.score) == (True, 5_000, float(match.score))
    assert (mine.other.company.name, mine.other.title) == ("", "")
    assert told(theirs) == told(seen["offer"])


def test_the_control_opens_figures_without_a_yes(match, brand, settings):
    settings.PROTECTIONS_OFF = ["figures-by-consent"]

    assert card_of(match, brand, "order").other.free[0] == 5_000


def test_a_list_is_sorted_by_what_its_reader_sees(client, brand, order, rescore):
    for low in ("30.00", "38.00", "39.00", "45.00"):
        OfferFactory(price_low_cny=low, price_high_cny="60.00")
    rescore()
    client.force_login(brand)

    html = client.get(reverse("matching:order-matches", args=[order.code])).content.decode()

    scores = [float(one) for one in re.findall(r'aria-label="Score ([\d.]+)"', html)]
    assert len(scores) == 4
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize(
    ("change", "mine", "theirs"),
    [
        (
            {"kind": "allow_split", "before": 60_000, "after": 5_572},
            "allow a split, with parts of 5,000 pairs",
            "allow a split, with parts of 5,000 pairs",
        ),
        (
            {"kind": "fewer_pairs", "before": 61_357, "after": 47_811},
            "20,000 instead of 61,357 pairs",
            "20,000 instead of 50,000–100,000 pairs",
        ),
        (
            {"kind": "target_price", "before": 4_713, "after": 5_300},
            "a target price of ¥60.00 instead of ¥47.13",
            "a target price of ¥60.00 instead of ¥40–50",
        ),
        (
            {"kind": "due_later", "before": 2_978, "after": 2_981, "amount": 3},
            "due by early Mar (W10) instead of early Feb (W05)",
            "due by early Mar (W10) instead of mid-Jan – early Feb (W03–W06)",
        ),
        (
            {"kind": "minimum_order", "before": 3_579, "after": 900},
            "minimum order less than 1,000 instead of 3,579 pairs",
            "minimum order less than 1,000 instead of 1,000–5,000 pairs",
        ),
        (
            {"kind": "confirm_figures", "before": 17, "after": 0},
            "the factory confirms its figures, 17 days old",
            "the factory confirms its figures",
        ),
    ],
)
def test_a_change_is_told_to_the_edge_of_a_band(change, mine, theirs):
    assert told_change(change, is_mine=True, names={}).words == mine
    assert told_change(change, is_mine=False, names={}).words == theirs


def test_a_near_miss_tells_nothing_that_moves_with_a_figure(client, brand, factory, order, rescore):
    rates = (2_000, 2_111, 2_345)
    seen = set()
    offer = OfferFactory(company=factory.companies.get(), rate=rates[0])
    client.force_login(brand)
    for rate in rates:
        offer.free = offer.published = [rate] * 104
        offer.version += 1
        offer.save()
        rescore()
        html = client.get(reverse("matching:order-matches", args=[order.code])).content.decode()
        near = html[html.index('id="nearly"') :]
        seen.add(
            re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", near[: near.index("</section>")])
        )

    assert len(seen) == 1


def test_an_alias_belongs_to_one_reader_and_one_match(match):
    other = Match(code="7d5cf1b4-7c5c-4b36-b0a1-3f3de1a3f0a1")

    assert alias_of(match.code, "order") == alias_of(match.code, "order")
    assert re.fullmatch(r"F-[2-9A-Z]{3}", alias_of(match.code, "order"))
    assert re.fullmatch(r"B-[2-9A-Z]{3}", alias_of(match.code, "offer"))
    assert (
        len(
            {
                alias_of(code, side)[2:]
                for code in (match.code, other.code)
                for side in ("order", "offer")
            }
        )
        == 4
    )


def test_the_headline_names_the_weak_point(client, brand, order, offer, rescore):
    offer.price_low_cny, offer.price_high_cny = "51.00", "60.00"
    offer.save()
    rescore()

    html = see(client, brand, Match.objects.get())

    assert re.search(r"Fits your order with [\d.]+ of 100 points, weakest in price", html)
