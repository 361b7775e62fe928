"""Public pages of results: the boards, one of them, its sheets, and how it is counted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from matchmaking.core import polling
from matchmaking.core.sheets import CSV_TYPE, XLSX_TYPE, Sheet, write_csv, write_xlsx
from matchmaking.deals import events, results, rules
from matchmaking.deals.models import ResultsBoard
from matchmaking.deals.results import Stage

if TYPE_CHECKING:
    import uuid
    from collections.abc import Callable, Mapping

    from django.http import HttpRequest

    from accounts.models import Cluster
    from matchmaking.deals.results import Results, Stages, Totals

K = TypeVar("K", bound=Hashable)
DAYS_AFTER = (30, 90, 180)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: its name, and the sums of each stage in their order."""

    name: str
    stages: list[Totals]

    @property
    def named(self) -> list[tuple[str, Totals]]:
        return list(zip(stage_names(), self.stages, strict=True))


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a board; the total is the whole, and its rows add up to it."""

    title: str
    rows: list[Row]
    total: Row


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
    whole = _row(_("All"), found.whole)
    shown = polling.fingerprint(
        [(one.firms, one.intentions, one.pairs, one.yuan) for one in whole.stages]
    )
    if polling.is_shown(request, shown):
        return polling.nothing_new()
    context: dict[str, Any] = {
        "board": board,
        "shown": shown,
        "is_large": request.GET.get("screen") == "large",
        "stages": list(zip(stage_names(), whole.stages, strict=True)),
        "confirmed": found.whole[Stage.CONFIRMED],
        "tables": tables_of(found),
        "may_report": rules.can_read_dossier(request.user),
        "afterwards": [(days, *results.delivered_within(rows, days)) for days in DAYS_AFTER],
    }
    return render(request, "deals/board_detail.html", context)


@require_safe
def board_sheet(request: HttpRequest, code: uuid.UUID, suffix: str) -> HttpResponse:
    """Hand out the board's tables, whose cells are those of the page."""
    board = get_object_or_404(ResultsBoard.objects.visible_to(request.user), code=code)
    tables = tables_of(results.count(results.of_board(board)))
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
    return render(request, "deals/method.html", {"stages": stage_names()})


def stage_names() -> list[str]:
    return [_("Announced"), _("Confirmed by both"), _("Contracted"), _("Delivered")]


def tables_of(found: Results) -> list[Table]:
    """Return the tables of a board; one by docking event only where there are events."""
    total = _row(_("All"), found.whole)
    tables = [
        Table(_("By cluster"), _rows(found.by_clusters, _pair_name), total),
        Table(_("By kind of shoe"), _rows(found.by_family, _name), total),
        Table(_("By month"), _rows(found.by_month, _month), total),
    ]
    if any(found.by_event):
        titles = events.titles()
        names = {code: titles.get(code, _("Another event")) for code in found.by_event if code}
        rows = _rows(found.by_event, lambda code: names[code] if code else _("Outside events"))
        tables.append(Table(_("By docking event"), rows, total))
    return tables


def _month(first: dt.date) -> str:
    return date_format(first, "YEAR_MONTH_FORMAT")


def _rows(table: Mapping[K, Stages], name: Callable[[K], str]) -> list[Row]:
    """Return the rows that may be published, the largest first, and the others as one."""
    alone, rest = results.published_rows(table)
    rows = [_row(name(key), stages) for key, stages in alone.items()]
    rows.sort(key=lambda row: (-row.stages[0].yuan, row.name))
    return [*rows, _row(_("All others"), rest)] if rest and rows else rows


def _row(name: str, stages: Stages) -> Row:
    return Row(name, [stages[stage] for stage in Stage])


def _pair_name(clusters: tuple[Cluster | None, Cluster | None]) -> str:
    return _("%(brand)s brands and %(factory)s factories") % {
        "brand": _name(clusters[0]),
        "factory": _name(clusters[1]),
    }


def _name(thing: Any) -> str:
    return str(thing) if thing is not None else _("Not said")


def _sheet_columns() -> list[str]:
    return [
        f"{stage}: {column}"
        for stage in stage_names()
        for column in (_("firms"), _("intentions"), _("pairs"), _("yuan"))
    ]


def _cells(row: Row) -> list[Any]:
    return [cell for one in row.stages for cell in (one.firms, one.intentions, one.pairs, one.yuan)]
