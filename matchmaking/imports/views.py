"""The pages of an import."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest, PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from matchmaking.core.errors import DomainError
from matchmaking.core.sheets import CSV_TYPE, XLSX_TYPE, write_csv
from matchmaking.core.trade_day import trade_day
from matchmaking.imports import queries, rules, services, sheet_templates
from matchmaking.imports.forms import AnswerForm, MappingForm, UploadForm
from matchmaking.imports.labels import LEVELS
from matchmaking.imports.models import ImportBatch, ImportKind, RowOutcome
from matchmaking.imports.queries import Stage

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from accounts.models import Company, User

PAGE_SIZE = 50
MOST_QUESTIONS = 30


@dataclass(frozen=True, slots=True)
class Tab:
    """One part of the rows, as a link."""

    label: str
    url: str
    current: bool
    count: int | None = None


def _person(request: HttpRequest) -> User:
    return cast("User", request.user)


def _company(request: HttpRequest) -> Company | None:
    if rules.is_import_officer(_person(request)):
        return None
    return getattr(request, "company", None)


def _batch(request: HttpRequest, code: uuid.UUID, *, to_change: bool = False) -> ImportBatch:
    # With the file: at most 2 MB, and gone once the import has started.
    visible = ImportBatch.objects.visible_to(request.user)
    batch = get_object_or_404(visible.select_related("job", "company", "created_by"), code=code)
    if to_change and not rules.can_import(_person(request), batch.kind, batch.company):
        raise PermissionDenied
    return batch


@require_safe
@login_required
def import_list(request: HttpRequest) -> HttpResponse:
    """Show the imports that the person may see, and the kinds that the person may import."""
    page = Paginator(queries.batches_of(_person(request)), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    context = {
        "page": page,
        "lines": [
            (batch, queries.stage_of(batch), queries.last_result(batch))
            for batch in page.object_list
        ],
        "kinds": rules.kinds_for(_person(request), _company(request)),
    }
    return render(request, "imports/import_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def import_new(request: HttpRequest, kind: str) -> HttpResponse:
    """Store a file and start the job that reads it."""
    company = _company(request)
    if not rules.can_import(_person(request), kind, company):
        raise PermissionDenied
    form = UploadForm(request.POST or None, request.FILES or None, import_kind=kind)
    if request.method == "POST" and form.is_valid():
        try:
            batch = services.send_file(
                kind=kind,
                company=company,
                name=form.file_name,
                content=form.cleaned_data["file"].read(),
                options=form.options,
                by=_person(request),
            )
        except DomainError as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            return redirect("imports:import-detail", code=batch.code)
    status = 422 if form.errors else 200
    context = {"form": form, "kind": ImportKind(kind), "company": company}
    return render(request, "imports/import_new.html", context, status=status)


@require_safe
@login_required
def import_template(request: HttpRequest, kind: str, suffix: str) -> HttpResponse:
    """Send the template of a kind of sheet."""
    company = _company(request)
    if not rules.can_import(_person(request), kind, company):
        raise PermissionDenied
    build, content_type = {
        "xlsx": (sheet_templates.template_xlsx, XLSX_TYPE),
        "csv": (sheet_templates.template_csv, CSV_TYPE),
    }[suffix]
    content = build(kind, is_officer=company is None, today=trade_day())
    return _file(content, content_type, f"{kind}.{suffix}")


@require_safe
@login_required
def import_detail(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    batch = _batch(request, code)
    return render(request, "imports/import_detail.html", _detail(request, batch))


def _detail(
    request: HttpRequest, batch: ImportBatch, form: MappingForm | None = None
) -> dict[str, Any]:
    stage = queries.stage_of(batch)
    counts = queries.counts_of(batch)
    parts = queries.parts_of(batch)
    part = request.GET.get("show", "")
    page = Paginator(queries.rows_of(batch, part), PAGE_SIZE).get_page(request.GET.get("page"))
    person = _person(request)
    may_change = rules.can_import(person, batch.kind, batch.company)
    may_answer = stage == Stage.READY and may_change and batch.content is not None
    if form is None and may_answer and batch.header:
        form = MappingForm(batch=batch)
    questions = queries.questions_of(batch) if stage == Stage.READY else []
    return {
        "batch": batch,
        "job": batch.job,
        "note": batch.job.note if batch.job else "",
        "stage": stage,
        "counts": counts,
        "parts": parts,
        "tabs": _tabs(parts, part),
        "has_sheets": batch.rows.values("sheet").distinct().count() > 1,
        "page": page,
        "lines": queries.row_lines(
            batch, page.object_list, with_contacts=rules.can_see_contacts(person, batch)
        ),
        "asked": [one for one in questions if one.is_open][:MOST_QUESTIONS],
        "answered": [one for one in questions if not one.is_open],
        "is_blocked": queries.is_blocked(batch),
        "sums": queries.sum_facts(batch),
        "form": form,
        "may_change": may_change,
        "may_answer": may_answer,
        "undoable": counts[RowOutcome.CREATED] + counts[RowOutcome.UPDATED],
    }


def _tabs(parts: Sequence[queries.Part], shown: str) -> list[Tab]:
    keys = {part.key for part in parts}
    tabs = [Tab(_("All"), "?show=#rows", current=shown not in keys)]
    return tabs + [
        Tab(part.label, f"?show={part.key}#rows", current=shown == part.key) for part in parts
    ]


@require_POST
@login_required
def import_answer(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Answer one question about the file, or take an answer back."""
    batch = _batch(request, code, to_change=True)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        raise BadRequest
    answers = {form.cleaned_data["key"]: form.cleaned_data["value"]}
    return _step(
        request,
        batch,
        lambda: services.answer_questions(batch=batch, answers=answers, by=_person(request)),
    )


