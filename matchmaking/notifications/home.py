"""The part of notifications in the frame of each page and in the day's page."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser

from matchmaking.core.dashboard_registry import News
from matchmaking.notifications import queries

MOST_CHANGES = 6


def unread(user: AbstractBaseUser) -> int:
    return queries.count_unread_lines(user)


def changes(user: AbstractBaseUser, company: Any, since: dt.datetime) -> Iterator[News]:
    """Yield the inbox's lines since then, at most six, as news of the day's page."""
    del company
    rows = list(queries.inbox_of(user).filter(created_at__gt=since)[:MOST_CHANGES])
    for line in queries.inbox_lines(rows):
        if line.url:
            yield News("mail", line.title, line.url, line.notification.created_at, line.label)
