"""Reasons why a factory has no part in a plan."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from matchmaking.engine.splitting.model import Model, least_of, may_take_part
from matchmaking.engine.splitting.types import Factory, Order, Plan


class Reason(StrEnum):
    """The first thing that keeps a factory out, in the order in which they are looked at."""

    OBSTACLE = "obstacle"
    NO_FREE_PAIRS = "no_free_pairs"
    BELOW_SMALLEST_PART = "below_smallest_part"
    BELOW_MINIMUM_ORDER = "below_minimum_order"
    NOT_NEEDED = "not_needed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unused:
    """A factory without a part.

    ``has`` are the pairs that it could make, ``needs`` the fewest that it would have to.
    ``cents`` is what the cheapest plan with it in costs more than the cheapest of all, for a
    factory that is not needed; ``None`` where no plan with it places as much.
    """

    factory: str
    reason: Reason
    has: int
    needs: int
    cents: int | None = None


def explain_unused(
    order: Order, factories: Sequence[Factory], plan: Plan, *, prices: bool = True
) -> tuple[Unused, ...]:
    """Say of each factory that the plan leaves out why it does.

    ``prices=False`` saves the solve for each factory that could take part.
    """
    return tuple(_reasons(order, factories, plan, prices))


def _reasons(
    order: Order, factories: Sequence[Factory], plan: Plan, prices: bool
) -> Iterator[Unused]:
    used = {part.factory for part in plan.parts}
    cheapest = _cheapest(order, factories, plan.placed) if prices else None
    for place, factory in enumerate(factories):
        if factory.code in used:
            continue
        reason = reason_of(order, factory)
        cents = None
        if reason is Reason.NOT_NEEDED and cheapest is not None:
            with_it = _cheapest(order, factories, plan.placed, place)
            cents = None if with_it is None else with_it - cheapest
        yield Unused(
            factory=factory.code,
            reason=reason,
            has=factory.capacity(order.weeks),
            needs=least_of(order, factory),
            cents=cents,
        )


def reason_of(order: Order, factory: Factory) -> Reason:
    """Give what keeps the factory out of every plan; NOT_NEEDED where nothing does."""
    free = factory.capacity(order.weeks)
    if factory.obstacle is not None:
        return Reason.OBSTACLE
    if free == 0:
        return Reason.NO_FREE_PAIRS
    if free < order.smallest_part:
        return Reason.BELOW_SMALLEST_PART
    if not may_take_part(order, factory, order.weeks):
        return Reason.BELOW_MINIMUM_ORDER
    return Reason.NOT_NEEDED


def _cheapest(
    order: Order, factories: Sequence[Factory], placed: int, forced: int | None = None
) -> int | None:
    model = Model(order, factories, order.weeks)
    if not model.made:
        return 0
    model.keep(model.placed, placed)
    if forced is not None:
        model.keep(model.used[forced], 1)
    answer = model.try_best(model.cost, is_most=False)
    return answer.value if answer else None
