"""The worker's side of an import: read the file and plan its rows, write them, undo them.

Every step looks under the lock whether it is still its turn, so a message that comes twice
or late does nothing. Rows are written in small transactions, each row in a savepoint and
with its outcome: whatever is killed, what is committed is counted, and the rest goes on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pghistory
import structlog
from django.core.exceptions import ValidationError
from django.db import IntegrityError, InterfaceError, OperationalError, connection, transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from matchmaking.core import jobs
from matchmaking.core.errors import DomainError
from matchmaking.core.states import JobState
from matchmaking.imports import previews, queries, row_updates, undoing, writers
from matchmaking.imports.columns import problem
from matchmaking.imports.models import ImportBatch, ImportKind, ImportRow, RowAction, RowOutcome
from matchmaking.imports.parsing import UnreadableFile
from matchmaking.imports.queries import CHECK, READ, RUN, UNDO
from matchmaking.imports.rules import can_import
from matchmaking.imports.services import MESSAGE
from matchmaking.imports.vocabulary import Vocabulary, load_vocabulary
from matchmaking.notifications import outbox

if TYPE_CHECKING:
    from matchmaking.core.models import Job
    from matchmaking.imports.checking import Reading
    from matchmaking.imports.plans import RowPlan
    from matchmaking.imports.previews import Preview
    from matchmaking.imports.writers import Written

log = structlog.get_logger(__name__)

CHUNK = 100
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
    # History names the person and the import: without this, a worker's changes are nobody's.
    doing = pghistory.context(
        user=batch.created_by_id, import_name=batch.name, import_code=str(batch.code)
    )
    with translation.override(batch.created_by.language), doing:
        if batch.job.kind in {READ, CHECK}:
            read_file(batch)
        elif batch.job.kind == RUN:
            _in_slices(batch, _import_chunk)
        elif batch.job.kind == UNDO:
            _in_slices(batch, _undo_chunk)


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


@contextmanager
def _writing_turn(batch: ImportBatch) -> Iterator[tuple[ImportBatch, Job] | None]:
    """Take a turn in which rows are written; None, with the job failed, when the sender may not.

    Asked at every turn: a sender may lose the company while 5,000 rows are written.
    """
    with _turn(batch) as turn:
        if turn is not None and not can_import(turn[0].created_by, batch.kind, turn[0].company):
            jobs.fail(turn[1], _("The sender may no longer import this."))
            yield None
        else:
            yield turn


def read_file(batch: ImportBatch) -> None:
    """Read the file in a child, plan every row, and keep what the page shows of it."""
    refusal, found = "", None
    try:
        found = previews.preview(batch, at=timezone.now())
    except UnreadableFile as unreadable:
        refusal = str(unreadable)
    with _turn(batch) as turn:
        if turn is None:
            return
        batch, job = turn
        if found is None:
            batch.content = None
            batch.save(update_fields=["content"])
            jobs.fail(job, refusal)
            return
        _keep_preview(batch, found)
        jobs.finish(job, queries.counts_of(batch))


def _keep_preview(batch: ImportBatch, found: Preview) -> None:
    batch.header = list(found.table.header)
    batch.mapping = found.mapping
    batch.questions = [one.as_json() for one in found.asker.questions.values()]
    batch.facts = found.asker.facts
    batch.sums = {**found.sums, "title": found.table.title}
    batch.save(update_fields=["header", "mapping", "questions", "facts", "sums"])
    batch.rows.all().delete()
    rows = []
    for line, reading, plan in found.rows:
        row = ImportRow(batch=batch, sheet=line.sheet[:40], number=line.number, cells=line.cells)
        row.shown = {**reading.shown, **_place_shown(found, reading)}
        _take_over(row, plan)
        rows.append(row)
    ImportRow.objects.bulk_create(rows, batch_size=BULK)


def _place_shown(found: Preview, reading: Reading) -> dict[str, str]:
    columns = ("city", "city_zh", "district", "province", "address")
    at = next((found.mapping[name] for name in columns if name in found.mapping), None)
    return {str(at): reading.place} if reading.place and at is not None else {}


def _take_over(row: ImportRow, plan: RowPlan) -> None:
    row.outcome, row.action = plan.outcome, plan.action
    row.problems = list(plan.problems)
    row.changes = [list(change) for change in plan.changes]
    row.notes = list(plan.notes)


def _in_slices(batch: ImportBatch, chunk: Callable[[ImportBatch, Vocabulary, bool], bool]) -> None:
    """Work for one slice of time; a message of its own goes on after it."""
    end = time.monotonic() + SLICE_SECONDS
    vocabulary = load_vocabulary()
    while chunk(batch, vocabulary, False):
        if time.monotonic() > end:
            chunk(batch, vocabulary, True)
            return


def _import_chunk(batch: ImportBatch, vocabulary: Vocabulary, is_last: bool) -> bool:
    """Write the next rows with their outcomes; False when there is nothing more to do.

    ``is_last``: publish the message that goes on, with the rows, and stop.
    """
    with _writing_turn(batch) as turn:
        if turn is None:
            return False
        batch, job = turn
        if jobs.is_cancelled(job):
            jobs.stop(job, queries.counts_of(batch))
            return False
        # Rows of firms that keep their own record change nothing there, and still name them.
        named = Q(outcome=RowOutcome.SKIPPED, action=RowAction.KEEP)
        left = batch.rows.filter(Q(outcome=RowOutcome.READY) | named)
        rows = list(left.order_by("pk")[:CHUNK])
        if not rows:
            jobs.finish(job, queries.counts_of(batch))
            return False
        if batch.kind == ImportKind.COMPANIES:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [COMPANY_LOCK])
        # Rows, outcomes and progress in one transaction: what is killed here was never written.
        _write_rows(batch, rows, vocabulary)
        _advance(batch, job, rows, is_last=is_last)
    return True


def _undo_chunk(batch: ImportBatch, _vocabulary: Vocabulary, is_last: bool) -> bool:
    """Take the next rows back, the last first; a row that was built on says why it stays."""
    with _writing_turn(batch) as turn:
        if turn is None:
            return False
        batch, job = turn
        # A row that stays has got its reason: it is not tried again.
        left = batch.rows.filter(outcome__in=[RowOutcome.CREATED, RowOutcome.UPDATED], problems=[])
        rows = list(left.order_by("-pk")[:CHUNK])
        if not rows:
            jobs.finish(job, queries.counts_of(batch))
            return False
        for row in rows:
            _undo(batch, row)
        row_updates.store(rows)
        _advance(batch, job, rows, is_last=is_last)
    return True


def _undo(batch: ImportBatch, row: ImportRow) -> None:
    try:
        with transaction.atomic():
            undoing.undo_row(batch.kind, row, by=batch.created_by, at=timezone.now())
    except DomainError as refusal:
        row.problems = [problem("", str(refusal))]
    except (OperationalError, InterfaceError):
        raise  # the database is in the way, not the row: the whole chunk comes again
    except Exception:
        log.exception("import_undo_failed", batch=row.batch_id, row=row.number)
        row.problems = [
            problem("", _("This row could not be undone; the technicians see why in the log."))
        ]
    else:
        row.outcome = RowOutcome.UNDONE


def _advance(batch: ImportBatch, job: Job, rows: Sequence[ImportRow], *, is_last: bool) -> None:
    jobs.advance(job, min(job.done + len(rows), job.total))
    if is_last:
        # With the last row's number: the message that goes on is another than the one before.
        outbox.publish(
            kind=MESSAGE,
            dedupe_key=f"import:{job.code}:{rows[-1].pk}",
            subject={"batch": batch.pk, "job": job.pk},
        )


def _write_rows(batch: ImportBatch, rows: Sequence[ImportRow], vocabulary: Vocabulary) -> None:
    at = timezone.now()
    # Planned anew: the day, the terms and what is here may have changed since the preview.
    planned = previews.planned_rows(batch, rows, vocabulary, at=at)
    together: list[tuple[ImportRow, RowPlan]] = []
    for row, (_reading, plan) in zip(rows, planned, strict=True):
        if plan.outcome != RowOutcome.READY:
            _take_over(row, plan)
            if "listed" in plan.data:
                writers.list_again(plan)
            row.action = ""  # so that it is not looked at again
        elif _agrees(row, plan):
            if plan.action == RowAction.CREATE and batch.kind in writers.CREATED_TOGETHER:
                together.append((row, plan))
            else:
                _write(batch, row, plan)
    if not _write_together(batch, together):
        for row, plan in together:
            _write(batch, row, plan)
    row_updates.store(rows)


def _agrees(row: ImportRow, plan: RowPlan) -> bool:
    try:
        writers.check_told(plan, row)
    except DomainError as refusal:
        _refuse(row, "", str(refusal))
        return False
    return True


def _write_together(batch: ImportBatch, planned: Sequence[tuple[ImportRow, RowPlan]]) -> bool:
    """Create what is new by one statement; False when one row is in the way of all."""
    if not planned:
        return True
    new = [plan for _row, plan in planned]
    try:
        with transaction.atomic():
            written = writers.create(batch.kind, new, by=batch.created_by, at=timezone.now())
    except (OperationalError, InterfaceError):
        raise  # the database is in the way, not a row: the whole chunk comes again
    except Exception:  # noqa: BLE001 - whatever it is: one by one, the row that is in the way says it
        return False
    for (row, _plan), one in zip(planned, written, strict=True):
        _keep(row, one)
    return True


def _write(batch: ImportBatch, row: ImportRow, plan: RowPlan) -> None:
    """Write one row in a savepoint and set its outcome, whatever the row raises.

    :raises OperationalError, InterfaceError: for the whole chunk, which is run again
    """
    try:
        with transaction.atomic():
            written = writers.write(batch.kind, plan, by=batch.created_by, at=timezone.now())
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
        _keep(row, written)


def _keep(row: ImportRow, written: Written) -> None:
    row.outcome, row.made = written.outcome, written.made
    row.made_version = written.version
    row.before = None if written.before is None else dict(written.before)
    row.problems = [problem("", written.reason)] if written.reason else []


def _refuse(row: ImportRow, column: str, sentence: str) -> None:
    row.outcome = RowOutcome.FAILED
    row.problems = [problem(column, sentence)]
