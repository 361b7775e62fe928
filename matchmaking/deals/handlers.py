"""Periodic runs of deals."""

import datetime as dt

from celery.schedules import crontab

from matchmaking.core.database_clock import database_now
from matchmaking.deals.services import intentions
from matchmaking.notifications.periodic import periodic


@periodic("lapse_intentions", crontab(minute="35", hour="*"))
def lapse_intentions(slot: dt.datetime) -> None:
    del slot  # whatever is due by now
    intentions.lapse_due(at=database_now())
