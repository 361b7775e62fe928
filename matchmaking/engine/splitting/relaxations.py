"""Rules of an order that, made easier by one step, would place more or cost less."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from matchmaking.engine.splitting.scenarios import plan
from matchmaking.engine.splitting.types import Factory, Order, Plan


class RelaxationKind(StrEnum):
    """Of relaxations with one yield the earlier named is preferred."""

    MORE_WEEKS = "more_weeks"  # weeks of the window
    MORE_FACTORIES = "more_factories"  # most factories
    SMALLER_PART = "smaller_part"  # pairs of the smallest part
    MINIMUM_ORDER = "minimum_order"  # pairs of one factory's minimum order
    PARTED_COLOURWAYS = "parted_colourways"


@dataclass(frozen=True, slots=True, kw_only=True)
class Relaxation:
    """A change of one rule, and its yield in the same aim: more pairs placed, cents saved a pair.

    ``cents`` compares the price of a pair on average, so that more pairs are no dearer plan.
    ``factory`` is whose minimum order would be lower.
    """

    kind: RelaxationKind
    before: int
    after: int
    pairs: int
    cents: float
    factory: str | None = None


_TRIALS = 12


def relaxations(
    order: Order, factories: Sequence[Factory], base: Plan, *, best: int = 3
) -> tuple[Relaxation, ...]:
    """Give the changes that yield most, each tried out: more pairs first, then a lower price.

    ``Factory.free`` may reach behind the order's weeks; more weeks are tried as far as it does.
    """
    found = [each for each in _tried(order, factories, base) if each.pairs > 0 or each.cents >= 1]
    kinds = list(RelaxationKind)
    found.sort(key=lambda each: (-each.pairs, -each.cents, kinds.index(each.kind), each.factory))
    return tuple(found[:best])


def _tried(order: Order, factories: Sequence[Factory], base: Plan) -> Iterator[Relaxation]:
    horizon = max((len(factory.free) for factory in factories), default=order.weeks)
    if order.weeks < horizon:
        after = replace(order, weeks=order.weeks + 1)
        longer = [_padded(factory, after.weeks) for factory in factories]
        yield _yield(
            RelaxationKind.MORE_WEEKS, order.weeks, after.weeks, base, plan(base.aim, after, longer)
        )
    if order.most_factories is not None:
        after = replace(order, most_factories=order.most_factories + 1)
        yield _yield(
            RelaxationKind.MORE_FACTORIES,
            order.most_factories,
            order.most_factories + 1,
            base,
            plan(base.aim, after, factories),
        )
    yield from _smaller_part(order, factories, base)
    yield from _minimum_orders(order, factories, base)
    if order.colourways:
        parted = plan(base.aim, replace(order, colourways=()), factories)
        yield _yield(RelaxationKind.PARTED_COLOURWAYS, len(order.colourways), 0, base, parted)


def _smaller_part(order: Order, factories: Sequence[Factory], base: Plan) -> Iterator[Relaxation]:
    """Try the largest smaller part that yields all that giving up the rule would."""
    if order.smallest_part == 1:
        return

    def with_part(pairs: int) -> Plan:
        return plan(base.aim, replace(order, smallest_part=pairs), factories)

    without = with_part(1)
    if not _is_better(without, base):
        return
    low, high = 1, order.smallest_part  # low yields it, high does not
    for _ in range(_TRIALS):
        step = _round_between(low, high)
        if step is None:
            break
        reached = with_part(step)
        if _is_as_good(reached, without, base):
            low = step
        else:
            high = step
    yield _yield(RelaxationKind.SMALLER_PART, order.smallest_part, low, base, with_part(low))


def _round_between(low: int, high: int) -> int | None:
    """Give a number strictly between that people would say: the roundest near the middle."""
    for unit in (10_000, 5_000, 1_000, 500, 100):
        middle = round((low + high) / 2 / unit) * unit
        for number in (middle, middle - unit, middle + unit):
            if low < number < high:
                return number
    return None


def _minimum_orders(order: Order, factories: Sequence[Factory], base: Plan) -> Iterator[Relaxation]:
    """Try, for each factory kept out by its minimum order alone, the smallest part instead."""
    for place, factory in enumerate(factories):
        room = min(factory.capacity(order.weeks), order.pairs)
        if factory.obstacle is not None or not order.smallest_part <= room < factory.min_order:
            continue
        lower = replace(factory, min_order=room)
        others = [*factories[:place], lower, *factories[place + 1 :]]
        reached = plan(base.aim, order, others)
        yield _yield(
            RelaxationKind.MINIMUM_ORDER, factory.min_order, room, base, reached, factory.code
        )


def _padded(factory: Factory, weeks: int) -> Factory:
    more = (0,) * (weeks - len(factory.free))
    extra = factory.surcharges + more if factory.surcharges else ()
    return replace(factory, free=factory.free + more, surcharges=extra)


def _is_as_good(plan: Plan, best: Plan, base: Plan) -> bool:
    """Say whether a plan yields all that the best does; of pairs alone while some are short."""
    if best.placed > base.placed:
        return plan.placed == best.placed
    return (plan.placed, plan.cents) == (best.placed, best.cents)


def _is_better(plan: Plan, base: Plan) -> bool:
    return plan.placed > base.placed or (plan.placed == base.placed and plan.cents < base.cents)


def _yield(
    kind: RelaxationKind,
    before: int,
    after: int,
    base: Plan,
    reached: Plan,
    factory: str | None = None,
) -> Relaxation:
    saved = (base.average_cents or 0) - (reached.average_cents or 0) if base.placed else 0
    return Relaxation(
        kind=kind,
        before=before,
        after=after,
        pairs=reached.placed - base.placed,
        cents=saved,
        factory=factory,
    )
