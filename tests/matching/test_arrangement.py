"""A reader arranges his own list, and the score stays what it is."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.choices import VerificationTier
from matchmaking.engine.types import FactorCode
from matchmaking.matching.models import Deferral, Match
from matchmaking.matching.presentation import arrangement, cards
from matchmaking.matching.presentation.alias import alias_of
from tests.factories import CompanyFactory, OfferFactory, OrderFactory


@pytest.fixture
def three(brand, order, rescore):
    """Three factories for one order: dear and near, cheap and far, and one in between."""
    far = CompanyFactory(kind="factory", cluster=None, tier="listed")
    offers = {
        "dear": OfferFactory(price_low_cny="46.00", price_high_cny="58.00"),
        "cheap": OfferFactory(price_low_cny="32.00", price_high_cny="38.00", company=far),
        "middle": OfferFactory(price_low_cny="42.00", price_high_cny="49.00", rate=9_000),
    }
    rescore()
    matches = {match.offer_id: match for match in Match.objects.filter(order=order)}
    return {name: matches[offer.pk] for name, offer in offers.items()}


def listed(client, user, order, **wishes):
    client.force_login(user)
    page = client.get(reverse("matching:order-matches", args=[order.code]), wishes)
    return [row.card.match for row in page.context["rows"]], page


def test_by_price_the_cheapest_comes_first(client, brand, order, three):
    found, _page = listed(client, brand, order, sort="price")

    assert found[0] == three["cheap"]


def test_a_factory_reads_the_best_paying_order_first(client, factory, offer, rescore):
    for target in ("44.00", "61.00", "52.00"):
        OrderFactory(target_unit_price_cny=target)
    rescore()
    client.force_login(factory)
    page = client.get(reverse("matching:offer-matches", args=[offer.code]), {"sort": "price"})

    prices = [row.card.match.order.target_unit_price_cny for row in page.context["rows"]]
    assert prices == sorted(prices, reverse=True)


def test_filters_say_how_many_they_hide(client, brand, order, three):
    found, page = listed(client, brand, order, checked="on")

    assert three["cheap"] not in found
    assert len(found) == 2
    assert "1 is hidden by your filters." in page.content.decode()


def test_own_weights_sort_and_leave_the_score(client, brand, order, three):
    before = {match.pk: match.score for match in Match.objects.all()}
    plain, _page = listed(client, brand, order)
    weighed, page = listed(client, brand, order, price="3", time="0", place="0")
    rows = page.context["rows"]

    assert set(weighed) == set(plain)
    assert [row.own_points for row in rows] == sorted(
        (row.own_points for row in rows), reverse=True
    )
    assert "by your weights" in page.content.decode()
    assert {match.pk: match.score for match in Match.objects.all()} == before


def test_sliders_as_the_association_set_them_give_the_score(brand, three):
    for match in three.values():
        card = cards.match_card(match, user=brand, own="order")
        as_set = dict.fromkeys(arrangement.SLIDERS.values(), arrangement.AS_SET)
        assert arrangement.own_points(card, as_set) == pytest.approx(card.score, abs=0.01)
        alone = dict.fromkeys(FactorCode, 0) | {FactorCode.PRICE: 3}
        price = next(line for line in card.lines if line.code == FactorCode.PRICE)
        assert arrangement.own_points(card, alone) == pytest.approx(100 * price.value)


@pytest.mark.parametrize(
    "wishes", [{"sort": "x"}, {"price": "9"}, {"time": "a"}, {"show": "x"}, {"place": "-1"}]
)
def test_what_no_list_knows_is_no_wish(client, brand, order, three, wishes):
    assert listed(client, brand, order, **wishes)[0] == listed(client, brand, order)[0]


def test_put_off_a_match_waits_apart_until_it_is_taken_up(client, brand, order, three):
    off = three["middle"]
    client.force_login(brand)
    answer = client.post(reverse("matching:match-later", args=[off.code]))

    assert answer.url == reverse("matching:order-matches", args=[order.code])
    found, page = listed(client, brand, order)
    assert off not in found
    assert "1 put off" in page.content.decode()
    assert listed(client, brand, order, show="later")[0] == [off]
    client.post(reverse("matching:match-later", args=[off.code]), {"now": "1"})
    assert off in listed(client, brand, order)[0]


def test_putting_off_is_private_and_changes_nothing(client, brand, factory, match):
    client.force_login(brand)
    client.post(reverse("matching:match-later", args=[match.code]))
    client.post(reverse("matching:match-later", args=[match.code]))

    assert Deferral.objects.get().user == brand
    client.force_login(factory)
    html = client.get(reverse("matching:match-list")).content.decode()
    assert str(match.code) in html
    assert "put off" not in html


def test_who_waits_for_an_answer_is_not_put_off(client, brand, match, say):
    client.force_login(brand)
    client.post(reverse("matching:match-later", args=[match.code]))
    say("offer")

    html = client.get(reverse("matching:match-list")).content.decode()
    assert str(match.code) in html


def test_nobody_puts_off_what_is_not_his(client, stranger, match):
    client.force_login(stranger)
    answer = client.post(reverse("matching:match-later", args=[match.code]))

    assert answer.status_code == 404
    assert not Deferral.objects.exists()


def test_three_stand_beside_each_other(client, brand, order, stranger, three):
    address = reverse("matching:match-compare")
    codes = {"m": [str(match.code) for match in three.values()]}
    client.force_login(brand)
    page = client.get(address, codes)

    html = page.content.decode()
    for match in three.values():
        assert alias_of(match.code, "order") in html
    assert len(page.context["factors"]) == len(FactorCode)
    client.force_login(stranger)
    assert client.get(address, codes).status_code == 302


def test_a_match_leads_to_its_neighbours(client, brand, order, three):
    found, _page = listed(client, brand, order)
    page = client.get(reverse("matching:match-detail", args=[found[1].code]))
    neighbours = page.context["neighbours"]

    assert (neighbours.place, neighbours.count) == (2, 3)
    assert neighbours.previous.match == found[0]
    assert neighbours.following.match == found[2]


def test_what_left_the_list_is_named_for_a_week(client, brand, order, three):
    gone = three["dear"]
    Match.objects.filter(pk=gone.pk).update(
        state="withdrawn", withdrawn_at=timezone.now(), order_rank=None, offer_rank=None
    )
    html = listed(client, brand, order)[1].content.decode()
    assert "Recently left the list" in html
    assert alias_of(gone.code, "order") in html

    Match.objects.update(withdrawn_at=None, state="proposed", order_rank=1)
    Match.objects.filter(pk=gone.pk).update(
        state="withdrawn",
        order_rank=None,
        offer_rank=None,
        withdrawn_at=timezone.now() - dt.timedelta(days=8),
    )
    assert "Recently left" not in listed(client, brand, order)[1].content.decode()


def test_checked_means_documents_or_a_visit():
    assert set(arrangement.CHECKED) == {VerificationTier.DOCUMENTS, VerificationTier.SITE}
