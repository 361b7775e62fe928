"""Periodic runs of docking days."""

import datetime as dt

from matchmaking.core.database_clock import database_now
from matchmaking.docking.services import events
from matchmaking.notifications.periodic import periodic


@periodic("advance_docking_days", dt.timedelta(minutes=1))
def advance_docking_days(slot: dt.datetime) -> None:
    del slot  # whatever is due by now
    events.advance_due(at=database_now())
