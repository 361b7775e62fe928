"""State and rows of an import, as its page shows them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from matchmaking.core import weeks
from matchmaking.core.states import JobState
from matchmaking.imports.columns import SHEETS
from matchmaking.imports.mapping import fits, guess_mapping, header_hash, week_columns
from matchmaking.imports.models import ColumnMapping, ImportBatch, ImportRow, RowOutcome

if TYPE_CHECKING:
    from accounts.models import User
    from matchmaking.imports.mapping import Mapped

READ = "imports.read"
CHECK = "imports.check"
RUN = "imports.run"
DECIDED = (RowOutcome.CREATED, RowOutcome.UPDATED, RowOutcome.UNCHANGED)


class Stage(StrEnum):
    """The stage of an import, derived from its last job."""

    READING = "reading"
    UNREADABLE = "unreadable"
    READY = "ready"
    RUNNING = "running"
    CANCELLED = "cancelled"
    DONE = "done"

    @property
    def label(self) -> str:
        """The stage in the reader's words."""
        return {
            Stage.READING: _("Being read"),
            Stage.UNREADABLE: _("Not readable"),
            Stage.READY: _("Ready to import"),
            Stage.RUNNING: _("Being imported"),
            Stage.CANCELLED: _("Stopped"),
            Stage.DONE: _("Imported"),
        }[self]

    @property
    def tone(self) -> str:
        """The tone of the stage's badge."""
        return {
            Stage.READING: "info",
            Stage.UNREADABLE: "bad",
            Stage.READY: "brand",
            Stage.RUNNING: "info",
            Stage.CANCELLED: "neutral",
            Stage.DONE: "ok",
        }[self]

    @property
    def is_moving(self) -> bool:
        """Whether a worker has it, so that the page looks again by itself."""
        return self in {Stage.READING, Stage.RUNNING}


def stage_of(batch: ImportBatch) -> Stage:
    """Return the stage that the last job and its state make."""
    job = batch.job
    if job is None or (job.kind == READ and job.state in {JobState.FAILED, JobState.CANCELLED}):
        return Stage.UNREADABLE
    is_open = job.state in {JobState.QUEUED, JobState.RUNNING}
    if job.kind != RUN:
        return Stage.READING if is_open else Stage.READY
    if is_open:
        return Stage.RUNNING
    return Stage.DONE if job.state == JobState.DONE else Stage.CANCELLED


def batches_of(user: User) -> QuerySet[ImportBatch]:
    """Return the imports that the person may see, newest first, without their files."""
    return (
        ImportBatch.objects.visible_to(user)
        .select_related("job", "company", "created_by")
        # A file of 2 MB a row would be read for each line of the list.
        .defer("content", "header", "mapping")
        .order_by("-id")
    )


def last_result(batch: ImportBatch) -> dict[str, int]:
    return {**dict.fromkeys(RowOutcome.values, 0), **(batch.job.result if batch.job else {})}


def counts_of(batch: ImportBatch) -> dict[str, int]:
    """Return the number of rows by outcome, every outcome named, and their ``total``."""
    found = dict(
        batch.rows.order_by()
        .values_list("outcome")
        .annotate(Count("pk"))
        .values_list("outcome", "pk__count")
    )
    return {
        **{outcome: found.get(outcome, 0) for outcome in RowOutcome.values},
        "total": sum(found.values()),
    }


def rows_with_problems(batch: ImportBatch) -> QuerySet[ImportRow]:
    return batch.rows.filter(outcome__in=[RowOutcome.FAILED, RowOutcome.SKIPPED]).order_by(
        "outcome", "number"
    )


@dataclass(frozen=True, slots=True)
class ProblemLine:
    """One problem as the page shows it: where it stands and what would be right."""

    row: ImportRow
    column: str
    cell: str
    sentence: str


def problem_lines(batch: ImportBatch, rows: Iterable[ImportRow]) -> list[ProblemLine]:
    """Return the problems of the rows, with the columns' labels and the cells as sent.

    A problem of the whole row shows the row's name.
    """
    sheet = SHEETS[batch.kind]
    name_at = batch.mapping.get("name", batch.mapping.get("title"))
    weeks_at = {weeks.label(day): at for at, day in week_columns(batch.header).items()}
    lines = []
    for row in rows:
        for one in row.problems:
            column = sheet.column(one["column"])
            at_week = weeks_at.get(one["column"])
            label = column.label if column else one["column"] if at_week is not None else ""
            position = batch.mapping.get(one["column"], at_week) if label else name_at
            cell = row.cells[position] if position is not None else ""
            lines.append(ProblemLine(row, label, cell, one["message"]))
    return lines


@dataclass(frozen=True, slots=True)
class PreviewColumn:
    """One of their columns, with our name for it, "" where we do not read it."""

    theirs: str
    ours: str


def preview_columns(batch: ImportBatch) -> list[PreviewColumn]:
    """Return their columns in order, with what each is read as."""
    sheet = SHEETS[batch.kind]
    ours = {
        position: column.label
        for name, position in batch.mapping.items()
        if (column := sheet.column(name))
    }
    if sheet.has_weeks:
        for position, day in week_columns(batch.header).items():
            ours.setdefault(position, weeks.label(day))
    return [
        PreviewColumn(label, ours.get(position, "")) for position, label in enumerate(batch.header)
    ]


def rows_to_correct(batch: ImportBatch) -> Iterator[Sequence[str]]:
    """Yield the wrong rows as they were sent, with their problems in one more cell."""
    sheet = SHEETS[batch.kind]
    for row in batch.rows.filter(outcome=RowOutcome.FAILED).order_by("number").iterator():
        sentences = []
        for problem in row.problems:
            column = sheet.column(problem["column"])
            name = column.label if column else problem["column"]
            sentences.append(f"{name}: {problem['message']}" if name else problem["message"])
        yield [*row.cells, " ".join(sentences)]


def mapping_for(batch: ImportBatch, header: Sequence[str], *, is_officer: bool) -> Mapped:
    """Return how the sender mapped this header last, else what the labels suggest."""
    columns = SHEETS[batch.kind].for_role(officer=is_officer)
    remembered = ColumnMapping.objects.filter(
        user=batch.created_by_id, kind=batch.kind, header_hash=header_hash(header)
    ).first()
    if remembered:
        return fits(remembered.mapping, header, columns)
    return guess_mapping(header, columns)
