"""Queues that wait for officers, and the figures of the landing page. Areas register theirs."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from django.db.models import Count, Min, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise

from matchmaking.core import business_time
from matchmaking.core.registry import Registry
from matchmaking.core.workbench import tables

Text = str | Promise
KEPT = "_workbench_queues"
PausesFinder = Callable[[Sequence[Any]], Mapping[Any, Sequence[business_time.Span]]]


def no_pauses(rows: Sequence[Any]) -> Mapping[Any, Sequence[business_time.Span]]:
    del rows
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """Rows that wait for a decision since the moment in ``since``.

    ``url_name`` and ``query`` lead to the list that shows exactly ``rows()``. ``answering`` are
    rows that wait for their company meanwhile, ``pauses`` finds the times in which others did:
    the promise of ``late_after`` counts working days and leaves those out.
    """

    key: str
    title: Text
    icon: str
    place: int
    url_name: str
    query: str
    rows: Callable[[], QuerySet[Any]]
    since: str
    allowed: Callable[[Any], bool]
    late_after: dt.timedelta = dt.timedelta(days=2)
    answering: Callable[[], QuerySet[Any]] | None = None
    pauses: PausesFinder = no_pauses

    @property
    def url(self) -> str:
        return f"{reverse(self.url_name)}?{self.query}"

    @property
    def minutes(self) -> int:
        """Return how many office minutes a row may wait: those of as many working days."""
        days = self.late_after / dt.timedelta(days=1)
        if days < 1:
            return round(self.late_after.total_seconds() / 60)
        return round(days * business_time.minutes_of_day())

    def due_at(
        self, since: dt.datetime, pauses: Sequence[business_time.Span] = ()
    ) -> dt.datetime | None:
        """Return until when a row is promised an answer; None without office hours."""
        try:
            return business_time.due_at(since, self.minutes, pauses)
        except business_time.NeverDue:
            return None


@dataclass(frozen=True, slots=True)
class QueueStatus:
    """Length and age of a queue now; ``late`` of it wait longer than was promised."""

    queue: Queue
    count: int
    oldest: dt.datetime | None
    late: int = 0

    @property
    def age(self) -> str:
        return tables.age(self.oldest)

    @property
    def is_late(self) -> bool:
        return self.oldest is not None and timezone.now() - self.oldest > self.queue.late_after


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of a panel. ``tone`` is "", ok, warn or bad."""

    label: Text
    value: str | int
    tone: str = ""


@dataclass(frozen=True, slots=True)
class DashboardPanel:
    """A block of figures on the landing page, with the list behind it."""

    title: Text
    figures: Iterable[Figure]
    url: str = ""
    note: Text = ""


PanelProvider = Callable[[HttpRequest], DashboardPanel | None]

queues: Registry[Queue] = Registry("queue", key=attrgetter("key"), place=attrgetter("place"))
register_queue = queues.register
# A provider that returns None adds no block.
panel_providers: Registry[PanelProvider] = Registry("provider of a panel")
register_panel = panel_providers.register


def queues_of(model: type) -> list[Queue]:
    """Return the queues in which rows of that model wait."""
    return [queue for queue in queues.ordered() if queue.rows().model is model]


def is_waiting(row: Any) -> bool:
    return any(queue.rows().filter(pk=row.pk).exists() for queue in queues_of(type(row)))


def answer_by(row: Any) -> dt.datetime | None:
    """Return until when the row's company is promised an answer; None where it waits in no queue."""
    for queue in queues_of(type(row)):
        since = getattr(row, queue.since, None)
        if since is not None:
            return queue.due_at(since, queue.pauses([row]).get(row.pk, ()))
    return None


def statuses(request: HttpRequest) -> list[QueueStatus]:
    """Return the status of the reader's queues: one query each, once per request."""
    # The sidebar, the landing page and the lists all ask within one request.
    kept: list[QueueStatus] | None = getattr(request, KEPT, None)
    if kept is None:
        kept = statuses_of(request.user)
        setattr(request, KEPT, kept)
    return kept


def statuses_of(user: Any) -> list[QueueStatus]:
    return [_status(queue) for queue in queues.ordered() if queue.allowed(user)]


def panels(request: HttpRequest) -> list[DashboardPanel]:
    return [
        panel for provider in panel_providers.ordered() if (panel := provider(request)) is not None
    ]


def _status(queue: Queue) -> QueueStatus:
    limit = Q(**{f"{queue.since}__lt": timezone.now() - queue.late_after})
    found = queue.rows().aggregate(
        waiting=Count("pk"), oldest=Min(queue.since), late=Count("pk", filter=limit)
    )
    return QueueStatus(queue, found["waiting"], found["oldest"], found["late"])
