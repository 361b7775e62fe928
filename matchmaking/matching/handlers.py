"""Announcements, expiries and reminders of matches. Runs in the worker."""

import datetime as dt
from collections.abc import Sequence

from celery.schedules import crontab

from matchmaking.core.database_clock import database_now
from matchmaking.matching.services import announcements, endings
from matchmaking.matching.services.announcements import ANNOUNCED_TOGETHER, FOUND
from matchmaking.notifications import outbox
from matchmaking.notifications.models import OutboxMessage
from matchmaking.notifications.periodic import periodic


@outbox.handles(FOUND)
def announce_new_matches(messages: Sequence[OutboxMessage]) -> None:
    matches = sorted(
        {pk for message in messages for pk in announcements.announced_ids(message.subject)}
    )
    for start in range(0, len(matches), ANNOUNCED_TOGETHER):
        announcements.announce_matches(matches=matches[start : start + ANNOUNCED_TOGETHER])


@periodic("expire_matches", dt.timedelta(minutes=5))
def expire_matches(slot: dt.datetime) -> None:
    del slot  # whatever is due by now
    endings.expire_due_matches(at=database_now())


@periodic("remind_matches", crontab(minute="20", hour="*"))
def remind_matches(slot: dt.datetime) -> None:
    del slot  # whatever is due by now
    endings.remind_due_matches(at=database_now())
