import ast
import datetime as dt
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaking.core.parsing import answers, days, durations, money, numbers, sizes, weeks
from matchmaking.core.parsing.normalization import NormalizedText
from matchmaking.core.parsing.outcomes import Read

ROOT = Path(__file__).parents[3]
PURE = [ROOT / "matchmaking" / "core" / "parsing", ROOT / "matchmaking" / "listings" / "free_text"]
TODAY = dt.date(2026, 11, 30)
DATES = st.dates(dt.date(2026, 1, 1), dt.date(2029, 12, 31))
# Figures and the words of the trade, so that patterns begin and break off everywhere.
SCRAPS = st.lists(
    st.sampled_from(
        [*"0123456789.,-/ 年月日号周万千百亿w k双元块底初前半", "usd", "¥", "第", "march", "two"]
    ),
    max_size=12,
).map("".join)


@given(st.one_of(st.text(max_size=60), SCRAPS))
def test_any_text_is_read_without_an_error(text):
    for read in (numbers.read_number, numbers.read_pairs, money.read_money, durations.read_days):
        read(text)
    for read in (numbers.read_range, sizes.read_sizes, answers.read_yes_no):
        read(text)
    numbers.read_planned_pairs(text)
    numbers.read_least_pairs(text)
    days.read_day(text, TODAY)
    for read in (weeks.read_week, weeks.read_due_week, weeks.read_start_week):
        read(text, TODAY)


@pytest.mark.parametrize(
    "text", ["9" * 5000, "9," * 5000, "\x00", "\ud800", "一" * 5000, "3月" * 2000]
)
def test_hostile_text_is_no_value(text):
    assert numbers.read_number(text) is None
    assert money.read_money(text) is None
    assert durations.read_days(text) is None
    assert days.read_day(text, TODAY) is None


@given(st.text(max_size=60))
def test_spans_of_normalized_text_lie_in_the_original(text):
    normalized = NormalizedText(text)

    assert len(normalized.plain) == len(normalized.cased)
    for position in range(len(normalized.plain)):
        start, end = normalized.span(position, position + 1)
        assert 0 <= start < end <= len(text)


def value_of(outcome):
    return outcome.value if isinstance(outcome, Read) else None


@given(st.integers(1, 99_999_999))
def test_pairs_are_never_read_wrong(pairs):
    forms = [str(pairs), f"{pairs:,}", f"{pairs:,} 双", f"{pairs / 10_000:.4f}万", f"{pairs}prs"]

    assert [value_of(numbers.read_pairs(form)) for form in forms] == [pairs] * len(forms)
    assert value_of(numbers.read_pairs(f"{pairs:,}".replace(",", "."))) in {pairs, None}


@given(st.decimals("0.01", "99999.99", places=2))
def test_prices_are_never_read_wrong(price):
    forms = [f"{price}", f"¥{price}", f"{price}元", f"RMB {price}", f"{price:,}", f"{price}元/双"]

    assert [value_of(money.read_money(form)).amount for form in forms] == [price] * len(forms)


@given(DATES)
def test_days_are_never_read_wrong(day):
    forms = [
        day.isoformat(),
        day.strftime("%Y%m%d"),
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.day} {day:%B} {day.year}",
        f"{day.year % 100}年{day.month}月{day.day}日",
        f"{day.isoformat()}T00:00:00",
        f"{day.year}/{day.month}/{day.day} 0:00",
        str((day - dt.date(1899, 12, 30)).days),
        f"交期：{day.year}年{day.month}月{day.day}号前",
        f"{day:%b} {day.day}, {day.year}",
    ]
    assert [value_of(days.read_day(form, TODAY)) for form in forms] == [day] * len(forms)
    for form in (f"{day.day}.{day.month}.{day.year}", f"{day.month}/{day.day}/{day.year}"):
        outcome = days.read_day(form, TODAY)
        if isinstance(outcome, Read):
            assert outcome.value == day
        else:
            assert day in {reading.value for reading in outcome.readings}


@given(DATES)
def test_weeks_are_never_read_wrong(day):
    year, week, weekday = day.isocalendar()
    monday = day - dt.timedelta(days=weekday - 1)
    forms = [f"{year}-W{week:02d}", f"{year}W{week:02d}", f"{year}年第{week}周", day.isoformat()]
    forms += [
        f"{year % 100}W{week:02d}",
        f"W{week}/{year}",
        f"{year}/{week}周",
        f"KW {week} {year}",
    ]

    for read in (weeks.read_week, weeks.read_due_week, weeks.read_start_week):
        assert [value_of(read(form, TODAY)) for form in forms] == [monday] * len(forms)


def test_reader_is_plain_python():
    modules = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for folder in PURE
        for path in sorted(folder.glob("*.py"))
        if path.stem != "__init__"
    ]
    program = f"import sys, {', '.join(modules)}; print(*sys.modules)"

    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    )

    loaded = {name.split(".")[0] for name in run.stdout.split()}
    assert loaded & {"accounts", "django", "celery", "numba", "numpy", "rest_framework"} == set()


def test_reader_knows_no_clock():
    clocks = [
        (path.name, node.lineno)
        for folder in PURE
        for path in folder.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute)
        and node.attr in {"now", "today", "utcnow"}
        and isinstance(node.value, ast.Attribute | ast.Name)
        and getattr(node.value, "attr", getattr(node.value, "id", "")) in {"date", "datetime", "dt"}
    ]
    assert clocks == []
