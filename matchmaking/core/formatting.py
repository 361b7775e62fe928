"""Formatters of figures: pairs, money, weeks, shares, bands, lists of names."""

import datetime as dt
import re
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from matchmaking.core import countries, weeks
from matchmaking.core.localized import is_english
from matchmaking.core.parsing.normalization import NormalizedText
from matchmaking.core.trade_day import trade_day

SYMBOLS = {"CNY": "¥", "USD": "$", "EUR": "€"}
Number = int | float | Decimal
MONTHS_BACK, MONTHS_AHEAD = 2, 10  # as far as a month without a year means this one
# Where a line would break: inside 2027-W05 and ¥80–150, before a unit, before what parts names.
_EXTENSION = re.compile(r"转|分机|ext\.?|x|#")
_NO_DIGIT = re.compile(r"[^0-9]")
INSIDE = re.compile(r"(?<=\d{4}-)(?=W\d\d)|(?<=\d–)(?=[\d¥W])")
BEFORE = re.compile(
    r"(?<=\d) (?=pairs?\b|weeks?\b|days?\b|[\u4e00-\u9fff])|(?<= /) (?=pair\b|双)|\s+(?=[·/](?:\s|$))"
)


def grouped(number: Number | None) -> str:
    return "" if number is None else f"{round(number):,}"


def large(number: Number | None) -> str:
    """Return a large number as one says it, to three digits: 1,340 万, 1.02 亿; 13.4 million."""
    if number is None:
        return ""
    digits = len(str(abs(round(number))))
    known = round(round(number), min(3 - digits, 0))
    million, wan, yi = 1_000_000, 10_000, 100_000_000
    if is_english():
        words = gettext("%(number)s million") % {"number": f"{known / million:,.10g}"}
        return words if known >= million else grouped(known)
    for size, unit in ((yi, "亿"), (wan, "万")):
        if known >= size:
            return f"{known / size:,.10g} {unit}"
    return grouped(known)


def short_pairs(low: int, high: int | None = None) -> str:
    """Return pairs, or a band of them, as short as a list needs: 6万, 5–10万; 60k, 50–100k."""
    size, unit = (1_000, "k") if is_english() else (10_000, "万")
    ends = [low] if high is None else [low, high]
    if min(end for end in ends if end) < size:
        return "–".join(grouped(end) for end in ends)
    return "–".join(f"{end / size:,.4g}" for end in ends) + unit


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


def part_of_month(day: dt.date, *, with_year: bool = False) -> str:
    """Return the third of the month that ``day`` lies in, as the trade names dates: "late Dec".

    With its year where the month alone would be read as another one.
    """
    is_named = with_year or not _is_near(day)
    # Translators: Django date format of a month near enough to need no year.
    month = date_format(day, gettext("M Y") if is_named else gettext("M"))
    third = (gettext("early %(month)s"), gettext("mid-%(month)s"), gettext("late %(month)s"))
    return third[min((day.day - 1) // 10, 2)] % {"month": month}


def _is_near(day: dt.date) -> bool:
    return -MONTHS_BACK * 30 < (day - trade_day()).days < MONTHS_AHEAD * 30


def period(first: dt.date, last: dt.date) -> str:
    """Return when the weeks of ``first`` to ``last`` begin: "late Dec – early Mar"."""
    # "late Nov – mid-Dec 2028" would be a month. Chinese names the year first and has no such doubt.
    both = is_english() and first.year != last.year and not _is_near(last)
    opening, closing = (part_of_month(day, with_year=both) for day in (first, last))
    if opening == closing:
        return opening
    return gettext("%(opening)s – %(closing)s") % {"opening": opening, "closing": closing}


def week_codes(first: dt.date, last: dt.date) -> str:
    """Return the ISO weeks without their years, which the dates beside them say: W52–W10."""
    codes = [f"W{day.isocalendar().week:02d}" for day in (first, last)]
    return codes[0] if weeks.monday_of(first) == weeks.monday_of(last) else "–".join(codes)


def weeks_in_words(first: dt.date, last: dt.date | None = None) -> str:
    """Return dates before week codes, for people: "late Dec – early Mar (W52–W10)"."""
    ends = (first, last or first)
    return gettext("%(dates)s (%(weeks)s)") % {"dates": period(*ends), "weeks": week_codes(*ends)}


def percent(share: Number | None) -> str:
    return "" if share is None else f"{round(float(share) * 100)}%"


def hundredths(share: Number | None) -> str:
    return "0" if share is None else str(round(max(0.0, min(1.0, float(share))) * 100))


def tel_url(number: str) -> str:
    """Return the link that dials a number: digits, and an extension as RFC 3966 has it."""
    plain = NormalizedText(number).plain
    number, *extension = _EXTENSION.split(plain, maxsplit=1)
    plus = "+" if number.strip().startswith("+") else ""
    dialled = f"tel:{plus}{_NO_DIGIT.sub('', number)}"
    later = _NO_DIGIT.sub("", extension[0]) if extension else ""
    return f"{dialled};ext={later}" if later else dialled


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
