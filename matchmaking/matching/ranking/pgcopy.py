"""Binary COPY between PostgreSQL and numpy, without a Python object per value.

On the way out every column is cast to a type of fixed width and has no NULL, so that all rows have one
length and the whole stream is one structured array. The format is that of PostgreSQL's
documentation of COPY, "Binary Format": big-endian, a 16-bit count of fields per row, a
32-bit length before each value.
"""

import datetime as dt
import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from django.db import connection
from numpy.typing import NDArray
from psycopg import Copy

HEADER = 19  # signature, flags, length of the extension, which is empty
END = b"\xff\xff"
ARRAY_HEAD = 20  # dimensions, flags, type of elements, length, lower bound
TYPES = {"bigint": ">i8", "integer": ">i4", "smallint": ">i2", "float": ">f8", "uuid": "S16"}

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
    "timestamptz": np.dtype(">i8"),
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
            fields.append((name, TYPES[kind]))
    return np.dtype(fields)


@dataclass(frozen=True, slots=True, eq=False)
class ByteRows:
    """A byte string a row, without a Python object each: a matrix, and which of its bytes count."""

    values: NDArray[np.uint8]
    counts: NDArray[np.bool_]

    @classmethod
    def of(cls, strings: Sequence[bytes]) -> "ByteRows":
        lengths = np.fromiter(map(len, strings), dtype=np.int64, count=len(strings))
        width = int(lengths.max(initial=1))
        values = np.array(strings, dtype=f"S{width}").view(np.uint8).reshape(-1, width)
        return cls(values, np.arange(width) < lengths[:, None])

    @classmethod
    def joined(cls, parts: "Sequence[ByteRows]") -> "ByteRows":
        values = np.concatenate([part.values for part in parts], axis=1)
        return cls(values, np.concatenate([part.counts for part in parts], axis=1))

    @classmethod
    def of_records(cls, records: NDArray[np.void]) -> "ByteRows":
        values = np.ascontiguousarray(records).view(np.uint8)
        values = values.reshape(len(records), records.dtype.itemsize)
        return cls(values, np.ones(values.shape, dtype=bool))

    def __len__(self) -> int:
        return len(self.values)

    def at(self, rows: NDArray[Any]) -> "ByteRows":
        return ByteRows(self.values[rows], self.counts[rows])

    def lengths(self) -> NDArray[np.int64]:
        lengths: NDArray[np.int64] = np.count_nonzero(self.counts, axis=1)
        return lengths

    def stream(self) -> bytes:
        return self.values[self.counts].tobytes()

    def tolist(self) -> list[bytes]:
        ends = np.cumsum(self.lengths()).tolist()
        stream = self.stream()
        return [stream[start:end] for start, end in zip([0, *ends], ends, strict=False)]


