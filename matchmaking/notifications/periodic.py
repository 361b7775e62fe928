"""Periodic work, which the clock starts.

Beat names the work; the first one to come claims the slot and publishes it as a message, in
one transaction. So two beats do the work once, and a worker that dies in the middle of it, or
work that fails, is followed by another try.
"""

import datetime as dt
from collections.abc import Callable

import structlog
from django.conf import settings
from django.db import connection, transaction

from matchmaking.notifications import outbox
from matchmaking.notifications.models import ScheduledRun

log = structlog.get_logger(__name__)

KIND = "notifications.tick"
MINUTE = dt.timedelta(minutes=1)

Work = Callable[[dt.datetime], object]

_works: dict[str, Work] = {}

CLAIM = """
    INSERT INTO notifications_scheduledrun (name, slot)
    VALUES (%(name)s, to_timestamp(
        floor(extract(epoch FROM clock_timestamp()) / %(seconds)s) * %(seconds)s))
    ON CONFLICT (name, slot) DO NOTHING
    RETURNING slot
"""


def periodic(name: str) -> Callable[[Work], Work]:
    """Register the decorated function as the periodic work ``name`` (CELERY_BEAT_SCHEDULE).

    It is called with the moment of the slot, outside a transaction, and may be called again for
    one that failed half-way: it does whatever is due by then.
    """

    def register(work: Work) -> Work:
        if _works.get(name, work) is not work:
            raise ValueError(f"the periodic work {name} is registered already")
        _works[name] = work
        return work

    return register


@transaction.atomic
def claim(name: str) -> bool:
    """Claim the present slot of the work and publish it; False when somebody was first.

    A name that no area has registered is logged as an error and nothing happens.
    """
    if name not in _works:
        log.error("tick_unknown", name=name)
        return False
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, {"name": name, "seconds": _slot_length(name).total_seconds()})
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
    if ScheduledRun.objects.filter(name=name, slot__gt=slot).exists():
        raise outbox.Discard("a later run does this work")
    _works[name](slot)


def _slot_length(name: str) -> dt.timedelta:
    schedule = settings.CELERY_BEAT_SCHEDULE.get(name, {}).get("schedule")
    return schedule if isinstance(schedule, dt.timedelta) else MINUTE
