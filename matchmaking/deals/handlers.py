"""Deals that follow the clock, edited orders and ended matches; plans that wait for the worker."""

import datetime as dt
from collections.abc import Sequence

from celery.schedules import crontab
from django.db import transaction

from matchmaking.core import jobs
from matchmaking.core.database_clock import database_now
from matchmaking.deals import splitting
from matchmaking.deals.models import SplitPlan
from matchmaking.deals.services import holds, intentions, plans, quote_upkeep, rounds
from matchmaking.deals.states import PlanState
from matchmaking.matching.services.base import PAIR_RELEASED
from matchmaking.notifications import outbox
from matchmaking.notifications.models import OutboxMessage
from matchmaking.notifications.periodic import periodic

# The solvers are the worker's: the relay, which lacks them, waits for it this long.
PATIENCE = 600.0


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


@periodic("verify_sealed_quotes", crontab(minute="45", hour="3"))
def verify_sealed_quotes(slot: dt.datetime) -> None:
    rounds.verify_all(at=slot)


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


@periodic("lapse_parts", crontab(minute="40", hour="*"))
def lapse_parts(slot: dt.datetime) -> None:
    del slot  # whatever is due by now
    plans.lapse_due(at=database_now())


@outbox.handles(plans.SPLIT, patience=PATIENCE)
def split_order(messages: Sequence[OutboxMessage]) -> None:
    """Work out the plans of an order; a message that comes late or twice changes nothing."""
    for message in messages:
        plan = (
            SplitPlan.objects.select_related("order__company", "job")
            .filter(pk=message.subject["split_plan"], job=message.subject["job"])
            .first()
        )
        if plan is None or plan.job is None or plan.state != PlanState.COMPUTING:
            continue
        if plan.job.state not in jobs.OPEN:
            continue
        with transaction.atomic():
            job = jobs.begin(plan.job)
        problem = splitting.problem_of(plan, database_now())
        # No transaction is open while the solver works.
        figures = splitting.figures_of(problem)
        if not plans.record_figures(plan=plan, job_id=job.pk, figures=figures):
            # Somebody refused or gave up meanwhile: another job plans, or nobody needs to.
            with transaction.atomic():
                jobs.stop(job)
