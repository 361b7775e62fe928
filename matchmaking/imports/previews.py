"""The file of an import, read and planned as far as the answers go. One code for preview and import."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from matchmaking.core.formatting import in_a_row
from matchmaking.core.trade_day import trade_day
from matchmaking.imports import mapping as mappings
from matchmaking.imports import parsing, tables, week_columns
from matchmaking.imports.added_kinds import added_kinds
from matchmaking.imports.cells import CellContext
from matchmaking.imports.checking import Reading, RowReader
from matchmaking.imports.columns import SHEETS
from matchmaking.imports.company_plans import CompanyPlanner
from matchmaking.imports.files.limits import column_name
from matchmaking.imports.labels import LEVELS, plain
from matchmaking.imports.models import (
    ColumnMapping,
    ImportKind,
    RowAction,
    RowOutcome,
    SourceAnswers,
)
from matchmaking.imports.post_plans import PostPlanner
from matchmaking.imports.questions import Asker, Choice
from matchmaking.imports.tables import Table, TableLine
from matchmaking.imports.vocabulary import Vocabulary, load_vocabulary
from matchmaking.imports.week_columns import Plan

if TYPE_CHECKING:
    from matchmaking.imports.added_kinds import RowPlanner
    from matchmaking.imports.mapping import Mapped
    from matchmaking.imports.models import ImportBatch, ImportRow
    from matchmaking.imports.plans import RowPlan

MOST_CANDIDATES = 5
CHUNK_LABELS = 12
# What the table itself is comes before what its cells say.
FIRST = ("encoding", "sheet", "header:")
LASTING, COUNTS = "lasting", "counts"


@dataclass
class Preview:
    """What the file says and what importing it will do."""

    table: Table
    mapping: Mapped
    rows: list[tuple[TableLine, Reading, RowPlan]]
    asker: Asker
    sums: dict[str, Any]


def source_of(batch: ImportBatch) -> str:
    if batch.kind == ImportKind.COMPANIES:
        return str(batch.options.get("source", ""))
    return f"company:{batch.company_id}" if batch.company_id else ""


def memory_of(batch: ImportBatch) -> dict[str, str]:
    found = SourceAnswers.objects.filter(
        user=batch.created_by_id, kind=batch.kind, source=source_of(batch)
    ).first()
    return dict(found.answers) if found else {}


def preview(batch: ImportBatch, *, at: dt.datetime) -> Preview:
    """Read the file and plan each of its rows; writes nothing.

    :raises UnreadableFile: with one sentence in the reader's language
    """
    asker = Asker(batch.answers, memory_of(batch))
    # Outside of any transaction: the child may take half a minute.
    book = parsing.read_workbook(bytes(batch.content or b""), asker.answer_to("encoding"))
    kind = SHEETS[batch.kind]
    table = tables.find_table(book, kind, asker)
    _ask_folded(book, asker)
    if not table.lines:
        raise parsing.UnreadableFile(parsing.sentence("only_header", {}))
    mapping = _mapping(batch, table, asker)
    reader = Planner(batch, table, mapping, asker, at=at)
    rows = reader.plan_all()
    _ask_missing(batch, table, mapping, reader.weeks, rows, asker)
    _say_unread(table, mapping, reader.weeks, asker)
    asker.keep_first(FIRST)
    sums = _sums(rows)
    sums["dated"] = {str(at): reader.weeks.label_of(at) for at in reader.weeks.read}
    return Preview(table, mapping, rows, asker, sums)


class Planner:
    """Reads and plans rows by the mapping and the answers of an import."""

    def __init__(
        self,
        batch: ImportBatch,
        table: Table,
        mapping: Mapped,
        asker: Asker,
        *,
        at: dt.datetime,
        vocabulary: Vocabulary | None = None,
    ) -> None:
        words = vocabulary or load_vocabulary()
        today = trade_day(at)
        context = CellContext(words, words.gazetteer, today, asker)
        taken = set(mapping.values())
        free = [at_ for at_ in range(len(table.header)) if at_ not in taken]
        is_dated = SHEETS[batch.kind].has_weeks
        self.weeks = (
            week_columns.read_plan(table.header, free, today, asker) if is_dated else Plan()
        )
        self.table = table
        self.reader = RowReader(batch.kind, table, mapping, self.weeks, batch.options, context)
        self._batch, self._context, self._at = batch, context, at

    def plan_all(self) -> list[tuple[TableLine, Reading, RowPlan]]:
        readings = self.reader.read_all(self.table.lines)
        planner = self._planner(readings)
        return [
            (line, reading, planner.plan(reading, line))
            for line, reading in zip(self.table.lines, readings, strict=True)
        ]

    def _planner(self, readings: Sequence[Reading]) -> RowPlanner:
        batch = self._batch
        if added := added_kinds.get(batch.kind):
            return added.planner(self._context, batch.options, self._at)
        if batch.kind == ImportKind.COMPANIES:
            return CompanyPlanner(self._context, batch.options)
        references = {reading.values.get("own_reference", "") for reading in readings} - {""}
        return PostPlanner(
            batch.kind, self._context, batch.options, batch.company, self._at, references
        )


def planned_rows(
    batch: ImportBatch, rows: Sequence[ImportRow], vocabulary: Vocabulary, *, at: dt.datetime
) -> list[tuple[Reading, RowPlan]]:
    """Plan stored rows once more, at the moment of writing them."""
    lines = [TableLine(row.sheet, row.number, list(row.cells)) for row in rows]
    # Of a file that was answered: what was remembered then has become an answer of the file.
    asker = Asker(batch.answers, {})
    table = Table(list(batch.header), lines, title=batch.sums.get("title", ""))
    planner = Planner(batch, table, batch.mapping, asker, at=at, vocabulary=vocabulary)
    return [(reading, plan) for _line, reading, plan in planner.plan_all()]


def _mapping(batch: ImportBatch, table: Table, asker: Asker) -> Mapped:
    columns = SHEETS[batch.kind].for_role(officer=batch.company_id is None)
    if batch.is_mapped:
        return mappings.fits(batch.mapping, table.header, columns)
    remembered = ColumnMapping.objects.filter(
        user=batch.created_by_id, kind=batch.kind, header_hash=hash_of(batch.kind, table.header)
    ).first()
    if remembered:
        asker.say(_("The columns are read as you chose for this header before."))
        return mappings.fits(remembered.mapping, table.header, columns)
    mapping = mappings.guess_mapping(table.header, columns)
    for column in columns:
        # By its label: the next file may have its columns in another order.
        answer = asker.answer_to(f"missing:{column.name}")
        if answer in table.header and column.name not in mapping:
            mapping[column.name] = table.header.index(answer)
    _check_reference(table, mapping, asker)
    return mapping


def hash_of(kind: str, header: Sequence[str]) -> str:
    """Return a name for the header, in which columns named by weeks do not count."""
    dated = [
        at
        for at, label in enumerate(header)
        if SHEETS[kind].has_weeks and week_columns.looks_dated(label)
    ]
    return mappings.header_hash(header, dated)


def _check_reference(table: Table, mapping: Mapped, asker: Asker) -> None:
    """Never take the number of a row for an identity; ask where a number only runs on."""
    at = mapping.get("own_reference")
    if at is None:
        return
    cells = [line.cells[at] for line in table.lines if line.cells[at]]
    numbers = [int(cell) for cell in cells if cell.isdigit()]
    runs = len(numbers) == len(cells) and all(
        later - earlier == 1 for earlier, later in pairwise(numbers)
    )
    if not cells or not runs or (len(cells) == 1 and numbers != [1]):
        return
    label = table.header[at].replace(LEVELS, " ")
    answer = COUNTS
    if plain(table.header[at]) != "id":
        answer = asker.ask(
            f"reference:{label}",
            _("“%(label)s” runs from %(first)s to %(last)s: what does it number?")
            % {"label": label, "first": cells[0], "last": cells[-1]},
            [
                Choice(COUNTS, _("The rows of this file: it says nothing of who it is")),
                Choice(LASTING, _("The firm or the order, the same in every file")),
            ],
        )
    if answer != LASTING:
        del mapping["own_reference"]
    if answer == COUNTS:
        asker.say(_("“%(label)s” counts the rows and is no reference.") % {"label": label})


def _ask_folded(book: parsing.Workbook, asker: Asker) -> None:
    folded = [row for sheet in book.sheets for row in sheet.folded]
    if folded:
        asker.ask(
            "folded",
            ngettext(
                "Row %(rows)s has a cell of several lines with separators in it: is it one cell?",
                "Rows %(rows)s have cells of several lines with separators in them: is each one cell?",
                len(folded),
            )
            % {"rows": in_a_row(folded[:8])},
            [Choice("one", _("Yes, these lines belong together"))],
            detail=_(
                "If not, a quotation mark is missing and rows are lost: correct the file and send it again."
            ),
        )


def _ask_missing(
    batch: ImportBatch,
    table: Table,
    mapping: Mapped,
    weeks: Plan,
    rows: Sequence[tuple[TableLine, Reading, RowPlan]],
    asker: Asker,
) -> None:
    """Ask for a required column that is not there, if a row cannot do without it."""
    wanted = {
        one["column"]
        for _line, _reading, plan in rows
        if plan.outcome == RowOutcome.FAILED
        for one in plan.problems
    }
    sheet = SHEETS[batch.kind]
    free = [
        at
        for at, label in enumerate(table.header)
        if at not in mapping.values() and at not in weeks.dated and label
    ]
    for column in sheet.for_role(officer=batch.company_id is None):
        if not column.required or column.name in mapping or column.name not in wanted:
            continue
        ranked = sorted(free, key=lambda at: -_likeness(column.unit or column.name, table, at))
        asker.ask(
            f"missing:{column.name}",
            _("Which column is “%(label)s”?") % {"label": column.label},
            [
                Choice(table.header[at], _described(table, at), is_likely=position == 0)
                for position, at in enumerate(ranked[:MOST_CANDIDATES])
            ],
            detail=""
            if ranked
            else _("The file has no column that could be it: add one and send it again."),
        )


def _likeness(wanted: str, table: Table, at: int) -> float:
    """Return the share of a column's cells that look like what is wanted."""
    cells = [line.cells[at] for line in table.lines[:50] if line.cells[at]]
    if not cells:
        return 0
    figures = sum(cell.replace(",", "").replace(".", "").isdigit() for cell in cells) / len(cells)
    texts = 1 - figures
    distinct = len(set(cells)) / len(cells)
    if wanted in {"pairs", "money", "people"}:
        return figures
    if wanted == "own_reference":
        return distinct
    if wanted == "due_week":
        return sum(week_columns.looks_dated(cell) for cell in cells) / len(cells)
    return texts * (distinct if wanted in {"name", "title"} else 1)


