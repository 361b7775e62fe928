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

from accounts.models import Cluster
from matchmaking.core import formatting, weeks
from matchmaking.listings import bands, figures, handlers, home, market_charts, queries
from matchmaking.listings.figures import Firms, MarketFigures, SideFigures
from matchmaking.listings.models import CapacityOffer, MarketSnapshot, ProcessingOrder, Side
from matchmaking.listings.post_kinds import OFFER, ORDER
from matchmaking.listings.queries import MarketFilters
from matchmaking.listings.services.figures import KEPT_DAYS, count_market, latest_figures
from tests.factories import (
    CompanyFactory,
    MembershipFactory,
    OfferFactory,
    OrderFactory,
    category,
    this_monday,
)

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


def count(kind):
    return figures.count_side(
        queries.cards_in_market(kind), monday=this_monday(), prefectures=frozenset({"350300"})
    )


def free():
    return count(OFFER)


def asked():
    return count(ORDER)


def festival(number):
    return sorted(figures.stopped_weeks(this_monday(), number))


@pytest.fixture
def at_new_year():
    with time_machine.travel(dt.datetime(2027, 1, 6, 9, tzinfo=dt.UTC), tick=False):
        yield


# --- the sums ---------------------------------------------------------------------------


def test_a_post_counts_with_the_point_of_its_bands_alone():
    """Two posts of one band add the same, whatever their own figures are."""
    start = this_monday()
    orders(51_000, earliest_start=start, due_week=start + dt.timedelta(weeks=20))
    one = asked()
    ProcessingOrder.objects.update(pairs=99_000)
    assert asked() == one
    assert one.total[""] == round(bands.fixed_point(bands.pairs_band(51_000))) == 70_711


def test_sums_are_those_of_the_cards_that_the_lists_show():
    orders(3_000, 60_000, 61_000, 250_000)
    offers(700, 5_000, 9_000)
    for kind, counted in ((ORDER, asked()), (OFFER, free())):
        cards = queries.market_page(kind, MarketFilters()).cards
        read = sum(bands.fixed_point(card.pairs_band) for card in cards)
        assert counted.total[""] == round(read)
        assert counted.posts[""] == len(cards)


