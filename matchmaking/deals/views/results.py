"""Public pages of results: the boards, one of them, its sheets, and how it is counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from matchmaking.core import polling
from matchmaking.core.sheets import CSV_TYPE, XLSX_TYPE, Sheet, write_csv, write_xlsx
from matchmaking.deals import published, results, rules
from matchmaking.deals.models import ResultsBoard
from matchmaking.deals.results import Stage

if TYPE_CHECKING:
    import uuid

    from django.http import HttpRequest


@require_safe
def board_list(request: HttpRequest) -> HttpResponse:
    boards = ResultsBoard.objects.visible_to(request.user)
    return render(request, "deals/board_list.html", {"boards": boards})


@require_safe
def board_detail(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Show a board; an open page asks again by itself, as a screen in a hall does."""
    board = get_object_or_404(ResultsBoard.objects.visible_to(request.user), code=code)
    rows = results.of_board(board)
    found = results.count(rows)
    whole = published.row_of(_("All"), found.whole)
    shown = polling.fingerprint(
        [(one.firms, one.intentions, one.pairs, one.yuan) for one in whole.stages]
    )
    if polling.is_shown(request, shown):
        return polling.nothing_new()
    context: dict[str, Any] = {
        "board": board,
        "shown": shown,
        "is_large": request.GET.get("screen") == "large",
        "stages": list(zip(published.stage_names(), whole.stages, strict=True)),
        "confirmed": found.whole[Stage.CONFIRMED],
        "tables": published.tables_of(found),
        "may_report": rules.can_read_dossier(request.user),
        "afterwards": [(days, *sums) for days, sums in published.afterwards(rows)],
    }
    return render(request, "deals/board_detail.html", context)


@require_safe
def board_sheet(request: HttpRequest, code: uuid.UUID, suffix: str) -> HttpResponse:
    """Hand out the board's tables, whose cells are those of the page."""
    board = get_object_or_404(ResultsBoard.objects.visible_to(request.user), code=code)
    tables = published.tables_of(results.count(results.of_board(board)))
    header = [_("Table"), _("Row"), *_sheet_columns()]
    cells = [
        [table.title, row.name, *_cells(row)]
        for table in tables
        for row in (*table.rows, table.total)
    ]
    if suffix == "csv":
        body, kind = write_csv(header, cells), CSV_TYPE
    else:
        body, kind = write_xlsx(Sheet(_("Results"), header, cells)), XLSX_TYPE
    response = HttpResponse(body, content_type=kind)
    response.headers["Content-Disposition"] = (
        f'attachment; filename="results-{board.code}.{suffix}"'
    )
    return response


@require_safe
def method(request: HttpRequest) -> HttpResponse:
    return render(request, "deals/method.html", {"stages": published.stage_names()})


def _sheet_columns() -> list[str]:
    return [
        f"{stage}: {column}"
        for stage in published.stage_names()
        for column in (_("firms"), _("intentions"), _("pairs"), _("yuan"))
    ]


def _cells(row: published.Row) -> list[Any]:
    return [cell for one in row.stages for cell in (one.firms, one.intentions, one.pairs, one.yuan)]
