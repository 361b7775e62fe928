"""State and rows of an import, as its page shows them."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db.models import Case, Count, QuerySet, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from matchmaking.core.formatting import weeks_in_words
from matchmaking.core.states import JobState
from matchmaking.imports.added_kinds import added_kinds
from matchmaking.imports.columns import SHEETS
from matchmaking.imports.labels import LEVELS
from matchmaking.imports.models import ImportBatch, ImportKind, ImportRow, RowAction, RowOutcome
from matchmaking.imports.questions import Question, from_json

if TYPE_CHECKING:
    from accounts.models import User

READ = "imports.read"
CHECK = "imports.check"
RUN = "imports.run"
UNDO = "imports.undo"
DECIDED = (RowOutcome.CREATED, RowOutcome.UPDATED, RowOutcome.UNCHANGED)


class Stage(StrEnum):
    """The stage of an import, derived from its last job."""

    READING = "reading"
    UNREADABLE = "unreadable"
    READY = "ready"
    RUNNING = "running"
    CANCELLED = "cancelled"
    DONE = "done"
    UNDOING = "undoing"
    UNDONE = "undone"

    @property
    def label(self) -> str:
        """The stage in the reader's words."""
        return {
            Stage.READING: _("Being read"),
            Stage.UNREADABLE: _("Not readable"),
            Stage.READY: _("Ready to import"),
            Stage.RUNNING: _("Being imported"),
            Stage.CANCELLED: _("Stopped"),
            Stage.DONE: _("Imported"),
            Stage.UNDOING: _("Being undone"),
            Stage.UNDONE: _("Undone"),
        }[self]

    @property
    def tone(self) -> str:
        """The tone of the stage's badge."""
        return {
            Stage.READING: "info",
            Stage.UNREADABLE: "bad",
            Stage.READY: "brand",
            Stage.RUNNING: "info",
            Stage.CANCELLED: "neutral",
            Stage.DONE: "ok",
            Stage.UNDOING: "info",
            Stage.UNDONE: "neutral",
        }[self]

    @property
    def is_moving(self) -> bool:
        return self in {Stage.READING, Stage.RUNNING, Stage.UNDOING}


def stage_of(batch: ImportBatch) -> Stage:
    """Return the stage that the last job and its state make."""
    job = batch.job
    if job is None or (job.kind == READ and job.state in {JobState.FAILED, JobState.CANCELLED}):
        return Stage.UNREADABLE
    is_open = job.state in {JobState.QUEUED, JobState.RUNNING}
    if job.kind == UNDO:
        if is_open:
            return Stage.UNDOING
        # Rows that were built on may be tried once more, as after the import itself.
        kept = sum(job.result.get(key, 0) for key in (RowOutcome.CREATED, RowOutcome.UPDATED))
        return Stage.DONE if kept or job.state != JobState.DONE else Stage.UNDONE
    if job.kind != RUN:
        return Stage.READING if is_open else Stage.READY
    if is_open:
        return Stage.RUNNING
    return Stage.DONE if job.state == JobState.DONE else Stage.CANCELLED


def batches_of(user: User) -> QuerySet[ImportBatch]:
    """Return the imports that the person may see, newest first, without their files."""
    return (
        ImportBatch.objects.visible_to(user)
        .select_related("job", "company", "created_by")
        # A file of 2 MB a row would be read for each line of the list.
        .defer("content", "header", "mapping", "answers", "questions", "facts", "sums")
        .order_by("-id")
    )


def last_result(batch: ImportBatch) -> dict[str, int]:
    return {**dict.fromkeys(RowOutcome.values, 0), **(batch.job.result if batch.job else {})}


def counts_of(batch: ImportBatch) -> dict[str, int]:
    """Return the number of rows by outcome, every outcome named, and their ``total``."""
    found = dict(
        batch.rows.order_by()
        .values_list("outcome")
        .annotate(Count("pk"))
        .values_list("outcome", "pk__count")
    )
    return {
        **{outcome: found.get(outcome, 0) for outcome in RowOutcome.values},
        "total": sum(found.values()),
    }


