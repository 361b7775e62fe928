"""Columns of a capacity plan that are named by weeks, days or months."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from matchmaking.core import weeks
from matchmaking.core.parsing.days import read_period
from matchmaking.core.parsing.normalization import NormalizedText
from matchmaking.core.parsing.outcomes import Ambiguous, Read
from matchmaking.core.parsing.periods import Period
from matchmaking.core.parsing.weeks import read_week
from matchmaking.imports.labels import LEVELS, spellings
from matchmaking.imports.questions import Choice

if TYPE_CHECKING:
    from matchmaking.imports.questions import Asker

_NOISE = re.compile(
    r"(?:计划|产能|产量|排产|排程|可接|空余|空闲|预计|数量|合计|小计|双数|双|对|pairs|prs|plan(?:ned)?|capacity|free|available|output|qty|[()\[\]【】:,])"
)
_LOOKS_DATED = re.compile(
    r"第?\s?[0-9一二三四五六七八九十]{1,3}\s?(?:周|星期|月|日|号|季)|(?<![a-z])(?:w|wk|week|cw|kw)\s?[-.]?\s?[0-9]{1,2}(?![0-9a-z])"
    r"|[0-9]{1,4}[-/.][0-9]{1,2}|(?<![a-z])(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*(?![a-z])|20[0-9]{2}"
)
_BARE_WEEK = re.compile(
    r"(?:(?:calendar\s)?(?:w|wk|week|cw|kw)\s?[-.]?\s?([0-5]?[0-9])|第?\s?([0-5]?[0-9])\s?(?:周|个?星期))"
)
_TWO_FIGURES = re.compile(r"([0-9]{1,2})[./-]([0-9]{1,2})(?:日|号)?")
_SPAN = re.compile(r"([0-9]{1,2})[/.]([0-9]{1,2})\s?[-~到至]\s?([0-9]{1,2})[/.]([0-9]{1,2})")
DAYS_OF_A_WEEK = 7
LEAVE = "leave"
ADD = "add"
SPREAD = "spread"


@dataclass
class Plan:
    """Positions of columns by what names them. ``mondays`` are read as they stand; ``days`` are added up.

    ``months`` are spread over the weeks whose Thursday lies in them. ``asked`` are positions that wait
    for an answer, ``left`` those that somebody chose to leave out.
    """

    mondays: dict[int, dt.date] = field(default_factory=dict)
    days: dict[int, dt.date] = field(default_factory=dict)
    months: dict[int, Period] = field(default_factory=dict)
    asked: set[int] = field(default_factory=set)
    left: set[int] = field(default_factory=set)

    @property
    def dated(self) -> set[int]:
        return {*self.mondays, *self.days, *self.months, *self.asked, *self.left}

    @property
    def read(self) -> list[int]:
        return sorted({*self.mondays, *self.days, *self.months})

    def weeks_of(self, position: int) -> list[dt.date]:
        """Return the Mondays among which the column's pairs are shared."""
        if position in self.mondays:
            return [self.mondays[position]]
        if position in self.days:
            return [weeks.monday_of(self.days[position])]
        return weeks_in(self.months[position])

    def label_of(self, position: int) -> str:
        """Return the week as the preview heads the column, with its dates."""
        found = self.weeks_of(position)
        if position in self.days:
            return f"{weeks.label(found[0])} · {self.days[position].isoformat()}"
        if len(found) > 1:
            return f"{weeks.label(found[0])} … {weeks.label(found[-1])}"
        return week_with_dates(found[0])


def week_with_dates(monday: dt.date) -> str:
    sunday = monday + dt.timedelta(days=6)
    return f"{weeks.label(monday)} ({monday.month}/{monday.day}–{sunday.month}/{sunday.day})"


def weeks_in(month: Period) -> list[dt.date]:
    """Return the weeks whose Thursday lies in the period: ISO's own rule of belonging."""
    thursday = weeks.monday_of(month.first) + dt.timedelta(days=3)
    found = []
    while thursday <= month.last:
        if thursday >= month.first:
            found.append(weeks.monday_of(thursday))
        thursday += dt.timedelta(days=DAYS_OF_A_WEEK)
    return found


