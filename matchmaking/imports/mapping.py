"""Mapping of a sheet's columns to the fields of its kind."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence

from matchmaking.core import weeks
from matchmaking.imports import cells
from matchmaking.imports.columns import Column
from matchmaking.imports.vocabulary import plain

Mapped = dict[str, int]


def guess_mapping(header: Sequence[str], columns: Iterable[Column]) -> Mapped:
    """Return our columns by the position of theirs, by labels and synonyms.

    Labels come before synonyms, so that a sheet with both keeps both; a position is
    taken once.
    """
    places: dict[str, int] = {}
    for position, label in enumerate(header):
        places.setdefault(plain(label), position)
    mapping: Mapped = {}
    listed = list(columns)
    words = [
        *((column.name, (column.name, column.zh, column.en)) for column in listed),
        *((column.name, column.synonyms) for column in listed),
    ]
    for name, labels in words:
        if name in mapping:
            continue
        found = (places.get(plain(label)) for label in labels)
        free = (at for at in found if at is not None and at not in mapping.values())
        if (found_at := next(free, None)) is not None:
            mapping[name] = found_at
    return mapping


def week_columns(header: Sequence[str]) -> dict[int, dt.date]:
    """Return the positions whose header names an ISO week or a day, with the Mondays."""
    found: dict[int, dt.date] = {}
    for position, label in enumerate(header):
        try:
            found[position] = cells.as_week(label)
        except ValueError:
            continue
    return found


def week_span(header: Sequence[str]) -> str:
    """Return "2027-W05 … 2027-W16 (12)" for the page, "" without week columns."""
    mondays = sorted(week_columns(header).values())
    if not mondays:
        return ""
    return f"{weeks.label(mondays[0])} … {weeks.label(mondays[-1])} ({len(mondays)})"


def header_hash(header: Sequence[str]) -> str:
    """Return a name for the header under which its mapping is remembered.

    Week columns move from month to month and do not count.
    """
    in_weeks = week_columns(header)
    words = [plain(label) for position, label in enumerate(header) if position not in in_weeks]
    return hashlib.sha256(json.dumps(words).encode()).hexdigest()


def fits(mapping: Mapping[str, int], header: Sequence[str], columns: Iterable[Column]) -> Mapped:
    """Return what of a remembered mapping is still possible with the header."""
    names = {column.name for column in columns}
    return {
        name: position
        for name, position in mapping.items()
        if name in names and 0 <= position < len(header)
    }
