"""Workbooks: values by calamine, and from the XML what it leaves out: formats, formulas, hidden rows."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree as ET

from matchmaking.imports.files.limits import (
    MAX_CELL,
    MAX_COLUMNS,
    MAX_PARTS,
    MAX_ROWS,
    MAX_UNPACKED,
    SPARE_ROWS,
    UnreadableSheet,
    bounded,
)
from matchmaking.imports.files.number_formats import Decoration, built_in, decoration

EXACT_FLOAT = 10**15  # a sheet keeps 15 digits of a number
REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


@dataclass
class Marks:
    """What the XML of one sheet says beside the values; rows from 1, columns from 0."""

    formats: dict[tuple[int, int], Decoration] = field(default_factory=dict)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    formulas: dict[int, list[int]] = field(default_factory=dict)
    unknown: dict[int, list[int]] = field(default_factory=dict)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)


def read_workbook(content: bytes) -> dict[str, Any]:
    """Return every worksheet, also the hidden ones.

    :raises UnreadableSheet: for a bomb, a broken archive, an archive of another kind
    """
    import python_calamine as calamine  # noqa: PLC0415 - only where a workbook was sent

    parts = unpacked_parts(content)
    try:
        book = calamine.CalamineWorkbook.from_object(io.BytesIO(content))
        paths = _sheet_paths(parts)
        styles = _styles(parts)
        sheets = []
        for index, meta in enumerate(book.sheets_metadata):
            if meta.typ != calamine.SheetTypeEnum.WorkSheet:
                continue
            sheet = book.get_sheet_by_index(index)
            visible = meta.visible == calamine.SheetVisibleEnum.Visible
            # An empty sheet beside the others is no refusal; the caller sees that it has no lines.
            sheets.append(_sheet(sheet, meta.name, visible, parts[paths[index]], styles))
    except (calamine.CalamineError, ET.ParseError, KeyError, StopIteration, IndexError):
        raise UnreadableSheet("broken") from None
    return {"sheets": sheets, "encoding": "", "doubts": (), "is_text": False}


def _sheet(
    sheet: Any, name: str, visible: bool, xml: bytes, styles: Mapping[int, Decoration]
) -> dict[str, Any]:
    lines: list[tuple[int, list[str]]] = []
    marks = Marks()
    merged = []
    if sheet.start is not None:
        if sheet.total_width > MAX_COLUMNS:
            raise UnreadableSheet("too_many_columns", most=MAX_COLUMNS)
        marks = _marks(xml, styles)
        lines = list(_lines(sheet, marks))
        merged = [
            [top + 1, left, bottom + 1, right]
            for (top, left), (bottom, right) in sheet.merged_cell_ranges or []
            if left < MAX_COLUMNS
        ]
    return {
        "name": name,
        "hidden": not visible,
        "lines": bounded(lines),
        "merged": merged[: MAX_ROWS + SPARE_ROWS],
        "hidden_rows": marks.hidden_rows,
        "hidden_columns": marks.hidden_columns,
        "formulas": marks.formulas,
        "folded": [],
    }


def _lines(sheet: Any, marks: Marks) -> Iterator[tuple[int, list[str]]]:
    rows = sheet.to_python(skip_empty_area=False)
    for number, cells in enumerate(rows, start=1):
        texts = [
            marks.errors.get((number, column))
            or _text(cell, marks.formats.get((number, column)) or Decoration())
            for column, cell in enumerate(cells)
        ]
        # A formula that was never calculated has no result: its text tells what is missing.
        for column in marks.formulas.get(number, []):
            if column < len(texts) and not texts[column]:
                texts[column] = "="
        yield number, texts


def unpacked_parts(content: bytes) -> dict[str, bytes]:
    """Unpack the workbook's parts of XML, counting what really comes out.

    :raises UnreadableSheet: for a bomb, a broken archive, or an archive of another kind
    """
    parts: dict[str, bytes] = {}
    left = MAX_UNPACKED
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            infos = archive.infolist()
            if len(infos) > MAX_PARTS or sum(info.file_size for info in infos) > left:
                raise UnreadableSheet("too_large_unpacked", most=MAX_UNPACKED // 2**20)
            for info in infos:
                with archive.open(info) as part:
                    # The sizes in the archive's directory are its sender's word: a bomb says less than it holds.
                    data = part.read(left + 1)
                left -= len(data)
                if left < 0:
                    raise UnreadableSheet("too_large_unpacked", most=MAX_UNPACKED // 2**20)
                if info.filename.endswith((".xml", ".rels")):
                    parts[info.filename] = data
    except (NotImplementedError, RuntimeError):  # an unknown compression, a password
        raise UnreadableSheet("old_or_locked") from None
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError):
        raise UnreadableSheet("broken") from None
    if "xl/workbook.xml" not in parts:
        raise UnreadableSheet("not_a_sheet")
    return parts


def _sheet_paths(parts: dict[str, bytes]) -> list[str]:
    workbook = _tree(parts["xl/workbook.xml"])
    targets = {
        tag.get("Id"): tag.get("Target", "") for tag in _tree(parts["xl/_rels/workbook.xml.rels"])
    }
    found = []
    for tag in workbook.iter():
        if _local(tag.tag) == "sheet":
            path = targets[tag.get(REL)]
            found.append(path.lstrip("/") if path.startswith("/") else f"xl/{path}")
    return found


def _styles(parts: dict[str, bytes]) -> dict[int, Decoration]:
    """Return the decorations of cell styles that have one, by the style's number."""
    if "xl/styles.xml" not in parts:
        return {}
    tree = _tree(parts["xl/styles.xml"])
    codes = {
        int(tag.get("numFmtId", "0")): tag.get("formatCode", "")
        for tag in tree.iter()
        if _local(tag.tag) == "numFmt"
    }
    cells = next((list(tag) for tag in tree if _local(tag.tag) == "cellXfs"), [])
    found = {}
    for number, style in enumerate(cells):
        wanted = int(style.get("numFmtId", "0"))
        shown = decoration(codes.get(wanted, "") or built_in(wanted))
        if shown:
            found[number] = shown
    return found


