"""Numbers of the API as people write them: one reading, or a refusal that names them all."""

import re
from decimal import Decimal

import pytest
from rest_framework.exceptions import ValidationError

from matchmaking.core.parsing import durations, money, numbers
from matchmaking.core.parsing.outcomes import Read
from matchmaking.core.written_numbers import Yuan, figures_pattern, yuan_pattern
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


READERS = [
    numbers.read_pairs,
    numbers.read_least_pairs,
    numbers.read_count,
    numbers.read_planned_pairs,
    durations.read_days,
]
FIGURES = ["0", "1", "2", "9", "10", "99", "100", "999", "1000", "9999", "10,000", "999,999", "1万", "99万", "999万"]  # fmt: skip


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize(("low", "high"), [(0, 365), (1, 9999), (2, 99), (1, 50_000_000)])
def test_figures_that_the_schema_promises_are_read_within_their_bounds(read, low, high):
    promised = [text for text in FIGURES if re.search(figures_pattern(low, high), text)]

    outcomes = [read(text) for text in promised]

    assert len(promised) > 3
    assert all(isinstance(one, Read) and low <= one.value <= high for one in outcomes)


@pytest.mark.parametrize(
    ("text", "is_promised"),
    [("0", False), ("0.0", False), ("0.01", True), ("0.1", True), ("46.5", True), ("99999.99", True),
     ("100000", False), ("46.555", False), ("-1", False), ("", False), ("046", False)],
)  # fmt: skip
def test_amounts_that_the_schema_promises_are_amounts(text, is_promised):
    pattern = yuan_pattern(100_000, may_be_nothing=False)

    assert bool(re.search(pattern, text)) == is_promised
    if is_promised:
        assert money.in_cents(money.read_money(text)).value == Decimal(text)


@pytest.mark.parametrize(
    ("sent", "amount"), [(0.1 * 3, "0.30"), (35 * 0.01, "0.35"), (46, "46"), ("46.50", "46.50")]
)
def test_binary_fractions_are_the_cents_that_they_mean(sent, amount):
    field = Yuan(min_value=Decimal("0.01"), max_value=Decimal(100_000))

    assert field.run_validation(sent) == Decimal(amount)


@pytest.mark.parametrize("sent", [0.005, 46.555, "46.555", 0, 100_000.01, "", True, None])
def test_what_is_no_amount_is_refused(sent):
    field = Yuan(min_value=Decimal("0.01"), max_value=Decimal(100_000))

    with pytest.raises(ValidationError):
        field.run_validation(sent)
