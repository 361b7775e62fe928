"""What the inbox shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

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


def inbox_lines(notifications: Sequence[Notification]) -> list[InboxLine]:
    """Put ``notifications`` into words, in their order.

    The number of queries depends on the kinds among them, not on how many there are. Lines of
    a kind that no area knows any more are left out.
    """
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
