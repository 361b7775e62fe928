"""Rows of text into rows of values: what each cell says, what is wrong, what is asked."""

from __future__ import annotations

import datetime as dt
import re
import statistics
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from matchmaking.core import weeks
from matchmaking.core.parsing import money
from matchmaking.core.parsing.normalization import NormalizedText
from matchmaking.imports import cells, firms, odd_rows
from matchmaking.imports.columns import SHEETS, Column, Problem, Values, problem
from matchmaking.imports.files.limits import cell_name
from matchmaking.imports.labels import LEVELS
from matchmaking.imports.mapping import label_of
from matchmaking.imports.models import ImportKind
from matchmaking.imports.questions import OF_ROW, Choice
from matchmaking.imports.week_columns import Plan, shared
from matchmaking.listings.models.offers import MAX_WEEK_PAIRS

if TYPE_CHECKING:
    from matchmaking.imports.cells import CellContext
    from matchmaking.imports.labels import Label
    from matchmaking.imports.tables import Table, TableLine

_week_pairs = cells.planned_pairs(0, 20 * MAX_WEEK_PAIRS)
_TITLE_UNIT = re.compile(
    r"(?:单位|unit)\s?[::]\s?(千双|万双|百双|打|thousand pairs|'000 pairs|dozens?)"
)
_TITLE_FACTORS = {"千双": 1_000, "万双": 10_000, "百双": 100, "打": 12, "dozen": 12, "dozens": 12}
YES, NO = "yes", "no"
NOTHING = "–"


@dataclass
class Reading:
    """The values and problems of one row; ``skip`` is the reason to leave it out, else "".

    ``shown`` are read values by position, ``missing`` required columns that stand empty, ``place`` what its columns of places
    name together.
    ``is_asked``: some of the problems wait for an answer.
    """

    values: Values = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    shown: dict[str, str] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    skip: str = ""
    place: str = ""
    is_asked: bool = False
    is_wrong: bool = False

    def refuse(self, column: str, sentence: str) -> None:
        self.is_wrong = True
        self.problems.append(problem(column, sentence))

    def wait(self, column: str, sentence: str) -> None:
        self.is_asked = True
        self.problems.append(problem(column, sentence))


