"""Periodic runs, each claimed once per slot and delivered through the outbox.

Beat names the work; the first one to come claims the slot and publishes it as a message, in
one transaction. So two beats do the work once, and a worker that dies in the middle of it, or
work that fails, is followed by another try.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

import structlog
from celery.schedules import crontab
from django.db import connection, transaction

from matchmaking.core.registry import Registry
from matchmaking.notifications import outbox
from matchmaking.notifications.models import ScheduledRun

log = structlog.get_logger(__name__)

KIND = "notifications.tick"
TASK = "notifications.tick"
MINUTE = dt.timedelta(minutes=1)

Work = Callable[[dt.datetime], object]


@dataclass(frozen=True, slots=True)
class PeriodicRun:
    """A function that Celery beat starts by ``schedule``, a timedelta or Celery's crontab."""

    name: str
    schedule: dt.timedelta | crontab
    work: Work


periodic_runs: Registry[PeriodicRun] = Registry("periodic run", key=attrgetter("name"))

# The slot is computed by the database's clock, so that beats on machines whose clocks differ
# claim the same row; the unique constraint lets one of them in.
CLAIM = """
    INSERT INTO notifications_scheduledrun (name, slot)
    VALUES (%(name)s, to_timestamp(
        floor(extract(epoch FROM clock_timestamp()) / %(seconds)s) * %(seconds)s))
    ON CONFLICT (name, slot) DO NOTHING
    RETURNING slot
"""


def periodic(name: str, schedule: dt.timedelta | crontab) -> Callable[[Work], Work]:
    """Register the decorated function as the periodic work ``name``.

    It is called with the moment of the slot, outside a transaction, and may be called again for
    one that failed half-way: it does whatever is due by then.
    """

    def register(work: Work) -> Work:
        periodic_runs.register(PeriodicRun(name, schedule, work))
        return work

    return register


@transaction.atomic
def claim(name: str) -> bool:
    """Claim the present slot of the work and publish it; False when somebody was first.

    A name that no area has registered is logged as an error and nothing happens.
    """
    known = periodic_runs.get(name)
    if known is None:
        log.error("tick_unknown", name=name)
        return False
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, {"name": name, "seconds": _slot_length(known).total_seconds()})
        claimed = cursor.fetchone()
    if claimed is None:
        return False
    slot = claimed[0].isoformat()
    return outbox.publish(
        kind=KIND, dedupe_key=f"tick:{name}:{slot}", subject={"name": name, "slot": slot}
    )


def run(name: str, slot: dt.datetime) -> None:
    """Do the work of the slot.

    :raises Discard: when a later slot was claimed, which does this one's work too
    """
    # After an outage the messages of many slots are due: the newest does the work of all.
    if ScheduledRun.objects.filter(name=name, slot__gt=slot).exists():
        raise outbox.Discard("a later run does this work")
    periodic_runs[name].work(slot)


def beat_schedule() -> dict[str, dict[str, Any]]:
    """Return the registered runs as Celery's ``beat_schedule``: each claims its slot by name."""
    return {
        run.name: {"task": TASK, "schedule": run.schedule, "args": [run.name]}
        for run in periodic_runs.ordered()
    }


def _slot_length(run: PeriodicRun) -> dt.timedelta:
    return run.schedule if isinstance(run.schedule, dt.timedelta) else MINUTE
