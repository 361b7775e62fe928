"""Binary COPY between PostgreSQL and numpy, without a Python object per value.

On the way out every column is cast to a type of fixed width and has no NULL, so that all rows have one
length and the whole stream is one structured array. The format is that of PostgreSQL's
documentation of COPY, "Binary Format": big-endian, a 16-bit count of fields per row, a
32-bit length before each value.
"""

import datetime as dt
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray
from psycopg import Copy

HEADER = 19  # signature, flags, length of the extension, which is empty
END = b"\xff\xff"
ARRAY_HEAD = 20  # dimensions, flags, type of elements, length, lower bound
TYPES = {"bigint": (">i8", 8), "float": (">f8", 8), "uuid": ("S16", 16)}

SIGNATURE = b"PGCOPY\n\xff\r\n\0" + bytes(8)
UNIX_TO_POSTGRES = 946_684_800_000_000  # microseconds from 1970 to 2000
POINTS = np.dtype(
    [(name, ">i2") for name in ("digits", "weight", "sign", "scale", "whole", "rest")]
)
INTO: dict[str, np.dtype[Any]] = {
    "bigint": np.dtype(">i8"),
    "integer": np.dtype(">i4"),
    "smallint": np.dtype(">i2"),
    "uuid": np.dtype("V16"),
    "points": POINTS,
}


def copy_rows(
    sql: str, params: Mapping[str, Any], columns: Sequence[tuple[str, str]], *, weeks: int = 0
) -> NDArray[np.void]:
    """Run COPY over ``sql`` and give its rows as a structured array.

    ``columns`` name each selected column and its type of ``TYPES``, or ``weeks`` for an
    ``integer[]`` of that many elements without NULL.

    :raises ValueError: when a row does not have the width that was told
    """
    layout = _layout(columns, weeks)
    with connection.cursor() as cursor:
        # COPY takes no parameters from the server, so psycopg binds them as literals.
        bound = cursor.mogrify(f"COPY ({sql}) TO STDOUT (FORMAT BINARY)", params)
        with cursor.copy(bound) as copy:
            stream = b"".join(_parts(copy))
    body = memoryview(stream)[HEADER : len(stream) - len(END)]
    if len(body) % layout.itemsize:
        raise ValueError("a row of the copy has an unexpected width")
    return np.frombuffer(body, dtype=layout)


def _parts(copy: Copy) -> Iterator[bytes]:
    """Yield the messages of a copy, a row each.

    psycopg waits for the server before every row, which costs more than the row: what has
    arrived is taken from libpq at once. Never behind the trailer, whose end psycopg must
    read; a row that happens to end like it only costs one wait.
    """
    arrived = copy.connection.pgconn
    for part in copy:
        row = bytes(part)
        yield row
        while not row.endswith(END):
            size, taken = arrived.get_copy_data(1)
            if size <= 0:
                break
            row = bytes(taken)
            yield row


def week_values(rows: NDArray[np.void], name: str) -> NDArray[np.int32]:
    return np.ascontiguousarray(rows[name]["value"], dtype=np.int32)


def _layout(columns: Sequence[tuple[str, str]], weeks: int) -> np.dtype[np.void]:
    fields: list[Any] = [("_fields", ">i2")]
    for name, kind in columns:
        fields.append((f"_{name}", ">i4"))
        if kind == "weeks":
            fields.append((f"_{name}_head", f"V{ARRAY_HEAD}"))
            fields.append((name, [("_length", ">i4"), ("value", ">i4")], (weeks,)))
        else:
            fields.append((name, TYPES[kind][0]))
    return np.dtype(fields)


@dataclass(frozen=True, slots=True, eq=False)
class CopyColumn:
    """A column on its way in: a value a row, or one for all, and where it is NULL.

    ``kind`` is one of ``INTO``, where ``points`` are hundredths for a ``numeric``; or
    ``text`` for one text in all rows; or ``bytes`` for a list with an entry a row.
    """

    name: str
    kind: str
    values: Any
    absent: NDArray[np.bool_] | None = None


