"""Periodic runs of docking days, and schedules that wait for a worker."""

import datetime as dt
from collections.abc import Sequence

from matchmaking.core.database_clock import database_now
from matchmaking.docking.services import attendance, events, runs
from matchmaking.notifications import outbox
from matchmaking.notifications.models import OutboxMessage
from matchmaking.notifications.periodic import periodic

PATIENCE = 30.0  # seconds in the queue: the relay has no solvers loaded


@periodic("advance_docking_days", dt.timedelta(minutes=1))
def advance_docking_days(slot: dt.datetime) -> None:
    del slot  # whatever is due by now
    events.advance_due(at=database_now())


@outbox.handles(runs.MESSAGE, patience=PATIENCE)
def draw_up(messages: Sequence[OutboxMessage]) -> None:
    for message in messages:
        runs.work(run_id=message.subject["run"], job_id=message.subject["job"])


@periodic("settle_docking_tables", dt.timedelta(minutes=1))
def settle_docking_tables(slot: dt.datetime) -> None:
    del slot  # whatever is due by now
    attendance.settle_due(at=database_now())
