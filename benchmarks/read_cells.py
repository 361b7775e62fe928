"""Cells as people write them against what the parsers make of them; non-zero below the goals.

make read-cells                     the cells that the project keeps
make read-cells CASES=path.csv      another file of the same form

A row has a kind, a cell, and either its reading or the readings that must be asked about
(parted by |, "?" for a cell that must not be understood).
"""

from __future__ import annotations

import csv
import datetime as dt
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from matchmaking.core import weeks as iso_weeks
from matchmaking.core.parsing import answers, days, durations, money, numbers, weeks
from matchmaking.core.parsing.outcomes import Outcome, Read
from matchmaking.listings.free_text.vocabulary import Kind
from matchmaking.listings.term_index import shipped_terms

DEFAULT = Path(__file__).parents[1] / "tests" / "listings" / "cells.csv"
TODAY = dt.date(2026, 11, 30)
ENOUGH_READ = 0.85
UNREAD = "?"


@dataclass
class Tally:
    """How many cells were read right, asked about as they should be, or neither."""

    read: int = 0
    asked: int = 0
    wrong: int = 0
    notes: list[str] = field(default_factory=list)

    @property
    def cells(self) -> int:
        return self.read + self.asked + self.wrong

    def summary(self) -> str:
        share = 100 * self.read / self.cells
        return f"cells={self.cells} read={self.read} ({share:.1f} %) asked={self.asked} wrong={self.wrong}"

    def meets_goals(self) -> bool:
        return not self.wrong and self.read >= ENOUGH_READ * self.cells


def _words(outcome: Outcome[Any], write: Callable[[Any], str]) -> str:
    if outcome is None:
        return UNREAD
    if isinstance(outcome, Read):
        return write(outcome.value)
    return "|".join(write(reading.value) for reading in outcome.readings)


def _price(value: money.Money) -> str:
    pairs = f"/{value.pairs}" if value.pairs > 1 else ""
    return f"{_number(value.amount)} {value.currency}{pairs}"


def _number(value: Decimal) -> str:
    return format(value.normalize(), "f")


def _range(cell: str) -> tuple[str, bool]:
    found = numbers.read_range(cell)
    if found is None:
        return UNREAD, False
    ends = ["" if end is None else _number(end) for end in (found.low, found.high)]
    return ends[0] if ends[0] == ends[1] else "-".join(ends), True


def _terms(kind: Kind) -> Callable[[str], tuple[str, bool]]:
    def read(cell: str) -> tuple[str, bool]:
        found = shipped_terms().read_all(cell, kind)
        if found.unknown or not (found.codes or found.asked):
            return UNREAD, False
        if found.asked:
            return "|".join(code for _, codes in found.asked for code in codes), False
        return ";".join(sorted(found.codes)), True

    return read


def _reader(
    read: Callable[[str], Outcome[Any]], write: Callable[[Any], str] = str
) -> Callable[[str], tuple[str, bool]]:
    def read_cell(cell: str) -> tuple[str, bool]:
        outcome = read(cell)
        return _words(outcome, write), isinstance(outcome, Read)

    return read_cell


def _answer(cell: str) -> tuple[str, bool]:
    answer = answers.read_yes_no(cell)
    return (UNREAD, False) if answer is None else ("yes" if answer else "no", True)


def _term(kind: Kind) -> Callable[[str], tuple[str, bool]]:
    return _reader(lambda cell: shipped_terms().read(cell, kind))


READERS: dict[str, Callable[[str], tuple[str, bool]]] = {
    "pairs": _reader(numbers.read_pairs),
    "minimum": _reader(numbers.read_least_pairs),
    "plan": _reader(numbers.read_planned_pairs),
    "workers": _range,
    "price": _reader(money.read_money, _price),
    "day": _reader(lambda cell: days.read_day(cell, TODAY)),
    "week": _reader(lambda cell: weeks.read_week(cell, TODAY), iso_weeks.label),
    "due": _reader(lambda cell: weeks.read_due_week(cell, TODAY), iso_weeks.label),
    "start": _reader(lambda cell: weeks.read_start_week(cell, TODAY), iso_weeks.label),
    "days": _reader(durations.read_days),
    "answer": _answer,
    "certificates": _terms(Kind.CERTIFICATE),
    "category": _term(Kind.CATEGORY),
    "categories": _terms(Kind.CATEGORY),
    "construction": _term(Kind.CONSTRUCTION),
    "upper": _term(Kind.UPPER),
    "sole": _term(Kind.SOLE),
}


def measure(path: Path) -> Tally:
    """Read every cell of the file and compare."""
    tally = Tally()
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found, is_read = READERS[row["kind"]](row["cell"])
            wanted = row["reading"] or row["readings_asked"]
            same = found == wanted and is_read == bool(row["reading"])
            tally.read += same and is_read
            tally.asked += same and not is_read
            tally.wrong += not same
            if not same:
                verb = "read as" if is_read else "asked as"
                tally.notes.append(f"{row['kind']} {row['cell']!r}: {verb} {found} for {wanted}")
    return tally


def main(arguments: list[str]) -> int:
    tally = measure(Path(arguments[0]) if arguments else DEFAULT)
    print(*tally.notes, tally.summary(), sep="\n")
    return 0 if tally.meets_goals() else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
