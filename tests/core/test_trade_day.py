"""A week of the trade is Shanghai's, also for a reader in Berlin."""

import datetime as dt

import pytest
import time_machine
from django.http import QueryDict
from django.utils import timezone

from matchmaking.core.trade_day import trade_day, trade_week
from matchmaking.listings import ledger
from matchmaking.listings.forms import MarketFilterForm, OfferForm, OrderForm
from matchmaking.listings.models import CapacityOffer, ProcessingOrder
from tests.factories import CompanyFactory

# Sunday, 7 pm in Berlin; Monday, 2 am in Shanghai.
SUNDAY_EVENING = dt.datetime(2026, 12, 6, 18, 0, tzinfo=dt.UTC)
MONDAY = dt.date(2026, 12, 7)


@pytest.fixture
def in_berlin():
    with time_machine.travel(SUNDAY_EVENING, tick=False), timezone.override("Europe/Berlin"):
        yield


def test_day_is_shanghais(in_berlin):
    assert trade_day() == trade_day(SUNDAY_EVENING) == MONDAY
    assert trade_week() == MONDAY
    assert trade_week(SUNDAY_EVENING - dt.timedelta(hours=3)) == dt.date(2026, 11, 30)


@pytest.mark.django_db
def test_plan_typed_on_sunday_evening_in_berlin_begins_with_the_ledgers_week(in_berlin):
    form = OfferForm(post=CapacityOffer(company=CompanyFactory()))

    assert form.first == ledger.current_week(timezone.now()) == MONDAY
    assert form.table_names[0] == "week_2026-W50"


@pytest.mark.django_db
def test_due_week_that_has_passed_in_shanghai_is_refused_at_once(in_berlin):
    form = OrderForm({"due_week": "2026-W49"}, post=ProcessingOrder(company=CompanyFactory()))

    assert not form.is_valid()
    assert "W50" in form.errors["due_week"][0]


@pytest.mark.django_db
def test_filters_of_the_market_begin_with_shanghais_weeks(in_berlin):
    weeks = [value for value, _ in MarketFilterForm(QueryDict()).fields["week"].choices]

    assert weeks[1] <= "2026-W50" < weeks[2]
