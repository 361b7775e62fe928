"""Reads of the inbox."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import Case, Count, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Cast, Concat
from django.utils.functional import Promise

from matchmaking.notifications import kinds
from matchmaking.notifications.kinds import InboxRow
from matchmaking.notifications.models import Notification


@dataclass(frozen=True, slots=True)
class InboxLine:
    """A notification in the reader's language; ``url`` is empty when it leads nowhere any more."""

    notification: Notification
    label: str | Promise
    title: str | Promise
    url: str
    is_unread: bool


def inbox_of(user: AbstractBaseUser | AnonymousUser) -> QuerySet[Notification]:
    return Notification.objects.visible_to(user).newest_of_topics(_bundled()).order_by("-id")


def _bundled() -> list[str]:
    return [kind.name for kind in kinds.all_kinds() if kind.one_line_per_topic]


def count_unread_lines(user: AbstractBaseUser | AnonymousUser) -> int:
    """Return how many lines of :func:`inbox_of` are unread: what belongs together counts once."""
    # Counted by PostgreSQL: the bell asks on every page, and a person may have thousands of rows.
    together = When(~Q(topic=""), kind__in=_bundled(), then=Concat("kind", Value(":"), "topic"))
    line = Case(together, default=Cast("pk", TextField()), output_field=TextField())
    unread = Notification.objects.visible_to(user).unread()
    return unread.aggregate(lines=Count(line, distinct=True))["lines"]  # type: ignore[no-any-return]


def inbox_lines(notifications: Sequence[Notification]) -> list[InboxLine]:
    """Return label, title and address of ``notifications``, in their order.

    The number of queries depends on the kinds among them, not on how many there are. Lines of
    a kind that no area knows any more are left out.
    """
    rows = _counted(notifications)
    lines: dict[int, InboxLine] = {}
    by_kind = sorted(rows, key=lambda row: row.notification.kind)
    for name, group in groupby(by_kind, key=lambda row: row.notification.kind):
        kind = kinds.get(name)
        if kind is None:
            continue
        alike = list(group)
        for row, (title, url) in zip(alike, kind.headlines(alike), strict=True):
            lines[row.notification.pk] = InboxLine(
                row.notification, kind.label, title, url, is_unread=row.unread > 0
            )
    return [lines[row.pk] for row in notifications if row.pk in lines]


def _counted(notifications: Sequence[Notification]) -> list[InboxRow]:
    """Count, by one query, how many each row stands for that stands for all of its topic."""
    bundled = _bundled()
    several = [row for row in notifications if row.topic and row.kind in bundled]
    counts: dict[tuple[int, str, str], tuple[int, int]] = {}
    if several:
        found = (
            Notification.objects.filter(
                recipient__in={row.recipient_id for row in several},
                kind__in={row.kind for row in several},
                topic__in={row.topic for row in several},
            )
            .values_list("recipient", "kind", "topic")
            .annotate(every=Count("pk"), new=Count("pk", filter=Q(read_at=None)))
        )
        counts = {(user, kind, topic): (every, new) for user, kind, topic, every, new in found}
    return [
        InboxRow(
            row,
            *counts.get((row.recipient_id, row.kind, row.topic), (1, int(row.read_at is None))),
        )
        for row in notifications
    ]
