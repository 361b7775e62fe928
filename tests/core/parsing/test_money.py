from decimal import Decimal

import pytest

from matchmaking.core.parsing.money import Money, read_money
from matchmaking.core.parsing.outcomes import Reason

PRICES = {
    "46.5": Money(Decimal("46.5"), "CNY"),
    "¥46.50": Money(Decimal("46.50"), "CNY"),
    "￥４８": Money(Decimal(48), "CNY"),
    "11块5": Money(Decimal("11.5"), "CNY"),
    "13块半": Money(Decimal("13.5"), "CNY"),
    "三十二块五": Money(Decimal("32.5"), "CNY"),
    "8毛": Money(Decimal("0.8"), "CNY"),
    "8毛5": Money(Decimal("0.85"), "CNY"),
    "45元/双": Money(Decimal(45), "CNY"),
    "50左右": Money(Decimal(50), "CNY"),
    "目标价：48元": Money(Decimal(48), "CNY"),
    "RMB 42 per pair": Money(Decimal(42), "CNY"),
    "FOB USD 7.8": Money(Decimal("7.8"), "USD"),
    "US$6.80": Money(Decimal("6.80"), "USD"),
    "$7": Money(Decimal(7), "USD"),
    "7.8美金": Money(Decimal("7.8"), "USD"),
    "€5": Money(Decimal(5), "EUR"),
    "含税58": Money(Decimal(58), "CNY", tax="included"),
    "53元不含税": Money(Decimal(53), "CNY", tax="excluded"),
    "216元/打": Money(Decimal(216), "CNY", pairs=12),
}


@pytest.mark.parametrize(("text", "money"), PRICES.items())
def test_price_has_its_currency_and_its_pairs(text, money):
    assert read_money(text).value == money


def test_price_of_a_dozen_is_divided():
    assert read_money("每打216元").value.unit_amount == Decimal("18.00")


def test_bare_number_has_the_currency_of_its_column():
    assert read_money("7.80", currency="USD").value == Money(Decimal("7.80"), "USD")


def test_range_and_thousands_are_asked_about():
    assert read_money("45-48元").reason is Reason.RANGE
    assert read_money("46,500").reason is Reason.THOUSANDS


@pytest.mark.parametrize("text", ["", "面议", "元", "1.2.3", "abc 5", "7 8"])
def test_other_text_is_no_price(text):
    assert read_money(text) is None
