"""Days and weeks in forms that only a whole cell can have: 46054 · 2027-03 · 27.6.7 · Mar-27 · W14/2027.

In a longer text the same characters are figures of another kind.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

from matchmaking.core.parsing import festivals, periods
from matchmaking.core.parsing.day_readings import MONTHS, Reference, number_of, quarter_of
from matchmaking.core.parsing.outcomes import Reason
from matchmaking.core.parsing.periods import NOTHING, Period, Readings, full_year, one_day

_SERIAL_EPOCH = dt.date(1899, 12, 30)  # day 0 of spreadsheets, but for those of old Macs
_FESTIVALS = "|".join(sorted(festivals.WORDS, key=len, reverse=True))
_LABELS = re.compile(
    r"^(?:交货?期|货期|出货(?:日期|时间|期)?|交货(?:日期|时间)?|船期|日期|时间|截止(?:日期)?|最迟|最晚|不晚于|不迟于|大约|约|预计"
    r"|by|before|from|due(?: date)?|delivery(?: date)?|etd|eta|ex-?factory|ship(?:ment|ping)?(?: date)?)\s?[:=]?\s?(?:是|为|在)?\s?"
)
_ENDINGS = re.compile(
    r"\s?(?:之前|以前|前|起|开始|止|截止|内|之内|以内|交货|交清|出货|发货|走货|到货|上船|船期|左右)$"
)
_WEEK_OF = re.compile(
    r"^(?:w/c|w/e|wc|week (?:of|commencing|beginning|starting|ending))\s|\s?(?:的?(?:当周|那一?周|所在周|所在的周|这周))$"
)
_WEEKDAY = re.compile(
    r"(?<=[日号0-9])\s?\(?\s?(?:周|星期|礼拜)([一二三四五六日天])\s?\)?$"
    r"|(?<=[0-9])\s?\(?\s?(mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?\s?\)?$"
    r"|^(mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s(?=[0-9a-z])"
)
_WEEKDAYS = {word: day for day, word in enumerate("一二三四五六日")} | {"天": 6}
_WEEKDAYS |= {
    word: day for day, word in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))
}

Handler = Callable[[re.Match[str], Reference], Readings]


def bare_forms(plain: str) -> list[str]:
    """Return the cell as it stands, then without its label and words that frame a day.

    5月前 and 年前 need their 前, 3月20号前 does not: the first form that is a day counts.
    """
    forms = [plain]
    for edge in (_LABELS, _ENDINGS, _ENDINGS):
        forms += [edge.sub("", form) for form in forms[-2:]]
    return list(dict.fromkeys(form.strip() for form in forms if form.strip()))


def week_words(plain: str) -> str:
    return _WEEK_OF.sub("", plain)


def weekday_of(plain: str) -> tuple[str, int | None]:
    """Return the cell without its day of the week, and that day (Monday is 0)."""
    found = _WEEKDAY.search(plain)
    if not found:
        return plain, None
    return (plain[: found.start()] + plain[found.end() :]).strip(), _WEEKDAYS[
        found[1] or found[2] or found[3]
    ]


def _month(year: int | None, month: int) -> Readings:
    if year is None:
        return NOTHING
    return periods.month_in_year(year, month, "", dt.date(year, 1, 1))


def _year_month(found: re.Match[str], _ref: Reference) -> Readings:
    return _month(int(found[1]), int(found[2]))


def _short_year(found: re.Match[str], _ref: Reference) -> Readings:
    """Read 27.6.7: one figure alone at the end is no year."""
    day = one_day(2000 + int(found[1]), int(found[2]), int(found[3]))
    return ((day,) if day else ()), Reason.YEAR


def _serial(found: re.Match[str], _ref: Reference) -> Readings:
    day = _SERIAL_EPOCH + dt.timedelta(days=int(found[1]))
    period = one_day(day.year, day.month, day.day)
    return ((period,) if period else ()), Reason.YEAR


def _year_quarter(found: re.Match[str], _ref: Reference) -> Readings:
    return (quarter_of(full_year(found[1]) or 0, number_of(found[2])),), Reason.YEAR


def _week_year(found: re.Match[str], ref: Reference) -> Readings:
    return periods.week_in_year(full_year(found[2]), int(found[1]), ref.today)


def _month_and_figure(found: re.Match[str], ref: Reference) -> Readings:
    """Read Mar-27 both ways: spreadsheets show March 2027 so, people write 27 March so."""
    month, figure = MONTHS.index(found[1]) + 1, int(found[2])
    months, _ = _month(full_year(found[2]), month)
    days, _ = periods.day_in_year(None, month, figure, ref.today)
    return (*months, *days), Reason.DAY_OR_MONTH_FIRST


def _dotted_range(found: re.Match[str], ref: Reference) -> Readings:
    starts, _ = periods.day_in_year(None, int(found[1]), int(found[2]), ref.today)
    ends = [one_day(one.first.year, int(found[3]), int(found[4])) for one in starts]
    pairs = zip(starts, ends, strict=True)
    spans = (Period(a.first, b.last) for a, b in pairs if b and a.first <= b.last)
    return tuple(spans), Reason.YEAR


def _year_festival(found: re.Match[str], ref: Reference) -> Readings:
    year = {"今": ref.today.year, "明": ref.today.year + 1}.get(found[1][0]) or int(found[1][:4])
    day = festivals.day_of(festivals.WORDS[found[2]], year)
    if not day:
        return NOTHING
    eve = day - dt.timedelta(days=1)
    return (Period(eve, eve),), Reason.FESTIVAL


FORMS: tuple[tuple[re.Pattern[str], Handler], ...] = (
    (re.compile(r"(20[2-4][0-9])\s?[-/.]\s?(1[0-2]|0?[1-9])"), _year_month),
    (re.compile(r"(2[5-9]|3[0-9]|4[0-5])[./-](1[0-2]|0?[1-9])[./-]([1-9])"), _short_year),
    (re.compile(r"(4[5-9][0-9]{3}|5[0-3][0-9]{3})(?:\.[0-9]{1,12})?"), _serial),
    (
        re.compile(r"(20[2-4][0-9]|2[5-9]|3[0-9])\s?年?\s?[-/]?\s?(?:q|第?(?=.季))([1-4一二三四])(?:季度?)?"),
        _year_quarter,
    ),
    (
        re.compile(r"(?:w|wk|week|cw|kw)\.?\s?-?([0-5]?[0-9])\s?[-/,.\s]\s?(?:of )?(20[2-4][0-9]|'?[2-4][0-9])"),
        _week_year,
    ),
    (
        re.compile(r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)-([0-9]{2})"),
        _month_and_figure,
    ),
    (
        re.compile(r"(1[0-2]|0?[1-9])\.(3[01]|[12][0-9]|0?[1-9])\s?[-~到至]\s?(1[0-2]|0?[1-9])\.(3[01]|[12][0-9]|0?[1-9])"),
        _dotted_range,
    ),
    (re.compile(rf"(今年|明年|20[2-4][0-9]\s?年)({_FESTIVALS})节?(?:之|以)?前"), _year_festival),
)  # fmt: skip


def readings_of(plain: str, ref: Reference) -> Readings:
    """Return the readings of the first form that the whole cell has, none for none."""
    for pattern, handler in FORMS:
        if found := pattern.fullmatch(plain):
            return handler(found, ref)
    return NOTHING
