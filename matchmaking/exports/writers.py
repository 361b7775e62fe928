"""Writers of long lists: a row is written and forgotten, however many there are."""

from __future__ import annotations

import csv
import io
import json
from typing import IO, TYPE_CHECKING

from matchmaking.core.sheets import Sheet, guard, stream_xlsx

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from matchmaking.core.sheets import Cell

BOM = b"\xef\xbb\xbf"


def write_csv(
    file: IO[bytes], title: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> None:
    """Write CSV in UTF-8 with a byte order mark, which Excel needs to read Chinese."""
    del title
    file.write(BOM)
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text)
    try:
        writer.writerow([guard(label) for label in header])
        for row in rows:
            writer.writerow([guard(cell) for cell in row])
    finally:
        # The file is the caller's, also when the rows end early.
        text.detach()


def write_json(
    file: IO[bytes], title: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> None:
    """Write an array of objects, one a line."""
    del title
    file.write(b"[")
    for number, row in enumerate(rows):
        line = json.dumps(dict(zip(header, row, strict=True)), ensure_ascii=False, default=str)
        file.write((",\n" if number else "\n").encode() + line.encode())
    file.write(b"\n]\n")


def write_xlsx(
    file: IO[bytes], title: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> None:
    stream_xlsx(file, Sheet(title, header, rows))


WRITERS: Mapping[str, Callable[..., None]] = {
    "csv": write_csv,
    "json": write_json,
    "xlsx": write_xlsx,
}
