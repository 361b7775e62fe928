"""Numbers of the API as people write them: one reading, or a refusal that names them all."""

from decimal import Decimal

import pytest

from matchmaking.listings.models import CapacityOffer, ProcessingOrder
from tests.api.test_offers import URL as OFFERS
from tests.api.test_offers import plan
from tests.api.test_orders import URL as ORDERS
from tests.api.test_orders import order_body, post


@pytest.mark.parametrize("written", [60_000, "60000", "60,000", "6万", "６０，０００双", "5000打"])
def test_pairs_are_read_as_forms_read_them(brand_api, written):
    answer = post(brand_api, ORDERS, order_body(pairs=written))

    assert answer.status_code == 201, answer.content
    assert ProcessingOrder.objects.get().pairs == 60_000


@pytest.mark.parametrize("written", [46.5, "46.50", "46.5", "¥46.5", "46块5", "558元/打"])
def test_prices_are_read_as_forms_read_them(brand_api, written):
    answer = post(brand_api, ORDERS, order_body(target_unit_price_cny=written))

    assert answer.status_code == 201, answer.content
    assert ProcessingOrder.objects.get().target_unit_price_cny == Decimal("46.50")


@pytest.mark.parametrize(
    ("field", "written", "sentence"),
    [
        ("pairs", "60.000", "“60.000” can be read as 60000, 60: send one of them as a number."),
        ("pairs", "5-6万", "“5-6万” can be read as 50000, 60000: send one of them as a number."),
        ("pairs", "many", '“many” is not a number here: send 60000 or "60,000".'),
        ("pairs", "6" * 80, f'“{"6" * 60}” is not a number here: send 60000 or "60,000".'),
        ("target_unit_price_cny", "$6.8", "Prices are in yuan: convert USD 6.8 first."),
        ("target_unit_price_cny", "cheap", '“cheap” is no price: send yuan a pair, like "46.50".'),
    ],
)
def test_several_readings_or_none_are_refused(brand_api, field, written, sentence):
    brand_api.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"

    answer = post(brand_api, ORDERS, order_body(**{field: written}))

    assert answer.status_code == 400
    assert [(one["pointer"], one["detail"]) for one in answer.json()["errors"]] == [
        (f"/{field}", sentence)
    ]
    assert not ProcessingOrder.objects.exists()


def test_a_plan_is_read_as_forms_read_it(factory_api):
    body = {
        "title": "Line 3",
        "categories": ["athletic"],
        "min_order_pairs": "3000双起",
        "lead_days": "三周",
        "lines": "2条",
        "weeks": plan("9,000", "停产", 8000, "1万"),
    }

    answer = post(factory_api, OFFERS, body)

    assert answer.status_code == 201, answer.content
    offer = CapacityOffer.objects.get()
    assert [pairs for pairs in offer.published if pairs] == [9000, 8000, 10000]
    assert (offer.min_order_pairs, offer.lead_days, offer.lines) == (3000, 21, 2)
