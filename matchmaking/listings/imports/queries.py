"""Where an import stands, and what its page shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db.models import Count, QuerySet

from matchmaking.core.states import JobState
from matchmaking.listings.imports.columns import SHEETS
from matchmaking.listings.imports.mapping import fits, guess_mapping, header_hash
from matchmaking.listings.models import ColumnMapping, ImportBatch, ImportRow, RowOutcome

if TYPE_CHECKING:
    from accounts.models import User
    from matchmaking.listings.imports.mapping import Mapped

READ = "listings.import.read"
CHECK = "listings.import.check"
RUN = "listings.import.run"
DECIDED = (RowOutcome.CREATED, RowOutcome.UPDATED, RowOutcome.UNCHANGED)


class Stage(StrEnum):
    """Where an import stands, told by its last job."""

    READING = "reading"
    UNREADABLE = "unreadable"
    READY = "ready"
    RUNNING = "running"
    CANCELLED = "cancelled"
    DONE = "done"

    @property
    def is_moving(self) -> bool:
        """Whether a worker has it, so that the page looks again by itself."""
        return self in {Stage.READING, Stage.RUNNING}


def stage_of(batch: ImportBatch) -> Stage:
    """Return where the import stands."""
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
        .defer("content", "header", "mapping")
        .order_by("-id")
        .distinct()
    )


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
    """Return the rows that are wrong or left out, wrong ones first."""
    return batch.rows.filter(outcome__in=[RowOutcome.FAILED, RowOutcome.SKIPPED]).order_by(
        "outcome", "number"
    )


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