def looks_dated(header: str) -> bool:
    return any(_LOOKS_DATED.search(NormalizedText(way).plain) for way in spellings(header))


def read_plan(header: Sequence[str], free: Sequence[int], today: dt.date, asker: Asker) -> Plan:
    """Read the columns at the positions ``free`` that are named by a time; ask about the others that seem so."""
    return _PlanReader(header, free, today, asker).read()


class _PlanReader:
    def __init__(
        self, header: Sequence[str], free: Sequence[int], today: dt.date, asker: Asker
    ) -> None:
        self.header, self.free, self.today, self.asker = header, free, today, asker
        self.plan = Plan()
        self.numbers: dict[int, int] = {}  # weeks without a year
        self.figures: dict[int, tuple[int, int]] = {}  # 3/1: which is the month?

    def read(self) -> Plan:
        for position in self.free:
            self._sort(position)
        self._read_numbers()
        self._read_figures()
        self._check_days()
        self._check_doubles()
        return self.plan

    def _sort(self, position: int) -> None:
        for text in self._ways(position):
            if bare := _BARE_WEEK.fullmatch(text):
                self.numbers[position] = int(bare[1] or bare[2])
                return
            if two := _TWO_FIGURES.fullmatch(text):
                self.figures[position] = (int(two[1]), int(two[2]))
                return
            outcome = read_period(_SPAN.sub(r"\1月\2日-\3月\4日", text), self.today)
            if isinstance(outcome, Read):
                self._put(position, outcome.value)
                return
            if isinstance(outcome, Ambiguous):
                self._ask(position, [reading.value for reading in outcome.readings])
                return
            week = read_week(text, self.today)
            if isinstance(week, Read):
                self.plan.mondays[position] = week.value
                return
        if looks_dated(self.header[position]):
            self._ask(position, [])

    def _ways(self, position: int) -> list[str]:
        label = self.header[position]
        joined = [label.replace(LEVELS, ""), *spellings(label)] if LEVELS in label else [label]
        found = []
        for way in joined:
            text = NormalizedText(way).plain.strip()
            found += [text, " ".join(_NOISE.sub(" ", text).split()), _NOISE.sub("", text).strip()]
        return list(dict.fromkeys(text for text in found if text))

    def _put(self, position: int, period: Period) -> None:
        length = (period.last - period.first).days + 1
        if length == 1:
            self.plan.days[position] = period.first
        elif length <= DAYS_OF_A_WEEK and weeks.monday_of(period.first) == weeks.monday_of(
            period.last
        ):
            self.plan.mondays[position] = weeks.monday_of(period.first)
        elif weeks_in(period):
            self._ask_month(position, period)
        else:
            self._ask(position, [])

    def _ask_month(self, position: int, period: Period) -> None:
        answer = self.asker.ask(
            "months",
            _("Columns are longer than a week, like “%(label)s”: what are their pairs?")
            % {"label": self._label(position)},
            [
                Choice(SPREAD, _("Spread them evenly over the weeks of that time"), is_likely=True),
                Choice(LEAVE, _("Leave these columns out")),
            ],
        )
        if answer == SPREAD:
            self.plan.months[position] = period
        else:
            (self.plan.left if answer else self.plan.asked).add(position)

    def _ask(self, position: int, periods: Sequence[Period]) -> None:
        mondays = dict.fromkeys(weeks.monday_of(period.last) for period in periods)
        answer = self.asker.ask(
            f"week:{self._label(position)}",
            _("“%(label)s” looks like a week: which one is it?") % {"label": self._label(position)},
            [
                *(Choice(monday.isoformat(), week_with_dates(monday)) for monday in mondays),
                Choice(LEAVE, _("Leave this column out")),
            ],
            detail=""
            if mondays
            else _("Or name the column like 2027-W05 and send the file again."),
        )
        if answer and answer != LEAVE:
            self.plan.mondays[position] = dt.date.fromisoformat(answer)
        else:
            (self.plan.left if answer else self.plan.asked).add(position)

    def _read_numbers(self) -> None:
        """Give weeks without a year the year of their neighbours, else ask."""
        if not self.numbers:
            return
        known = {**self.plan.mondays, **self.plan.days}
        if not known:
            known = self._first_by_answer()
        for position, number in sorted(self.numbers.items()):
            if not known:
                self.plan.asked.add(position)
                continue
            near = min(known, key=lambda other: abs(other - position))
            target = known[near] + dt.timedelta(weeks=position - near)
            candidates = [
                monday
                for year in range(target.year - 1, target.year + 2)
                if (monday := _iso_monday(year, number))
            ]
            if candidates:
                best = min(candidates, key=lambda monday: abs((monday - target).days))
                self.plan.mondays[position] = known[position] = best
            else:
                self._ask(position, [])

    def _first_by_answer(self) -> dict[int, dt.date]:
        position, number = min(self.numbers.items())
        years = [self.today.year + ahead for ahead in range(-1, 3)]
        mondays = {year: _iso_monday(year, number) for year in years}
        possible = {
            year: monday
            for year, monday in mondays.items()
            if monday and monday + dt.timedelta(weeks=26) > self.today
        }
        likely = next(
            (year for year, monday in possible.items() if monday >= weeks.monday_of(self.today)), 0
        )
        answer = self.asker.ask(
            "year_of_weeks",
            _("Of which year is “%(label)s”?") % {"label": self._label(position)},
            [
                Choice(str(year), f"{year}: {week_with_dates(monday)}", is_likely=year == likely)
                for year, monday in list(possible.items())[:3]
            ],
        )
        monday = _iso_monday(int(answer), number) if answer else None
        return {position: monday} if monday else {}

    def _read_figures(self) -> None:
        """Read 3/1, 3/2, 3/8: the order in which the days run on is the one that is meant."""
        if not self.figures:
            return
        orders = {"month": self._days_by(month_first=True), "day": self._days_by(month_first=False)}
        running = [name for name, days in orders.items() if days and _run_on(list(days.values()))]
        answer = running[0] if len(running) == 1 and len(self.figures) > 1 else ""
        if not answer:
            position = min(self.figures)
            choices = [
                Choice(name, f"{days[position].isoformat()}, …")
                for name, days in orders.items()
                if days
            ]
            choices.append(Choice(LEAVE, _("Leave these columns out")))
            answer = self.asker.ask(
                "days_of_columns",
                _("Which day is “%(label)s”?") % {"label": self._label(position)},
                choices,
            )
        if answer in orders and (days := orders[answer]):
            self.plan.days.update(days)
        else:
            (self.plan.left if answer else self.plan.asked).update(self.figures)

    def _days_by(self, *, month_first: bool) -> dict[int, dt.date] | None:
        found: dict[int, dt.date] = {}
        last: dt.date | None = None
        for position, (a, b) in sorted(self.figures.items()):
            month, day = (a, b) if month_first else (b, a)
            try:
                years = (
                    [last.year, last.year + 1] if last else [self.today.year, self.today.year + 1]
                )
                dates = [dt.date(year, month, day) for year in years]
            except ValueError:
                return None
            floor = last or self.today - dt.timedelta(days=180)
            last = next((date for date in dates if date > floor), dates[-1])
            found[position] = last
        return found

    def _check_days(self) -> None:
        """Take days that are a week apart for their weeks; add up those that follow each other."""
        days = self.plan.days
        mondays = [weeks.monday_of(day) for day in days.values()]
        if len(set(mondays)) == len(mondays):
            self.plan.mondays |= {at: weeks.monday_of(day) for at, day in days.items()}
            self.plan.days = {}
            return
        if len(set(days.values())) < len(days) or not _follow(sorted(days.values())):
            answer = self.asker.ask(
                "days",
                _("Several columns lie in one week, like “%(one)s” and “%(other)s”: what are they?")
                % {"one": self._label(min(days)), "other": self._label(sorted(days)[1])},
                [
                    Choice(ADD, _("Days: add their pairs up for the week"), is_likely=True),
                    Choice(LEAVE, _("Leave these columns out")),
                ],
            )
            if answer != ADD:
                (self.plan.left if answer else self.plan.asked).update(days)
                self.plan.days = {}
                return
        self.asker.say(
            _("%(days)s columns of days are added up to %(weeks)s weeks.")
            % {"days": len(days), "weeks": len(set(mondays))}
        )

    def _check_doubles(self) -> None:
        """Ask where two columns name the same week: 计划 beside 实际."""
        by_week: dict[dt.date, list[int]] = {}
        for position, monday in self.plan.mondays.items():
            by_week.setdefault(monday, []).append(position)
        for day in self.plan.days.values():
            if (monday := weeks.monday_of(day)) in by_week:
                by_week[monday].append(-1)
        for monday, positions in by_week.items():
            if len(positions) > 1:
                self._ask_which(monday, positions)

    def _ask_which(self, monday: dt.date, positions: Sequence[int]) -> None:
        own = [position for position in positions if position >= 0]
        between = {at: other for at in own if (other := self._between_neighbours(at, monday))}
        answer = self.asker.ask(
            f"same_week:{weeks.label(monday)}",
            _("%(count)s columns name the week %(week)s: which one counts?")
            % {"count": len(positions), "week": week_with_dates(monday)},
            [
                *(
                    Choice(
                        f"{at}={other.isoformat()}",
                        _("“%(label)s” is %(week)s")
                        % {"label": self._label(at), "week": week_with_dates(other)},
                        is_likely=True,
                    )
                    for at, other in between.items()
                ),
                *(
                    Choice(str(at), _("“%(label)s” counts") % {"label": self._label(at)})
                    for at in own
                ),
                Choice(ADD, _("All of them: add their pairs up")),
            ],
        )
        if answer == ADD:
            return
        moved, _equals, to = answer.partition("=")
        for position in own:
            if to and str(position) == moved:
                self.plan.mondays[position] = dt.date.fromisoformat(to)
            elif not to and str(position) != answer:
                del self.plan.mondays[position]
                (self.plan.left if answer else self.plan.asked).add(position)

    def _between_neighbours(self, position: int, monday: dt.date) -> dt.date | None:
        """Return the one week that the columns beside leave open: W12, 3月第4周, W14."""
        before = self.plan.mondays.get(position - 1)
        after = self.plan.mondays.get(position + 1)
        if before and after and (after - before).days == 2 * DAYS_OF_A_WEEK:
            open_week = before + dt.timedelta(days=DAYS_OF_A_WEEK)
            return open_week if open_week != monday else None
        return None

    def _label(self, position: int) -> str:
        return self.header[position].replace(LEVELS, " ")


def _iso_monday(year: int, week: int) -> dt.date | None:
    try:
        return dt.date.fromisocalendar(year, week, 1)
    except ValueError:
        return None


def _run_on(days: Sequence[dt.date]) -> bool:
    steps = [(later - earlier).days for earlier, later in pairwise(days)]
    return all(1 <= step <= 2 * DAYS_OF_A_WEEK for step in steps)


def _follow(days: Sequence[dt.date]) -> bool:
    """Return whether they are days of work in a row: gaps are weekends at most."""
    return all((b - a).days <= 3 for a, b in pairwise(days))  # noqa: PLR2004 - over a weekend


def shared(pairs: int, mondays: Sequence[dt.date]) -> Mapping[dt.date, int]:
    """Return the pairs spread evenly, the rest on the first weeks; their sum is ``pairs``."""
    each, rest = divmod(pairs, len(mondays))
    return {monday: each + (1 if at < rest else 0) for at, monday in enumerate(mondays)}
