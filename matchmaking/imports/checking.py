"""Rows of text into rows of values, with every problem named by its column."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from matchmaking.core import weeks
from matchmaking.imports import cells
from matchmaking.imports.columns import SHEETS, Column, Problem, Values, problem
from matchmaking.imports.mapping import week_columns
from matchmaking.imports.vocabulary import plain
from matchmaking.listings.models.offers import MAX_WEEK_PAIRS

if TYPE_CHECKING:
    from matchmaking.imports.vocabulary import Vocabulary

_week_pairs = cells.whole_number(0, MAX_WEEK_PAIRS)


@dataclass
class Reading:
    """The values and problems of one row; ``skip`` is the reason to leave it out, else ""."""

    values: Values = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    skip: str = ""


class RowReader:
    """Reads the rows of one import: its columns, its mapping, the terms of the day."""

    def __init__(
        self,
        kind: str,
        header: Sequence[str],
        mapping: Mapping[str, int],
        options: Mapping[str, Any],
        vocabulary: Vocabulary,
    ) -> None:
        self.sheet = SHEETS[kind]
        self.mapping = mapping
        self.options = options
        self.vocabulary = vocabulary
        taken = set(mapping.values())
        self.weeks: dict[int, dt.date] = {}
        if self.sheet.has_weeks:
            self.weeks = {
                position: monday
                for position, monday in week_columns(header).items()
                if position not in taken
            }

    @property
    def columns(self) -> Iterable[Column]:
        """The columns that are mapped or must be."""
        return (
            column
            for column in self.sheet.columns
            if column.required or column.name in self.mapping
        )

    def read(self, row: Sequence[str]) -> Reading:
        """Return the values of a row and what is wrong with them. Empty cells say nothing.

        A row that is left out has its reason and no problems.
        """
        reading = Reading()
        for column in self.columns:
            position = self.mapping.get(column.name)
            cell = "" if position is None else row[position]
            if not cell:
                if column.required:
                    reading.problems.append(
                        problem(column.name, _("This is required and stands empty."))
                    )
                continue
            try:
                reading.values[column.name] = column.read(cell, self.vocabulary)
            except cells.WrongCell as wrong:
                reading.problems.append(problem(column.name, str(wrong)))
        self._read_weeks(row, reading)
        reading.skip = self.sheet.skip(reading.values)
        if reading.skip:
            reading.problems = []
        else:
            reading.problems += self.sheet.judge(reading.values, self.options)
        return reading

    def _read_weeks(self, row: Sequence[str], reading: Reading) -> None:
        plan: dict[dt.date, int] = {}
        for position, monday in self.weeks.items():
            if not row[position]:
                continue
            try:
                plan[monday] = _week_pairs(row[position], self.vocabulary)
            except cells.WrongCell as wrong:
                reading.problems.append(problem(weeks.label(monday), str(wrong)))
        if plan:
            reading.values["weeks"] = plan

    def read_all(self, rows: Iterable[tuple[int, Sequence[str]]]) -> Iterator[tuple[int, Reading]]:
        """Read rows by number; a key that stands in two rows is a problem of the second."""
        seen: dict[tuple[str, ...], int] = {}
        for number, row in rows:
            reading = self.read(row)
            if not reading.skip:
                for names in self.sheet.keys:
                    self._refuse_double(reading, names, number, seen)
            yield number, reading

    def _refuse_double(
        self,
        reading: Reading,
        names: Sequence[str],
        number: int,
        seen: dict[tuple[str, ...], int],
    ) -> None:
        last = reading.values.get(names[-1])
        if not last:
            return
        parts = [reading.values.get(name) or self.options.get(name) or "" for name in names]
        key = (names[-1], *(plain(str(part)) for part in parts))
        first = seen.setdefault(key, number)
        if first != number:
            reading.problems.append(
                problem(
                    names[-1],
                    _("“%(value)s” stands in row %(row)s already: keep one of the two.")
                    % {"value": last, "row": first},
                )
            )
