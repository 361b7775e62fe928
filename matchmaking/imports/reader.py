"""A stranger's sheet as text. Runs in a child process with little memory and time.

``python -m matchmaking.imports.reader [encoding]`` takes the file on standard input and
writes one JSON object: ``{"sheets": [{"name", "hidden", "lines": [[number, [cell, …]], …],
"merged": [[top, left, bottom, right], …], "hidden_rows": […], "hidden_columns": […],
"formulas": {number: [column, …]}}], …}``, or ``{"problem": code, …figures}``. Rows are counted
from 1 as a spreadsheet shows them, columns from 0. It imports nothing of Django: see
:mod:`parsing`, which starts it.
"""

import json
import resource
import sys
from typing import Any

from matchmaking.imports.files import csv_files, limits, workbooks
from matchmaking.imports.files.limits import UnreadableSheet

MEMORY = 768 * 1024 * 1024
CPU_SECONDS = 15


def limit_resources() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    # At the first limit comes SIGXCPU, a second later SIGKILL, which nothing catches.
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    # A core dump would put a stranger's sheet on our disk, 768 MB a time.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def read_file(content: bytes, encoding: str = "") -> dict[str, Any]:
    """Return every sheet of the file, all cells as a person would have typed them.

    :raises UnreadableSheet: with the reason
    """
    if not content.strip():
        raise UnreadableSheet("empty")
    if content.startswith(b"PK\x03\x04"):
        return workbooks.read_workbook(content)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableSheet("old_or_locked")
    return csv_files.read_csv(content, encoding)


def answer(content: bytes, encoding: str = "") -> dict[str, Any]:
    """Return what the child answers: the sheets, or the problem."""
    try:
        return read_file(content, encoding)
    except UnreadableSheet as refusal:
        return {"problem": refusal.code, **refusal.figures}
    except MemoryError:
        return {"problem": "too_large_unpacked", "most": limits.MAX_UNPACKED // 2**20}


def main() -> None:
    limit_resources()
    found = answer(sys.stdin.buffer.read(), *sys.argv[1:2])
    json.dump(found, sys.stdout, ensure_ascii=True, separators=(",", ":"))


if __name__ == "__main__":
    main()