@dataclass(frozen=True, slots=True, eq=False)
class CopyColumn:
    """A column on its way in: a value a row, or one for all, and where it is NULL.

    ``kind`` is a type of PostgreSQL, or ``points`` for hundredths that go to a ``numeric``.
    Values are an array, one number, one moment, one text, or :class:`ByteRows` for ``bytea``
    and ``text``.
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


def table_of(columns: Sequence[CopyColumn]) -> tuple[str, list[Any]]:
    """Give rows as a subquery for a statement, with its parameters.

    Arrays go as text and bytes as one string that is cut on the server: psycopg would quote
    every element, which takes longer than the update of its row.
    """
    selected, arrays = [], []
    shared: list[Any] = []
    params: list[Any] = []
    for column in columns:
        name, values = column.name, column.values
        if isinstance(values, ByteRows):
            lengths = values.lengths()
            arrays += [(f"{name}_start", "integer"), (f"{name}_length", "integer")]
            params += [pg_array(np.cumsum(lengths) - lengths + 1), pg_array(lengths)]
            shared.append(values.stream())
            piece = f"substring(%s::bytea from {name}_start for {name}_length)"
            selected.append(
                f"{piece} as {name}"
                if column.kind == "bytea"
                else f"convert_from({piece}, 'UTF8') as {name}"
            )
        elif np.ndim(values) == 0:
            shared.append(values)
            selected.append(f"%s::{column.kind} as {name}")
        else:
            arrays.append((name, "integer" if column.kind == "points" else column.kind))
            params.append(pg_array(values, column.absent))
            selected.append(f"{name} / 100.0 as {name}" if column.kind == "points" else name)
    unnested = ", ".join(f"%s::{kind}[]" for _, kind in arrays)
    names = ", ".join(name for name, _ in arrays)
    # Names of our own columns; all values are parameters.
    sql = f"(select {', '.join(selected)} from unnest({unnested}) as given ({names}))"  # noqa: S608
    return sql, [*shared, *params]


def pg_array(values: NDArray[Any], absent: NDArray[np.bool_] | None = None) -> str:
    """Give numbers as the text of an array, NULL where they are absent."""
    texts = list(map(str, values.tolist()))
    for row in np.flatnonzero(absent).tolist() if absent is not None else ():
        texts[row] = "NULL"
    return f"{{{','.join(texts)}}}"


class CopyWriter:
    """Copies batches of rows into a table, each while the caller makes the next.

    The server writes on one core what numpy makes on the other. Until the ``with`` block
    ends the connection belongs to the copies: no other query may run.
    """

    def __init__(self, table: str) -> None:
        connection.ensure_connection()
        # Not Django's connection: that belongs to the thread that made it.
        self._table, self._connection = table, connection.connection
        self._executor = ThreadPoolExecutor(1)
        self._last: Future[None] | None = None

    def __enter__(self) -> Self:
        return self

    def write(self, columns: Sequence[CopyColumn], rows: int) -> None:
        """Hand over a batch once the one before is written; raises what that one raised."""
        names = ", ".join(column.name for column in columns)
        sql, stream = f"copy {self._table} ({names}) from stdin", stream_of(columns, rows)
        self._wait()
        self._last = self._executor.submit(self._copy, f"{sql} (format binary)", stream)

    def __exit__(self, *raised: object) -> None:
        try:
            self._wait()
        finally:
            self._executor.shutdown()

    def _wait(self) -> None:
        last, self._last = self._last, None
        if last is not None:
            last.result()

    def _copy(self, sql: str, stream: bytes) -> None:
        with self._connection.cursor() as cursor, cursor.copy(sql) as copy:
            copy.write(stream)


def stream_of(columns: Sequence[CopyColumn], rows: int) -> bytes:
    """Give rows as the stream of a binary COPY.

    All are laid out at the width of the longest, then the bytes that a row does not have are
    left out: no Python runs for a single row.
    """
    layout: list[Any] = [("_fields", ">i2")]
    for column in columns:
        layout.append((f"_{column.name}", ">i4"))
        if width := _width(column):
            layout.append((column.name, _type(column, width)))
    made = np.zeros(rows, dtype=layout)
    counts = np.ones((rows, made.dtype.itemsize), dtype=bool)
    made["_fields"] = len(columns)
    for column in columns:
        width = _width(column)
        made[f"_{column.name}"] = (
            column.values.lengths() if isinstance(column.values, ByteRows) else width
        )
        if not width:
            continue
        made[column.name] = _values_of(column)
        start = made.dtype.fields[column.name][1]  # type: ignore[index]
        if isinstance(column.values, ByteRows):
            counts[:, start : start + width] = column.values.counts
        if column.absent is not None:
            made[f"_{column.name}"][column.absent] = -1
            counts[column.absent, start : start + width] = False
    body = made.view(np.uint8).reshape(counts.shape)[counts]
    return b"".join([SIGNATURE, body.tobytes(), END])


def _width(column: CopyColumn) -> int:
    if isinstance(column.values, ByteRows):
        return int(column.values.values.shape[1])
    return len(column.values.encode()) if column.kind == "text" else INTO[column.kind].itemsize


def _type(column: CopyColumn, width: int) -> Any:
    if isinstance(column.values, ByteRows):
        return (np.uint8, (width,))
    return INTO.get(column.kind, f"S{width}")


def _values_of(column: CopyColumn) -> Any:
    if isinstance(column.values, ByteRows):
        return column.values.values
    if column.kind == "text":
        return column.values.encode()
    if column.kind == "timestamptz":
        return pg_timestamp(column.values)
    if column.kind != "points":
        return column.values
    points = np.zeros(len(column.values), dtype=POINTS)
    points["digits"], points["scale"] = 2, 2  # two digits to the base of 10,000
    points["whole"], points["rest"] = column.values // 100, column.values % 100 * 100
    return points
