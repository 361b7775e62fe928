"""Periodic runs of policies."""

import datetime as dt

from celery.schedules import crontab

from matchmaking.core.database_clock import database_now
from matchmaking.notifications.periodic import periodic
from matchmaking.policies.services import applications


@periodic("remind_policy_deadlines", crontab(minute="20", hour="6"))
def remind_policy_deadlines(slot: dt.datetime) -> None:
    del slot  # whatever is due by now
    applications.remind_deadlines(at=database_now())


@periodic("ask_about_applications", crontab(minute="25", hour="6"))
def ask_about_applications(slot: dt.datetime) -> None:
    del slot  # as above
    applications.ask_due(at=database_now())
