"""Text files of cells: delimiter, quotes and line numbers as a spreadsheet sees them."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

from matchmaking.imports.files import encodings
from matchmaking.imports.files.limits import MAX_CELL, UnreadableSheet, bounded

CONTROL = re.compile("[\x00-\x08\x0e-\x1f]")
DELIMITERS = ",;\t|"
_SEP = re.compile(r"\s*\"?sep=(.)\"?\s*(?:\r\n|\r|\n|$)", re.IGNORECASE)
_AS_TEXT = re.compile(r'="([^"=]*)"')  # what Excel's users write to keep leading zeros
_QUOTED_NUMBER = re.compile(r"'[0-9]")
_HEAD_LINES = 20


def read_csv(content: bytes, encoding: str = "") -> dict[str, Any]:
    """Return the file as one sheet without a name, with its encoding and its doubts.

    :raises UnreadableSheet: for what is no text of cells, and for quotes that never end
    """
    decoded = encodings.decode(content, encoding)
    text = decoded.text.lstrip("\ufeff")
    if CONTROL.search(text) or text.lstrip().startswith(("<", "{", "%PDF")):
        raise UnreadableSheet("not_a_sheet")
    delimiter = ""
    if said := _SEP.match(text):
        delimiter, text = said[1], text[said.end() :]
    lines, formulas, folded = _lines(text, delimiter or delimiter_of(text))
    return {
        "sheets": [
            {
                "name": "",
                "hidden": False,
                "lines": bounded(lines),
                "merged": [],
                "hidden_rows": [],
                "hidden_columns": [],
                "formulas": formulas,
                "folded": folded,
            }
        ],
        "encoding": decoded.encoding,
        "doubts": decoded.doubts,
        "is_text": True,
    }


def delimiter_of(text: str) -> str:
    """Return the character that parts the first lines into the same number of cells, of several the most."""
    head = [line for line in text.splitlines()[:200] if line.strip()][:_HEAD_LINES]

    def fitness(delimiter: str) -> tuple[int, int]:
        counts = [line.count(delimiter) for line in head]
        most = max(counts, default=0)
        return (sum(1 for count in counts if count == most) if most else 0, most)

    # The first line that has any is most likely the header, where no comma is a decimal sign.
    first = next((line for line in head if any(d in line for d in DELIMITERS)), "")
    counts = {delimiter: first.count(delimiter) for delimiter in DELIMITERS}
    if sum(1 for count in counts.values() if count) == 1:
        return max(counts, key=lambda delimiter: counts[delimiter])
    return max(DELIMITERS, key=fitness)


def _lines(
    text: str, delimiter: str
) -> tuple[list[tuple[int, list[str]]], dict[int, list[int]], list[int]]:
    """Return rows, cells with formulas by row, and rows with a cell of several lines and delimiters."""
    csv.field_size_limit(100_000)
    lines: list[tuple[int, list[str]]] = []
    formulas: dict[int, list[int]] = {}
    folded: list[int] = []
    # Strict: a quotation mark that never ends would swallow the rows below it without a word.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    try:
        # By record, as a spreadsheet counts: a cell of several lines makes no row of its own.
        for number, cells in enumerate(reader, start=1):
            if any("\n" in cell and delimiter in cell for cell in cells):
                folded.append(number)
            texts = [_disarmed(cell) for cell in cells]
            found = [column for column, cell in enumerate(texts) if cell.startswith("=")]
            if found:
                formulas[number] = found
            lines.append((number, texts))
    except csv.Error:
        raise UnreadableSheet("open_quote", row=number + 1) from None
    return lines, formulas, folded


def _disarmed(cell: str) -> str:
    """Return the trimmed text, without the apostrophe that our own exports put before
    what a spreadsheet could take for a formula (core.sheets.guard), or an ERP before figures.
    """
    text = cell.strip()
    if kept := _AS_TEXT.fullmatch(text):
        text = kept[1]
    if (
        text[:1] == "'" and text[1:2] in {"+", "-", "@", "＝", "＋", "－", "＠"}
    ) or _QUOTED_NUMBER.match(text):
        text = text[1:]
    return text[:MAX_CELL]
