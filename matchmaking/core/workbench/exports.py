"""Lists as sheets: what the list shows, as it is filtered, and no more."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from django.utils.functional import Promise

from matchmaking.core.sheets import XLSX_TYPE, Cell, Sheet, write_xlsx

log = structlog.get_logger(__name__)
MOST_ROWS = 20_000
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Column:
    """One column of an export."""

    label: str | Promise
    value: Callable[[Any], Cell]


def as_xlsx(rows: QuerySet[Any], columns: Sequence[Column], *, name: str, by: Any) -> HttpResponse:
    """Return the rows as a workbook to save; at most 20,000 of them. The log says who took it."""
    lines = [
        [column.value(row) for column in columns]
        for row in rows[:MOST_ROWS].iterator(chunk_size=CHUNK)
    ]
    sheet = Sheet(name, [str(column.label) for column in columns], lines)
    answer = HttpResponse(write_xlsx(sheet), content_type=XLSX_TYPE)
    day = timezone.localdate()
    answer["Content-Disposition"] = f'attachment; filename="{name}-{day:%Y-%m-%d}.xlsx"'
    log.info("sheet_exported", sheet=name, rows=len(lines), by=by.pk)
    return answer
