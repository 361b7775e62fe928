"""The worker's side of an import: read the file, check its rows, write them.

Every step looks under the lock whether it is still its turn, so a message that comes twice
or late does nothing. Rows are written in small transactions, each row in a savepoint and
with its outcome: whatever is killed, what is committed is counted, and the rest goes on.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import structlog
from django.core.exceptions import ValidationError
from django.db import IntegrityError, InterfaceError, OperationalError, connection, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from matchmaking.core import jobs
from matchmaking.core.errors import DomainError
from matchmaking.core.states import JobState
from matchmaking.imports import queries
from matchmaking.imports.checking import Reading, RowReader
from matchmaking.imports.columns import problem
from matchmaking.imports.models import ImportBatch, ImportKind, ImportRow, RowOutcome
from matchmaking.imports.parsing import Table, UnreadableFile, parse_sheet
from matchmaking.imports.queries import CHECK, READ, RUN
from matchmaking.imports.rules import can_import
from matchmaking.imports.services import MESSAGE
from matchmaking.imports.vocabulary import Vocabulary, load_vocabulary
from matchmaking.imports.writers import ImportContext, Written, write_row
from matchmaking.notifications import outbox

if TYPE_CHECKING:
    from matchmaking.core.models import Job

log = structlog.get_logger(__name__)

CHUNK = 20
SLICE_SECONDS = 20.0  # well below the lease of the message and the limits of a task
BULK = 500
# Two imports of companies take turns: a name has no unique constraint to rely on.
COMPANY_LOCK = 0x68616E64


def work(*, batch_id: int, job_id: int) -> None:
    """Run the job, if it is still the import's present one; otherwise change nothing."""
    batch = (
        ImportBatch.objects.filter(pk=batch_id, job=job_id)
        .select_related("job", "company", "created_by")
        .first()
    )
    if batch is None or batch.job is None:
        return
    with translation.override(batch.created_by.language):
        if batch.job.kind == READ:
            read_file(batch)
        elif batch.job.kind == CHECK:
            check_rows(batch)
        elif batch.job.kind == RUN:
            import_rows(batch)


@contextmanager
def _turn(batch: ImportBatch) -> Iterator[tuple[ImportBatch, Job] | None]:
    """Open a transaction, lock the import and begin its job; None when it is not our turn."""
    with transaction.atomic():
        locked = (
            # By the job as well: a message of a job that was replaced meanwhile finds nothing.
            ImportBatch.objects.select_for_update(of=("self",))
            .select_related("job", "company", "created_by")
            .filter(pk=batch.pk, job=batch.job_id)
            .first()
        )
        if (
            locked is None
            or locked.job is None
            or locked.job.state not in {JobState.QUEUED, JobState.RUNNING}
        ):
            yield None
        else:
            yield locked, jobs.begin(locked.job)


def read_file(batch: ImportBatch) -> None:
    """Parse the file in a child, keep its rows and its mapping, check every row."""
    refusal, table = "", Table([], [])
    try:
        # Outside of any transaction: the child may take half a minute.
        table = parse_sheet(bytes(batch.content or b""))
    except UnreadableFile as unreadable:
        refusal = str(unreadable)
    with _turn(batch) as turn:
        if turn is None:
            return
        batch, job = turn
        batch.content = None
        if refusal:
            batch.save(update_fields=["content"])
            jobs.fail(job, refusal)
            return
        batch.header = list(table.header)
        batch.mapping = queries.mapping_for(
            batch, batch.header, is_officer=batch.company_id is None
        )
        batch.save(update_fields=["content", "header", "mapping"])
        rows = [
            ImportRow(batch=batch, number=number, cells=list(cells))
            for number, cells in table.lines
        ]
        for row, reading in zip(rows, _readings(batch, rows), strict=True):
            _judge(row, reading)
        ImportRow.objects.bulk_create(rows, batch_size=BULK)
        jobs.finish(job, queries.counts_of(batch))


def check_rows(batch: ImportBatch) -> None:
    """Check every row again, by the mapping as it is now."""
    with _turn(batch) as turn:
        if turn is None:
            return
        batch, job = turn
        rows = list(batch.rows.order_by("number"))
        changed = []
        for row, reading in zip(rows, _readings(batch, rows), strict=True):
            before = (row.outcome, row.problems)
            _judge(row, reading)
            if before != (row.outcome, row.problems):
                changed.append(row)
        ImportRow.objects.bulk_update(changed, ["outcome", "problems"], batch_size=BULK)
        jobs.finish(job, queries.counts_of(batch))


