"""A split from the asking for plans to the deals of all its parts.

Order of locks: the plan, then what an intention locks. Nobody who holds one of those waits for
a plan.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts import queries as accounts
from matchmaking.core import jobs
from matchmaking.core.errors import Conflict, DomainError, InvalidInput, NotAllowed
from matchmaking.core.transitions import check_transition
from matchmaking.deals import rules
from matchmaking.deals.models import SplitPart, SplitPlan
from matchmaking.deals.services import intentions
from matchmaking.deals.services.intentions import Figures
from matchmaking.deals.states import (
    PART_TRANSITIONS,
    PLAN_TRANSITIONS,
    PartState,
    PlanState,
)
from matchmaking.listings.models import CapacityOffer
from matchmaking.listings.post_locking import lock_post
from matchmaking.listings.states import PostState
from matchmaking.matching.models import Match
from matchmaking.matching.services.base import lock_match
from matchmaking.matching.services.messages import check_can_write
from matchmaking.matching.states import MatchSide
from matchmaking.notifications import outbox
from matchmaking.notifications.services import notify

if TYPE_CHECKING:
    from accounts.models import User
    from matchmaking.listings.models import ProcessingOrder

SPLIT = "deals.split_order"
PLAN_PART = "plan_part"
PLAN_NEWS = "plan_news"


@transaction.atomic
def ask_plans(
    *, order: ProcessingOrder, by: User, at: dt.datetime, on_behalf: bool = False
) -> SplitPlan:
    """Ask the worker for the plans of a splittable order.

    :raises Conflict: when the order is not on the market, stays whole, or has a plan already
    """
    may = rules.can_act_on_intentions(by) if on_behalf else rules.can_plan(by, order)
    if not may:
        raise NotAllowed(_("Only the brand itself can split its order."), code="not_yours")
    if order.state != PostState.PUBLISHED or not order.splittable:
        raise Conflict(
            _("Only an order on the market that may be split can be planned."),
            code="not_splittable",
        )
    try:
        with transaction.atomic():
            plan = SplitPlan.objects.create(
                order=order, asked_by=by, asked_at=at, is_on_behalf=on_behalf
            )
    except IntegrityError:
        raise Conflict(_("This order has a plan already."), code="planned") from None
    _compute(plan, by)
    return plan


@transaction.atomic
def ask_again(*, plan: SplitPlan, by: User, at: dt.datetime) -> SplitPlan:
    """Have the worker plan anew with today's weeks.

    :raises IllegalTransition: while factories are asked, or when it has ended
    """
    del at  # the worker reads the clock when it plans
    plan = _lock(plan, by)
    if plan.state != PlanState.READY:
        raise Conflict(_("It is not the moment to plan anew."), code="not_ready")
    _compute(plan, by)
    return plan


def _compute(plan: SplitPlan, by: User | None) -> None:
    """Leave the plan to the worker: a job to watch, and an outbox row that makes it begin."""
    if plan.state != PlanState.COMPUTING:
        _move(plan, PlanState.COMPUTING)
    plan.job = jobs.start_job(kind=SPLIT, by=by, total=1)
    plan.save()
    outbox.publish(
        kind=SPLIT,
        dedupe_key=f"split:{plan.code}:{plan.job.pk}",
        subject={"split_plan": plan.pk, "job": plan.job.pk},
    )


@transaction.atomic
def record_figures(*, plan: SplitPlan, job_id: int, figures: dict[str, Any]) -> bool:
    """Keep what the worker found; return whether it was still waited for."""
    plan = SplitPlan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
    if plan.state != PlanState.COMPUTING or plan.job_id != job_id or plan.job is None:
        return False
    plan.figures = figures
    plan.round += 1
    _move(plan, PlanState.READY)
    plan.save()
    jobs.finish(plan.job, {"plans": len(figures["plans"])})
    if plan.parts.exists():
        _tell_brand(plan, f"round:{plan.round}")
    return True


@transaction.atomic
def choose(*, plan: SplitPlan, aim: str, number: int, by: User, at: dt.datetime) -> SplitPlan:
    """Ask the factories of one of the plans for their parts; "" asks nobody else.

    Parts that stand from a round before stay as they are.

    :raises Conflict: when another round has come since, or there would be no part at all
    """
    plan = _lock(plan, by)
    if plan.state != PlanState.READY or plan.round != number:
        raise Conflict(
            _("Other plans have come since you looked: look at them first."),
            code="version_conflict",
        )
    chosen = next((each for each in plan.figures["plans"] if each["aim"] == aim), None)
    if chosen is None and aim:
        raise InvalidInput(_("Choose one of the plans."), field="aim")
    parts = chosen["parts"] if chosen else []
    if not parts and not plan.parts.live().exists():
        raise Conflict(_("No factory has a part in this plan."), code="empty")
    first = dt.date.fromisoformat(plan.figures["first_week"])
    for each in parts:
        match = lock_match(Match.objects.get(code=each["match"]))
        check_can_write(match, MatchSide.ORDER)
        part = SplitPart.objects.create(
            plan=plan,
            match=match,
            factory=match.offer.company,
            pairs=each["pairs"],
            unit_price=(Decimal(each["cents"]) / each["pairs"] / 100).quantize(Decimal("0.01")),
            first_week=first,
            weeks=each["weeks"],
            asked_at=at,
        )
        _tell_factory(part, "asked")
    plan.aim, plan.chosen_by = aim, by
    plan.is_on_behalf = not rules.can_plan(by, plan.order)
    _move(plan, PlanState.ASKED)
    plan.save()
    _conclude(plan, at)
    return plan


@transaction.atomic
def accept_part(*, part: SplitPart, by: User, at: dt.datetime) -> SplitPart:
    """Agree to the own part. With the last of them all parts become confirmed deals at once.

    :raises Conflict: when it is no longer asked for
    """
    plan, part = _lock_part(part, by)
    _answer(part, PartState.ACCEPTED, by, at)
    _conclude(plan, at)
    part.refresh_from_db()
    return part


@transaction.atomic
def refuse_part(*, part: SplitPart, by: User, at: dt.datetime, note: str = "") -> SplitPart:
    """Refuse the own part: the rest is planned anew, what others agreed to stays."""
    plan, part = _lock_part(part, by)
    _answer(part, PartState.REFUSED, by, at, note=note)
    _plan_rest(plan)
    return part


@transaction.atomic
def drop(*, plan: SplitPlan, by: User, at: dt.datetime) -> SplitPlan:
    """Give the plan up; who was asked, or has agreed, is told that nothing comes of it.

    :raises IllegalTransition: when it has ended
    """
    plan = _lock(plan, by)
    _move(plan, PlanState.DROPPED)
    plan.ended_at = at
    plan.save()
    for part in plan.parts.live().in_full():
        _set(part, PartState.RELEASED)
        _tell_factory(part, "released")
    if plan.job is not None:
        jobs.request_cancel(job=plan.job)
    return plan


def patience() -> dt.timedelta:
    """Return how long a factory has to answer."""
    return dt.timedelta(days=settings.PART_DAYS)


def lapse_due(*, at: dt.datetime) -> int:
    """Take every part that its factory has not answered in time as refused; return how many."""
    limit = at - patience()
    due = SplitPart.objects.filter(state=PartState.ASKED, asked_at__lte=limit)
    lapsed = 0
    for plan_id in due.values_list("plan", flat=True).order_by("plan").distinct():
        with transaction.atomic():
            plan = SplitPlan.objects.select_for_update(of=("self",)).get(pk=plan_id)
            # Judged again under the lock: an answer may have come by now.
            late = [part for part in plan.parts.in_full() if _is_late(part, limit)]
            for part in late:
                _set(part, PartState.LAPSED)
            if late:
                _plan_rest(plan)
            lapsed += len(late)
    return lapsed


def _is_late(part: SplitPart, limit: dt.datetime) -> bool:
    return part.state == PartState.ASKED and part.asked_at <= limit


def _plan_rest(plan: SplitPlan) -> None:
    """Have the worker plan what is left. The brand sees it first: nobody else is told."""
    if plan.state == PlanState.READY:
        # A refusal during the choice: what the page shows counted on that factory.
        plan.round += 1
    if plan.job is not None:
        jobs.request_cancel(job=plan.job)
    _compute(plan, plan.chosen_by)


def _conclude(plan: SplitPlan, at: dt.datetime) -> None:
    """Turn the parts into confirmed deals, all or none, once nobody is left to answer.

    A part whose weeks were taken meanwhile falls like one that was refused.
    """
    parts = list(plan.parts.live().in_full().order_by("match"))
    if plan.state != PlanState.ASKED or any(part.state == PartState.ASKED for part in parts):
        return
    # Two plans of the same factories take their offers in one order, or they would deadlock.
    for offer in sorted({part.match.offer_id for part in parts}):
        lock_post(CapacityOffer(pk=offer))
    fallen: SplitPart | None = None
    try:
        with transaction.atomic():
            for part in parts:
                fallen = part
                _make_deal(plan, part, at)
    except DomainError as refused:
        if fallen is None:
            raise
        part = SplitPart.objects.in_full().get(pk=fallen.pk)
        part.note = str(refused.message)[:1000]
        _set(part, PartState.RELEASED)
        _tell_factory(part, "released")
        _plan_rest(plan)
        return
    _move(plan, PlanState.AGREED)
    plan.ended_at = at
    plan.save()
    _tell_brand(plan, "agreed")


def _make_deal(plan: SplitPlan, part: SplitPart, at: dt.datetime) -> None:
    if plan.chosen_by is None or part.answered_by is None:
        raise Conflict(_("Somebody who agreed has left."), code="left")
    mondays = [monday for monday, _pairs in part.by_week]
    figures = Figures(
        pairs=part.pairs,
        unit_price=part.unit_price,
        first_week=mondays[0],
        last_week=mondays[-1],
    )
    intention = intentions.propose(
        match=part.match,
        side=MatchSide.ORDER,
        figures=figures,
        by=plan.chosen_by,
        at=at,
        on_behalf=plan.is_on_behalf,
    )
    part.intention = intentions.confirm(
        intention=intention,
        side=MatchSide.OFFER,
        number=intention.terms.number if intention.terms else 0,
        by=part.answered_by,
        at=at,
    )
    _set(part, PartState.DEALT)


def _lock(plan: SplitPlan, by: User) -> SplitPlan:
    rows = SplitPlan.objects.select_related("order__company", "job")
    plan = rows.select_for_update(of=("self",)).get(pk=plan.pk)
    if not (rules.can_plan(by, plan.order) or rules.can_act_on_intentions(by)):
        raise NotAllowed(_("Only the brand itself can split its order."), code="not_yours")
    return plan


def _lock_part(part: SplitPart, by: User) -> tuple[SplitPlan, SplitPart]:
    rows = SplitPlan.objects.select_related("order__company", "job", "chosen_by")
    plan = rows.select_for_update(of=("self",)).get(pk=part.plan_id)
    part = SplitPart.objects.in_full().get(pk=part.pk)
    if not rules.can_answer_part(by, part):
        raise NotAllowed(_("Only the factory itself can answer."), code="not_yours")
    if part.state != PartState.ASKED:
        raise Conflict(_("This part is no longer asked for."), code="not_asked")
    return plan, part


def _answer(
    part: SplitPart, state: PartState, by: User, at: dt.datetime, *, note: str = ""
) -> None:
    part.answered_by, part.answered_at, part.note = by, at, note
    _set(part, state)


def _set(part: SplitPart, state: PartState) -> None:
    check_transition(PART_TRANSITIONS, PartState(part.state), state)
    part.state = state
    part.save()


def _move(plan: SplitPlan, state: PlanState) -> None:
    check_transition(PLAN_TRANSITIONS, PlanState(plan.state), state)
    plan.state = state


def _tell_factory(part: SplitPart, fact: str) -> None:
    notify(
        kind=PLAN_PART,
        recipients=list(accounts.members_of(part.factory).values_list("pk", flat=True)),
        fact=f"{part.code}:{fact}",
        subject={"split_part": part.pk},
        company_id=part.factory_id,
        topic=f"part:{part.code}",
    )


def _tell_brand(plan: SplitPlan, fact: str) -> None:
    company = plan.order.company
    notify(
        kind=PLAN_NEWS,
        recipients=list(accounts.members_of(company).values_list("pk", flat=True)),
        fact=f"{plan.code}:{fact}",
        subject={"split_plan": plan.pk},
        company_id=company.pk,
        topic=f"plan:{plan.code}",
    )
