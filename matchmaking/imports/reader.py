"""Read a sheet that a stranger sent. Runs in a child process with little memory and time.

``python -m matchmaking.imports.reader`` takes the file on standard input and
writes one JSON object: ``{"header": […], "lines": [[number, [cell, …]], …]}``, or
``{"problem": code, …figures}``. It imports nothing of Django: see :mod:`parsing`, which
starts it.
"""

import csv
import datetime as dt
import io
import json
import re
import resource
import sys
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from typing import Any
from xml.etree import ElementTree as ET

MAX_ROWS = 5_000
MAX_COLUMNS = 200
MAX_CELL = 4_100  # a little above the longest text that a post takes
MAX_UNPACKED = 20 * 1024 * 1024
MAX_PARTS = 500
MEMORY = 768 * 1024 * 1024
CPU_SECONDS = 15
EXACT_FLOAT = 10**15  # a sheet keeps 15 digits of a number
CONTROL = re.compile("[\x00-\x08\x0e-\x1f]")
REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"

Lines = Iterable[tuple[int, list[str]]]


class UnreadableSheet(Exception):
    """The file cannot be taken; ``code`` names why, ``figures`` go into the sentence."""

    def __init__(self, code: str, **figures: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.figures = figures


def limit_resources() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    # At the first limit comes SIGXCPU, a second later SIGKILL, which nothing catches.
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    # A core dump would put a stranger's sheet on our disk, 768 MB a time.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def read_sheet(content: bytes) -> dict[str, Any]:
    """Return header and lines of the first visible sheet, all cells as text.

    :raises UnreadableSheet: with the reason
    """
    if not content.strip():
        raise UnreadableSheet("empty")
    if content.startswith(b"PK\x03\x04"):
        return _table(_xlsx_lines(content))
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableSheet("old_or_locked")
    return _table(_csv_lines(content))


def _table(lines: Lines) -> dict[str, Any]:
    filled = ((number, cells) for number, cells in lines if any(cells))
    first = next(iter(filled), None)
    if first is None:
        raise UnreadableSheet("empty")
    header = first[1]
    while header and not header[-1]:
        header.pop()
    if len(header) > MAX_COLUMNS:
        raise UnreadableSheet("too_many_columns", most=MAX_COLUMNS)
    rows: list[tuple[int, list[str]]] = []
    for number, cells in filled:
        if len(rows) == MAX_ROWS:
            raise UnreadableSheet("too_many_rows", most=MAX_ROWS)
        if any(cells[len(header) :]):
            raise UnreadableSheet("cell_beyond_header", cell=cell_name(number, len(header)))
        padded = [*cells, *[""] * (len(header) - len(cells))]
        rows.append((number, padded[: len(header)]))
    if not rows:
        raise UnreadableSheet("only_header")
    return {"header": header, "lines": rows}


def cell_name(line: int, column: int) -> str:
    """Return the name of a cell as a spreadsheet shows it: ``C5``; ``column`` from 0."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{line}"


# --- CSV --------------------------------------------------------------------------------


def _csv_lines(content: bytes) -> Iterator[tuple[int, list[str]]]:
    text = decode(content)
    if CONTROL.search(text) or text.lstrip().startswith(("<", "{", "%PDF")):
        raise UnreadableSheet("not_a_sheet")
    csv.field_size_limit(100_000)
    head = text.lstrip().split("\n", 1)[0]
    delimiter = max(",;\t", key=head.count)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        for cells in reader:
            texts = [_disarmed(cell) for cell in cells]
            for column, cell in enumerate(texts):
                if cell.startswith("="):
                    raise UnreadableSheet("formula", cell=cell_name(reader.line_num, column))
            yield reader.line_num, texts
    except csv.Error:
        raise UnreadableSheet("broken") from None


def _disarmed(cell: str) -> str:
    """Return the trimmed text, without the apostrophe that our own exports put before
    what a spreadsheet could take for a formula (core.sheets.guard).
    """
    text = cell.strip()
    if text[:1] == "'" and text[1:2] in {"=", "+", "-", "@", "＝", "＋", "－", "＠"}:
        text = text[1:] if text[1:2] != "=" else text
    return text[:MAX_CELL]


def decode(content: bytes) -> str:
    """Return the text of a CSV file as Chinese and other spreadsheets save it.

    :raises UnreadableSheet: when it is neither UTF-8, UTF-16 with a mark, nor GB 18030
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        # In this order: GB 18030 makes something of nearly any bytes, of UTF-8 as well.
        encodings = ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableSheet("not_a_sheet")


# --- XLSX -------------------------------------------------------------------------------


def _xlsx_lines(content: bytes) -> Iterator[tuple[int, list[str]]]:
    import python_calamine as calamine  # noqa: PLC0415 - only where a workbook was sent

    parts = unpacked_parts(content)
    try:
        book = calamine.CalamineWorkbook.from_object(io.BytesIO(content))
        visible = [
            index
            for index, sheet in enumerate(book.sheets_metadata)
            if sheet.visible == calamine.SheetVisibleEnum.Visible
            and sheet.typ == calamine.SheetTypeEnum.WorkSheet
        ]
        if not visible:
            raise UnreadableSheet("empty")
        refuse_formulas(parts, visible[0])
        sheet = book.get_sheet_by_index(visible[0])
        if sheet.start is None:
            raise UnreadableSheet("empty")
        if sheet.total_width > MAX_COLUMNS:
            raise UnreadableSheet("too_many_columns", most=MAX_COLUMNS)
        rows = sheet.to_python(skip_empty_area=False)
    except (calamine.CalamineError, ET.ParseError, KeyError, StopIteration):
        raise UnreadableSheet("broken") from None
    for number, cells in enumerate(rows, start=1):
        yield number, [_text(cell) for cell in cells]


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


def refuse_formulas(parts: dict[str, bytes], index: int) -> None:
    """Raise for the first formula of sheet ``index``: a stored result may be long outdated.

    :raises UnreadableSheet: naming the cell
    """
    workbook = _tree(parts["xl/workbook.xml"])
    sheets = [tag for tag in workbook.iter() if _local(tag.tag) == "sheet"]
    target = sheets[index].get(REL)
    relations = _tree(parts["xl/_rels/workbook.xml.rels"])
    path = next(tag.get("Target", "") for tag in relations if tag.get("Id") == target)
    path = path.lstrip("/") if path.startswith("/") else f"xl/{path}"
    for cell in _tree(parts[path]).iter():
        if _local(cell.tag) == "c" and any(_local(child.tag) == "f" for child in cell):
            raise UnreadableSheet("formula", cell=cell.get("r", "?"))


def _tree(data: bytes) -> ET.Element:
    # Nested entities unpack to gigabytes; no spreadsheet writes any.
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise UnreadableSheet("not_a_sheet")
    return ET.fromstring(data)  # noqa: S314 - no entities, 20 MB, in a limited process


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _text(cell: Any) -> str:
    """Return a cell as a person would have typed it."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        if cell.is_integer() and abs(cell) < EXACT_FLOAT:
            return str(int(cell))
        return repr(cell)
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        return cell.date().isoformat()
    if isinstance(cell, dt.date | dt.datetime | dt.time):
        return cell.isoformat()
    return str(cell).strip()[:MAX_CELL]


def main() -> None:
    """Answer for the file on standard input."""
    limit_resources()
    try:
        answer = read_sheet(sys.stdin.buffer.read())
    except UnreadableSheet as refusal:
        answer = {"problem": refusal.code, **refusal.figures}
    except MemoryError:
        answer = {"problem": "too_large_unpacked", "most": MAX_UNPACKED // 2**20}
    json.dump(answer, sys.stdout, ensure_ascii=True, separators=(",", ":"))


if __name__ == "__main__":
    main()