def import_rows(batch: ImportBatch) -> None:
    """Write rows for one slice of time; a message of its own goes on after it."""
    end = time.monotonic() + SLICE_SECONDS
    vocabulary = load_vocabulary()
    while _import_chunk(batch, vocabulary, is_last=False):
        if time.monotonic() > end:
            _import_chunk(batch, vocabulary, is_last=True)
            return


def _import_chunk(batch: ImportBatch, vocabulary: Vocabulary, *, is_last: bool) -> bool:
    """Write the next rows with their outcomes; False when there is nothing more to do.

    ``is_last``: publish the message that goes on, with the rows, and stop.
    """
    with _turn(batch) as turn:
        if turn is None:
            return False
        batch, job = turn
        # Asked for every chunk: a sender may lose the company while 5,000 rows are written.
        if not can_import(batch.created_by, batch.kind, batch.company):
            jobs.fail(job, _("The sender may no longer import this."))
            return False
        if jobs.is_cancelled(job):
            jobs.stop(job, queries.counts_of(batch))
            return False
        rows = list(batch.rows.filter(outcome=RowOutcome.READY).order_by("number")[:CHUNK])
        if not rows:
            jobs.finish(job, queries.counts_of(batch))
            return False
        if batch.kind == ImportKind.COMPANIES:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [COMPANY_LOCK])
        # Rows, outcomes and progress in one transaction: what is killed here was never written.
        _write_rows(batch, rows, vocabulary)
        jobs.advance(job, min(job.done + len(rows), job.total))
        if is_last:
            # With the last row's number: the message that goes on is another than the one before.
            outbox.publish(
                kind=MESSAGE,
                dedupe_key=f"import:{job.code}:{rows[-1].number}",
                subject={"batch": batch.pk, "job": job.pk},
            )
    return True


def _write_rows(batch: ImportBatch, rows: Sequence[ImportRow], vocabulary: Vocabulary) -> None:
    context = ImportContext(
        by=batch.created_by,
        at=timezone.now(),
        company=batch.company,
        options=batch.options,
        vocabulary=vocabulary,
    )
    for row, reading in zip(rows, _readings(batch, rows, vocabulary), strict=True):
        _judge(row, reading)  # the day and the terms may have changed since the preview
        if row.outcome == RowOutcome.READY:
            _write(row, batch.kind, reading, context)
    ImportRow.objects.bulk_update(rows, ["outcome", "problems", "made"])


def _write(row: ImportRow, kind: str, reading: Reading, context: ImportContext) -> None:
    """Write one row in a savepoint and set its outcome, whatever the row raises.

    :raises OperationalError, InterfaceError: for the whole chunk, which is run again
    """
    try:
        written = _write_once_more(kind, reading, context)
    except DomainError as refusal:
        _refuse(row, refusal.field or "", str(refusal))
    except ValidationError as refusal:
        _refuse(row, "", " ".join(refusal.messages))
    except IntegrityError:
        _refuse(row, "", _("Somebody entered the same at the same moment: send the row again."))
    except (OperationalError, InterfaceError):
        raise  # the database is in the way, not the row: the whole chunk comes again
    except Exception:
        log.exception("import_row_failed", batch=row.batch_id, row=row.number)
        _refuse(row, "", _("This row could not be saved; the technicians see why in the log."))
    else:
        row.outcome, row.made = written.outcome, written.made
        row.problems = [problem("", written.reason)] if written.reason else []


def _write_once_more(kind: str, reading: Reading, context: ImportContext) -> Written:
    """Write the row; after a lost race on a unique value once more, by what is there then."""
    try:
        with transaction.atomic():
            return write_row(kind, reading.values, context)
    except IntegrityError:
        with transaction.atomic():
            return write_row(kind, reading.values, context)


def _refuse(row: ImportRow, column: str, sentence: str) -> None:
    row.outcome = RowOutcome.FAILED
    row.problems = [problem(column, sentence)]


def _readings(
    batch: ImportBatch, rows: Iterable[ImportRow], vocabulary: Vocabulary | None = None
) -> Iterator[Reading]:
    reader = RowReader(
        batch.kind, batch.header, batch.mapping, batch.options, vocabulary or load_vocabulary()
    )
    return (
        reading for _number, reading in reader.read_all((row.number, row.cells) for row in rows)
    )


def _judge(row: ImportRow, reading: Reading) -> None:
    if reading.skip:
        row.outcome, row.problems = RowOutcome.SKIPPED, [problem("", reading.skip)]
    elif reading.problems:
        row.outcome, row.problems = RowOutcome.FAILED, reading.problems
    else:
        row.outcome, row.problems = RowOutcome.READY, []
