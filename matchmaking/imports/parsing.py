"""The parent's side of reading a file: start the child, take its answer or its death."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from matchmaking.core.errors import InvalidInput

MAX_UPLOAD = 2 * 1024 * 1024
WALL_SECONDS = 30


class UnreadableFile(InvalidInput):
    """The file is no sheet that we take; the message says why, in one sentence."""

    code = "unreadable_file"


@dataclass(frozen=True, slots=True)
class SheetOfFile:
    """One sheet as text. ``lines`` pair the row's number in the sheet with its cells; rows count
    from 1 as a spreadsheet shows them, columns from 0. ``folded`` are rows with a cell of several lines
    with delimiters in them.
    """

    name: str
    is_hidden: bool
    lines: Sequence[tuple[int, Sequence[str]]]
    merged: Sequence[tuple[int, int, int, int]] = ()
    hidden_rows: Sequence[int] = ()
    hidden_columns: Sequence[int] = ()
    formulas: Mapping[int, Sequence[int]] = field(default_factory=dict)
    folded: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Workbook:
    """Every sheet of a file. ``doubts`` are encodings with samples, where the file does not tell its own."""

    sheets: Sequence[SheetOfFile]
    encoding: str
    doubts: Sequence[tuple[str, str]]
    is_text: bool


def read_workbook(content: bytes, encoding: str = "") -> Workbook:
    """Read XLSX or CSV in a child process bounded in memory and time.

    :raises UnreadableFile: with one sentence in the reader's language
    """
    if len(content) > MAX_UPLOAD:
        raise UnreadableFile(sentence("too_large", {"most": MAX_UPLOAD // 2**20}))
    answer = ask_child(content, encoding)
    if problem := answer.pop("problem", None):
        raise UnreadableFile(sentence(problem, answer))
    book = Workbook(
        [_sheet(sheet) for sheet in answer["sheets"]],
        answer["encoding"],
        [(name, sample) for name, sample in answer["doubts"]],
        answer["is_text"],
    )
    if not any(sheet.lines for sheet in book.sheets if not sheet.is_hidden):
        raise UnreadableFile(sentence("empty", {}))
    return book


def ask_child(content: bytes, encoding: str) -> dict[str, Any]:
    """Return the answer of a child process with little memory and time.

    :raises UnreadableFile: when it dies of the file
    """
    try:
        # A process, not a thread: limits of memory are the process's, and a bomb dies alone. Its
        # environment is empty of our secrets.
        child = subprocess.run(  # noqa: S603 - our own module and the name of an encoding
            [sys.executable, "-m", "matchmaking.imports.reader", encoding],
            input=content,
            capture_output=True,
            cwd=settings.BASE_DIR,
            env={"PYTHONPATH": str(settings.BASE_DIR), "LC_ALL": "C.UTF-8"},
            timeout=WALL_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise UnreadableFile(sentence("too_heavy", {})) from None
    # A negative code is a signal: the kernel's answer to memory or processor time.
    if child.returncode < 0:  # killed by its limits
        raise UnreadableFile(sentence("too_heavy", {}))
    if child.returncode:
        raise UnreadableFile(sentence("broken", {}))
    found: dict[str, Any] = json.loads(child.stdout)
    return found


def _sheet(data: Mapping[str, Any]) -> SheetOfFile:
    return SheetOfFile(
        data["name"],
        data["hidden"],
        [(line[0], line[1]) for line in data["lines"]],
        [(top, left, bottom, right) for top, left, bottom, right in data["merged"]],
        data["hidden_rows"],
        data["hidden_columns"],
        {int(row): columns for row, columns in data["formulas"].items()},
        data["folded"],
    )


def sentence(code: str, figures: Mapping[str, Any]) -> str:
    """Return what went wrong and what would be right."""
    sentences = {
        "too_large": _("The file is larger than %(most)s MB: send it in parts."),
        "too_large_unpacked": _(
            "Unpacked, the file is larger than %(most)s MB: copy the rows into a new sheet."
        ),
        "too_heavy": _(
            "Reading the file takes too much time or memory: copy the rows into a new sheet."
        ),
        "too_many_rows": _("The sheet has more than %(most)s rows: send it in parts."),
        "too_many_columns": _("The sheet has more than %(most)s columns: remove the rest."),
        "broken": _("The file is damaged and cannot be read: save it again and send it."),
        "old_or_locked": _(
            "The file is protected or in the old XLS format: save it as XLSX without password."
        ),
        "not_a_sheet": _("This is neither an XLSX nor a CSV file: save the sheet as one of them."),
        "empty": _("The sheet is empty: a visible sheet must hold a header and rows."),
        "only_header": _("The sheet has a header but no rows."),
        "open_quote": _(
            "Row %(row)s: a quotation mark opens and is not closed in its cell, so rows below would be lost. "
            "Remove or double it and send the file again."
        ),
        "damaged_text": _(
            "Row %(row)s: its characters are damaged. Save the file again as UTF-8 and send it."
        ),
    }
    return sentences[code] % figures
