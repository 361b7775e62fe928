"""The parent's side of reading a sheet: start the child, take its answer or its death."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from matchmaking.core.errors import InvalidInput

MAX_UPLOAD = 2 * 1024 * 1024
WALL_SECONDS = 30


class UnreadableFile(InvalidInput):
    """The file is no sheet that we take; the message says why, in one sentence."""

    code = "unreadable_file"


@dataclass(frozen=True)
class Table:
    """A sheet as text. ``lines`` pair the row's number in the sheet with its cells."""

    header: Sequence[str]
    lines: Sequence[tuple[int, Sequence[str]]]


def parse_sheet(content: bytes) -> Table:
    """Read XLSX or CSV in a child process bounded in memory and time.

    :raises UnreadableFile: with one sentence in the reader's language
    """
    if len(content) > MAX_UPLOAD:
        raise UnreadableFile(sentence("too_large", {"most": MAX_UPLOAD // 2**20}))
    try:
        # A process, not a thread: limits of memory are the process's, and a bomb dies alone. Its
        # environment is empty of our secrets.
        child = subprocess.run(
            [sys.executable, "-m", "matchmaking.imports.reader"],
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
    answer = json.loads(child.stdout)
    if problem := answer.pop("problem", None):
        raise UnreadableFile(sentence(problem, answer))
    return Table(answer["header"], [(line[0], line[1]) for line in answer["lines"]])


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
        "empty": _("The sheet is empty: the first visible sheet must hold a header and rows."),
        "only_header": _("The sheet has a header but no rows."),
        "formula": _(
            "Cell %(cell)s holds a formula: paste the values only (Paste special) and send again."
        ),
        "cell_beyond_header": _(
            "Cell %(cell)s is in a column without a header: name the column or clear it."
        ),
    }
    return sentences[code] % figures
