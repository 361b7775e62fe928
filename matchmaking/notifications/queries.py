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
from matchmaking.notifications.models import Notification


@dataclass(frozen=True, slots=True)
class InboxLine:
    """A notification in the reader's words; ``url`` is empty when it leads nowhere any more."""

    notification: Notification
    label: str | Promise
    title: str | Promise
    url: str

    @property
    def is_unread(self) -> bool:
        return getattr(self.notification, "alike_unread", self.notification.read_at is None) > 0


def inbox_of(user: AbstractBaseUser | AnonymousUser) -> QuerySet[Notification]:
    return Notification.objects.visible_to(user).newest_of_topics(_bundled()).order_by("-id")


def _bundled() -> list[str]:
    return [kind.name for kind in kinds.all_kinds() if kind.one_line_per_topic]


def count_unread_lines(user: AbstractBaseUser | AnonymousUser) -> int:
    """Return how many lines of :func:`inbox_of` are unread: what belongs together counts once."""
    together = When(~Q(topic=""), kind__in=_bundled(), then=Concat("kind", Value(":"), "topic"))
    line = Case(together, default=Cast("pk", TextField()), output_field=TextField())
    unread = Notification.objects.visible_to(user).unread()
    return unread.aggregate(lines=Count(line, distinct=True))["lines"]  # type: ignore[no-any-return]


def _count_alike(notifications: Sequence[Notification]) -> None:
    """Note on rows that stand for many how many there are, by one query."""
    rows = [row for row in notifications if row.topic and row.kind in _bundled()]
    if not rows:
        return
    found = (
        Notification.objects.filter(
            recipient__in={row.recipient_id for row in rows},
            kind__in={row.kind for row in rows},
            topic__in={row.topic for row in rows},
        )
        .values_list("recipient", "kind", "topic")
        .annotate(every=Count("pk"), new=Count("pk", filter=Q(read_at=None)))
    )
    counts = {(user, kind, topic): (every, new) for user, kind, topic, every, new in found}
    for row in rows:
        every, new = counts[row.recipient_id, row.kind, row.topic]
        row.alike, row.alike_unread = every, new  # type: ignore[attr-defined]


def inbox_lines(notifications: Sequence[Notification]) -> list[InboxLine]:
    """Put ``notifications`` into words, in their order.

    The number of queries depends on the kinds among them, not on how many there are. Lines of
    a kind that no area knows any more are left out.
    """
    _count_alike(notifications)
    by_kind = sorted(notifications, key=lambda row: row.kind)
    for name, group in groupby(by_kind, key=lambda row: row.kind):
        kind = kinds.get(name)
        if kind and kind.prepare:
            kind.prepare(list(group))
    return [line for row in notifications if (line := _line(row))]


def _line(notification: Notification) -> InboxLine | None:
    kind = kinds.get(notification.kind)
    if kind is None:
        return None
    title, url = kind.headline(notification)
    return InboxLine(notification, kind.label, title, url)