def _marks(xml: bytes, styles: Mapping[int, Decoration]) -> Marks:
    if b"<!DOCTYPE" in xml or b"<!ENTITY" in xml:
        raise UnreadableSheet("not_a_sheet")
    marks = Marks()
    row = column = 0
    for event, tag in ET.iterparse(io.BytesIO(xml), events=("start", "end")):  # noqa: S314 - no entities, 20 MB, in a limited process
        local = _local(tag.tag)
        if event == "start":
            if local == "row":
                row, column = int(tag.get("r") or row + 1), 0
                if tag.get("hidden") in {"1", "true"}:
                    marks.hidden_rows.append(row)
            elif local == "col" and tag.get("hidden") in {"1", "true"}:
                first, last = int(tag.get("min", "1")), int(tag.get("max", "1"))
                marks.hidden_columns += range(first - 1, min(last, MAX_COLUMNS))
        elif local == "c":
            column = _column_of(tag.get("r"), column)
            _mark_cell(tag, row, column, marks, styles)
            column += 1
            tag.clear()
        elif local == "row":
            tag.clear()
    return marks


def _mark_cell(
    tag: ET.Element, row: int, column: int, marks: Marks, styles: Mapping[int, Decoration]
) -> None:
    style = styles.get(int(tag.get("s") or 0))
    if style and tag.get("t", "n") == "n":
        marks.formats[row, column] = style
    for child in tag:
        local = _local(child.tag)
        if local == "f":
            marks.formulas.setdefault(row, []).append(column)
        elif local == "v" and tag.get("t") == "e":
            marks.errors[row, column] = child.text or "#N/A"


def _column_of(reference: str | None, column: int) -> int:
    found = _REFERENCE.match(reference or "")
    if not found:
        return column
    number = 0
    for letter in found[1]:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _tree(data: bytes) -> ET.Element:
    # Nested entities unpack to gigabytes; no spreadsheet writes any.
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise UnreadableSheet("not_a_sheet")
    return ET.fromstring(data)  # noqa: S314 - no entities, 20 MB, in a limited process


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _text(cell: Any, shown: Decoration) -> str:
    """Return a cell as a person would have typed what it shows."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, int | float):
        return _number(float(cell), shown)
    if isinstance(cell, dt.datetime | dt.date) and shown.is_month:
        return f"{cell.year}年{cell.month}月"
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        return cell.date().isoformat()
    if isinstance(cell, dt.date | dt.datetime | dt.time):
        return cell.isoformat(sep=" ") if isinstance(cell, dt.datetime) else cell.isoformat()
    return str(cell).strip()[:MAX_CELL]


def _number(number: float, shown: Decoration) -> str:
    if shown.is_percent:
        return f"{Decimal(repr(number)).scaleb(2).normalize():f}%"
    if number.is_integer() and abs(number) < EXACT_FLOAT:
        return shown.around(str(int(number)))
    if abs(number) >= EXACT_FLOAT or abs(number) < 1 / EXACT_FLOAT:
        return repr(number)
    # Fifteen digits are what the file keeps; the rest is what binary fractions add.
    return shown.around(f"{Decimal(f'{number:.12g}'):f}")
