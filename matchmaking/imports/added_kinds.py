"""Kinds of sheets that areas above import: columns, plans, writing and undoing, registered by them.

Reading, mapping, questions, preview, progress and the pages are this area's for every kind.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Protocol

from matchmaking.core.registry import Registry
from matchmaking.imports.columns import SHEETS

if TYPE_CHECKING:
    from accounts.models import User
    from matchmaking.imports.cells import CellContext
    from matchmaking.imports.checking import Reading
    from matchmaking.imports.columns import SheetKind
    from matchmaking.imports.models import ImportKind, ImportRow
    from matchmaking.imports.plans import RowPlan
    from matchmaking.imports.tables import TableLine
    from matchmaking.imports.writers import Written


class RowPlanner(Protocol):
    """Decides about the rows of one sheet, in their order."""

    def plan(self, reading: Reading, line: TableLine) -> RowPlan: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedKind:
    """A kind of sheet for officers.

    ``planner`` gets the context of the cells, the options of the import and the moment; ``write`` a plan that
    is ready, ``undo`` a row that was created, both in a savepoint. ``counted`` says how many are ready.
    """

    kind: ImportKind
    sheet: SheetKind
    planner: Callable[[CellContext, Mapping[str, Any], dt.datetime], RowPlanner]
    write: Callable[[RowPlan, User, dt.datetime], Written]
    undo: Callable[[ImportRow, User, dt.datetime], None]
    allowed: Callable[[Any], bool]
    counted: Callable[[int], str]


added_kinds: Registry[AddedKind] = Registry("kind of sheet", key=attrgetter("kind"))


def register(added: AddedKind) -> None:
    added_kinds.register(added)
    SHEETS[added.kind] = added.sheet
