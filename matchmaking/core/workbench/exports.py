"""Lists exported as sheets: the columns that a class names, filtered as the list is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.text import capfirst

from matchmaking.core.sheets import (
    CSV_TYPE,
    XLSX_TYPE,
    Cell,
    Sheet,
    write_csv,
    write_xlsx,
)
from matchmaking.core.trade_day import trade_day

log = structlog.get_logger(__name__)
MOST_ROWS = 20_000
CHUNK = 500


@dataclass(frozen=True, slots=True)
class ExportColumn:
    """One column of an export."""

    label: str | Promise
    value: Callable[[Any], Cell]


def as_xlsx(
    rows: QuerySet[Any], columns: Sequence[ExportColumn], *, name: str, by: Any
) -> HttpResponse:
    """Return the rows as a workbook to save; at most 20,000 of them. The log says who took it.

    The sheet has the list's title, the file is named ``name`` and the day.
    """
    lines = [
        [column.value(row) for column in columns]
        for row in rows[:MOST_ROWS].iterator(chunk_size=CHUNK)
    ]
    title = capfirst(str(rows.model._meta.verbose_name_plural))  # noqa: SLF001 - Django's documented name
    sheet = Sheet(title, [str(column.label) for column in columns], lines)
    return xlsx_answer([sheet], name=name, by=by)


def xlsx_answer(sheets: Sequence[Sheet], *, name: str, by: Any) -> HttpResponse:
    """Return a workbook to save. The log says who took it."""
    answer = _answer(write_xlsx(*sheets), XLSX_TYPE, f"{name}-{trade_day()}.xlsx")
    rows = sum(len(list(sheet.rows)) for sheet in sheets)
    log.info("sheet_exported", sheet=name, rows=rows, by=by.pk)
    return answer


def csv_answer(
    header: Sequence[str], rows: Sequence[Sequence[Cell]], *, name: str, by: Any
) -> HttpResponse:
    answer = _answer(write_csv(header, rows), CSV_TYPE, f"{name}-{trade_day()}.csv")
    log.info("sheet_exported", sheet=name, rows=len(rows), by=by.pk)
    return answer


def _answer(content: bytes, content_type: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=content_type)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
