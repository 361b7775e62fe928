"""Readings of what the patterns of days match: which days, and which year is meant."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass

from matchmaking.core.parsing import festivals, periods
from matchmaking.core.parsing.numbers import chinese_value
from matchmaking.core.parsing.outcomes import Reason
from matchmaking.core.parsing.periods import NOTHING, Period, Readings, full_year, one_day

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_PARTS = {
    "月底": "底",
    "末": "底",
    "月初": "初",
    "头": "初",
    "内": "",
    "上半月": "上半",
    "前半月": "上半",
    "下半月": "下半",
    "后半月": "下半",
    "first half": "上半",
    "second half": "下半",
    "end": "底",
    "late": "下旬",
    "beginning": "初",
    "start": "初",
    "early": "初",
    "mid": "中",
    "middle": "中",
}
_YEARS_AHEAD = {"今": 0, "本": 0, "明": 1, "来": 1, "次": 1, "后": 2}
_MONTHS_AHEAD = {"下下": 2, "下": 1, "next": 1}
_WEEKS_AHEAD = {"下下": 2, "下": 1, "next": 1}
_DAYS_AHEAD = {
    "今天": 0,
    "今日": 0,
    "today": 0,
    "明天": 1,
    "明日": 1,
    "tomorrow": 1,
    "后天": 2,
    "大后天": 3,
}
_NTH = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4}
_MONTH_ENDS_SOON = 3  # 月底 on one of the last three days of a month


@dataclass(frozen=True, slots=True)
class Reference:
    """``today``, and whether 4/5 is 5 April (None: it is asked)."""

    today: dt.date
    month_first: bool | None = None


Handler = Callable[[re.Match[str], Reference], Readings]


def number_of(written: str) -> int:
    return int(written) if written.isascii() else chinese_value(written.replace("廿", "二十")) or 0


def _year(found: re.Match[str], today: dt.date) -> int | None:
    groups = found.groupdict()
    if written := groups.get("year"):
        return full_year(written if written.isascii() else str(chinese_value(written)))
    if written := groups.get("relative"):
        return today.year + _YEARS_AHEAD[written[0]]
    return full_year(groups.get("short") or groups.get("short2"))


def _part(written: str | None) -> str:
    return _PARTS.get(written or "", written or "")


def _certain(*found: Period | None) -> Readings:
    return tuple(period for period in found if period), Reason.DAY_OR_MONTH_FIRST


def _year_month_day(found: re.Match[str], _ref: Reference) -> Readings:
    year, month, day = (int(found[name]) for name in ("year", "month", "day"))
    whole = one_day(year, month, day, since=periods.CENTURY, until=periods.CENTURY_ENDS)
    return _certain(whole)


def _three_figures(found: re.Match[str], _ref: Reference) -> Readings:
    a, b, year = int(found["a"]), int(found["b"]), full_year(found["c"]) or 0
    readings = [one_day(year, b, a), one_day(year, a, b)]
    if len(found["c"]) == len("27"):
        readings.append(one_day(2000 + a, b, int(found["c"])))
    return _certain(*readings)


def _week(found: re.Match[str], ref: Reference) -> Readings:
    week = next(number_of(found[f"w{n}"]) for n in range(1, 5) if found[f"w{n}"])
    year = next((full_year(found[f"y{n}"]) for n in range(1, 5) if found[f"y{n}"]), None)
    readings, reason = periods.week_in_year(year, week, ref.today)
    if not found["from"] or not readings:
        return readings, reason
    month, day = (int(part) for part in re.findall(r"[0-9]+", found["from"]))
    years = [year] if year else [reading.last.year for reading in readings]
    stated = [one_day(one, month, day) for one in years if one]
    agreeing = tuple(
        reading
        for reading in readings
        if any(s and reading.first <= s.first <= reading.last for s in stated)
    )
    # A week whose number and days contradict each other is asked about, by its days.
    others = tuple(monday_to_sunday(s.first) for s in stated if s)
    return agreeing or (*readings, *others), reason


def monday_to_sunday(day: dt.date) -> Period:
    monday = day - dt.timedelta(days=day.weekday())
    return Period(monday, monday + dt.timedelta(days=6))


def _month_day(found: re.Match[str], ref: Reference) -> Readings:
    month, day = number_of(found["month"]), number_of(found["day"])
    return periods.day_in_year(_year(found, ref.today), month, day, ref.today)


def _day_range(found: re.Match[str], ref: Reference) -> Readings:
    readings, reason = _month_day(found, ref)
    last = number_of(found["last"])
    ends = [(start.first, one_day(start.first.year, start.first.month, last)) for start in readings]
    return tuple(Period(day, end.last) for day, end in ends if end and day <= end.last), reason


def _month_range(found: re.Match[str], ref: Reference) -> Readings:
    first, last = number_of(found["month"]), number_of(found["last"])
    return _months(_year(found, ref.today), first, last, ref)


def _months(year: int | None, first: int, last: int, ref: Reference) -> Readings:
    readings, reason = periods.month_in_year(year, first, "", ref.today)
    spans = []
    for start in readings:
        end_year = start.first.year + (last < first)
        spans.append(Period(start.first, periods.month_part(end_year, last, "")[0].last))
    return tuple(spans), reason


def _month(found: re.Match[str], ref: Reference) -> Readings:
    month, year = number_of(found["month"]), _year(found, ref.today)
    readings, reason = periods.month_in_year(year, month, _part(found["part"]), ref.today)
    return _before_or_within(readings, reason) if found["before"] else (readings, reason)


def _before_or_within(readings: tuple[Period, ...], reason: Reason) -> Readings:
    """Return both readings of 5月前: by the last of April, by the last of May."""
    eves = [month.first - dt.timedelta(days=1) for month in readings]
    ends = [month.last for month in readings]
    found = tuple(Period(day, day) for day in sorted({*eves, *ends}))
    return found, Reason.PART_OF_MONTH if found else reason


def _relative_month(found: re.Match[str], ref: Reference) -> Readings:
    which = (found["which"] or "").rstrip("月").rstrip("个")
    ahead = _MONTHS_AHEAD.get(which, 0)
    year, month = periods.month_from(ref.today, ahead)
    if found["day"]:
        return _certain(one_day(year, month, number_of(found["day"])))
    return _part_of_month(year, month, _part(found["part"] or found["part2"]), ref.today)


def _part_of_month(year: int, month: int, part: str, today: dt.date) -> Readings:
    readings = periods.month_part(year, month, part)
    ahead = tuple(reading for reading in readings if reading.last >= today)
    if not ahead:
        following = periods.month_from(dt.date(year, month, 1), 1)
        return (*readings, *periods.month_part(*following, part)), Reason.YEAR
    this_month = (year, month) == (today.year, today.month)
    if part == "底" and this_month and (readings[0].last - today).days < _MONTH_ENDS_SOON:
        following = periods.month_from(today, 1)
        return (*readings, *periods.month_part(*following, part)), Reason.MONTH_END_IS_NOW
    return readings, Reason.PART_OF_MONTH


def _quarter(found: re.Match[str], ref: Reference) -> Readings:
    quarter = number_of(found["english"] or found["quarter"])
    years = [full_year(found["year"])] if found["year"] else [ref.today.year, ref.today.year + 1]
    quarters = [quarter_of(year, quarter) for year in years if year]
    return (
        periods.by_year(quarters, ref.today)
        if not found["year"]
        else (tuple(quarters), Reason.YEAR)
    )


def quarter_of(year: int, quarter: int) -> Period:
    first = dt.date(year, quarter * 3 - 2, 1)
    return Period(first, periods.month_part(year, quarter * 3, "")[0].last)


def _year_end(found: re.Match[str], ref: Reference) -> Readings:
    said = _year(found, ref.today)
    end = Period(*(dt.date(said or ref.today.year, 12, 31),) * 2)
    if said:
        return (end,), Reason.FESTIVAL
    spring = festivals.next_day_of("spring_festival", ref.today)
    if spring and spring.year == ref.today.year:  # the lunar year ends first
        eve = spring - dt.timedelta(days=1)
        return (Period(eve, eve), end), Reason.FESTIVAL
    return (end,), Reason.FESTIVAL


def _english(found: re.Match[str], ref: Reference) -> Readings:
    month = MONTHS.index(found["month"][:3]) + 1
    return periods.day_in_year(_year(found, ref.today), month, int(found["day"]), ref.today)


def _week_of_month(found: re.Match[str], ref: Reference) -> Readings:
    """Return the seven days counted from the 1st, and the week that begins on a Monday."""
    if name := found["month"]:
        month, nth = MONTHS.index(name[:3]) + 1, _NTH[found["nth"]]
    else:
        month, nth = number_of(found["month_zh"]), number_of(found["nth_zh"])
    months, reason = periods.month_in_year(_year(found, ref.today), month, "", ref.today)
    found_weeks = []
    for one in months:
        first = one.first + dt.timedelta(days=7 * (nth - 1))
        monday = first + dt.timedelta(days=-first.weekday() % 7)
        found_weeks += [Period(day, day + dt.timedelta(days=6)) for day in (first, monday)]
    return tuple(found_weeks), Reason.PART_OF_MONTH if found_weeks else reason


def _english_month(found: re.Match[str], ref: Reference) -> Readings:
    bare = not (found["part"] or found["year"] or found["before"] or found["within"])
    if bare and found["month"] in {"may", "mar", "dec", "sep", "oct", "jan"}:
        return NOTHING  # "may" is a verb, the others abbreviate firms and places
    month, year = MONTHS.index(found["month"][:3]) + 1, _year(found, ref.today)
    readings, reason = periods.month_in_year(year, month, _part(found["part"]), ref.today)
    if found["before"] in {"by", "before"} and not found["part"]:
        return _before_or_within(readings, reason)
    return readings, reason


def _english_month_range(found: re.Match[str], ref: Reference) -> Readings:
    first, last = (MONTHS.index(found[name][:3]) + 1 for name in ("month", "last"))
    year = _year(found, ref.today)
    if year and last < first:
        year -= 1  # Nov-Jan 2027 begins in the year before
    return _months(year, first, last, ref)


def _english_relative_month(found: re.Match[str], ref: Reference) -> Readings:
    ahead = _MONTHS_AHEAD.get(found["which"] or found["which2"], 0)
    year, month = periods.month_from(ref.today, ahead)
    return _part_of_month(year, month, _part(found["part"]), ref.today)


def _festival(found: re.Match[str], ref: Reference) -> Readings:
    name = festivals.WORDS[found["name"] or found["name2"]]
    return _around(found["edge"] or found["english"], periods.before_festival(name, ref.today))


def _eve(_found: re.Match[str], ref: Reference) -> Readings:
    return periods.before_festival("spring_festival", ref.today)


def _year_or_feast(found: re.Match[str], ref: Reference) -> Readings:
    if found["what"] == "年":
        return _around(found["edge"], periods.before_the_year_ends(ref.today))
    return _around(found["edge"], periods.before_the_festival(ref.today))


def _around(edge: str, eves: Readings) -> Readings:
    if edge in {"前", "之前", "以前", "before", "by", "prior to", "ahead of"}:
        return eves
    if edge in {"后", "之后", "以后", "after"}:
        # How long the holiday lasts is not said: the first day after it, and a week later.
        days = [eve.last + dt.timedelta(days=more) for eve in eves[0] for more in (8, 15)]
        return tuple(Period(day, day) for day in days), Reason.AFTER_FESTIVAL
    return NOTHING


def slash(found: re.Match[str], ref: Reference) -> Readings:
    """Return the readings of 4/5: both orders, unless ``ref`` or the figures decide."""
    a, b = int(found["a"]), int(found["b"])
    month_first = periods.day_in_year(None, a, b, ref.today)
    day_first = periods.day_in_year(None, b, a, ref.today)
    if ref.month_first and month_first[0]:
        return month_first
    if ref.month_first is False and day_first[0]:
        return day_first
    return (*day_first[0], *month_first[0]), Reason.DAY_OR_MONTH_FIRST


def _dotted(found: re.Match[str], ref: Reference) -> Readings:
    return periods.day_in_year(None, int(found["a"]), int(found["b"]), ref.today)


def _dotted_range(found: re.Match[str], ref: Reference) -> Readings:
    starts, reason = _dotted(found, ref)
    ends = [one_day(s.first.year, int(found["c"]), int(found["d"])) for s in starts]
    pairs = zip(starts, ends, strict=True)
    return tuple(Period(s.first, e.last) for s, e in pairs if e and s.first <= e.last), reason


def _day_only(found: re.Match[str], ref: Reference) -> Readings:
    return periods.day_of_month(number_of(found["day"]), ref.today)


def _relative_week(found: re.Match[str], ref: Reference) -> Readings:
    ahead = _WEEKS_AHEAD.get(found["which"] or found["english"], 0)
    week = monday_to_sunday(ref.today + dt.timedelta(weeks=ahead))
    if not found["weekday"]:
        return (week,), Reason.YEAR
    number = "一二三四五六日".find(found["weekday"].replace("天", "日"))
    day = week.first + dt.timedelta(days=number)
    return (Period(day, day),), Reason.YEAR


def _relative_day(found: re.Match[str], ref: Reference) -> Readings:
    day = ref.today + dt.timedelta(days=_DAYS_AHEAD[found["day"] or found["english"]])
    return (Period(day, day),), Reason.YEAR


def _now(_found: re.Match[str], ref: Reference) -> Readings:
    return (Period(ref.today, ref.today),), Reason.YEAR


HANDLERS: dict[str, Handler] = {
    "year_month_day": _year_month_day,
    "compact": _year_month_day,
    "three_figures": _three_figures,
    "week": _week,
    "day_range": _day_range,
    "month_day": _month_day,
    "month_range": _month_range,
    "month": _month,
    "relative_month": _relative_month,
    "quarter": _quarter,
    "year_end": _year_end,
    "english_day_first": _english,
    "english_month_first": _english,
    "week_of_month": _week_of_month,
    "english_month_range": _english_month_range,
    "english_month": _english_month,
    "english_relative_month": _english_relative_month,
    "eve": _eve,
    "festival": _festival,
    "year_or_feast": _year_or_feast,
    "slash": slash,
    "dotted_range": _dotted_range,
    "dotted": _dotted,
    "day_only": _day_only,
    "relative_week": _relative_week,
    "relative_day": _relative_day,
    "now": _now,
}
