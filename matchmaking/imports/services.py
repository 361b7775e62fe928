"""Writes of an import by a person: send the file, answer, map, start, cancel and undo it.

Each step stores a job and its outbox row; a worker does the work (:mod:`worker`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from matchmaking.core import jobs
from matchmaking.core.errors import Conflict, InvalidInput, NotAllowed
from matchmaking.imports import previews, queries
from matchmaking.imports.columns import SHEETS
from matchmaking.imports.mapping import fits
from matchmaking.imports.models import ColumnMapping, ImportBatch, RowOutcome, SourceAnswers
from matchmaking.imports.parsing import MAX_UPLOAD
from matchmaking.imports.queries import READ, RUN, UNDO, Stage
from matchmaking.imports.questions import OF_ONE_FILE
from matchmaking.imports.rules import can_import
from matchmaking.notifications import outbox

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from accounts.models import Company, User

MESSAGE = "imports.sheet"
NAME_LENGTH = 120


@transaction.atomic
def send_file(
    *,
    kind: str,
    company: Company | None,
    name: str,
    content: bytes,
    options: Mapping[str, Any],
    by: User,
) -> ImportBatch:
    """Store the file and start a job that reads it; ``company`` None: for the association.

    ``options``: ``submit`` for posts; ``source`` and ``kind`` for companies.

    :raises NotAllowed: when the person may not import this for the company
    :raises InvalidInput: for a file above the size that is taken
    """
    if not can_import(by, kind, company):
        raise NotAllowed(_("You may not import this for this company."))
    if len(content) > MAX_UPLOAD:
        raise InvalidInput(_("The file is larger than 2 MB: send it in parts."), field="file")
    batch = ImportBatch.objects.create(
        kind=kind,
        company=company,
        name=name[-NAME_LENGTH:],
        content=content,
        options={**options, "company": company.pk if company else None},
        created_by=by,
    )
    _give_to_worker(batch, READ, by)
    return batch


@transaction.atomic
def change_mapping(
    *, batch: ImportBatch, mapping: Mapping[str, int], by: User, at: dt.datetime
) -> ImportBatch:
    """Map their columns anew, remember it for this person and header, read the file again.

    :raises Conflict: when rows were imported already, or a worker has it
    :raises InvalidInput: when one of their columns is used twice
    """
    batch = _lock_unread(batch)
    columns = SHEETS[batch.kind].for_role(officer=batch.company_id is None)
    chosen = fits(mapping, batch.header, columns)
    if len(set(chosen.values())) < len(chosen):
        raise InvalidInput(_("One column of the file is chosen twice."), code="chosen_twice")
    ColumnMapping.objects.update_or_create(
        user=by,
        kind=batch.kind,
        header_hash=previews.hash_of(batch.kind, batch.header),
        defaults={"mapping": chosen, "used_at": at},
    )
    batch.mapping = chosen
    batch.is_mapped = True
    batch.save(update_fields=["mapping", "is_mapped"])
    _give_to_worker(batch, READ, by)
    return batch


@transaction.atomic
def answer_questions(*, batch: ImportBatch, answers: Mapping[str, str], by: User) -> ImportBatch:
    """Answer questions about the file, "" takes an answer back; read the file again.

    :raises Conflict: when rows were imported already, or a worker has it
    :raises InvalidInput: for a question that was not asked, or an answer that was not offered
    """
    batch = _lock_unread(batch)
    asked = {one["key"]: {choice["value"] for choice in one["choices"]} for one in batch.questions}
    for key, value in answers.items():
        if key not in asked or (value and value not in asked[key]):
            raise InvalidInput(_("This answer was not among those offered: look again."))
    given = {**batch.answers, **answers}
    batch.answers = {key: value for key, value in given.items() if value}
    # Another sheet or another header has other columns: what was chosen for these is void.
    if any(key in {"sheet", "encoding"} or key.startswith("header:") for key in answers):
        batch.is_mapped = False
    batch.save(update_fields=["answers", "is_mapped"])
    _give_to_worker(batch, READ, by)
    return batch


@transaction.atomic
def start_import(*, batch: ImportBatch, by: User) -> ImportBatch:
    """Start a job that imports every row that is ready; the others stay as they are.

    Also goes on with an import that was cancelled. What was answered is remembered for the source.

    :raises Conflict: when a question about the whole file is open, no row is ready, or a worker has it already
    """
    batch = _lock(batch, Stage.READY, Stage.CANCELLED)
    if queries.is_blocked(batch):
        raise Conflict(_("Answer the questions about the file first."))
    ready = batch.rows.filter(outcome=RowOutcome.READY).count()
    if not ready:
        raise Conflict(_("No row is ready to be imported: correct the file and send it again."))
    _remember(batch)
    batch.content = None
    batch.save(update_fields=["answers", "content"])
    _give_to_worker(batch, RUN, by, total=ready)
    return batch


@transaction.atomic
def undo_import(*, batch: ImportBatch, by: User) -> ImportBatch:
    """Start a job that takes back what the import created and changed, but for rows that were built on.

    :raises Conflict: when nothing of it is left to undo, or a worker has it
    """
    batch = _lock(batch, Stage.DONE, Stage.CANCELLED)
    # What stayed the last time is tried again: whoever built on it may have taken that back.
    done = batch.rows.filter(outcome__in=[RowOutcome.CREATED, RowOutcome.UPDATED])
    total = done.count()
    if not total:
        raise Conflict(_("This import has nothing left to undo."))
    done.update(problems=[])
    _give_to_worker(batch, UNDO, by, total=total)
    return batch


@transaction.atomic
def cancel_import(*, batch: ImportBatch) -> ImportBatch:
    """Stop a running import after the rows that are being written; what is done stays.

    Takes no lock on the import: the worker holds that while it writes.

    :raises Conflict: when nothing is running
    """
    # A wish in the job's row: the worker reads it between chunks.
    batch = ImportBatch.objects.select_related("job").get(pk=batch.pk)
    if batch.job is None or queries.stage_of(batch) != Stage.RUNNING:
        raise Conflict(_("This import is not running."))
    batch.job = jobs.request_cancel(job=batch.job)
    return batch


def _lock_unread(batch: ImportBatch) -> ImportBatch:
    batch = _lock(batch, Stage.READY)
    if batch.content is None:
        raise Conflict(_("Rows were imported already: send the corrected file as a new import."))
    return batch


def _remember(batch: ImportBatch) -> None:
    """Keep every answer with the file, and those about the file for the next one of its source."""
    chosen = {one["key"]: one["chosen"] for one in batch.questions if one["chosen"]}
    batch.answers = {**batch.answers, **chosen}
    lasting = {
        key: value for key, value in batch.answers.items() if not key.startswith(OF_ONE_FILE)
    }
    if not lasting:
        return
    known, _is_new = SourceAnswers.objects.select_for_update().get_or_create(
        user=batch.created_by, kind=batch.kind, source=previews.source_of(batch)
    )
    known.answers = {**known.answers, **lasting}
    known.save(update_fields=["answers", "used_at"])


def _lock(batch: ImportBatch, *stages: Stage) -> ImportBatch:
    locked = (
        ImportBatch.objects.select_for_update(of=("self",))
        .select_related("job", "company")
        .get(pk=batch.pk)
    )
    if queries.stage_of(locked) not in stages:
        raise Conflict(_("The import has moved on meanwhile: look again."))
    return locked


def _give_to_worker(batch: ImportBatch, kind: str, by: User, *, total: int = 0) -> None:
    # A job of its own for each step: messages of an earlier one find another job and do nothing.
    batch.job = jobs.start_job(kind=kind, by=by, total=total)
    batch.save(update_fields=["job"])
    outbox.publish(
        kind=MESSAGE,
        dedupe_key=f"import:{batch.job.code}:0",
        subject={"batch": batch.pk, "job": batch.job.pk},
    )
