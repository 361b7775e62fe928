"""Plans of rows: told before anything is written, and carried out as they were told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from matchmaking.imports.models import RowAction, RowOutcome

if TYPE_CHECKING:
    from matchmaking.imports.checking import Reading
    from matchmaking.imports.columns import Problem

# Label, value now, value after the import.
Change = tuple[str, str, str]


@dataclass
class RowPlan:
    """The decision about one row.

    ``target`` is what is changed, None for what is created; ``data`` is what the writer of its kind
    needs. ``notes`` say what of the row is not taken. ``pairs`` are published or ordered by it,
    ``leaving`` those that it takes off the market.
    """

    outcome: RowOutcome
    action: str = ""
    problems: Sequence[Problem] = ()
    changes: Sequence[Change] = ()
    notes: list[str] = field(default_factory=list)
    target: Any = None
    data: Mapping[str, Any] = field(default_factory=dict)
    pairs: int = 0
    leaving: int = 0


def ready(action: RowAction, **facts: Any) -> RowPlan:
    return RowPlan(RowOutcome.READY, action, **facts)


def left_out(reason: str, **facts: Any) -> RowPlan:
    return RowPlan(RowOutcome.SKIPPED, problems=[{"column": "", "message": reason}], **facts)


def refused(problems: Sequence[Problem]) -> RowPlan:
    return RowPlan(RowOutcome.FAILED, problems=problems)


def waiting(problems: Sequence[Problem]) -> RowPlan:
    return RowPlan(RowOutcome.ASKED, problems=problems)


def undecided(reading: Reading) -> RowPlan | None:
    """Return the plan of a row that cannot be imported as it was read, None of one that can."""
    if reading.skip:
        return left_out(reading.skip)
    if reading.is_wrong:
        return refused(reading.problems)
    if reading.is_asked:
        return waiting(reading.problems)
    return None
