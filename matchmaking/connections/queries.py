"""Reads of connections, and the words and addresses of what they tell."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from matchmaking.connections.models import Attempt, Delivery, Endpoint, Event
from matchmaking.connections.states import DeliveryState
from matchmaking.core.links import absolute
from matchmaking.core.workbench import queues
from matchmaking.notifications import kinds
from matchmaking.notifications.kinds import InboxRow
from matchmaking.notifications.models import Notification

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.models import QuerySet

    from matchmaking.notifications.kinds import MailKind

TEST = "test"
WAITING = "officers_waiting"
# Told to a person and never to a company.
PERSONAL = frozenset({"claim_decided", "saved_search"})
MINUTE = dt.timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Line:
    """One event as a group reads it; ``url`` is absolute, or "" where it leads nowhere."""

    text: str
    url: str

    def __str__(self) -> str:
        return f"· {self.text} {self.url}".rstrip()


def kinds_of_companies() -> list[MailKind]:
    """Return the kinds of events that a company can be told of."""
    return [kind for kind in kinds.all_kinds() if kind.name not in PERSONAL]


def kind_label(name: str) -> str:
    own = {
        TEST: gettext_lazy("Test"),
        WAITING: gettext_lazy("Something waits for officers"),
    }
    known = kinds.get(name)
    return str(own.get(name) or (known.label if known else name))


def lines_of(events: Sequence[Event]) -> list[Line]:
    """Word each event as its reader's inbox does, in the active language and the events' order."""
    found: dict[int, Line] = {}
    by_kind: dict[str, list[Event]] = {}
    for event in events:
        by_kind.setdefault(event.kind, []).append(event)
    for name, rows in by_kind.items():
        found.update(zip((row.pk for row in rows), _lines(name, rows), strict=True))
    return [found[event.pk] for event in events]


def _lines(name: str, rows: Sequence[Event]) -> list[Line]:
    if name == TEST:
        text = _("This is a test: news of hand-in-hand arrive here.")
        return [Line(text, absolute("/")) for _row in rows]
    if name == WAITING:
        return [_waiting(row) for row in rows]
    known = kinds.get(name)
    if known is None:
        return [Line(name, "") for _row in rows]
    told = known.headlines([InboxRow(_notification(row)) for row in rows])
    return [Line(str(one.title), absolute(one.url) if one.url else "") for one in told]


def _waiting(row: Event) -> Line:
    queue: Any = queues.queues.get(row.subject["queue"])
    title = str(queue.title) if queue else row.subject["queue"]
    new, waiting = row.subject["new"], row.subject["waiting"]
    text = _("%(queue)s: %(new)s new, %(waiting)s wait") % {
        "queue": title,
        "new": new,
        "waiting": waiting,
    }
    return Line(text, absolute(queue.url) if queue else "")


def _notification(row: Event) -> Notification:
    """Return the inbox line of the event, unsaved: kinds word notifications, not events."""
    return Notification(
        pk=row.pk,
        kind=row.kind,
        fact=row.fact,
        topic=row.topic,
        subject=row.subject,
        company_id=row.company_id,
        recipient_id=row.reader_id or 0,
        created_at=row.happened_at,
    )


def counted(events: Iterable[Event]) -> str:
    """Count the events that a message had no room for, by kind."""
    counts = Counter(kind_label(event.kind) for event in events)
    total = sum(counts.values())
    each = ", ".join(f"{label} {count}" for label, count in sorted(counts.items()))
    head = ngettext("and %(count)s more", "and %(count)s more", total) % {"count": total}
    return f"{head} ({each})"


def deliveries_of(endpoint: Endpoint) -> QuerySet[Delivery]:
    return (
        endpoint.deliveries.select_related("event")
        .annotate(tries=Count("attempts"))
        .order_by("-pk")
    )


def attempts_of(endpoint: Endpoint) -> QuerySet[Attempt]:
    return endpoint.attempts.annotate(carried=Count("deliveries")).order_by("-began_at", "-pk")


def undelivered(endpoint: Endpoint) -> QuerySet[Delivery]:
    return endpoint.deliveries.filter(state=DeliveryState.FAILED)


def calls_of_last_minute(endpoint: Endpoint, at: dt.datetime) -> int:
    return endpoint.attempts.filter(began_at__gt=at - MINUTE).count()
