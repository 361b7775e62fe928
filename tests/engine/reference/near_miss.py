"""The reference: the smallest single change that would make a pair a proposal."""

import math
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any

from matchmaking.engine import formula
from matchmaking.engine.types import (
    ANY_CONSTRUCTION,
    MIN_SCORE,
    BlockedPairs,
    Change,
    Gate,
    Likeness,
    Profile,
)
from tests.engine.reference.posts import Offer, Order
from tests.engine.reference.scoring import assess, is_proposed, judge_gates

_TIME = frozenset({Gate.WINDOW, Gate.CAPACITY, Gate.MINIMUM_ORDER})
_OPENS = {
    Change.CONFIRM_FIGURES: frozenset[Gate](),
    Change.DUE_LATER: _TIME,
    Change.START_EARLIER: _TIME,
    Change.MINIMUM_ORDER: frozenset({Gate.MINIMUM_ORDER}),
    Change.ALLOW_SPLIT: frozenset({Gate.CAPACITY}),
    Change.FEWER_PAIRS: frozenset({Gate.CAPACITY}),
    Change.ANY_CONSTRUCTION: frozenset({Gate.CONSTRUCTION}),
    Change.ADD_CERTIFICATE: frozenset({Gate.CERTIFICATES}),
    Change.TARGET_PRICE: frozenset({Gate.PRICE}),
}
"""The gates that a change can open; all of them can lift a score."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NearMiss:
    """One change, from ``before`` to ``after``, that makes the pair a proposal.

    ``gate`` is the first gate that failed, or MIN_SCORE; ``amount`` the change in its
    own unit (weeks, pairs, days; for a certificate its bit number); ``size`` compares
    changes of different kinds; ``score`` is the score after the change.
    """

    kind: Change
    gate: str
    before: int
    after: int
    amount: int
    size: float
    score: float

    def as_dict(self) -> dict[str, Any]:
        return asdict(self) | {"kind": self.kind.value}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "NearMiss":
        return cls(**(values | {"kind": Change(values["kind"])}))


def near_miss(
    order: Order,
    offer: Offer,
    *,
    profile: Profile,
    likeness: Likeness,
    blocked: BlockedPairs,
    now_day: int,
) -> NearMiss | None:
    """Find the smallest single change that makes the pair a proposal.

    None when it already is one, when category or company rule it out, or when no one
    change suffices.
    """
    found = _single_changes(
        order, offer, profile=profile, likeness=likeness, blocked=blocked, now_day=now_day
    )
    return next(found, None)


def near_misses(
    order: Order,
    offer: Offer,
    *,
    profile: Profile,
    likeness: Likeness,
    blocked: BlockedPairs,
    now_day: int,
) -> tuple[NearMiss, ...]:
    """Find the smallest change of each kind that makes the pair a proposal, by size."""
    found = _single_changes(
        order, offer, profile=profile, likeness=likeness, blocked=blocked, now_day=now_day
    )
    return tuple(found)


def _single_changes(order: Order, offer: Offer, **settings: Any) -> Iterator[NearMiss]:
    """Yield what near_misses gives, each scored when it is asked for."""
    gates = judge_gates(order, offer, **settings)
    failed = [gate.code for gate in gates if not gate.passed]
    if Gate.CATEGORY in failed or Gate.OWN_COMPANY in failed:
        return
    is_enough: Callable[[Order, Offer], bool] = partial(is_proposed, **settings)
    if not failed and is_enough(order, offer):
        return
    free = next(gate.found for gate in gates if gate.code == Gate.CAPACITY)
    trials = _trials(order, offer, free, settings["now_day"])
    found = [
        (trial, _smallest(trial, order, offer, is_enough))
        for trial in trials
        if _OPENS[trial.kind].issuperset(failed)
    ]
    enough = [(trial, after) for trial, after in found if after is not None]
    for trial, after in sorted(enough, key=lambda way: way[0].size(way[1])):
        yield NearMiss(
            kind=trial.kind,
            gate=failed[0].value if failed else MIN_SCORE,
            before=trial.before,
            after=after,
            amount=trial.amount(after),
            size=trial.size(after),
            score=assess(*apply_change(trial.kind, after, order, offer), **settings).score,
        )


def apply_change(kind: Change, after: int, order: Order, offer: Offer) -> tuple[Order, Offer]:
    """Give the pair as it would be with the change."""
    match kind:
        case Change.DUE_LATER:
            return replace(order, due_week=after), offer
        case Change.START_EARLIER:
            return replace(order, start_week=after), offer
        case Change.ALLOW_SPLIT:
            most = max(2, order.most_factories)
            return replace(order, smallest_part=after, most_factories=most), offer
        case Change.FEWER_PAIRS:
            return replace(order, pairs=after, smallest_part=after), offer
        case Change.ANY_CONSTRUCTION:
            return replace(order, construction=after), offer
        case Change.MINIMUM_ORDER:
            return order, replace(offer, min_order=after)
        case Change.ADD_CERTIFICATE:
            return order, replace(offer, certificates=after)
        case Change.CONFIRM_FIGURES:
            return order, replace(offer, age_days=after)
        case Change.TARGET_PRICE:
            return replace(order, price_cny=after / formula.CENTS), offer


@dataclass(frozen=True, slots=True, kw_only=True)
class _Trial:
    """A kind of change, from the smallest value worth trying to the largest."""

    kind: Change
    before: int
    near: int
    far: int
    unit: int
    step: int = 1

    def amount(self, after: int) -> int:
        if self.kind is Change.ADD_CERTIFICATE:
            return (after & ~self.before).bit_length() - 1
        return abs(after - self.before)

    def size(self, after: int) -> float:
        """Give the change as a share, to compare it with other kinds."""
        match self.kind:
            case Change.CONFIRM_FIGURES:
                return 0.0
            case Change.ANY_CONSTRUCTION | Change.ADD_CERTIFICATE:
                return 1.0
            case _:
                return abs(after - self.before) / self.unit


def _trials(order: Order, offer: Offer, free: int, now_day: int) -> Iterator[_Trial]:
    """Yield what may be tried, in the order of Change."""
    if offer.age_days > 0:
        yield _single(Change.CONFIRM_FIGURES, offer.age_days, 0)
    yield from _trials_of_weeks(order, offer, now_day)
    yield from _trials_of_pairs(order, offer, free)
    if order.construction >= 0:
        yield _single(Change.ANY_CONSTRUCTION, order.construction, ANY_CONSTRUCTION)
    held = offer.certificates
    if (order.certificates & ~held).bit_count() == 1:
        yield _single(Change.ADD_CERTIFICATE, held, held | order.certificates)
    yield from _trials_of_price(order, offer)


def _single(kind: Change, before: int, after: int) -> _Trial:
    return _Trial(kind=kind, before=before, near=after, far=after, unit=1)


def _trials_of_weeks(order: Order, offer: Offer, now_day: int) -> Iterator[_Trial]:
    due, start = order.due_week, order.start_week
    weeks = max(1, due - now_day // formula.DAYS_A_WEEK)
    last = offer.first_week + len(offer.free) - 1
    if due < last:
        yield _Trial(kind=Change.DUE_LATER, before=due, near=due + 1, far=last, unit=weeks)
    first = max(formula.earliest_week(now_day, offer.lead_days), offer.first_week)
    if first < start:
        yield _Trial(kind=Change.START_EARLIER, before=start, near=start - 1, far=first, unit=weeks)


def _trials_of_pairs(order: Order, offer: Offer, free: int) -> Iterator[_Trial]:
    pairs, part, least = order.pairs, order.smallest_part, offer.min_order
    if least > 0:
        yield _Trial(kind=Change.MINIMUM_ORDER, before=least, near=least - 1, far=0, unit=least)
    if part > 1:
        yield _Trial(kind=Change.ALLOW_SPLIT, before=part, near=part - 1, far=1, unit=pairs)
    # More than is free cannot pass, and too few please no line: no monotone way to halve.
    fewest, most = max(1, least), min(pairs - 1, max(free, 1))
    if not order.is_splittable and fewest <= most:
        yield _Trial(kind=Change.FEWER_PAIRS, before=pairs, near=most, far=fewest, unit=pairs)


def _trials_of_price(order: Order, offer: Offer) -> Iterator[_Trial]:
    """Yield the next whole yuan up to the target that pleases the factory most."""
    peak, yuan = formula.peak(offer.price_low_cny, offer.price_high_cny), formula.CENTS
    before = formula.cents(order.price_cny)
    if before <= 0 or math.isnan(peak):
        return
    near, far = (before // yuan + 1) * yuan, math.floor(peak) * yuan
    if near <= far:
        yield _Trial(
            kind=Change.TARGET_PRICE, before=before, near=near, far=far, unit=before, step=yuan
        )


def _smallest(
    trial: _Trial, order: Order, offer: Offer, is_enough: Callable[[Order, Offer], bool]
) -> int | None:
    """Find by halving the value nearest to ``near`` that makes the pair a proposal.

    Right because each kind is monotone between its ends: what a change mends a larger
    change of that kind mends too (docs/engine.md).
    """

    def mends(after: int) -> bool:
        return is_enough(*apply_change(trial.kind, after, order, offer))

    if not mends(trial.far):
        return None
    step = trial.step if trial.far >= trial.near else -trial.step
    low, high = 0, abs(trial.far - trial.near) // trial.step
    while low < high:
        middle = (low + high) // 2
        if mends(trial.near + step * middle):
            high = middle
        else:
            low = middle + 1
    return trial.near + step * low
