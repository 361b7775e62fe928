"""The list of all that waits: rows of every queue, by deadline."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db.models import Q
from django.utils import timezone

from matchmaking.casework.models import Case, CaseNote
from matchmaking.core import business_time
from matchmaking.core.folding import fold
from matchmaking.core.workbench import queues
from matchmaking.core.workbench.queues import Queue
from matchmaking.core.workbench.tables import change_url

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from django.db.models import QuerySet

MOST_OF_A_QUEUE = 300
NEW, IN_HAND, WITH_COMPANY, OVERDUE = "new", "in_hand", "with_company", "overdue"
STAGES = (OVERDUE, NEW, IN_HAND, WITH_COMPANY)


@dataclass(frozen=True, slots=True)
class Filters:
    """Of the list: "" and None mean any."""

    queue: str = ""
    stage: str = ""
    mine: bool = False
    text: str = ""

    @property
    def query(self) -> str:
        """Return the filters as a query string, without those that are not set."""
        values = {
            "queue": self.queue,
            "stage": self.stage,
            "mine": "1" if self.mine else "",
            "q": self.text,
        }
        return urlencode({name: value for name, value in values.items() if value})


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """One row that waits. ``minutes`` are office minutes, ``paused`` those of the company's time."""

    queue: Queue
    row: Any
    name: str
    firm: str
    url: str
    since: dt.datetime
    due: dt.datetime | None
    minutes: int
    paused: int
    stage: str
    case: Case | None
    is_guessed: bool

    @property
    def is_overdue(self) -> bool:
        return self.stage == OVERDUE

    @property
    def stage_key(self) -> int:
        return STAGES.index(self.stage)


def waiting(user: Any, filters: Filters, *, at: dt.datetime) -> list[WaitingRow]:
    """Return the rows of the person's queues that pass the filters, the soonest due first.

    What waits for a company has no deadline and stands last.
    """
    found: list[WaitingRow] = []
    for queue in queues.queues.ordered():
        if not queue.allowed(user) or (filters.queue and filters.queue != queue.key):
            continue
        found += _rows(queue, at)
    wanted = filters.text
    kept = [
        row
        for row in found
        if (not filters.stage or row.stage == filters.stage)
        and (not filters.mine or (row.case is not None and row.case.assigned_to_id == user.pk))
        and (not wanted or is_named(wanted, f"{row.name} {row.firm}"))
    ]
    latest = dt.datetime.max.replace(tzinfo=dt.UTC)
    return sorted(kept, key=lambda row: (row.due or latest, row.since, row.queue.key, row.row.pk))


def is_named(wanted: str, name: str) -> bool:
    """Return whether the name contains what was typed, however: folded, by pinyin or its initials."""
    typed = fold(wanted)
    if not typed or typed in fold(name):
        return True
    if not typed.isascii():
        return False
    # A dictionary of 40,000 characters, which the other pages of the site do without.
    from pypinyin import lazy_pinyin  # noqa: PLC0415

    spelt = lazy_pinyin(name)
    return typed in "".join(spelt) or typed in "".join(one[:1] for one in spelt)


def _rows(queue: Queue, at: dt.datetime) -> Iterable[WaitingRow]:
    rows = _read(queue.rows(), queue)
    answering = _read(queue.answering(), queue) if queue.answering else []
    cases = {
        case.row_id: case
        for case in Case.objects.filter(
            queue=queue.key, row_id__in=[row.pk for row in (*rows, *answering)]
        ).select_related("assigned_to")
    }
    pauses = queue.pauses([*rows, *answering])
    for row in rows:
        yield _waiting_row(queue, row, pauses, cases.get(row.pk), at, is_answering=False)
    for row in answering:
        yield _waiting_row(queue, row, pauses, cases.get(row.pk), at, is_answering=True)


def _read(rows: QuerySet[Any], queue: Queue) -> list[Any]:
    names = {field.name for field in rows.model._meta.get_fields()}  # noqa: SLF001 - Django's documented name
    related = rows.select_related("company") if "company" in names else rows
    return list(related.order_by(queue.since, "pk")[:MOST_OF_A_QUEUE])


def _waiting_row(
    queue: Queue,
    row: Any,
    pauses: Mapping[Any, Sequence[business_time.Span]],
    case: Case | None,
    at: dt.datetime,
    *,
    is_answering: bool,
) -> WaitingRow:
    own = list(pauses.get(row.pk, ()))
    since: dt.datetime = getattr(row, queue.since)
    due = None if is_answering else queue.due_at(since, own)
    total = business_time.minutes_between(since, at)
    counted = business_time.minutes_between(since, at, own)
    if is_answering:
        stage = WITH_COMPANY
    elif due is not None and due <= at:
        stage = OVERDUE
    else:
        stage = IN_HAND if case is not None and case.assigned_to_id else NEW
    site: Any = admin.site.get_model_admin(type(row))
    firm = getattr(row, "company", None)
    last = timezone.localtime(due or at, timezone.get_default_timezone()).date()
    return WaitingRow(
        queue=queue,
        row=row,
        name=site.row_name(row),
        firm=str(firm) if firm is not None else "",
        url=change_url(row),
        since=since,
        due=due,
        minutes=counted,
        paused=total - counted,
        stage=stage,
        case=case,
        is_guessed=not business_time.is_announced(last),
    )


def is_in_hand(row: Any) -> bool:
    keys = [queue.key for queue in queues.queues_of(type(row))]
    found = Case.objects.filter(queue__in=keys, row_id=row.pk, assigned_to__isnull=False)
    return found.exists()


def colleagues() -> QuerySet[Any]:
    """Return the people who may take cases, by name."""
    right = Q(
        user_permissions__content_type__app_label="casework",
        user_permissions__codename="work_on_case",
    ) | Q(
        groups__permissions__content_type__app_label="casework",
        groups__permissions__codename="work_on_case",
    )
    people = get_user_model().objects.filter(is_staff=True, is_active=True)
    return people.filter(right | Q(is_superuser=True)).distinct().order_by("name", "pk")


def notes_on(row: Any) -> QuerySet[CaseNote]:
    """Return the notes on a row of any queue, the newest first."""
    keys = [queue.key for queue in queues.queues_of(type(row))]
    found = CaseNote.objects.filter(case__queue__in=keys, case__row_id=row.pk)
    return found.select_related("by", "handed_to").order_by("-at", "-pk")
