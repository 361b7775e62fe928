"""Formatters of figures: pairs, money, weeks, shares, bands, lists of names."""

import datetime as dt
import re
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from matchmaking.core import countries, weeks

SYMBOLS = {"CNY": "¥", "USD": "$", "EUR": "€"}
Number = int | float | Decimal
# Where a line would break: inside 2027-W05 and ¥80–150, before a unit, before what parts names.
INSIDE = re.compile(r"(?<=\d{4}-)(?=W\d\d)|(?<=\d–)(?=[\d¥])")
BEFORE = re.compile(
    r"(?<=\d) (?=pairs?\b|weeks?\b|days?\b|[\u4e00-\u9fff])|(?<= /) (?=pair\b|双)|\s+(?=[·/](?:\s|$))"
)


def grouped(number: Number | None) -> str:
    return "" if number is None else f"{round(number):,}"


def points(score: Number | None) -> str:
    """Return a score as shown: one decimal, or the best of a list would share their points."""
    return "" if score is None else f"{score:.1f}"


def figure(value: Number | str) -> str:
    return value if isinstance(value, str) else grouped(value)


def pairs_unit(number: int | None) -> str:
    return ngettext("pair", "pairs", number or 0)


def pairs(number: int | None) -> str:
    return "" if number is None else f"{grouped(number)} {pairs_unit(number)}"


def money(amount: Number | None, currency: str = "CNY") -> str:
    """Return the amount with its symbol and two decimals, rounded half up."""
    if amount is None:
        return ""
    exact = Decimal(str(amount)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return f"{SYMBOLS.get(currency, f'{currency} ')}{exact:,}"


def money_to(low: Number | None, high: Number | None) -> str:
    """Return a range of prices, "¥84.00–124.00"; of one end alone "from" or "up to"."""
    if low is not None and high is not None and low != high:
        return f"{money(low)}–{money(high).removeprefix(SYMBOLS['CNY'])}"
    if low is not None and high is None:
        return gettext("from %(figure)s") % {"figure": money(low)}
    if low is None and high is not None:
        return gettext("up to %(figure)s") % {"figure": money(high)}
    return money(low)


def week(day: dt.date | None) -> str:
    """Return the label of the ISO week of ``day``: 2027-W05."""
    return "" if day is None else weeks.label(day)


def week_range(day: dt.date | None) -> str:
    """Return Monday to Sunday of the week of ``day`` in the reader's form."""
    if day is None:
        return ""
    first = weeks.monday_of(day)
    last = first + dt.timedelta(days=6)
    # Translators: Django date format of a week's first day, what stands between, that of its last.
    form = gettext("j|–|j M Y")
    if first.month != last.month:
        form = gettext("j M| – |j M Y")
    if first.year != last.year:
        form = gettext("j M Y| – |j M Y")
    opening, between, closing = form.split("|")
    return f"{date_format(first, opening)}{between}{date_format(last, closing)}"


def percent(share: Number | None) -> str:
    return "" if share is None else f"{round(float(share) * 100)}%"


def hundredths(share: Number | None) -> str:
    return "0" if share is None else str(round(max(0.0, min(1.0, float(share))) * 100))


def unbroken(words: object) -> str:
    """Return words for people to read, whose weeks, ranges and figures with units never break.

    For pages and HTML mail alone: joiners and no-break spaces are no part of a value.
    """
    return BEFORE.sub("\u00a0", INSIDE.sub(weeks.JOINER, str(words)))


def listed(names: Iterable[object]) -> str:
    # Translators: stands between names of which some contain a comma.
    return unbroken(gettext(" · ").join(str(name) for name in names))


def in_a_row(words: Iterable[object]) -> str:
    # Translators: stands between countries, sides and other short words.
    return gettext(", ").join(str(word) for word in words)


def country_names(codes: Iterable[str]) -> list[str]:
    return [countries.name_of(code) for code in codes]


def band_text(low: Number | None, high: Number | None, unit: str = "pairs") -> str:
    """Return a band: 50,000–100,000; ¥40–50; open ends are "from" and "up to"."""
    sign = "¥" if unit == "cny" else ""
    if high and low == 1:
        low = None
    if low and high:
        return f"{sign}{grouped(low)}–{grouped(high)}"
    if low:
        return gettext("from %(figure)s") % {"figure": f"{sign}{grouped(low)}"}
    if high:
        return gettext("up to %(figure)s") % {"figure": f"{sign}{grouped(high)}"}
    return gettext("not stated")
