"""The reference: one order against one offer, with everything that a sentence about it needs."""

import bisect
import math
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from matchmaking.engine import formula
from matchmaking.engine.types import BlockedPairs, FactorCode, Gate, Likeness, Profile
from tests.engine.reference.posts import Assessment, Factor, GateResult, Number, Offer, Order


class _Window(NamedTuple):
    """The weeks that the pair shares, and what is free in them.

    ``slow`` is the first week if the factory prepares as slowly as it may.
    """

    first: int
    last: int
    free: int
    slow: int


def assess(
    order: Order,
    offer: Offer,
    *,
    profile: Profile,
    likeness: Likeness,
    blocked: BlockedPairs,
    now_day: int,
) -> Assessment:
    """Judge every gate and every factor of the pair, also when a gate fails.

    ``likeness`` is a square matrix by category index, ``blocked`` what
    ``types.blocked_pairs`` built, ``now_day`` today in days since 1970-01-05.
    """
    window = _window_of(order, offer, now_day)
    gates = _judge(order, offer, window, profile, likeness, blocked)
    values = _measure(order, offer, window, profile, likeness)
    weights = profile.weights
    factors = tuple(
        Factor(code=code, value=value, weight=weight, numbers=numbers)
        for (code, (value, numbers)), weight in zip(values.items(), weights, strict=True)
    )
    hundredths = formula.score_hundredths([f.value for f in factors], weights)
    passed = all(gate.passed for gate in gates)
    is_stale = formula.is_stale(offer.age_days, profile.stale_days)
    return Assessment(
        gates=gates,
        factors=factors,
        score=hundredths / 100,
        passed=passed,
        proposed=passed and hundredths >= profile.least_hundredths,
        is_stale=is_stale,
        hard_pairs=0 if is_stale else min(order.pairs, window.free),
        profile_version=profile.version,
    )


def judge_gates(
    order: Order,
    offer: Offer,
    *,
    profile: Profile,
    likeness: Likeness,
    blocked: BlockedPairs,
    now_day: int,
) -> tuple[GateResult, ...]:
    return _judge(order, offer, _window_of(order, offer, now_day), profile, likeness, blocked)


def is_proposed(
    order: Order,
    offer: Offer,
    *,
    profile: Profile,
    likeness: Likeness,
    blocked: BlockedPairs,
    now_day: int,
) -> bool:
    """Say what ``assess`` says of the same name, without the reasons: for a search."""
    gates = judge_gates(
        order, offer, profile=profile, likeness=likeness, blocked=blocked, now_day=now_day
    )
    if profile.min_score == 0 or not all(gate.passed for gate in gates):
        return all(gate.passed for gate in gates)
    return assess(
        order, offer, profile=profile, likeness=likeness, blocked=blocked, now_day=now_day
    ).proposed


def best_category(order: Order, offer: Offer, likeness: Likeness) -> tuple[int, float]:
    """Give the offer's category that is most like the order's, the first when equal."""
    found, best = offer.categories[0], -1.0
    for category in offer.categories:
        value = formula.likeness_of(float(likeness[order.category, category]))
        if value > best:
            found, best = category, value
    return found, best


def _window_of(order: Order, offer: Offer, now_day: int) -> _Window:
    is_said = offer.lead_days >= 0
    first, slow = (
        formula.window_start(
            order.start_week, formula.earliest_week(now_day, days), offer.first_week
        )
        for days in (max(0, offer.lead_days), offer.lead_days if is_said else formula.SLOW_DAYS)
    )
    free = formula.free_between(_cumulated(offer.free), offer.first_week, first, order.due_week)
    return _Window(first, order.due_week, free, slow)


