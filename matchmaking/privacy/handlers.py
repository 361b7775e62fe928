"""The clock of erasure."""

from __future__ import annotations

import datetime as dt

from celery.schedules import crontab

from matchmaking.core.database_clock import database_now
from matchmaking.notifications.periodic import periodic
from matchmaking.privacy import services


@periodic("erase_people", crontab(minute="25", hour="*"))
def erase_people(slot: dt.datetime) -> None:
    del slot  # whoever is due by now
    services.erase_due(at=database_now())
