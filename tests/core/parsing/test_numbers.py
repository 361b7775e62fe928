from decimal import Decimal

import pytest

from matchmaking.core.parsing.numbers import (
    Range,
    chinese_value,
    read_number,
    read_pairs,
    read_range,
)
from matchmaking.core.parsing.outcomes import Ambiguous, Read, Reason, Span

PAIRS = {
    "60000": 60_000,
    "60,000": 60_000,
    "60 000": 60_000,
    "60,000 双": 60_000,
    "6万": 60_000,
    "6.5 万双": 65_000,
    "3w": 30_000,
    "3w5": 35_000,
    "3万5": 35_000,
    "3万5千双": 35_000,
    "1万2千5": 12_500,
    "8k prs": 8_000,
    "两千五": 2_500,
    "三万五": 35_000,
    "一万零五十": 10_050,
    "两万五千双": 25_000,
    "十万": 100_000,
    "6千": 6_000,
    "500打": 6_000,
    "５０，０００": 50_000,
    "1.234.567": 1_234_567,
    "约3万双": 30_000,
    "3万双左右": 30_000,
    "萬": None,
    "三五": None,
    "1,23,456": None,
    "12.5": None,
    "": None,
    "双": None,
    "1e5": None,
    "一二三万": None,
    "3万万万": None,
}
QUESTIONS = {
    "60.000": ((60_000, 60), Reason.THOUSANDS),
    "12.000双": ((12_000, 12), Reason.THOUSANDS),
    "3-5万": ((30_000, 50_000), Reason.RANGE),
    "3万~5万双": ((30_000, 50_000), Reason.RANGE),
    "三五千双": ((3_000, 5_000), Reason.RANGE),
    "2万多": ((20_000,), Reason.OPEN_ENDED),
    "5000+": ((5_000,), Reason.OPEN_ENDED),
}


@pytest.mark.parametrize(("text", "pairs"), PAIRS.items())
def test_pairs_are_read_as_the_trade_writes_them(text, pairs):
    outcome = read_pairs(text)

    assert outcome == (None if pairs is None else Read(pairs, Span(0, len(text))))


@pytest.mark.parametrize(("text", "readings", "reason"), [(t, *q) for t, q in QUESTIONS.items()])
def test_pairs_with_several_readings_are_asked_about(text, readings, reason):
    outcome = read_pairs(text)

    assert isinstance(outcome, Ambiguous)
    assert tuple(reading.value for reading in outcome.readings) == readings
    assert outcome.reason is reason


def test_comma_before_three_figures_is_asked_about_where_a_fraction_is_possible():
    assert [r.value for r in read_number("46,500").readings] == [Decimal(46500), Decimal("46.5")]
    assert read_pairs("46,500").value == 46_500


def test_numbers_with_fractions_and_signs_are_read():
    assert read_number("1,234.5").value == Decimal("1234.5")
    assert read_number("1.234,56").value == Decimal("1234.56")
    assert read_number("12,5").value == Decimal("12.5")
    assert read_number("-5").value == Decimal(-5)
    assert read_number("0.500").value == Decimal("0.5")


def test_range_keeps_its_ends():
    assert read_range("500-1000人") == Range(Decimal(500), Decimal(1000))
    assert read_range("约2000") == Range(Decimal(2000), Decimal(2000))
    assert read_range("1000人以上") == Range(Decimal(1000), None)
    assert read_range("under 300") == Range(None, Decimal(300))
    assert read_range("many") is None


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("二〇二七", 2027),
        ("十二", 12),
        ("一百二", 120),
        ("一百零二", 102),
        ("两亿", 200_000_000),
        ("廿五", 25),
        ("十万八", 108_000),
        ("万", None),
        ("百", None),
        ("三千五百", 3_500),
        ("五千三万", None),
    ],
)
def test_chinese_numerals(written, value):
    assert chinese_value(written) == value
