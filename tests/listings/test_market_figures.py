"""The market's public figures: right, and no firm's own can be read from them."""

import datetime as dt
import hashlib
import re
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import escape

from accounts.models import Cluster, CompanyGroup
from matchmaking.core.formatting import part_of_month
from matchmaking.listings import figures, handlers, market_charts
from matchmaking.listings.figures import Cell, MarketFigures, SideFigures
from matchmaking.listings.models import CapacityOffer, MarketSnapshot, ProcessingOrder, Side
from matchmaking.listings.services.figures import KEPT_DAYS, count_market
from tests.factories import CompanyFactory, OfferFactory, OrderFactory, category, this_monday

pytestmark = pytest.mark.django_db
URL = "/market/"


def place(code):
    return Cluster.objects.get(code=code)


def offers(*rates, kind="athletic", where="350300", **fields):
    return [
        OfferFactory(
            company=CompanyFactory(kind="factory", cluster=place(where), **fields),
            rate=rate,
            categories=[category(kind)],
        )
        for rate in rates
    ]


def orders(*pairs, kind="athletic", **fields):
    return [OrderFactory(pairs=number, category=category(kind), **fields) for number in pairs]


def free():
    return figures.count_side(Side.OFFERS, this_monday())


def asked():
    return figures.count_side(Side.ORDERS, this_monday())


# --- the rule ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "step"),
    [
        (0, 0),
        (1, 1),
        (4, 3),
        (12, 10),
        (13, 15),
        (26, 30),
        (61, 70),
        (90, 100),
        (3_214_000, 3_000_000),
    ],
)
def test_figures_are_rounded_to_steps(number, step):
    assert figures.rounded(number) == step


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        (Cell(3, 9_000, 3_000), 10_000),
        (Cell(2, 9_000, 4_500), None),
        (Cell(1, 9_000, 9_000), None),
        (Cell(4, 9_000, 4_500), 10_000),
        (Cell(4, 9_000, 4_501), None),
    ],
)
def test_few_firms_or_a_large_one_hide_a_cell(cell, shown):
    assert cell.shown == shown


def test_companies_of_one_group_are_one_firm():
    group = CompanyGroup.objects.create(name="One roof")
    offers(3_000, 3_000, group=group)
    offers(4_000)
    assert free().window == {"": None, "family:sport": None, "place:350300": None}

    offers(4_000, 4_000)
    assert free().by_week[""] == [20_000] * 26


# --- the count ----------------------------------------------------------------------------


def test_free_pairs_count_by_week_family_and_place():
    made = offers(5_000, 5_000, 5_000)
    made[0].categories.add(category("sandals"))
    offers(2_000, where="350302")  # a county of the same prefecture
    counted = free()

    assert counted.by_week == {
        "": [15_000] * 26,
        "family:sport": [15_000] * 26,
        "family:open": [None] * 26,
    }
    assert counted.window["place:350300"] == 500_000  # 26 × 17,000
    assert counted.posts == {"": 4, "family:sport": 4, "family:open": 1, "place:350300": 4}


def test_arrays_that_were_not_rolled_yet_are_read_from_this_week_on():
    for offer in offers(0, 0, 0):
        pairs = [0] * 104
        pairs[3] = 6_000
        CapacityOffer.objects.filter(pk=offer.pk).update(
            anchor_week=this_monday() - dt.timedelta(weeks=2), free=pairs, published=pairs
        )
    assert free().by_week[""] == [0, 20_000, *[0] * 24]


def test_an_order_is_spread_over_its_weeks():
    start = this_monday() + dt.timedelta(weeks=2)
    orders(10_000, 10_000, 10_000, earliest_start=start, due_week=start + dt.timedelta(weeks=9))
    counted = asked()

    assert counted.by_week[""] == [0, 0, *[3_000] * 10, *[0] * 14]
    assert counted.window[""] == 30_000


def test_what_is_not_on_the_market_is_not_counted():
    offers(5_000, 5_000)
    orders(9_000, 9_000)
    OfferFactory(state="paused")
    OfferFactory(company=CompanyFactory(kind="factory", status="suspended"))
    OrderFactory(state="pending")
    OrderFactory(due_week=this_monday() - dt.timedelta(weeks=1), earliest_start=None)

    assert (free().posts[""], asked().posts[""]) == (2, 2)


def test_the_tightest_weeks_are_found_among_what_is_shown():
    flat, peak = [10_000] * 26, [1_000] * 8 + [5_000] * 4 + [1_000] * 14
    hidden = [None] * 26
    market = MarketFigures(
        this_monday(),
        this_monday(),
        SideFigures({"": flat, "family:sport": flat, "family:work": [10] * 26}),
        SideFigures({"": flat, "family:sport": peak, "family:work": hidden}),
    )
    tight = market.tightest
    assert (tight.family, tight.first) == ("sport", this_monday() + dt.timedelta(weeks=8))
    assert (tight.last - tight.first).days == 21


# --- once a day ---------------------------------------------------------------------------


def test_a_day_is_counted_once(at):
    offers(5_000, 5_000, 5_000)
    first = count_market(at=at)
    offers(50_000, 50_000, 50_000)

    assert count_market(at=at).figures == first.figures
    later = count_market(at=at + dt.timedelta(days=1))
    assert later.figures["free"]["window"][""] > first.figures["free"]["window"][""]


