"""A card of a hidden company is shown of five companies alike, or shows less."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Certificate, Certification, Cluster
from matchmaking.demonstration.plan import Scale, make_plan
from matchmaking.listings import places, queries, shared_cards
from matchmaking.listings.disclosure import Asked, Depth, company_card, offer_card
from matchmaking.listings.models import CapacityOffer, SharedCard
from matchmaking.listings.places import Place
from matchmaking.listings.post_kinds import OFFER
from matchmaking.listings.queries import MarketFilters
from matchmaking.listings.shared_cards import FIRMS, Traits, cards_of, generalize
from matchmaking.listings.states import PostState
from tests.factories import CompanyFactory, OfferFactory

COUNTIES = ("350304", "350303", "350582", "330302", "441323", "510116", "370200")
PREFECTURES = {"350300": Place("350300", "莆田市", "Putian")}


def firm(number, code="350304", tier="documents", size="100_499", held=()):
    here = Place(code, code, code) if code else None
    ladder = places.ladder(code or "", PREFECTURES, here)
    return Traits(number, ladder, tier, size, frozenset(held))


firms = st.lists(
    st.builds(
        firm,
        st.integers(),
        st.sampled_from([*COUNTIES, None]),
        st.sampled_from(["none", "listed", "documents", "site"]),
        st.sampled_from(["", "under_100", "100_499", "500_1999"]),
        st.sets(st.integers(1, 3)),
    ),
    min_size=FIRMS,
    max_size=60,
    unique_by=lambda one: one.company,
)


@given(firms)
def test_every_card_is_shown_of_five(rows):
    cards = cards_of(rows)

    assert set(cards) == {one.company for one in rows}
    for value in (
        lambda card: (card.place, card.tier),
        lambda card: (card.place, card.tier, card.size),
    ):
        assert min(Counter(map(value, cards.values())).values()) >= FIRMS


@given(firms)
def test_certificates_that_are_shown_are_held_by_five_of_the_same_card(rows):
    cards = cards_of(rows)
    for one in rows:
        card = cards[one.company]
        alike = [
            other
            for other in rows
            if (cards[other.company].place, cards[other.company].tier, cards[other.company].size)
            == (card.place, card.tier, card.size)
        ]
        shown = set(card.certifications)
        assert shown <= one.certifications
        assert not shown or sum(other.certifications >= shown for other in alike) >= FIRMS


@given(firms)
def test_nothing_untrue_is_shown(rows):
    cards = cards_of(rows)
    for one in rows:
        card = cards[one.company]
        assert card.place in one.ladder
        assert card.tier in (one.tier, "none")
        assert card.size in (one.size, shared_cards.SMALL, shared_cards.LARGE, "")


def test_the_next_coarser_value_stands_in():
    rows = [firm(number) for number in range(5)]
    rows += [firm(number, "350303") for number in range(10, 14)]
    rows += [firm(number, "350304", tier="site") for number in range(20, 21)]

    cards = cards_of(rows)

    assert {cards[number].place.code for number in range(5)} == {"350304"}
    # Four of a county, and one with a tier of its own: five of the province, of no tier.
    assert {cards[number].place.code for number in (10, 11, 12, 13, 20)} == {"350000"}
    assert {cards[number].tier for number in (10, 11, 12, 13, 20)} == {"none"}


def test_fewer_than_five_show_nothing():
    cards = cards_of([firm(number) for number in range(4)])

    assert {(card.place, card.tier, card.size) for card in cards.values()} == {(None, "none", "")}


def test_groups_are_never_smaller_than_asked():
    found = generalize(range(23), [lambda n: n // 7, lambda n: n // 14, lambda _n: 0], least=5)

    assert sorted(one for _key, group in found for one in group) == list(range(23))
    assert min(len(group) for _key, group in found) >= 5


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["brand", "factory"])
def test_no_card_of_the_demonstration_is_shown_of_fewer_than_five(kind):
    plan = make_plan(Scale(), year=2027)
    posts = plan.orders if kind == "brand" else plan.offers
    owners = {post.company for post in posts if post.state == PostState.PUBLISHED}
    named = {row.code: places.of_cluster(row) for row in Cluster.objects.all()}
    prefectures = {code: place for code, place in named.items() if code.endswith("00")}
    rows = [
        Traits(
            index,
            places.ladder(one.place, prefectures, named.get(one.place)),
            one.tier,
            one.size_band,
            frozenset(one.certificates),
        )
        for index, one in enumerate(plan.companies)
        if index in owners
    ]

    before = Counter((row.ladder[0], row.tier, row.size) for row in rows)
    cards = cards_of(rows)
    after = Counter((card.place, card.tier, card.size) for card in cards.values())

    assert sum(count == 1 for count in before.values()) >= 9  # what was told before
    assert min(after.values()) >= FIRMS
    # And coarse is not blank: most say at least their province.
    near = [card for card in cards.values() if card.place and len(card.place.code) == 6]
    assert len(near) >= {"brand": 26, "factory": 150}[kind]


@pytest.fixture
def five(db):
    """Five factories alike, one of another place; the last of all holds a certificate."""
    putian = Cluster.objects.get(code="350300")
    offers = [OfferFactory(company__cluster=putian) for _ in range(5)]
    offers.append(
        OfferFactory(
            company=CompanyFactory(kind="factory", cluster=Cluster.objects.get(code="330300"))
        )
    )
    shared_cards.count_cards()
    return [CapacityOffer.objects.get(pk=offer.pk) for offer in offers]


def test_cards_show_what_was_counted(five):
    cards = [offer_card(offer, Depth.MATCHED).company for offer in five]

    # Wenzhou has one firm alone, so all six show the region that they share, which is East China.
    assert {card.place.code for card in cards} == {"3"}
    assert {(card.kind, card.size_band) for card in cards} == {("factory", "500_1999")}


def test_a_company_that_was_not_counted_shows_nothing(db):
    offer = OfferFactory(company__card=False)

    card = company_card(offer.company, Depth.STRANGER, "offer")

    assert (card.place, card.tier) == (None, "none")


def test_the_control_shows_the_company_as_it_is(db, settings):
    settings.PROTECTIONS_OFF = ["shared-cards"]

    card = company_card(CompanyFactory(card=False), Depth.STRANGER, "offer")

    assert (card.place.code, card.tier) == ("350300", "documents")


def test_a_place_is_found_by_what_is_shown(five):
    def found(code):
        return len(queries.market_page(OFFER, MarketFilters(cluster=code)).cards)

    assert (found("330300"), found("350300"), found("")) == (0, 0, 6)


def test_certificates_stay_hidden_where_fewer_than_five_hold_them(five):
    held = Certification.objects.first()
    Certificate.objects.create(
        company=five[0].company,
        certification=held,
        expires_on="2099-01-01",
        reviewed_at="2026-01-01T00:00Z",
    )
    shared_cards.count_cards()
    offer = CapacityOffer.objects.get(pk=five[0].pk)

    assert (
        offer_card(offer, Depth.MATCHED, Asked(frozenset({held.pk}))).company.certifications == ()
    )
    assert offer_card(offer, Depth.MUTUAL).company.certifications == (held,)


def test_who_left_the_market_keeps_no_card(five):
    CapacityOffer.objects.update(state="paused")

    assert shared_cards.count_cards() == 6
    assert {str(row.offer) for row in SharedCard.objects.all()} == {"{}"}
    assert shared_cards.count_cards() == 0
