"""The formula, once: small scalar functions on numbers.

``scoring`` calls them for the explanation, ``kernel`` compiles the very same ones, so
they use plain arithmetic alone and do not call each other. ``docs/engine.md`` says why
each is as it is. ``cumulated`` is an array or tuple of ``weeks + 1`` sums: entry i
holds the pairs free from ``base_week`` up to, not including, ``base_week + i``.
"""

import math
from typing import Any

DAYS_A_WEEK = 7
NEUTRAL_PRICE = 0.5
SAME_PROVINCE = 0.6
ELSEWHERE = 0.2
SAME_COMPANY = 1
SAME_GROUP = 2
BLOCKED = 3


def earliest_week(now_day: int, lead_days: Any) -> Any:
    """Give the first week whose Monday is lead_days or more after now_day.

    ``lead_days`` and the result may be arrays.
    """
    return -((-(now_day + lead_days)) // DAYS_A_WEEK)


def window_start(start_week: int, lead_week: int, first_week: int) -> int:
    return max(start_week, lead_week, first_week)


def free_between(cumulated: Any, base_week: int, first: int, last: int) -> int:
    """Sum the pairs free in weeks first to last, both inclusive; 0 when first > last."""
    end = len(cumulated) - 1
    low = min(max(first - base_week, 0), end)
    high = min(max(last + 1 - base_week, 0), end)
    if high <= low:
        return 0
    return int(cumulated[high] - cumulated[low])


def slack_weeks(cumulated: Any, base_week: int, first: int, last: int, pairs: int) -> int:
    """Count the weeks between the week that completes the pairs and week last.

    -1 when the pairs are not free by week last.
    """
    end = len(cumulated) - 1
    low = min(max(first - base_week, 0), end)
    high = min(max(last + 1 - base_week, 0), end)
    if high <= low or cumulated[high] - cumulated[low] < pairs:
        return -1
    wanted, before = cumulated[low] + pairs, low
    while high - before > 1:  # sums never fall, so halving finds the first that suffices
        middle = (before + high) // 2
        if cumulated[middle] < wanted:
            before = middle
        else:
            high = middle
    return last + 1 - base_week - high


def likeness_of(stored: float) -> float:
    return math.floor(stored * 1_000_000.0 + 0.5) / 1_000_000.0


def fits_construction(asked: int, offered: int) -> bool:
    return asked < 0 or offered == 0 or ((offered >> asked) & 1) == 1


def has_certificates(asked: int, held: int) -> bool:
    return (asked & ~held) == 0


def kinship(company: int, group: int, other: int, other_group: int) -> int:
    """Give SAME_COMPANY, SAME_GROUP, or 0 when two companies are apart."""
    if company == other:
        return SAME_COMPANY
    if group != 0 and group == other_group:
        return SAME_GROUP
    return 0


def largest_part(pairs: int, smallest_part: int, free: int) -> int:
    """Give the largest part that the factory could be given.

    The whole order when it may not be split, or when the window cannot hold even the
    smallest part: then capacity alone is named as the cause.
    """
    if smallest_part >= pairs or free < smallest_part:
        return pairs
    return min(pairs, free)


def is_stale(age_days: int, stale_days: int) -> bool:
    return age_days > stale_days


def counted_pairs(free: int, stale: bool, stale_share: float) -> float:
    return free * stale_share if stale else free * 1.0


def volume(pairs: int, counted: float) -> float:
    """Give the share of the pairs asked that is free in the window, at most 1."""
    return min(1.0, counted / pairs)


def lead_time(part_slack_days: int, whole_slack_days: int, buffer_days: int) -> float:
    """Give the mean slack of smallest part and whole order, against the wished buffer.

    Negative slack stands for "never free in time" and counts 0. An order that may not
    be split has one slack, given twice.
    """
    part = min(1.0, max(0, part_slack_days) / buffer_days)
    whole = min(1.0, max(0, whole_slack_days) / buffer_days)
    return 0.5 * (part + whole)


def price(target: float, low: float, high: float, tolerance: float) -> float:
    """Give 1 up to the target, falling in a line to 0 at ``tolerance`` above it.

    The offer counts with its low price, else its high one; 0.5 when a side is silent.
    """
    asked = high if math.isnan(low) else low
    if math.isnan(asked) or math.isnan(target) or target <= 0:
        return NEUTRAL_PRICE
    return min(1.0, max(0.0, 1.0 - (asked / target - 1.0) / tolerance))


def place(cluster: int, province: int, other: int, other_province: int) -> float:
    """Give 1 in the same cluster, 0.6 in the same province, 0.2 elsewhere."""
    if cluster != 0 and cluster == other:
        return 1.0
    if province != 0 and province == other_province:
        return SAME_PROVINCE
    return ELSEWHERE


def freshness(age_days: int, horizon_days: int) -> float:
    return max(0.0, 1.0 - age_days / horizon_days)


def score_hundredths(values: Any, weights: Any) -> int:
    """Give the weighted mean as hundredths of a point, 0 to 10,000.

    ``weights`` sum to 1. Summed in the order of FactorCode in float64, rounded half
    up, so that every machine and the compiled kernel agree to the last digit.
    """
    total: float = (
        values[0] * weights[0]
        + values[1] * weights[1]
        + values[2] * weights[2]
        + values[3] * weights[3]
        + values[4] * weights[4]
        + values[5] * weights[5]
    )
    return math.floor(total * 10_000.0 + 0.5)