def pg_timestamp(at: dt.datetime) -> int:
    return int(at.timestamp()) * 1_000_000 + at.microsecond - UNIX_TO_POSTGRES


def new_codes(count: int) -> NDArray[np.void]:
    """Return many random codes at once, each as ``gen_random_uuid()`` makes one (UUIDv4)."""
    made = np.frombuffer(os.urandom(16 * count), dtype=np.uint8).reshape(count, 16).copy()
    made[:, 6] = made[:, 6] & 0x0F | 0x40
    made[:, 8] = made[:, 8] & 0x3F | 0x80
    return made.view("V16").ravel()


def copy_into(table: str, columns: Sequence[CopyColumn], rows: int) -> None:
    """Write rows by COPY. Columns of ``bytes`` stand behind all others."""
    names = ", ".join(column.name for column in columns)
    with (
        connection.cursor() as cursor,
        cursor.copy(f"copy {table} ({names}) from stdin (format binary)") as copy,
    ):
        copy.write(stream_of(columns, rows))


def stream_of(columns: Sequence[CopyColumn], rows: int) -> bytes:
    """Give rows as the stream of a binary COPY.

    Rows that lack the same values have one width: each such class is one structured array.
    """
    fixed = [column for column in columns if column.kind != "bytes"]
    tails = [column.values for column in columns if column.kind == "bytes"]
    missing = np.zeros((len(fixed), rows), dtype=bool)
    for place, column in enumerate(fixed):
        if column.absent is not None:
            missing[place] = column.absent
    parts = [SIGNATURE]
    classes = np.unique(missing, axis=1).T if rows else ()
    for lacks in classes:
        chosen = np.flatnonzero((missing == lacks[:, None]).all(axis=0))
        parts += _rows_of(fixed, lacks, tails, chosen)
    return b"".join([*parts, END])


def _rows_of(
    columns: Sequence[CopyColumn],
    lacks: NDArray[np.bool_],
    tails: Sequence[Sequence[bytes]],
    chosen: NDArray[np.int64],
) -> list[bytes]:
    """Give rows that lack the same values, in pieces."""
    widths = [-1 if lack else _width(column) for column, lack in zip(columns, lacks, strict=True)]
    layout: list[Any] = [("_fields", ">i2")]
    for column, width in zip(columns, widths, strict=True):
        layout.append((f"_{column.name}", ">i4"))
        if width > 0:
            layout.append((column.name, INTO.get(column.kind, f"S{width}")))
    made = np.empty(len(chosen), dtype=layout)
    made["_fields"] = len(columns) + len(tails)
    for column, width in zip(columns, widths, strict=True):
        made[f"_{column.name}"] = width
        if width > 0:
            made[column.name] = _values_of(column, chosen)
    step = 1 + 2 * len(tails)
    pieces = [b""] * (len(chosen) * step)
    pieces[::step] = _chunks(made.tobytes(), made.dtype.itemsize)
    for place, tail in enumerate(tails):
        values = list(map(tail.__getitem__, chosen.tolist()))
        lengths = np.fromiter(map(len, values), dtype=">i4", count=len(values))
        pieces[1 + 2 * place :: step] = _chunks(lengths.tobytes(), lengths.itemsize)
        pieces[2 + 2 * place :: step] = values
    return pieces


def _chunks(stream: bytes, width: int) -> list[bytes]:
    return [stream[at : at + width] for at in range(0, len(stream), width)]


def _width(column: CopyColumn) -> int:
    return len(column.values.encode()) if column.kind == "text" else INTO[column.kind].itemsize


def _values_of(column: CopyColumn, chosen: NDArray[np.int64]) -> Any:
    if column.kind == "text":
        return column.values.encode()
    if np.ndim(column.values) == 0:
        return column.values
    values = column.values[chosen]
    if column.kind != "points":
        return values
    points = np.zeros(len(chosen), dtype=POINTS)
    points["digits"], points["scale"] = 2, 2  # two digits to the base of 10,000
    points["whole"], points["rest"] = values // 100, values % 100 * 100
    return points