@lru_cache(maxsize=1)  # a search judges one offer many times in a row
def _cumulated(free: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(accumulate(free, initial=0))


def _kinship(order: Order, offer: Offer, blocked: BlockedPairs) -> int:
    kin = formula.kinship(order.company, order.group, offer.company, offer.group)
    if kin:
        return kin
    low, high = sorted((order.company, offer.company))
    key = low << 32 | high
    at = bisect.bisect_left(blocked, key)
    is_blocked = at < len(blocked) and int(blocked[at]) == key
    return formula.BLOCKED if is_blocked else 0


def _judge(
    order: Order,
    offer: Offer,
    window: _Window,
    profile: Profile,
    likeness: Likeness,
    blocked: BlockedPairs,
) -> tuple[GateResult, ...]:
    category, like = best_category(order, offer, likeness)
    kin = _kinship(order, offer, blocked)
    part = formula.largest_part(order.pairs, order.smallest_part, window.free)
    asked, held = order.certificates, offer.certificates
    lower = formula.cents(offer.price_low_cny)
    highest = formula.highest_cents(order.price_cny, profile.price_tolerance)
    return (
        GateResult(Gate.CATEGORY, like > 0, order.category, category),
        GateResult(
            Gate.CONSTRUCTION,
            formula.fits_construction(order.construction, offer.constructions),
            order.construction,
            offer.constructions,
        ),
        GateResult(Gate.CERTIFICATES, formula.has_certificates(asked, held), asked, held),
        GateResult(Gate.OWN_COMPANY, kin == 0, 0, kin),
        GateResult(Gate.WINDOW, window.first <= window.last, window.last, window.first),
        GateResult(
            Gate.CAPACITY,
            window.free >= order.smallest_part,
            order.smallest_part,
            window.free,
        ),
        GateResult(Gate.MINIMUM_ORDER, part >= offer.min_order, offer.min_order, part),
        GateResult(Gate.PRICE, formula.is_affordable(lower, highest), highest, lower),
    )


_Measured = tuple[float, dict[str, Number]]


def _measure(
    order: Order,
    offer: Offer,
    window: _Window,
    profile: Profile,
    likeness: Likeness,
) -> dict[FactorCode, _Measured]:
    category, like = best_category(order, offer, likeness)
    return {
        FactorCode.VOLUME: _volume(order, offer, window, profile),
        FactorCode.CATEGORY: (
            formula.category(max(0.0, like), order.construction, offer.constructions),
            {
                "wanted": order.category,
                "found": category,
                "class_said": int(order.construction < 0 or offer.constructions != 0),
            },
        ),
        FactorCode.LEAD_TIME: _lead_time(order, offer, window, profile),
        FactorCode.PRICE: _price(order, offer, profile),
        FactorCode.PLACE: _place(order, offer),
        FactorCode.FRESHNESS: _freshness(offer, profile),
    }


def _volume(order: Order, offer: Offer, window: _Window, profile: Profile) -> _Measured:
    stale = formula.is_stale(offer.age_days, profile.stale_days)
    counted = formula.counted_pairs(window.free, stale, profile.stale_volume_share)
    given = formula.largest_part(order.pairs, order.smallest_part, window.free)
    return formula.volume(order.pairs, counted, given, offer.line, offer.min_order), {
        "pairs": order.pairs,
        "free_pairs": window.free,
        "counted_pairs": math.floor(counted),
        "first_week": window.first,
        "due_week": window.last,
        "is_stale": int(stale),
        "line_pairs": offer.line,
        "min_order": offer.min_order if offer.min_order >= 0 else None,
    }


def _lead_time(order: Order, offer: Offer, window: _Window, profile: Profile) -> _Measured:
    (part, whole), late = (_slacks(order, offer, first) for first in (window.first, window.slow))
    value = _mean_slack(part, whole, profile)
    if window.slow > window.first:
        value = 0.5 * (value + _mean_slack(*late, profile))
    part_days = part * formula.DAYS_A_WEEK if part >= 0 else None
    whole_days = whole * formula.DAYS_A_WEEK if whole >= 0 else None
    return value, {
        "part_pairs": order.smallest_part,
        "part_week": window.last - part if part >= 0 else None,
        "part_slack_days": part_days,
        "whole_week": window.last - whole if whole >= 0 else None,
        "whole_slack_days": whole_days,
        "slack_days": part_days if whole_days is None else whole_days,
        "buffer_days": profile.wished_buffer_days,
        "lead_days": offer.lead_days if offer.lead_days >= 0 else None,
    }


def _slacks(order: Order, offer: Offer, first: int) -> tuple[int, int]:
    """Give the weeks in hand of the smallest part and of the whole order, -1 for never."""
    weeks = (_cumulated(offer.free), offer.first_week, first, order.due_week)
    part = formula.slack_weeks(*weeks, order.smallest_part)
    return part, formula.slack_weeks(*weeks, order.pairs)


def _mean_slack(part: int, whole: int, profile: Profile) -> float:
    one, other = (
        formula.slack(weeks * formula.DAYS_A_WEEK, profile.wished_buffer_days)
        for weeks in (part, whole)
    )
    return 0.5 * (one + other)


def _price(order: Order, offer: Offer, profile: Profile) -> _Measured:
    low, high = offer.price_low_cny, offer.price_high_cny
    lower, peak = formula.lower_end(low, high), formula.peak(low, high)
    value = formula.price(order.price_cny, lower, peak, profile.price_tolerance)
    return value, {
        "target_cny": _said(order.price_cny),
        "low_cny": _said(low),
        "high_cny": _said(high),
    }


def _place(order: Order, offer: Offer) -> _Measured:
    value = formula.place(order.cluster, order.province, offer.cluster, offer.province)
    return value, {
        "same_cluster": int(order.cluster == offer.cluster != 0),
        "same_province": int(order.province == offer.province != 0),
        "is_known": int(order.province != 0 and offer.province != 0),
    }


def _freshness(offer: Offer, profile: Profile) -> _Measured:
    return formula.freshness(offer.age_days, profile.fresh_horizon_days), {
        "age_days": offer.age_days,
        "stale_days": profile.stale_days,
        "is_stale": int(formula.is_stale(offer.age_days, profile.stale_days)),
    }


def _said(price: float) -> float | None:
    return None if math.isnan(price) else price
