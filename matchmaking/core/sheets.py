"""Sheets that the site writes: XLSX and CSV in which no cell can become a formula."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

Cell = str | int | float | Decimal | date | datetime | bool | None

# What a spreadsheet takes for the start of a formula, with the full-width twins that
# some of them fold before they look.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV_TYPE = "text/csv; charset=utf-8"
WIDEST_COLUMN = 48
# Text stays text: no formula, no link, no number made of it.
_OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "remove_timezone": True,
}


@dataclass(frozen=True)
class Sheet:
    """One sheet of a workbook: a header and rows. ``widths`` are in characters."""

    name: str
    header: Sequence[str]
    rows: Iterable[Sequence[Cell]]
    widths: Mapping[int, int] = field(default_factory=dict)


def needs_guard(text: str) -> bool:
    return text.startswith(FORMULA_STARTS)


def guard(cell: Cell) -> str:
    """Return ``cell`` as text for a CSV file; an apostrophe disarms a formula.

    Numbers stay numbers: only text can carry a formula.
    """
    if cell is None:
        return ""
    if isinstance(cell, str):
        return f"'{cell}" if needs_guard(cell) else cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, date):  # and datetime
        return cell.isoformat()
    return str(cell)


def unguard(text: str) -> str:
    return text[1:] if text.startswith("'") and needs_guard(text[1:]) else text


def write_csv(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return a CSV file, UTF-8 with a byte order mark: Excel needs it to read Chinese."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([guard(label) for label in header])
    writer.writerows([guard(cell) for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def write_xlsx(*sheets: Sheet) -> bytes:
    """Return a workbook with ``sheets`` in order: strings stay strings, headers stay put."""
    import xlsxwriter  # noqa: PLC0415 - loaded by the few requests that write a sheet

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {**_OPTIONS, "in_memory": True}) as book:
        formats = _formats(book)
        for sheet in sheets:
            _write_sheet(book.add_worksheet(sheet.name[:31]), sheet, formats)
    return out.getvalue()


def stream_xlsx(file: IO[bytes], sheet: Sheet) -> None:
    """Write a workbook of one sheet row by row: memory does not grow with the rows."""
    import xlsxwriter  # noqa: PLC0415 - as above

    with xlsxwriter.Workbook(file, {**_OPTIONS, "constant_memory": True}) as book:
        _write_sheet(book.add_worksheet(sheet.name[:31]), sheet, _formats(book))


def _formats(book: Any) -> dict[str, Any]:
    return {
        "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True}),
        "text": book.add_format({"num_format": "@"}),
        "guarded": book.add_format({"num_format": "@", "quote_prefix": True}),
        "date": book.add_format({"num_format": "yyyy-mm-dd"}),
        "moment": book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
    }


def _write_sheet(page: Any, sheet: Sheet, formats: Mapping[str, Any]) -> None:
    page.freeze_panes(1, 0)
    for column, label in enumerate(sheet.header):
        page.write_string(0, column, label, formats["head"])
        width = sheet.widths.get(column, min(WIDEST_COLUMN, max(10, 2 * len(label))))
        page.set_column(column, column, width, formats["text"])
    for number, row in enumerate(sheet.rows, start=1):
        for column, cell in enumerate(row):
            _write_cell(page, number, column, cell, formats)


def _write_cell(page: Any, row: int, column: int, cell: Cell, formats: Mapping[str, Any]) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, str):
        style = formats["guarded" if needs_guard(cell) else "text"]
        page.write_string(row, column, cell, style)
    elif isinstance(cell, bool):
        page.write_boolean(row, column, cell)
    elif isinstance(cell, datetime):
        page.write_datetime(row, column, cell, formats["moment"])
    elif isinstance(cell, date):
        page.write_datetime(row, column, cell, formats["date"])
    else:
        page.write_number(row, column, cell)
