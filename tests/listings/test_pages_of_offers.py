"""The form of an offer: weeks entered in three ways, and what is wrong said where it stands."""

import datetime as dt
import re

import pytest
import time_machine
from django.urls import reverse

from matchmaking.listings.models import CapacityOffer, Category
from matchmaking.listings.states import PostState
from tests.factories import category
from tests.listings.conftest import label

pytestmark = pytest.mark.django_db


@pytest.fixture
def capacity():
    return {
        "title": "Line 2",
        "categories": [category().pk],
        "weeks_mode": "rate",
        "rate": "5,000",
        "rate_from": label(0),
        "rate_to": label(9),
        "exceptions": f"{label(3)} 0",
        "min_order_pairs": "3000",
        "action": "submit",
    }


def test_weeks_by_rate_with_exceptions(as_factory, capacity):
    as_factory.post(reverse("listings:offer-new"), capacity)

    offer = CapacityOffer.objects.get()
    assert offer.state == PostState.PENDING
    assert offer.free[:12] == [5_000] * 3 + [0] + [5_000] * 6 + [0, 0]


def test_weeks_by_table(as_factory, capacity):
    table = {"weeks_mode": "table", f"week_{label(1)}": "6万", f"week_{label(103)}": "7"}
    as_factory.post(reverse("listings:offer-new"), capacity | table)

    offer = CapacityOffer.objects.get()
    assert (offer.free[:3], offer.free[103]) == ([0, 60_000, 0], 7)


def test_weeks_pasted_from_a_sheet(as_factory, capacity):
    pasted = f"week\tpairs\n{label(0)}\t4,000\n{label(2)}\t4,500"
    as_factory.post(
        reverse("listings:offer-new"), capacity | {"weeks_mode": "paste", "pasted": pasted}
    )

    assert CapacityOffer.objects.get().free[:3] == [4_000, 0, 4_500]


BAD_OFFERS = {
    "no rate": ({"rate": ""}, "rate", "Say how many pairs the lines make in a week."),
    "rate too high": ({"rate": "9,000,000"}, "rate", "At most 5,000,000 pairs fit"),
    "past week": ({"rate_from": "2020-W01"}, "rate_from", "late Dec 2019 (W01) cannot be planned"),
    "weeks upside down": ({"rate_from": "+12"}, "rate_to", "The last week lies in"),
    "exception unread": ({"exceptions": "soon 0"}, "exceptions", "Line 1: “soon” is not a week"),
    "exception too far": (
        {"exceptions": "2040-W01 5"},
        "exceptions",
        "Line 1: early Jan 2040 (W01) cannot",
    ),
    "nothing pasted": ({"weeks_mode": "paste"}, "weeks_mode", "Enter the pairs per week."),
    "table in words": ({"weeks_mode": "table", "week": "x"}, None, "is not a number of pairs"),
    "price upside down": (
        {"price_low_cny": "50", "price_high_cny": "40"},
        "price_high_cny",
        "The upper price must be at least the lower one",
    ),
    "minimum of zero": ({"min_order_pairs": "0"}, "min_order_pairs", "at least 1 pair"),
    "lead of years": ({"lead_days": "400"}, "lead_days", "less than or equal to 365"),
    "no category": ({"categories": []}, "categories", "Choose at least one category."),
}


@pytest.mark.parametrize("case", BAD_OFFERS)
def test_bad_capacity_is_refused_where_it_stands(as_factory, capacity, case):
    changes, field, sentence = BAD_OFFERS[case]
    changes = {k: label(12) if v == "+12" else v for k, v in changes.items()}
    if "week" in changes:
        field = f"week_{label(0)}"
        changes[field] = changes.pop("week")

    response = as_factory.post(reverse("listings:offer-new"), capacity | changes)

    form = response.context["form"]
    assert sentence in str(form.errors[field][0])
    assert form["title"].value() == "Line 2"
    assert CapacityOffer.objects.count() == 0


def test_keeping_the_weeks_keeps_them(as_factory, offer, capacity):
    url = reverse("listings:offer-edit", args=[offer.code])
    as_factory.post(url, capacity | {"weeks_mode": "keep", "version": 1, "lead_days": "30"})

    offer.refresh_from_db()
    assert (offer.lead_days, offer.free[:21], offer.version) == (30, [5_000] * 20 + [0], 2)


def test_spring_festival_is_proposed_as_stop(as_factory):
    with time_machine.travel(dt.datetime(2026, 11, 22, 4, tzinfo=dt.UTC), tick=False):
        form = as_factory.get(reverse("listings:offer-new")).context["form"]

    assert form["exceptions"].value() == "2027-W05\t0\n2027-W06\t0"


def test_a_category_is_named_once_beside_its_box(as_factory):
    page = as_factory.get(reverse("listings:offer-new")).content.decode()

    boxes = re.findall(r'<label\s+class="chip pick"\s*>(.*?)</label>', page, re.DOTALL)
    assert not any("<label" in box for box in boxes)
    names = [re.sub(r"<[^>]*>", "", box).strip() for box in boxes]
    assert len(names) == len(set(names)) == Category.objects.filter(is_active=True).count()
    assert set(names) == {row.name for row in Category.objects.filter(is_active=True)}
