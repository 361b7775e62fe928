"""Deals that follow the clock, edited orders and ended matches."""

import datetime as dt
from collections.abc import Sequence

from celery.schedules import crontab

from matchmaking.core.database_clock import database_now
from matchmaking.deals.services import holds, intentions, quote_upkeep, rounds
from matchmaking.matching.services.base import PAIR_RELEASED
from matchmaking.notifications import outbox
from matchmaking.notifications.models import OutboxMessage
from matchmaking.notifications.periodic import periodic


@periodic("lapse_intentions", crontab(minute="35", hour="*"))
def lapse_intentions(slot: dt.datetime) -> None:
    del slot  # whatever is due by now
    intentions.lapse_due(at=database_now())


@outbox.handles("listings.post_changed", name="quotes")
def follow_changed_orders(messages: Sequence[OutboxMessage]) -> None:
    orders = {row.subject["id"] for row in messages if row.subject["model"] == "order"}
    quote_upkeep.follow_orders(orders=orders, at=database_now())


@outbox.handles(PAIR_RELEASED, name="quotes")
def follow_ended_matches(messages: Sequence[OutboxMessage]) -> None:
    matches = {row.subject["match"] for row in messages}
    quote_upkeep.follow_matches(matches=matches, at=database_now())


@periodic("open_sealed_quotes", crontab())
def open_sealed_quotes(slot: dt.datetime) -> None:
    """Open the rounds whose moment has come, each minute; a missed minute is made up for."""
    del slot
    rounds.open_due()


@periodic("expire_quotes", crontab(minute="20", hour="*"))
def expire_quotes(slot: dt.datetime) -> None:
    del slot  # whatever is due by now
    quote_upkeep.expire_due(at=database_now())


@periodic("end_holds", crontab(minute="50", hour="*"))
def end_holds(slot: dt.datetime) -> None:
    """Remind of holds that end soon, and give back the weeks of those that have ended."""
    del slot
    holds.remind_due(at=database_now())
    holds.end_due(at=database_now())
