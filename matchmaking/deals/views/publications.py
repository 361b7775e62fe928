"""Results as they leave the site: the report and the dossier of officers, and open data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from matchmaking.core.sheets import XLSX_TYPE, Sheet, write_xlsx
from matchmaking.deals import documents, dossiers, funnel, ocds, press, quote_patterns, rules
from matchmaking.deals.models import ResultsBoard

if TYPE_CHECKING:
    import uuid

    from django.http import HttpRequest


@require_safe
@login_required
def board_report(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Show an officer what the board rests on: the funnel, what is missing, the press text."""
    board = _board_of_officer(request, code)
    at = timezone.now()
    dossier = dossiers.of_board(board, at=at)
    context = {
        "board": board,
        "dossier": dossier,
        "questions": quote_patterns.of_period(board.since, board.until),
        "steps": funnel.of_period(board.since, board.until),
        "press": press.texts(board, dossier.found.whole, at=at),
    }
    return render(request, "deals/board_report.html", context)


@require_safe
@login_required
def board_dossier(request: HttpRequest, code: uuid.UUID, suffix: str) -> HttpResponse:
    """Hand out the dossier as a PDF or as a workbook; both have the same cells."""
    board = _board_of_officer(request, code)
    dossier = dossiers.of_board(board, at=timezone.now())
    tables = dossiers.tables(dossier)
    if suffix == "pdf":
        shown = [(title, *dossiers.as_printed(header, rows)) for title, header, rows in tables]
        body = documents.write_pdf(
            "deals/documents/dossier.html", {"dossier": dossier, "board": board, "tables": shown}
        )
        return documents.pdf_response(body, f"dossier-{board.code}")
    sheets = [Sheet(title, header, rows) for title, header, rows in tables]
    missing = Sheet(*dossiers.missing_sheet(dossier))
    response = HttpResponse(write_xlsx(*sheets, missing), content_type=XLSX_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="dossier-{board.code}.xlsx"'
    return response


@require_safe
def board_ocds(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Hand out the board as an OCDS release package."""
    board = get_object_or_404(ResultsBoard.objects.visible_to(request.user), code=code)
    package = ocds.release_package(board, at=timezone.now())
    return JsonResponse(package, json_dumps_params={"ensure_ascii": False, "indent": 1})


def _board_of_officer(request: HttpRequest, code: uuid.UUID) -> ResultsBoard:
    board = get_object_or_404(ResultsBoard.objects.visible_to(request.user), code=code)
    if not rules.can_read_dossier(request.user):
        raise PermissionDenied
    return board
