"""Filters and searches on weeks that have passed say so, and never show the whole market instead."""

import datetime as dt

import pytest
from django.http import QueryDict
from django.urls import reverse

from matchmaking.core import weeks
from matchmaking.listings import searches
from matchmaking.listings.forms import MarketFilterForm
from matchmaking.listings.models import SavedSearch
from matchmaking.listings.services.searches import notify_searches
from tests.factories import this_monday

PASSED = dt.timedelta(weeks=-20)


@pytest.fixture
def as_stranger(client, stranger):
    client.force_login(stranger)
    return client


def filters(**query):
    address = QueryDict(mutable=True)
    address.update(query)
    return MarketFilterForm(address)


@pytest.mark.django_db
def test_filter_of_passed_weeks_is_said_and_the_others_are_kept(client, offer):
    passed = weeks.label(this_monday() + PASSED)

    page = client.get(reverse("listings:market-offers"), {"week": passed, "category": "sandals"})

    form = page.context["form"]
    assert form.filters.week is None
    assert form.filters.category == "sandals"
    assert page.context["count"] == 0
    assert "are over: this filter is left out." in page.content.decode()


@pytest.mark.django_db
def test_week_is_read_in_every_way_and_shown_as_its_band():
    monday = this_monday() + dt.timedelta(weeks=9)
    year, week, _ = monday.isocalendar()

    found = {
        filters(week=text).filters.week
        for text in (f"{year}-W{week:02d}", f"{year % 100}W{week:02d}", monday.isoformat())
    }

    assert len(found) == 1
    assert filters(week=weeks.label(monday)).left_out == []


@pytest.mark.django_db
def test_unknown_term_is_said():
    assert filters(category="hats").left_out == [
        "The filter “Category” names something that is not offered: it is left out."
    ]


@pytest.mark.django_db
def test_search_on_passed_weeks_is_over(as_stranger, save_search, offer):
    search = save_search(side="offers", week=this_monday())
    assert searches.posts_that_fit(search).count() == 1
    SavedSearch.objects.update(week=this_monday() + PASSED)
    search.refresh_from_db()

    page = as_stranger.get(reverse("listings:search-list")).content.decode()

    assert searches.is_over(search)
    assert searches.posts_that_fit(search).count() == 0
    assert searches.listening_to(offer) == []
    assert notify_searches(orders=[], offers=[offer.pk]) == 0
    assert "Over: its weeks have passed" in page
