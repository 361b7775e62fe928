"""The capacity editor receives the calendar and the rows that may be copied."""

import datetime as dt

import pytest

from matchmaking.listings import ledger, week_plans
from matchmaking.listings.forms.editor import editor_data
from matchmaking.listings.models import CapacityOffer
from tests.factories import OfferFactory, this_monday

YEAR = dt.timedelta(weeks=52)


def test_holidays_as_published_and_by_rule():
    found = week_plans.holidays(dt.date(2025, 9, 29), dt.date(2027, 10, 4))
    assert found[dt.date(2025, 9, 29)] == "National Day"  # as published for 2025
    assert found[dt.date(2026, 2, 16)] == "Spring Festival"
    assert found[dt.date(2027, 2, 1)] == "Spring Festival"  # by the calendar's rule
    assert found[dt.date(2027, 9, 27)] == "National Day"  # 1 October 2027 is a Friday
    assert dt.date(2026, 3, 2) not in found


@pytest.mark.django_db
def test_new_capacity_has_104_weeks_and_nothing_to_copy(factory_company):
    data = editor_data(CapacityOffer(company=factory_company), this_monday())
    assert len(data["weeks"]) == 104
    assert sum(week["isFestival"] for week in data["weeks"]) >= 2
    assert data["sources"] == []


@pytest.mark.django_db
def test_other_capacity_of_the_company_can_be_copied(factory_company, stranger_company):
    own = OfferFactory(company=factory_company, title="Line 1")
    OfferFactory(company=stranger_company, title="Not ours")
    (source,) = editor_data(CapacityOffer(company=factory_company), this_monday())["sources"]
    assert (source["title"], source["row"]) == ("Line 1", list(own.published))


@pytest.mark.django_db
def test_last_season_is_what_was_last_said_of_each_week(factory_company):
    offer = OfferFactory(company=factory_company)
    first = this_monday() - YEAR
    for start, pairs in ((0, 100), (10, 200)):
        offer.entries.create(
            kind="publish",
            anchor_week=first + dt.timedelta(weeks=start),
            pairs=[pairs] * 104,
            at=dt.datetime.now(dt.UTC),
        )
    assert ledger.published_since(offer, first, 52) == [100] * 10 + [200] * 42
    titles = [row["title"] for row in editor_data(offer, this_monday())["sources"]]
    assert titles[0] == "The same weeks a year ago"
