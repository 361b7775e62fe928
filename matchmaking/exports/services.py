"""Exports asked for, written by a worker, and forgotten after a week."""

from __future__ import annotations

import datetime as dt
import tempfile
import time
from typing import TYPE_CHECKING, Any

import structlog
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.files import File
from django.db import transaction
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from matchmaking.core import jobs
from matchmaking.core.errors import Conflict, DomainError, InvalidInput
from matchmaking.core.localized import locale_of_reader
from matchmaking.core.states import JobState
from matchmaking.core.trade_day import trade_day
from matchmaking.core.transitions import IllegalTransition
from matchmaking.exports import rows
from matchmaking.exports.models import FileFormat, ListExport
from matchmaking.exports.writers import WRITERS
from matchmaking.notifications import outbox

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from matchmaking.core.models import Job
    from matchmaking.core.sheets import Cell
    from matchmaking.core.workbench.exports import ExportColumn

log = structlog.get_logger(__name__)
WRITE = "exports.write"
JOB = "export"
KEPT = dt.timedelta(days=7)
MOST_OPEN = 3
CHUNK = 1000
# Below the 60 s after which Celery ends a task, and the lease of 90 s.
MOST_SECONDS = 50.0


class Cancelled(Exception):
    """Somebody asked the job to stop."""


@transaction.atomic
def ask_export(*, model: str, query: str, file_format: str, by: Any) -> ListExport:
    """Start a job that writes the list, and return it.

    :raises InvalidInput: for a list or a format that there is not
    :raises Conflict: while three of the person's are being written
    """
    site = rows.site_of(model)
    if site is None or file_format not in FileFormat.values:
        raise InvalidInput(_("There is no such list."))
    mine = ListExport.objects.visible_to(by).filter(job__state__in=jobs.OPEN)
    if mine.count() >= MOST_OPEN:
        raise Conflict(_("Three lists are being written: wait for one of them."))
    job = jobs.start_job(kind=JOB, by=by)
    export = ListExport.objects.create(
        job=job,
        model=model,
        query=query,
        file_format=file_format,
        name=f"{site.opts.model_name}-{trade_day()}.{file_format}",
        created_by=by,
    )
    outbox.publish(
        kind=WRITE, dedupe_key=f"export:{export.code}", subject={"export": export.pk, "job": job.pk}
    )
    return export


def write_export(export: ListExport) -> None:
    """Write the file of an export whose job waits; a job that ended is left alone.

    What goes wrong for good is told on the job; no transaction is open while rows are read.
    """
    try:
        with transaction.atomic():
            job = jobs.begin(export.job)
    except IllegalTransition:
        return
    user: Any = export.created_by
    with locale_of_reader(user.language, user.time_zone), tempfile.TemporaryFile() as file:
        try:
            count = _write(export, job, file)
        except Cancelled:
            with transaction.atomic():
                jobs.stop(job)
            return
        except (DomainError, IncorrectLookupParameters) as error:
            with transaction.atomic():
                jobs.fail(job, str(error))
            return
        file.seek(0)
        with transaction.atomic():
            export.file.save(f"{export.code.hex}.{export.file_format}", File(file))
            jobs.finish(job, {"rows": count})
    log.info("list_exported", list=export.model, rows=count, by=user.pk)


def _write(export: ListExport, job: Job, file: Any) -> int:
    site = rows.site_of(export.model)
    if site is None:
        raise InvalidInput(_("There is no such list."))
    request = rows.request_of(export.created_by, export.query)
    found = rows.rows_of(site, request)
    columns = rows.columns_of(site, request)
    total = found.count()
    jobs.advance(job, 0, total=total)
    header = [str(column.label) for column in columns]
    title = capfirst(str(site.opts.verbose_name_plural))
    lines = _lines(found, columns, job)
    WRITERS[export.file_format](file, title, header, lines)
    return job.done


def _lines(found: Any, columns: Sequence[ExportColumn], job: Job) -> Iterator[list[Cell]]:
    """Yield the cells of each row; tell the progress, and stop when asked to."""
    done, ends = 0, time.monotonic() + MOST_SECONDS
    for done, row in enumerate(found.iterator(chunk_size=CHUNK), start=1):
        yield [column.value(row) for column in columns]
        if done % CHUNK == 0:
            # Rows may have come meanwhile; the bar does not run over its end.
            jobs.advance(job, done, total=max(job.total, done))
            if jobs.is_cancelled(job):
                raise Cancelled
            if time.monotonic() > ends:
                raise InvalidInput(_("The list is too long for one file: narrow its filters."))
    jobs.advance(job, done, total=done)


@transaction.atomic
def forget_old(*, at: dt.datetime) -> int:
    """Delete exports older than seven days with their files; return how many."""
    old = list(
        ListExport.objects.filter(created_at__lt=at - KEPT).exclude(job__state=JobState.RUNNING)
    )
    for export in old:
        if export.file:
            export.file.delete(save=False)
        export.delete()
    return len(old)
