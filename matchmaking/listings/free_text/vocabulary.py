"""Words of the trade and what they name: rows of data, which officers can add to."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TypeAlias

from matchmaking.core.parsing.normalization import NormalizedText

DATA = Path(__file__).resolve().parent.parent / "data" / "trade_words.csv"
_WORD = re.compile(r"[a-z0-9]")
Row: TypeAlias = tuple[str, str, str]  # kind, word, codes parted by semicolons


class Kind(StrEnum):
    """A word's part of speech, so to say."""

    CATEGORY = "category"
    PART = "part"  # a part of a shoe: a category only where no shoe is named
    AGE = "age"  # before a category it makes a children's version
    CONSTRUCTION = "construction"
    CERTIFICATE = "certificate"
    UPPER = "upper"  # its material
    SOLE = "sole"  # its material
    PLACE = "place"  # without codes: known, and none of the clusters


@dataclass(frozen=True, slots=True)
class Mention:
    """A word at ``text[start:end]`` that names one of ``codes``; "" stands for something else."""

    start: int
    end: int
    word: str
    codes: tuple[str, ...]
    kind: Kind


class Vocabulary:
    """Words by kind, found in a text as the longest match at each place."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._words: dict[Kind, dict[str, list[tuple[str, tuple[str, ...]]]]] = {
            kind: {} for kind in Kind
        }
        for kind, written, codes in rows:
            word = _folded(written)
            entry = (word, tuple(codes.split(";")))
            self._words[Kind(kind)].setdefault(word[0], []).append(entry)
        for by_first in self._words.values():
            for entries in by_first.values():
                entries.sort(key=lambda entry: len(entry[0]), reverse=True)

    def find(self, plain: str, *kinds: Kind) -> list[Mention]:
        return list(self._mentions(plain, kinds))

    def _mentions(self, plain: str, kinds: tuple[Kind, ...]) -> Iterator[Mention]:
        position, end = 0, len(plain)
        tables = [(kind, self._words[kind]) for kind in kinds]
        while position < end:
            first = plain[position]
            found: Mention | None = None
            for kind, table in tables:
                mention = self._at(plain, position, kind, table.get(first, ()))
                if mention and (not found or mention.end > found.end):
                    found = mention
            if found:
                yield found
            position = found.end if found else position + 1

    @staticmethod
    def _at(
        plain: str, start: int, kind: Kind, entries: Iterable[tuple[str, tuple[str, ...]]]
    ) -> Mention | None:
        for word, codes in entries:
            if not plain.startswith(word, start):
                continue
            end = start + len(word)
            # Latin words end where letters do; Chinese has no such border.
            glued_before = word[0].isascii() and start and _LETTER.match(plain[start - 1])
            glued_after = word[-1].isascii() and end < len(plain) and _WORD.match(plain[end])
            if not glued_before and not glued_after:
                return Mention(start, end, word, codes, kind)
        return None


_LETTER = re.compile(r"[a-z]")


def _folded(word: str) -> str:
    return NormalizedText(word).plain.strip()


@cache
def shipped_rows() -> tuple[Row, ...]:
    with DATA.open(encoding="utf-8", newline="") as file:
        return tuple((row["kind"], row["word"], row["codes"]) for row in csv.DictReader(file))


@cache
def shipped() -> Vocabulary:
    return Vocabulary(shipped_rows())


def amended(rows: Iterable[Row], changes: Iterable[tuple[Row, bool]]) -> tuple[Row, ...]:
    """Return ``rows`` with changes: each takes the place of its word, or strikes it out."""
    words = {(kind, _folded(word)): (kind, word, codes) for kind, word, codes in rows}
    for (kind, word, codes), is_in_use in changes:
        key = (kind, _folded(word))
        words.pop(key, None)
        if is_in_use:
            words[key] = (kind, word, codes)
    return tuple(words.values())
