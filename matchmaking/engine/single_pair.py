"""One pair measured in plain Python: the score of a page, which loads no compiled kernel.

The same formula on whatever figures are given: the exact ones give the stored score to the last
digit, the points of bands give the score that their reader may see.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from matchmaking.engine import formula
from matchmaking.engine.types import FactorCode, Profile

Sums = Sequence[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class PairTerms:
    """What the score of an order and an offer is measured by.

    ``free[i]`` pairs are free in week ``first_week + i``; ``part`` is the smallest part, the
    order itself where it may not be split. ``category`` and ``place`` are values in [0, 1].
    Prices are yuan, ``nan`` when not said; ``min_order`` and ``lead_days`` NOT_SAID then.
    ``is_fit``: the weeks are known to hold the smallest part in time, whatever ``free`` says.
    """

    pairs: int
    part: int
    start_week: int
    due_week: int
    target_cny: float
    first_week: int
    free: Sequence[int]
    line: int
    min_order: int
    lead_days: int
    age_days: int
    low_cny: float
    high_cny: float
    category: float
    place: float
    is_fit: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """A score in [0, 100] with the value of each factor and the numbers that words need.

    Slacks are days, None for never in time; ``first_week`` is the first week that counts.
    """

    score: float
    values: Mapping[FactorCode, float]
    first_week: int
    free_pairs: int
    counted_pairs: int
    part_slack_days: int | None
    whole_slack_days: int | None


def measure(terms: PairTerms, profile: Profile, *, now_day: int) -> Measures:
    lead_week, slow_week = (
        formula.earliest_week(now_day, days)
        for days in (
            max(0, terms.lead_days),
            terms.lead_days if terms.lead_days >= 0 else formula.SLOW_DAYS,
        )
    )
    first = formula.window_start(terms.start_week, lead_week, terms.first_week)
    if terms.is_fit:
        first = min(first, terms.due_week)
    sums = _sums(terms, first)
    free = formula.free_between(sums, terms.first_week, first, terms.due_week)
    part, whole = _slacks(terms, sums, first)
    lead = _mean_slack(part, whole, profile)
    slow = max(first, slow_week)
    if slow > first:
        lead = 0.5 * (lead + _mean_slack(*_slacks(terms, sums, slow), profile))
    volume, counted = _volume(terms, free, profile)
    values = (
        volume,
        terms.category,
        lead,
        _price(terms, profile),
        terms.place,
        formula.freshness(terms.age_days, profile.fresh_horizon_days),
    )
    return Measures(
        score=formula.score_hundredths(values, profile.weights) / 100,
        values=dict(zip(FactorCode, values, strict=True)),
        first_week=first,
        free_pairs=free,
        counted_pairs=math.floor(counted),
        part_slack_days=_days(part),
        whole_slack_days=_days(whole),
    )


def numbers_of(terms: PairTerms, found: Measures, profile: Profile) -> dict[FactorCode, Any]:
    """Give the numbers of volume, lead time, price and freshness, named as in a stored record."""
    stale = int(formula.is_stale(terms.age_days, profile.stale_days))
    part, whole = found.part_slack_days, found.whole_slack_days
    return {
        FactorCode.VOLUME: {
            "pairs": terms.pairs,
            "free_pairs": found.free_pairs,
            "counted_pairs": found.counted_pairs,
            "first_week": found.first_week,
            "due_week": terms.due_week,
            "is_stale": stale,
            "line_pairs": terms.line,
            "min_order": _known(terms.min_order),
        },
        FactorCode.LEAD_TIME: {
            "part_pairs": terms.part,
            "part_slack_days": part,
            "whole_slack_days": whole,
            "slack_days": part if whole is None else whole,
            "buffer_days": profile.wished_buffer_days,
            "lead_days": _known(terms.lead_days),
        },
        FactorCode.PRICE: {
            "target_cny": _said(terms.target_cny),
            "low_cny": _said(terms.low_cny),
            "high_cny": _said(terms.high_cny),
        },
        FactorCode.FRESHNESS: {
            "age_days": terms.age_days,
            "stale_days": profile.stale_days,
            "is_stale": stale,
        },
    }


def _sums(terms: PairTerms, first: int) -> Sums:
    free = list(terms.free)
    if terms.is_fit:
        room = sum(
            number
            for week, number in enumerate(free, terms.first_week)
            if first <= week <= terms.due_week
        )
        at = terms.due_week - terms.first_week
        if room < terms.part and at >= 0:
            # Those who were proposed have room for the part: what bands do not show of it is
            # taken for free in the last week that counts.
            free += [0] * (at + 1 - len(free))
            free[at] += terms.part - room
    return list(accumulate(free, initial=0))


def _slacks(terms: PairTerms, sums: Sums, first: int) -> tuple[int, int]:
    """Give the weeks in hand of the smallest part and of the whole order, -1 for never."""
    part, whole = (
        formula.slack_weeks(sums, terms.first_week, first, terms.due_week, pairs)
        for pairs in (terms.part, terms.pairs)
    )
    return part, whole


def _mean_slack(part: int, whole: int, profile: Profile) -> float:
    buffer = profile.wished_buffer_days
    one, other = (formula.slack(weeks * formula.DAYS_A_WEEK, buffer) for weeks in (part, whole))
    return 0.5 * (one + other)


def _volume(terms: PairTerms, free: int, profile: Profile) -> tuple[float, float]:
    stale = formula.is_stale(terms.age_days, profile.stale_days)
    counted = formula.counted_pairs(free, stale, profile.stale_volume_share)
    given = formula.largest_part(terms.pairs, terms.part, free)
    return formula.volume(terms.pairs, counted, given, terms.line, terms.min_order), counted


def _price(terms: PairTerms, profile: Profile) -> float:
    low, high = terms.low_cny, terms.high_cny
    lower, peak = formula.lower_end(low, high), formula.peak(low, high)
    # As whole cents, like the kernel, so that both agree to the last digit.
    target = formula.cents(terms.target_cny) / formula.CENTS
    return formula.price(target, lower, peak, profile.price_tolerance)


def _days(weeks: int) -> int | None:
    return None if weeks < 0 else weeks * formula.DAYS_A_WEEK


def _known(number: int) -> int | None:
    return None if number < 0 else number


def _said(price: float) -> float | None:
    return None if math.isnan(price) else price
