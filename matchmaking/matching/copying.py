"""Binary COPY out of PostgreSQL into numpy, without a Python object per row.

Every column is cast to a type of fixed width and has no NULL, so that all rows have one
length and the whole stream is one structured array. The format is that of PostgreSQL's
documentation of COPY, "Binary Format": big-endian, a 16-bit count of fields per row, a
32-bit length before each value.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray
from psycopg import Copy

HEADER = 19  # signature, flags, length of the extension, which is empty
END = b"\xff\xff"
ARRAY_HEAD = 20  # dimensions, flags, type of elements, length, lower bound
TYPES = {"bigint": (">i8", 8), "float": (">f8", 8), "uuid": ("S16", 16)}


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
    """Give the ``integer[]`` column as int32[rows, weeks]."""
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