def test_pairs_are_spread_evenly_over_the_weeks_of_the_band():
    start = bands.week_block(this_monday() + dt.timedelta(weeks=8))
    orders(10_000, earliest_start=start, due_week=start + dt.timedelta(weeks=1))
    row = asked().by_week[""]

    shown = [week for week, pairs in enumerate(row) if pairs]
    first = (start - this_monday()).days // 7
    stops = {(day - this_monday()).days // 7 for day in festival(26)}
    assert shown == [week for week in range(first, first + 4) if week not in stops]
    assert {row[week] for week in shown} == {round(14_142.1 / len(shown))}


def test_weeks_that_are_over_get_nothing_and_lose_nothing():
    block = bands.week_block(this_monday())
    due = block + dt.timedelta(weeks=3)
    orders(10_000, earliest_start=block - dt.timedelta(weeks=8), due_week=due)
    counted = asked()

    assert sum(counted.by_week[""]) == pytest.approx(counted.total[""], abs=4)


def test_a_line_counts_for_each_family_and_a_county_for_its_prefecture():
    made = offers(5_000, 5_000, 5_000)
    made[0].categories.add(category("sandals"))
    offers(2_000, where="350302")  # a county of the same prefecture
    counted = free()

    assert counted.posts == {"": 4, "family:sport": 4, "family:open": 1, "place:350300": 4}
    assert counted.by_week.keys() == {"", "family:sport", "family:open"}
    assert counted.total["place:350300"] == counted.total[""]


def test_the_stop_of_the_spring_festival_gets_no_pairs(at_new_year):
    offers(5_000)
    (rows,) = (free().by_week[""],)
    stopped = [this_monday() + dt.timedelta(weeks=n) for n, pairs in enumerate(rows) if not pairs]
    assert stopped == festival(26)
    assert stopped


def test_what_is_not_on_the_market_is_not_counted():
    offers(5_000, 5_000)
    orders(9_000, 9_000)
    OfferFactory(state="paused")
    OfferFactory(company=CompanyFactory(kind="factory", status="suspended"))
    OrderFactory(state="pending")
    OrderFactory(due_week=this_monday() - dt.timedelta(weeks=8), earliest_start=None)

    assert (free().posts[""], asked().posts[""]) == (2, 2)


def test_firms_are_those_that_somebody_acts_for_and_with_a_post_on_the_market(
    brand_company, factory_company, brand, factory, stranger
):
    OrderFactory(company=brand_company)
    OrderFactory(company=brand_company)
    OfferFactory(company=factory_company)
    OfferFactory()  # of a firm that the association entered
    OfferFactory(company=MembershipFactory().company, state="paused")

    assert queries.count_firms() == Firms(on_market=2, asking=1, offering=1, listed=1)


def market_of(free, asked, day=None):
    return MarketFigures(
        day or this_monday(), day or this_monday(), SideFigures(free), SideFigures(asked), Firms()
    )


def test_the_tightest_weeks_are_those_with_most_asked_for_a_free_pair():
    monday = dt.date(2027, 5, 3)
    flat, peak = [10_000] * 26, [1_000] * 8 + [5_000] * 4 + [1_000] * 14
    market = market_of(
        {"": flat, "family:sport": flat, "family:work": [0] * 26},
        {"": flat, "family:sport": peak, "family:work": flat},
        monday,
    )
    tight = market.tightest
    assert (tight.family, tight.first) == ("sport", monday + dt.timedelta(weeks=8))
    assert (tight.last - tight.first).days == 21


def test_the_stop_of_the_spring_festival_is_never_the_tightest():
    monday = dt.date(2027, 1, 4)  # the festival's weeks are W05 and W06
    stopped = [8_000] * 4 + [1, 1] + [8_000] * 20
    market = market_of({"family:sport": stopped}, {"family:sport": [4_000] * 26}, monday)

    assert {weeks.label(day) for day in market.stops} >= {"2027-W06"}
    tight = market.tightest
    block = {tight.first + dt.timedelta(weeks=n) for n in range(4)}
    assert not block & market.stops
    assert tight.first in {monday, *[monday + dt.timedelta(weeks=n) for n in range(6, 23)]}


# --- once a day ---------------------------------------------------------------------------


def test_a_day_is_counted_once(at):
    offers(5_000, 5_000, 5_000)
    first = count_market(at=at)
    offers(50_000, 50_000, 50_000)

    assert count_market(at=at).figures == first.figures
    later = count_market(at=at + dt.timedelta(days=1))
    assert later.figures["free"]["total"][""] > first.figures["free"]["total"][""]


def test_readers_keep_yesterday_s_figures_until_the_day_is_counted(at):
    offers(5_000, 5_000, 5_000)
    tomorrow = at + dt.timedelta(days=1)
    count_market(at=at)
    OrderFactory()

    assert latest_figures(at=tomorrow).day == timezone.localdate(at)
    count_market(at=tomorrow)
    assert latest_figures(at=tomorrow).asked.posts[""] == 1
    assert latest_figures(at=at + dt.timedelta(days=9)).day == timezone.localdate(
        at + dt.timedelta(days=9)
    )


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


def test_within_a_band_the_page_reads_the_same(client, crowd):
    """Chart, table, sentences and map tell of the lone factory what its card tells."""
    (lone,) = offers(4_137, kind="safety", where="370200")
    before = body(client)
    CapacityOffer.objects.filter(pk=lone.pk).update(free=[3_911] * 104, published=[3_911] * 104)
    after = body(client)

    assert before == after
    for number in (4_137, 3_911, 4_137 * 104, 3_911 * 104):
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
    assert "offer about 5.66 million pairs and ask for about 212,000, over all weeks" in english
    assert "Tightest in the coming 26 weeks: Sport in" in english
    assert '<html\n  lang="en"' in english
    client.cookies["django_language"] = "zh-hans"
    assert "空闲约 566 万双，需求约 21.2 万双" in re.sub("[\u2060\u00a0]", " ", body(client))


@pytest.mark.parametrize(
    ("pairs", "english", "chinese"),
    [
        (0, "0", "0"),
        (7_004, "7,000", "7,000"),
        (61_249, "61,200", "6.12 万"),
        (999_600, "1 million", "100 万"),
        (13_412_345, "13.4 million", "1,340 万"),
        (102_400_000, "102 million", "1.02 亿"),
    ],
)
def test_large_numbers_are_said_to_three_digits(pairs, english, chinese):
    with translation.override("en"):
        assert formatting.large(pairs) == english
    with translation.override("zh-hans"):
        assert formatting.large(pairs) == chinese


def test_the_front_page_shows_the_same_pairs_and_firms(client, crowd):
    market = latest_figures(at=timezone.now())
    told = {total.key: total.value for total in home.totals()}

    assert told["pairs_free"] == market.free.total[""]
    assert told["pairs_asked"] == market.asked.total[""]
    assert (told["orders"], told["offers"], told["firms"]) == (3, 4, 0)


def test_a_change_is_on_the_front_page_the_next_day_alone(client, crowd):
    before = list(home.totals())
    ProcessingOrder.objects.update(pairs=400_000)
    MembershipFactory(company=ProcessingOrder.objects.first().company)
    assert list(home.totals()) == before


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
    assert "offer about 0 pairs and ask for about 0" in body(client)


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