def _described(table: Table, at: int) -> str:
    label = table.header[at].replace(LEVELS, " ")
    example = next((line.cells[at] for line in table.lines if line.cells[at]), "")
    return f"{label}: {example[:24]}" if example else label


def _say_unread(table: Table, mapping: Mapped, weeks: Plan, asker: Asker) -> None:
    read = {*mapping.values(), *(weeks.dated - weeks.asked - weeks.left)}
    unread = [
        label.replace(LEVELS, " ")
        for at, label in enumerate(table.header)
        if at not in read
        and label
        and plain(label) not in mappings.OURS
        and any(line.cells[at] for line in table.lines)
    ]
    if unread:
        asker.say(
            _("Columns that are not read: %(labels)s.")
            % {"labels": in_a_row(unread[:CHUNK_LABELS])}
            + (f" (+{len(unread) - CHUNK_LABELS})" if len(unread) > CHUNK_LABELS else ""),
            is_loss=True,
        )
    bare = [
        at
        for at, label in enumerate(table.header)
        if not label and any(line.cells[at] for line in table.lines)
    ]
    if bare:
        names = [column_name(at) for at in bare[:CHUNK_LABELS]]
        asker.say(
            _("Columns without a name are not read: %(labels)s.") % {"labels": in_a_row(names)},
            is_loss=True,
        )


def _sums(rows: Sequence[tuple[TableLine, Reading, RowPlan]]) -> dict[str, Any]:
    """Return what the ready rows come to: firms or posts by action, pairs, weeks, pairs that leave the market."""
    ready = [(reading, plan) for _line, reading, plan in rows if plan.outcome == RowOutcome.READY]
    weeks = sorted(
        {monday for reading, _plan in ready for monday in reading.values.get("weeks", ())}
    )
    found: dict[str, Any] = {
        action: sum(1 for _reading, plan in ready if plan.action == action)
        for action in RowAction.values
    }
    found["pairs"] = sum(plan.pairs for _reading, plan in ready)
    found["named_pairs"] = sum(
        sum(reading.values.get("weeks", {}).values()) for reading, _plan in ready
    )
    found["leaving"] = sum(plan.leaving for _reading, plan in ready)
    found["weeks"] = [monday.isoformat() for monday in (weeks[:1] + weeks[-1:])] if weeks else []
    found["week_count"] = len(weeks)
    return found