class RowReader:
    """Reads the rows of one import: its columns, its mapping, the words and the answers of the day."""

    def __init__(
        self,
        kind: str,
        table: Table,
        mapping: Mapping[str, int],
        plan: Plan,
        options: Mapping[str, Any],
        context: CellContext,
    ) -> None:
        self.kind = kind
        self.sheet = SHEETS[kind]
        self.header = table.header
        self.mapping = mapping
        self.plan = plan
        self.options = options
        self.context = context
        self.columns = [
            (column, mapping[column.name], self._context_of(column))
            for column in self.sheet.columns
            if column.name in mapping
        ]
        self._cache: dict[tuple[str, str, str], tuple[Any, str]] = {}
        self._factor = self._title_factor(table.title)
        self._seen: dict[tuple[str, ...], int] = {}
        filled = [sum(1 for cell in line.cells if cell) for line in table.lines]
        self._usual = statistics.median(filled) if filled else 0

    def _context_of(self, column: Column) -> CellContext:
        label = label_of(self.header[self.mapping[column.name]])
        return replace(self.context, label=label, column=column.name, column_label=column.label)

    def _title_factor(self, title: str) -> int:
        """Return 1,000 where the title says 单位：千双 and somebody has said that it holds."""
        found = _TITLE_UNIT.search(NormalizedText(title).plain)
        if not found:
            return 1
        factor = _TITLE_FACTORS.get(found[1], 1_000)
        answer = self.context.asker.ask(
            "unit",
            _("The title says “%(words)s”: are all pairs in this unit?") % {"words": found[0]},
            [
                Choice(YES, _("Yes: 5 means %(pairs)s pairs") % {"pairs": f"{5 * factor:,}"}),
                Choice(NO, _("No: 5 means 5 pairs")),
            ],
        )
        return factor if answer == YES else 1

    def read(self, line: TableLine) -> Reading:
        """Return the values of a row and what is wrong with them. Empty cells say nothing.

        A row that is left out has its reason and no problems.
        """
        reading = Reading()
        reading.skip = odd_rows.reason_of(line.cells, self.header)
        if reading.skip:
            return reading
        if line.beyond:
            reading.refuse(
                "",
                _(
                    "Cell %(cell)s is in a column without a header: a separator may stand within a cell."
                )
                % {"cell": line.beyond},
            )
        self._read_cells(line, reading)
        self._read_weeks(line, reading)
        self._ask_formulas(line, reading)
        self._judge(line, reading)
        if not reading.skip:
            for names in self.sheet.keys:
                self._refuse_double(reading, names, line.number)
        return reading

    def _read_cells(self, line: TableLine, reading: Reading) -> None:
        for column, position, context in self._columns_of(line):
            cell = line.cells[position]
            if not cell:
                continue
            try:
                if column.is_summed and position in line.merged:
                    raise cells.WrongCell(_merged(line.merged[position]))  # noqa: TRY301 - read as a cell's own
                value, shown = self._read_cell(column, cell, context)
            except cells.WrongCell as wrong:
                if not column.required and cells.is_filler(cell):
                    continue
                reading.refuse(column.name, str(wrong))
            except cells.AskedCell as asked:
                reading.wait(column.name, str(asked))
            else:
                if value is not None:
                    reading.values[column.name] = value
                if shown != cell:
                    reading.shown[str(position)] = shown

    def _columns_of(self, line: TableLine) -> Iterator[tuple[Column, int, CellContext]]:
        """Yield the columns with their contexts; prices stand in the currency that the row names."""
        position = self.mapping.get("currency")
        currency = "" if position is None else money.currency_of(line.cells[position])
        for column, at, context in self.columns:
            is_price = bool(currency) and column.unit == "money"
            yield column, at, replace(context, row_currency=currency) if is_price else context

    def _read_cell(self, column: Column, cell: str, context: CellContext) -> tuple[Any, str]:
        if cells.is_error(cell) or cell.startswith("="):
            raise cells.WrongCell(
                _("The cell holds a formula without a result, “%(cell)s”: paste the value.")
                % {"cell": cells.short(cell)}
            )
        key = (column.name, context.row_currency, cell)
        if key not in self._cache:
            self._cache[key] = self._value_of(column, cell, context)
        return self._cache[key]

    def _value_of(self, column: Column, cell: str, context: CellContext) -> tuple[Any, str]:
        # Fillers that a column itself understands, like 无 for no sample, come first.
        is_filler = cells.is_filler(cell) and not column.required
        try:
            value = column.read(cell, self._factored(column, context))
        except cells.WrongCell:
            if not is_filler:
                raise
            value = None
        if is_filler and value == cell:
            value = None
        is_empty = value is None or value in ("", [])
        return (None, NOTHING) if is_empty else (value, column.show(value))

    def _factored(self, column: Column, context: CellContext) -> CellContext:
        if column.unit != "pairs" or context.label.unit or self._factor == 1:
            return context
        return replace(context, label=replace(context.label, factor=self._factor))

    def _read_weeks(self, line: TableLine, reading: Reading) -> None:
        plan: dict[dt.date, int] = {}
        for position in self.plan.read:
            if not line.cells[position]:
                continue
            pairs = self._read_week(line, position, reading)
            if pairs is not None:
                for monday, part in shared(pairs, self.plan.weeks_of(position)).items():
                    plan[monday] = plan.get(monday, 0) + part
        for monday, pairs in plan.items():
            if pairs > MAX_WEEK_PAIRS:
                reading.refuse(
                    weeks.label(monday),
                    _("%(number)s is outside what is possible: %(low)s to %(high)s.")
                    % {"number": f"{pairs:,}", "low": "0", "high": f"{MAX_WEEK_PAIRS:,}"},
                )
        if plan:
            reading.values["weeks"] = plan

    def _read_week(self, line: TableLine, position: int, reading: Reading) -> int | None:
        """Return the pairs of one cell, None where it says nothing or not yet anything."""
        cell = line.cells[position]
        name = self.header[position].replace(LEVELS, " ")
        try:
            pairs = self._week_cell(cell, label_of(self.header[position]), name, line, position)
        except cells.WrongCell as wrong:
            reading.refuse(name, str(wrong))
            return None
        except cells.AskedCell as asked:
            reading.wait(name, str(asked))
            return None
        shown = NOTHING if pairs is None else f"{pairs:,}"
        if shown != cell:
            reading.shown[str(position)] = shown
        return pairs

    def _week_cell(
        self, cell: str, label: Label, name: str, line: TableLine, position: int
    ) -> int | None:
        if position in line.merged:
            raise cells.WrongCell(_merged(line.merged[position]))
        if cell.startswith("=") or cells.is_error(cell):
            raise cells.WrongCell(
                _("The cell holds a formula without a result, “%(cell)s”: paste the value.")
                % {"cell": cells.short(cell)}
            )
        factor = label.factor if label.unit else self._factor
        context = replace(
            self.context, label=replace(label, factor=factor), column="weeks", column_label=name
        )
        try:
            return int(_week_pairs(cell, context))
        except cells.WrongCell:
            if cells.is_filler(cell):
                return None
            raise

    def _ask_formulas(self, line: TableLine, reading: Reading) -> None:
        read = {*self.mapping.values(), *self.plan.read}
        found = [column for column in line.formulas if column in read and line.cells[column]]
        if not found or line.cells[found[0]].startswith("="):
            return
        cell = cell_name(line.number, found[0])
        answer = self.context.asker.ask(
            "formulas",
            _("Cells hold formulas, like %(cell)s: read the results that the file keeps?")
            % {"cell": cell},
            [
                Choice(YES, _("Yes, read what the sheet shows"), is_likely=True),
                Choice(NO, _("No: leave these rows out")),
            ],
            row=line.number,
        )
        if answer == NO:
            reading.skip = _("Cell %(cell)s holds a formula.") % {"cell": cell}
        elif not answer:
            reading.wait("", _("Cell %(cell)s holds a formula.") % {"cell": cell})

    def _judge(self, line: TableLine, reading: Reading) -> None:
        context = self.context
        try:
            reading.skip = reading.skip or self.sheet.skip(reading.values, self.options, context)
            if not reading.skip:
                for one in self.sheet.judge(reading.values, self.options, context):
                    reading.refuse(one["column"], one["message"])
        except cells.AskedCell as asked:
            reading.wait("", str(asked))
        if reading.skip:
            reading.problems, reading.is_wrong, reading.is_asked = [], False, False
            return
        self._find_missing(reading)
        if self.kind == ImportKind.COMPANIES:
            self._ask_firm(line, reading)

    def _find_missing(self, reading: Reading) -> None:
        refused = {one["column"] for one in reading.problems}
        for column in self.sheet.columns:
            if column.required and column.name not in reading.values and column.name not in refused:
                reading.missing.append(column.name)

    def _ask_firm(self, line: TableLine, reading: Reading) -> None:
        """Ask about a lone cell that does not read like a firm, in a table where other rows say more."""
        name = reading.values.get("name", "")
        filled = sum(1 for cell in line.cells if cell)
        if not name or filled > 1 or self._usual <= filled or firms.looks_like_firm(name):
            return
        answer = self.context.asker.ask(
            f"{OF_ROW}{line.sheet}:{line.number}:firm",
            _("Row %(row)s: is “%(name)s” a company?")
            % {"row": line.number, "name": cells.short(name)},
            [
                Choice(NO, _("No: leave the row out"), is_likely=True),
                Choice(YES, _("Yes, a company")),
            ],
            is_blocking=False,
        )
        if answer == NO:
            reading.skip = _("A remark or signature, no row of the table.")
        elif not answer:
            reading.wait("name", _("Say first whether this is a company."))

    def _refuse_double(self, reading: Reading, names: Sequence[str], number: int) -> None:
        last = reading.values.get(names[-1])
        if not last:
            return
        parts = [reading.values.get(name) or self.options.get(name) or "" for name in names]
        # Not folded: 00123 and 123, A-1 and A1 are two numbers.
        key = (
            names[-1],
            *(unicodedata.normalize("NFKC", str(part)).strip().casefold() for part in parts),
        )
        first = self._seen.setdefault(key, number)
        if first != number:
            reading.refuse(
                names[-1],
                _("“%(value)s” stands in row %(row)s already: keep one of the two.")
                % {"value": last, "row": first},
            )

    def read_all(self, lines: Iterable[TableLine]) -> list[Reading]:
        """Read rows in their order; a key that stands in two rows is a problem of the second."""
        return [self.read(line) for line in lines]


def _merged(ref: str) -> str:
    return _("%(range)s is merged: write the figure of each row in its own cell.") % {"range": ref}
