"""The way between an order with its conversations and the engine's values of a split.

Only factories that talk with the brand are looked at: their weeks and prices are open to it,
so that no plan tells of anybody what its reader does not know.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from accounts.choices import SizeBand
from matchmaking.core.trade_day import trade_week
from matchmaking.deals.models import Intention
from matchmaking.deals.states import ENDED_STATES, LIVE_PARTS, PartState
from matchmaking.engine.splitting.explaining import Unused, explain_unused
from matchmaking.engine.splitting.relaxations import Relaxation, relaxations
from matchmaking.engine.splitting.scenarios import scenarios
from matchmaking.engine.splitting.types import Factory, Order, Plan, PriceBreak
from matchmaking.listings.states import PostState
from matchmaking.matching.models import Match
from matchmaking.matching.states import MatchState

if TYPE_CHECKING:
    from matchmaking.deals.models import SplitPart, SplitPlan
    from matchmaking.listings.models import CapacityOffer, ProcessingOrder

CENTS = 100
WEEKS_BEHIND = 4  # weeks after the due week that a relaxation may offer
SMALL = (SizeBand.UNDER_100, SizeBand.FROM_100)
PAUSED, OTHER_CATEGORY, NO_PRICE, HAS_DEAL, SAID_NO = (
    "paused", "category", "no_price", "has_deal", "said_no",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Problem:
    """What is left of an order to place, and who may take a part of it.

    ``order`` is None where nothing is left that may be placed. A factory's code is the code of
    its match; ``unasked`` counts those that match and do not talk yet.
    """

    order: Order | None
    factories: Sequence[Factory]
    first_week: dt.date
    unasked: int


def problem_of(plan: SplitPlan, at: dt.datetime) -> Problem:
    """Read the order, its conversations and the parts that stand; by six queries."""
    order = plan.order
    parts = list(plan.parts.select_related("match"))
    kept = [part for part in parts if part.state in LIVE_PARTS]
    silent = {part.factory_id for part in parts if part.state not in (*LIVE_PARTS, PartState.DEALT)}
    deals = _live_deals(order)
    first = max(filter(None, (order.earliest_start, trade_week(at))))
    left = (order.pairs or 0) - sum(part.pairs for part in kept) - sum(deals.values())
    most = (order.most_factories or 1) - len(kept) - len(deals)
    weeks = (order.due_week - first).days // 7 + 1 if order.due_week else 0
    taken = {part.factory_id for part in kept}
    talking = Match.objects.filter(order=order, state=MatchState.MUTUAL).unblocked()
    rows = [
        match
        for match in talking.select_related("offer__company").order_by("-score", "pk")
        if match.offer.company_id not in taken
    ]
    categories = _categories([match.offer for match in rows])
    factories = [
        _factory(match, first, weeks, _obstacle(match, categories, deals, silent)) for match in rows
    ]
    part = order.smallest_part or 1
    values = None
    if weeks > 0 and most > 0 and left >= part:
        values = Order(pairs=left, weeks=weeks, smallest_part=part, most_factories=most)
    unasked = Match.objects.filter(order=order, state=MatchState.PROPOSED).count()
    return Problem(order=values, factories=factories, first_week=first, unasked=unasked)


def figures_of(problem: Problem) -> dict[str, Any]:
    """Return the five plans, reasons and relaxations as JSON; amounts are whole cents.

    Solves: for the worker alone.
    """
    common = {"first_week": problem.first_week.isoformat(), "unasked": problem.unasked}
    if problem.order is None:
        return common | {"pairs": 0, "weeks": 0, "plans": [], "unused": [], "relaxations": []}
    order, factories = problem.order, problem.factories
    plans = scenarios(order, factories)
    cheapest = plans[0]
    return common | {
        "pairs": order.pairs,
        "weeks": order.weeks,
        "smallest_part": order.smallest_part,
        "most_factories": order.most_factories,
        "plans": [_plan(plan) for plan in plans],
        "unused": [_unused(one, factories) for one in explain_unused(order, factories, cheapest)],
        "relaxations": [_relaxation(one) for one in relaxations(order, factories, cheapest)],
    }


def _plan(plan: Plan) -> dict[str, Any]:
    parts = [
        {"match": part.factory, "pairs": part.pairs, "cents": part.cents, "weeks": part.weeks}
        for part in plan.parts
    ]
    return {"aim": plan.aim, "parts": parts, "short": plan.short, "is_proved": plan.is_proved}


def _unused(one: Unused, factories: Sequence[Factory]) -> dict[str, Any]:
    obstacle = next(each.obstacle for each in factories if each.code == one.factory)
    return {
        "match": one.factory,
        "reason": obstacle or one.reason,
        "has": one.has,
        "needs": one.needs,
        "cents": one.cents,
    }


def _relaxation(one: Relaxation) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "before": one.before,
        "after": one.after,
        "pairs": one.pairs,
        "cents": round(one.cents),
        "match": one.factory,
    }


def _live_deals(order: ProcessingOrder) -> dict[int, int]:
    """Return the pairs that the order's live deals carry, by factory."""
    rows = Intention.objects.filter(order=order).exclude(state__in=ENDED_STATES)
    return {row.factory_id: row.standing.pairs for row in rows.select_related("terms", "confirmed")}


def _categories(offers: Sequence[CapacityOffer]) -> Mapping[int, set[int]]:
    found: dict[int, set[int]] = {offer.pk: set() for offer in offers}
    if offers:
        through = type(offers[0]).categories.through
        rows = through.objects.filter(capacityoffer__in=found)
        for offer, category in rows.values_list("capacityoffer", "category"):
            found[offer].add(category)
    return found


def _obstacle(
    match: Match, categories: Mapping[int, set[int]], deals: Mapping[int, int], silent: set[int]
) -> str | None:
    offer = match.offer
    if offer.company_id in deals:
        return HAS_DEAL
    if offer.company_id in silent:
        return SAID_NO
    if offer.state != PostState.PUBLISHED:
        return PAUSED
    if match.order.category_id not in categories[offer.pk]:
        return OTHER_CATEGORY
    return NO_PRICE if price_of(offer) is None else None


def price_of(offer: CapacityOffer) -> Decimal | None:
    """Return the middle of the prices that the factory posted, in whole cents."""
    known = [each for each in (offer.price_low_cny, offer.price_high_cny) if each is not None]
    return (sum(known, Decimal(0)) / len(known)).quantize(Decimal("0.01")) if known else None


def _factory(match: Match, first: dt.date, weeks: int, obstacle: str | None) -> Factory:
    offer = match.offer
    horizon = max(weeks, 0) + WEEKS_BEHIND
    anchor = offer.anchor_week
    skipped = (first - anchor).days // 7 if anchor else 0
    free = [
        offer.free[place] if anchor and 0 <= place < len(offer.free) else 0
        for place in range(skipped, skipped + horizon)
    ]
    price = price_of(offer)
    return Factory(
        code=str(match.code),
        free=tuple(free),
        prices=(PriceBreak(pairs=0, cents=int(price * CENTS) if price else 0),),
        min_order=offer.min_order_pairs or 0,
        fit=int(match.score),
        is_small=offer.company.size_band in SMALL,
        obstacle=obstacle,
    )


def kept_parts(plan: SplitPlan) -> list[SplitPart]:
    return list(plan.parts.live().in_full().order_by("-pairs", "pk"))
