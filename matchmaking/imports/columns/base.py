"""The parts of a kind of sheet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from matchmaking.core.localized import localized

if TYPE_CHECKING:
    from matchmaking.imports.cells import CellContext, Reader

Values = dict[str, Any]
Problem = dict[str, Any]


def as_written(value: Any) -> str:
    return str(value)


@dataclass(frozen=True)
class Column:
    """One column that we understand; both labels and all synonyms are taken in a header.

    ``example`` stands in the template's example row. A column that is not ``in_template`` is
    understood in the lists of others alone. ``show`` puts a value as the preview shows it.
    ``unit`` is "pairs", "money", "days" or "people", what a unit in the header must agree
    with; ``per`` the span of a rate. ``is_summed``: a merged cell cannot hold for each of its rows.
    ``is_private``: shown to the sender and to those who may see contacts.
    """

    name: str
    zh: str
    en: str
    read: Reader
    synonyms: Sequence[str] = ()
    required: bool = False
    example: str | Callable[[dt.date], str] = ""
    in_template: bool = True
    officers_only: bool = False
    width: int = 18
    show: Callable[[Any], str] = as_written
    unit: str = ""
    per: str | None = None
    is_summed: bool = False
    is_private: bool = False

    @property
    def label(self) -> str:
        return localized(self.zh, self.en)

    def example_on(self, today: dt.date) -> str:
        return self.example(today) if callable(self.example) else self.example


@dataclass(frozen=True)
class SheetKind:
    """The columns of one kind of import, and what only a whole row can tell.

    ``judge`` takes the values of a row, the options of the import and the context of its cells, may
    complete the values, and returns the row's problems. ``skip`` returns why the row is left out, "" when it is not. ``keys`` are
    the columns that may not repeat within a sheet. ``allowed`` are the columns whose
    values the template lists. ``has_weeks``: further columns may be named by ISO weeks.
    ``name`` is the column by which a reader knows a row; ``stands_in`` names columns that serve for a
    required one.
    """

    columns: Sequence[Column]
    judge: Callable[[Values, Mapping[str, Any], CellContext], list[Problem]]
    skip: Callable[[Values, Mapping[str, Any], CellContext], str]
    keys: Sequence[Sequence[str]]
    name: str
    allowed: Mapping[str, str] = field(default_factory=dict)
    stands_in: Mapping[str, Sequence[str]] = field(default_factory=dict)
    has_weeks: bool = False

    def column(self, name: str) -> Column | None:
        return next((column for column in self.columns if column.name == name), None)

    def for_role(self, *, officer: bool) -> list[Column]:
        return [column for column in self.columns if officer or not column.officers_only]


EXAMPLE_REFERENCE = "EXAMPLE-1"


def problem(column: str, message: str) -> Problem:
    return {"column": column, "message": message}
