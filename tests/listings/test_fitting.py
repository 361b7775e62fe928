"""Estimates of the capacity that may fit what is typed of an order."""

import datetime as dt

import pytest
from django.urls import reverse

from matchmaking.core import weeks
from tests.factories import OfferFactory, OrderFactory, category, this_monday

pytestmark = pytest.mark.django_db
HALF_A_YEAR = weeks.label(this_monday() + dt.timedelta(weeks=26))


def fitting(client, **typed):
    return client.get(reverse("listings:order-fitting"), typed).context["count"]


def test_needs_a_person(client):
    assert client.get(reverse("listings:order-fitting")).status_code == 302


def test_counts_by_category_pairs_and_weeks(client, brand):
    client.force_login(brand)
    athletic, boots = category("athletic"), category("women_fashion")
    OfferFactory.create_batch(2, categories=[athletic])
    OfferFactory(categories=[athletic], rate=10)  # 1,040 free pairs in all
    OfferFactory(categories=[boots])
    assert fitting(client) is None
    assert fitting(client, category="nonsense") is None
    assert fitting(client, category=athletic.pk) == 3
    assert fitting(client, category=athletic.pk, pairs="6万", due_week=HALF_A_YEAR) == 2
    assert fitting(client, category=athletic.pk, pairs="many", due_week="soon") == 3
    assert fitting(client, category=athletic.pk, due_week="2020-W01") == 0


def test_no_figure_is_found_out_by_trying(client, brand):
    client.force_login(brand)
    OfferFactory(categories=[category()], rate=600)  # 62,400 free pairs
    counts = {
        fitting(client, category=category().pk, pairs=str(n)) for n in (50_000, 62_400, 99_999)
    }
    assert counts == {1}
    assert fitting(client, category=category().pk, pairs="100000") == 0


def test_the_form_offers_earlier_orders(client, brand, brand_company):
    client.force_login(brand)
    new = reverse("listings:order-new")
    assert "Start from an earlier order" not in client.get(new).content.decode()
    order = OrderFactory(company=brand_company, title="Spring 2026")
    page = client.get(new).content.decode()
    assert "Spring 2026" in page
    assert reverse("listings:order-copy", args=[order.code]) in page
