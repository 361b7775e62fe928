"""Mapping of a sheet's columns to the fields of its kind."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence

from matchmaking.imports.columns.base import Column
from matchmaking.imports.labels import Label, plain, spellings, split_label

Mapped = dict[str, int]

# Numbers of rows: never an identity, whatever stands in them.
RUNNING = {"序号", "序", "no", "sn", "行号", "项次", "项目号", "item", "serialno", "serialnumber", "rowno", "num", "nr", "排序", "顺序号"}  # fmt: skip
# The column that our own sheet of rows to correct adds.
OURS = {"problems", "问题"}


def guess_mapping(header: Sequence[str], columns: Iterable[Column]) -> Mapped:
    """Return our columns by the position of theirs, by labels and synonyms.

    Labels come before synonyms, so that a sheet with both keeps both; a position is taken once.
    """
    listed = list(columns)
    places = _places(header, words_of(listed))
    mapping: Mapped = {}
    words = [
        *((column, (column.name, column.zh, column.en)) for column in listed),
        *((column, column.synonyms) for column in listed),
    ]
    for column, labels in words:
        if column.name in mapping:
            continue
        for word in labels:
            at = places.get(plain(word), places.get(split_label(word).key))
            if at is None or at in mapping.values() or not suits(column, header[at]):
                continue
            mapping[column.name] = at
            break
    return mapping


def _places(header: Sequence[str], words: set[str]) -> dict[str, int]:
    """Return positions by every way to read their labels; the whole label first.

    The heading of a group (所在地 above 省 and 市) counts where the label below it says nothing to us.
    """
    places: dict[str, int] = {}
    ways = [list(spellings(label)) for label in header]
    for way in ways:
        if len(way) > 1 and any(is_known(one, words) for one in way[:-1]):
            way.pop()
    most = max((len(way) for way in ways), default=0)
    for turn in range(most):
        for position, way in enumerate(ways):
            if turn < len(way) and (key := plain(way[turn])):
                places.setdefault(key, position)
        for position, way in enumerate(ways):
            if turn < len(way) and (key := split_label(way[turn]).key):
                places.setdefault(key, position)
    return places


def suits(column: Column, header: str) -> bool:
    """Return whether the unit in the header can be the column's: cartons are no pairs."""
    label = label_of(header)
    if plain(header) in RUNNING:
        return False
    if label.is_other:
        return column.unit == ""
    if label.per and column.per is None:
        return column.unit != "pairs"
    return True


def label_of(header: str) -> Label:
    labels = [split_label(way) for way in spellings(header)] or [Label("")]
    return next((label for label in labels if label.unit), labels[0])


def is_known(header: str, words: set[str]) -> bool:
    return any(
        plain(way) in words or split_label(way).key in words for way in spellings(header) if way
    )


def words_of(columns: Iterable[Column]) -> set[str]:
    found = set()
    for column in columns:
        for word in (column.name, column.zh, column.en, *column.synonyms):
            found |= {plain(word), split_label(word).key}
    return found - {""}


def header_hash(header: Sequence[str], dated: Iterable[int]) -> str:
    """Return a name for the header under which its mapping is remembered.

    Columns named by weeks (``dated``) move from month to month and do not count, nor does the
    column of problems in the sheet of rows to correct.
    """
    apart = set(dated)
    words = [
        plain(label)
        for position, label in enumerate(header)
        if position not in apart and plain(label) not in OURS
    ]
    return hashlib.sha256(json.dumps(words).encode()).hexdigest()


def fits(mapping: Mapping[str, int], header: Sequence[str], columns: Iterable[Column]) -> Mapped:
    """Return what of a remembered mapping is still possible with the header."""
    names = {column.name for column in columns}
    return {
        name: position
        for name, position in mapping.items()
        if name in names and 0 <= position < len(header)
    }