def is_blocked(batch: ImportBatch) -> bool:
    return any(one["is_blocking"] and not one["chosen"] for one in batch.questions)


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of one fate, as the page lists them: a key for the address, a name, how many they are."""

    key: str
    label: str
    count: int
    tone: str


_TONES: dict[str, str] = {
    RowAction.CREATE: "brand",
    RowAction.UPDATE: "info",
    RowOutcome.ASKED: "warn",
    RowOutcome.FAILED: "bad",
    RowOutcome.CREATED: "ok",
    RowOutcome.UPDATED: "ok",
}


def parts_of(batch: ImportBatch) -> list[Part]:
    """Return the rows by what will happen to each, or what has; ready ones by their action."""
    found = Counter(batch.rows.order_by().values_list("outcome", "action"))
    parts = []
    for action, label in RowAction.choices:
        count = found[RowOutcome.READY, action]
        parts.append(
            Part(f"{RowOutcome.READY}-{action}", str(label), count, _TONES.get(action, "neutral"))
        )
    bare = found[RowOutcome.READY, ""]
    parts.append(Part(RowOutcome.READY.value, str(RowOutcome.READY.label), bare, "brand"))
    for outcome, label in RowOutcome.choices:
        if outcome != RowOutcome.READY:
            count = sum(n for (one, _action), n in found.items() if one == outcome)
            parts.append(Part(outcome, str(label), count, _TONES.get(outcome, "neutral")))
    return [part for part in parts if part.count]


def rows_of(batch: ImportBatch, key: str = "") -> QuerySet[ImportRow]:
    """Return the rows of a part, of all for "": those first that a person must look at."""
    rows = batch.rows.all()
    outcome, _, action = key.partition("-")
    if outcome in RowOutcome.values:
        return rows.filter(outcome=outcome, **({"action": action} if action else {})).order_by("pk")
    order = [RowOutcome.FAILED, RowOutcome.ASKED, RowOutcome.SKIPPED]
    place = Case(
        *(When(outcome=one, then=Value(at)) for at, one in enumerate(order)), default=Value(9)
    )
    return rows.order_by(place, "pk")


@dataclass(frozen=True, slots=True)
class CellLine:
    """One cell as sent, and what was read of it where that reads differently."""

    label: str
    cell: str
    read: str
    is_wrong: bool = False


@dataclass(frozen=True, slots=True)
class RowLine:
    """One row as the page shows it: what will happen, why, and its cells beside what they say."""

    row: ImportRow
    name: str
    label: str
    tone: str
    sentences: Sequence[tuple[str, str]]
    cells: Sequence[CellLine]


def row_lines(
    batch: ImportBatch, rows: Iterable[ImportRow], *, with_contacts: bool
) -> list[RowLine]:
    """Return the rows with their problems, and those cells that we read, contacts only to whom they may be shown."""
    sheet = SHEETS[batch.kind]
    columns = read_columns(batch)
    name_at = batch.mapping.get(sheet.name, batch.mapping.get("own_reference"))
    lines = []
    for row in rows:
        wrong = {one["column"] for one in row.problems}
        sentences = []
        for one in row.problems:
            column = sheet.column(one["column"])
            sentences.append((column.label if column else one["column"], one["message"]))
        found = []
        for position, (name, label, is_private) in columns.items():
            cell = row.cells[position] if position < len(row.cells) else ""
            shown = row.shown.get(str(position), "")
            if is_private and not with_contacts and cell:
                cell, shown = "•••", ""
            if cell or name in wrong:
                found.append(CellLine(label, cell, shown, name in wrong))
        name = row.cells[name_at] if name_at is not None and name_at < len(row.cells) else ""
        key = row.action if row.outcome == RowOutcome.READY and row.action else row.outcome
        fate = RowAction(key).label if key in RowAction.values else row.get_outcome_display()
        tone = _TONES.get(key, "neutral")
        lines.append(RowLine(row, name, str(fate), tone, sentences, found))
    return lines


def read_columns(batch: ImportBatch) -> dict[int, tuple[str, str, bool]]:
    """Return name, label and privacy of each of their columns that is read, by its position."""
    sheet = SHEETS[batch.kind]
    found = {
        position: (name, column.label, column.is_private)
        for name, position in batch.mapping.items()
        if (column := sheet.column(name))
    }
    if sheet.has_weeks:
        for position, label in batch.sums.get("dated", {}).items():
            theirs = batch.header[int(position)].replace(LEVELS, " ")
            found.setdefault(int(position), (theirs, label, False))
    return dict(sorted(found.items()))


def sum_facts(batch: ImportBatch) -> list[str]:
    """Return what the ready rows come to, in sentences: firms or posts, pairs, weeks, what leaves the market."""
    sums = batch.sums
    ready = sum(sums.get(action, 0) for action in RowAction.values)
    if not ready:
        return []
    added = added_kinds.get(batch.kind)
    found = [added.counted(ready) if added else _counted(batch.kind, ready)]
    if sums.get("named_pairs"):
        first, *rest = [dt.date.fromisoformat(day) for day in sums["weeks"]]
        found.append(
            _("%(pairs)s pairs in %(count)s weeks, %(weeks)s")
            % {
                "pairs": f"{sums['named_pairs']:,}",
                "count": sums["week_count"],
                "weeks": weeks_in_words(first, rest[-1] if rest else first),
            }
        )
    elif sums.get("pairs"):
        found.append(_("%(pairs)s pairs") % {"pairs": f"{sums['pairs']:,}"})
    if sums.get("leaving"):
        found.append(
            _("%(pairs)s published pairs leave the market") % {"pairs": f"{sums['leaving']:,}"}
        )
    return found


def _counted(kind: str, ready: int) -> str:
    noun = {
        ImportKind.COMPANIES: ngettext("%(number)s company", "%(number)s companies", ready),
        ImportKind.ORDERS: ngettext("%(number)s order", "%(number)s orders", ready),
        ImportKind.OFFERS: ngettext(
            "%(number)s capacity offer", "%(number)s capacity offers", ready
        ),
    }[ImportKind(kind)]
    return noun % {"number": f"{ready:,}"}


def questions_of(batch: ImportBatch) -> list[Question]:
    asked = [from_json(one) for one in batch.questions]
    return sorted(asked, key=lambda one: (not one.is_open, not one.is_blocking))


def rows_to_correct(batch: ImportBatch) -> Iterator[Sequence[str]]:
    """Yield the wrong rows as they were sent, with their problems in one more cell."""
    sheet = SHEETS[batch.kind]
    wrong = batch.rows.filter(outcome__in=[RowOutcome.FAILED, RowOutcome.ASKED])
    for row in wrong.order_by("pk").iterator():
        sentences = []
        for problem in row.problems:
            column = sheet.column(problem["column"])
            name = column.label if column else problem["column"]
            sentences.append(f"{name}: {problem['message']}" if name else problem["message"])
        yield [*row.cells, " ".join(sentences)]