@require_POST
@login_required
def import_undo(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Take back what the import created and changed."""
    batch = _batch(request, code, to_change=True)
    return _step(
        request,
        batch,
        lambda: services.undo_import(batch=batch, by=_person(request)),
    )


@require_POST
@login_required
def import_mapping(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Map the columns anew and check all rows again."""
    batch = _batch(request, code, to_change=True)
    form = MappingForm(request.POST, batch=batch)
    if not form.is_valid():
        return render(
            request, "imports/import_detail.html", _detail(request, batch, form), status=422
        )
    return _step(
        request,
        batch,
        lambda: services.change_mapping(
            batch=batch, mapping=form.mapping, by=_person(request), at=timezone.now()
        ),
    )


@require_POST
@login_required
def import_start(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Import the rows that are ready, or go on after a stop."""
    batch = _batch(request, code, to_change=True)
    return _step(
        request,
        batch,
        lambda: services.start_import(batch=batch, by=_person(request)),
    )


@require_POST
@login_required
def import_cancel(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Stop after the rows that are being written."""
    batch = _batch(request, code, to_change=True)
    return _step(
        request,
        batch,
        lambda: services.cancel_import(batch=batch),
    )


@require_safe
@login_required
def import_errors(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Send the wrong rows as a sheet, to be corrected and sent again."""
    batch = _batch(request, code)
    if not batch.header:
        raise Http404
    if not rules.can_see_contacts(_person(request), batch):
        raise PermissionDenied
    header = [label.replace(LEVELS, " ") for label in batch.header]
    content = write_csv([*header, _("Problems")], queries.rows_to_correct(batch))
    return _file(content, CSV_TYPE, f"{batch.kind}-to-correct.csv")


def _step(request: HttpRequest, batch: ImportBatch, service: Callable[[], object]) -> HttpResponse:
    """Call the service; a refusal is shown on the page of the import."""
    try:
        service()
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return redirect("imports:import-detail", code=batch.code)


def _file(content: bytes, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