def test_an_empty_market_is_not_kept(at):
    count_market(at=at)
    assert not MarketSnapshot.objects.exists()

    offers(5_000)
    handlers.market_day(at)
    assert MarketSnapshot.objects.get().figures["free"]["posts"][""] == 1


def test_old_figures_go(at):
    offers(5_000)
    count_market(at=at - dt.timedelta(days=KEPT_DAYS + 1))
    count_market(at=at)
    assert [row.day for row in MarketSnapshot.objects.all()] == [timezone.localdate(at)]


# --- the page ---------------------------------------------------------------------------


def body(client, query=""):
    MarketSnapshot.objects.all().delete()
    content = client.get(URL + query).content.decode()
    return re.sub(r"\b[A-Za-z0-9]{64}\b", "", content)  # the tokens of this one answer


@pytest.fixture
def crowd():
    """A market of several firms of one family, as strangers know it."""
    offers(30_000, 31_000, 32_000, 33_000)
    orders(60_000, 61_000, 62_000)


def test_no_firm_learns_a_lone_factory(client, crowd):
    """Chart, table, sentences and map read the same whatever the lone factory has free."""
    (lone,) = offers(4_137, kind="safety", where="370200")
    before = body(client)
    CapacityOffer.objects.filter(pk=lone.pk).update(free=[2_911] * 104, published=[2_911] * 104)
    after = body(client)

    assert before == after
    assert "too few firms" in before
    for number in (4_137, 2_911, 4_137 * 26, 2_911 * 26):
        assert f"{number:,}" not in before
        assert str(number) not in before


def test_another_size_of_the_whole_market_does_change_the_page(client, crowd):
    """The control of the test above: the page is not blind."""
    before = body(client)
    CapacityOffer.objects.update(free=[9_000] * 104, published=[9_000] * 104)
    assert body(client) != before


def test_filters_narrow_no_figure(client, crowd):
    offers(4_137, kind="safety", where="370200")
    plain = body(client)
    for query in (
        "?category=safety",
        "?cluster=370200",
        "?category=family:work&cluster=370200",
        "?week=x",
    ):
        page = body(client, query)  # the language switch leads back to the same address
        assert page.replace(f'"/market/{escape(query)}"', '"/market/"') == plain


def test_the_whole_less_its_parts_does_not_give_the_hidden_part(crowd):
    """However the hidden part is chosen below half, the shown cells stay where they are."""
    (lone,) = offers(1, kind="safety", where="370200")
    seen = set()
    for rate in (500, 4_137, 9_999, 15_000):
        CapacityOffer.objects.filter(pk=lone.pk).update(free=[rate] * 104, published=[rate] * 104)
        counted = free()
        assert counted.window["family:work"] is counted.window["place:370200"] is None
        seen.add((counted.window[""], counted.window["family:sport"]))
    assert len(seen) == 1


def test_the_page_asks_a_fixed_number_of_questions(client, crowd, django_assert_num_queries):
    client.get(URL)
    with django_assert_num_queries(3):
        client.get(URL)
    offers(9_000, 9_000, 9_000, kind="sandals", where="330300")
    orders(9_000, 9_000, 9_000, kind="sandals")
    MarketSnapshot.objects.all().delete()
    client.get(URL)
    with django_assert_num_queries(3):
        client.get(URL)


def test_the_page_says_it_in_words_of_both_languages(client, crowd):
    client.cookies["django_language"] = "en"
    english = body(client)
    assert (
        "In the next 26 weeks about 3 million pairs are free and about 200,000 are asked."
        in english
    )
    assert f"Tightest: Sport in {part_of_month(this_monday())}" in english
    assert '<html\n  lang="en"' in english
    with translation.override("zh-hans"):
        assert figures.in_words(3_000_000) == "300 万"
        assert figures.in_words(150_000_000) == "1.5 亿"
        assert figures.in_words(7_000) == "7,000"


def test_places_lead_to_their_lists(client, crowd):
    page = body(client)
    assert f'href="{reverse("listings:market-offers")}?cluster=350300"' in page
    assert f'href="{reverse("listings:market-orders")}?cluster=350300"' in body(
        client, "?show=orders"
    )


def test_a_place_of_an_unknown_province_stands_elsewhere(crowd):
    Cluster.objects.create(code="130100", name_zh="石家庄市", name_en="Shijiazhuang")
    offers(9_000, where="130100")
    count_market(at=timezone.now())
    kept = MarketSnapshot.objects.get()
    market = figures.from_json(kept.day, kept.figures)

    last = market_charts.tiles(market_charts.places(market), Side.OFFERS)[-1]
    assert (last.name, [node.name for node in last.nodes]) == ("Elsewhere", ["Shijiazhuang"])


def test_an_empty_market_has_a_page(client):
    assert "Too few firms are on the market yet" not in body(client)
    assert "In the next 26 weeks about 0 pairs are free" in body(client)


def test_past_days_do_not_show(client, crowd):
    client.get(URL)
    with time_machine.travel(timezone.now() + dt.timedelta(days=2), tick=False):
        client.get(URL)
    assert MarketSnapshot.objects.count() == 2
    assert ProcessingOrder.objects.count() == 3


def test_the_chart_library_is_the_released_file():
    file = Path(settings.BASE_DIR) / "static/vendor/echarts/echarts.common.min.js"
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    assert digest == "fd958f318b139893918674790290fcd73d19d953b91175d5277250ffaa177d8e"
    assert digest in (file.parent / "README.md").read_text()
