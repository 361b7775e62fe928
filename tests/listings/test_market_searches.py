"""Saved searches: whose they are, and what fits them."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Cluster
from matchmaking.core import weeks
from matchmaking.core.errors import Conflict, InvalidInput
from matchmaking.listings import bands, searches
from matchmaking.listings.models import SavedSearch, Side
from matchmaking.listings.queries import MarketFilters
from matchmaking.listings.services.searches import MOST_SEARCHES, rename_search
from tests.factories import CompanyFactory, OfferFactory, OrderFactory, category, this_monday

pytestmark = pytest.mark.django_db
NEW = reverse("listings:search-new")
LIST = reverse("listings:search-list")


@pytest.fixture
def as_stranger(client, stranger):
    client.force_login(stranger)
    return client


# --- saving -----------------------------------------------------------------------------


def test_the_filters_of_a_list_are_saved_under_a_name(as_stranger, stranger):
    week = weeks.label(bands.week_block(timezone.localdate()))
    address = (
        f"{NEW}?side=offers&category=family:sport&cluster=350300&week={week}&pairs=50000-100000"
    )
    page = as_stranger.get(address)
    assert page.context["form"].initial["name"].startswith("Sport · Putian · ")

    response = as_stranger.post(address, {"name": "Sport in Putian"})
    assert response["Location"] == LIST
    search = SavedSearch.objects.get()
    assert (search.user, search.name, search.side, search.is_on) == (
        stranger, "Sport in Putian", Side.OFFERS, True,
    )  # fmt: skip
    query = f"category=family%3Asport&cluster=350300&week={week}&pairs=50000-100000"
    assert searches.address_of(search) == f"{reverse('listings:market-offers')}?{query}"
    assert as_stranger.get(searches.address_of(search)).context["form"].is_valid()


def test_both_lists_offer_to_save_what_they_show(client):
    page = client.get(reverse("listings:market-orders") + "?category=athletic&after=x")
    assert page.context["save_url"] == f"{NEW}?category=athletic&side=orders"
    page = client.get(reverse("listings:market-offers"))
    assert page.context["save_url"] == f"{NEW}?side=offers"


def test_who_has_not_signed_in_is_asked_to(client):
    response = client.get(f"{NEW}?side=offers&category=athletic")
    assert response.status_code == 302
    assert "/account/login/" in response["Location"]
    assert "category%3Dathletic" in response["Location"]


def test_a_name_is_needed_and_used_once(as_stranger, save_search):
    save_search("Runners")
    for name, sentence in (
        ("", "Give the search a name."),
        ("   ", "Give the search a name."),
        ("Runners", "You have a search of this name already."),
        ("a\x00b", "Null characters are not allowed."),
        ("x" * 61, "Ensure this value has at most 60 characters (it has 61)."),
    ):
        page = as_stranger.post(f"{NEW}?side=orders", {"name": name})
        assert sentence in page.context["form"].errors["name"]
    assert SavedSearch.objects.count() == 1


def test_two_people_may_use_one_name(save_search, brand):
    assert save_search("Runners") != save_search("Runners", by=brand)


def test_twenty_are_enough(save_search, as_stranger):
    for number in range(MOST_SEARCHES):
        save_search(f"No. {number}")
    with pytest.raises(Conflict):
        save_search("One more")
    page = as_stranger.post(f"{NEW}?side=orders", {"name": "One more"})
    assert "as many as one may have" in page.context["form"].non_field_errors()[0]
    assert SavedSearch.objects.count() == 20


@pytest.mark.parametrize(
    "wrong",
    [
        {"side": "both"},
        {"name": ""},
        {"family": "sport", "category": "athletic"},
        {"name": "Runners"},
        {"pairs_to": 5_000},
        {"pairs_from": 5_000, "pairs_to": 5_000},
    ],
)
def test_the_database_refuses_what_is_no_search(save_search, stranger, wrong):
    save_search("Runners")
    fields = {"user": stranger, "name": "Other", "side": "orders"} | wrong
    with pytest.raises(IntegrityError), transaction.atomic():
        SavedSearch.objects.create(**fields)


@pytest.mark.parametrize(
    ("saved", "shown", "fits"),
    [
        (12_000, "8,000–40,000", {9_000, 39_999}),
        (60_000, "40,000–300,000", {40_000, 120_000}),  # 50,000 to 100,000 lies in two of today
        (600_000, "from 300,000", {1_000_000}),
    ],
)
@pytest.mark.parametrize("pairs", [9_000, 39_999, 40_000, 120_000, 1_000_000])
def test_a_search_goes_on_when_the_edges_of_bands_change(
    client, save_search, monkeypatch, saved, shown, fits, pairs
):
    search = save_search("Saved", pairs=bands.pairs_band(saved))
    monkeypatch.setattr(bands, "PAIRS_EDGES", (1, 8_000, 40_000, 90_000, 300_000))
    search.refresh_from_db()
    order = OrderFactory(pairs=pairs)

    page = client.get(searches.address_of(search))
    form = page.context["form"]
    chosen = dict(form.fields["pairs"].choices)[form["pairs"].value()]
    assert chosen == shown
    assert searches.Terms.load().words(search) == f"{shown} pairs"
    assert len(page.context["cards"]) == (pairs in fits)
    assert len(searches.listening_to(order)) == (pairs in fits)


# --- the list ---------------------------------------------------------------------------


def test_searches_are_listed_in_words(as_stranger, save_search):
    save_search("Boots", side="offers", category="boots_leather", pairs=bands.pairs_band(60_000))
    save_search("All of it")
    told = [(line.search.name, line.words) for line in as_stranger.get(LIST).context["lines"]]
    assert told == [
        ("All of it", "All open orders"),
        ("Boots", "Leather boots (ankle and above) · 50,000–100,000 pairs"),
    ]


def test_the_list_asks_a_fixed_number_of_questions(
    as_stranger, save_search, django_assert_num_queries
):
    save_search("1", cluster="350300")
    as_stranger.get(LIST)
    with django_assert_num_queries(8):
        as_stranger.get(LIST)
    save_search("2", category="athletic")
    save_search("3", family="sport")
    with django_assert_num_queries(8):
        as_stranger.get(LIST)


def test_rename_switch_and_delete(as_stranger, save_search):
    search = save_search("Runners")
    as_stranger.post(reverse("listings:search-edit", args=[search.code]), {"name": "Sprinters"})
    as_stranger.post(reverse("listings:search-switch", args=[search.code]), {"on": "0"})
    search.refresh_from_db()
    assert (search.name, search.is_on) == ("Sprinters", False)

    as_stranger.post(reverse("listings:search-switch", args=[search.code]), {"on": "1"})
    search.refresh_from_db()
    assert search.is_on

    as_stranger.post(reverse("listings:search-delete", args=[search.code]))
    assert not SavedSearch.objects.exists()


def test_a_search_keeps_its_own_name(save_search, stranger, at):
    search = save_search("Runners")
    rename_search(search=search, name=" Runners ", by=stranger)
    save_search("Boots")
    with pytest.raises(InvalidInput):
        rename_search(search=search, name="Boots", by=stranger)


@pytest.mark.parametrize("step", ["edit", "switch", "delete"])
def test_nobody_else_reaches_a_search(client, save_search, brand, officer, step):
    search = save_search("Runners")
    for person in (brand, officer):
        client.force_login(person)
        url = reverse(f"listings:search-{step}", args=[search.code])
        assert client.post(url, {"name": "Mine", "on": "0"}).status_code == 404
        assert "Runners" not in client.get(LIST).content.decode()
    search.refresh_from_db()
    assert (search.name, search.is_on) == ("Runners", True)


# --- what fits --------------------------------------------------------------------------


def _filters():
    block = bands.week_block(timezone.localdate())
    return [
        MarketFilters(family=family, category=kind, cluster=cluster, week=week, pairs=pairs)
        for family, kind in (
            ("", ""),
            ("sport", ""),
            ("", "athletic"),
            ("", "sandals"),
            ("open", ""),
        )
        for cluster in ("", "350300", "350302", "330300")
        for week in (None, block, block + dt.timedelta(weeks=8), block + dt.timedelta(weeks=40))
        for pairs in (None, bands.pairs_band(60_000), bands.pairs_band(520_000))
    ]


@pytest.mark.parametrize("where", ["350300", "350302", None])
@pytest.mark.parametrize("side", list(Side))
def test_a_search_hears_of_what_its_list_shows_and_of_nothing_else(stranger, side, where):
    cluster = Cluster.objects.get(code=where) if where else None
    if side == Side.ORDERS:
        start = this_monday() + dt.timedelta(weeks=5)
        post = OrderFactory(
            company=CompanyFactory(cluster=cluster),
            earliest_start=start,
            due_week=start + dt.timedelta(weeks=8),
        )
    else:
        post = OfferFactory(company=CompanyFactory(kind="factory", cluster=cluster))
        post.categories.add(category("sandals"))
        post.refresh_from_db()
    made = [searches.search_of(side, filters) for filters in _filters()]
    for number, search in enumerate(made):
        search.user, search.name = stranger, str(number)
    SavedSearch.objects.bulk_create(made)

    shown = {search.name for search in made if searches.posts_that_fit(search).exists()}
    heard = {search.name for search in searches.listening_to(post)}
    assert heard == shown
    assert 0 < len(shown) < len(made)
