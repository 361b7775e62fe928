"""The formula, once: small scalar functions on numbers.

``compiled`` compiles them for the kernels, the reference calls them as they are, so they
use plain arithmetic alone, the same to the last digit in both, and do not call each other.
``docs/engine.md`` says why each is as it is. ``cumulated`` is an array or tuple of ``weeks + 1`` sums: entry i
holds the pairs free from ``base_week`` up to, not including, ``base_week + i``.
"""

import math
from typing import Any

DAYS_A_WEEK = 7
CENTS = 100
NOT_SAID = -1  # a minimum order or days of preparation that the factory left empty

# Volume: what a place in the window is worth, and what reserve and size add to it.
COVERED, RESERVE, FILLS, ABOVE_MINIMUM = 0.50, 0.20, 0.21, 0.09
RESERVE_HALF = 0.25  # a reserve of a quarter of the order earns half of its share
MINIMUM_NOT_SAID = 0.7  # as if six tenths of the order were the minimum
# Lead time: done in the due week itself, done with the wished buffer, and more than that.
JUST_IN_TIME, WITH_BUFFER = 0.2, 0.9
SLOW_DAYS = 42  # the slower case of a factory that does not say how long it prepares
# Category: what is left of it when the order names a construction and the factory none.
CLASS_NOT_SAID = 0.95
# Price: at the lower end of the band, at the target that pleases most, and between strangers.
AT_LOWER_END = 0.55
BAND = 1.25  # a band of which one end is said is as wide; a narrower one counts as wide
PEAK = 1.2  # of the upper end
CHEAP_FALL = 1.5  # a target of 5/3 of the peak, twice the upper end, is of another grade
NEUTRAL_PRICE = 0.5
SAME_PROVINCE, UNKNOWN_PLACE, ELSEWHERE = 0.6, 0.4, 0.2
SAME_COMPANY = 1
SAME_GROUP = 2
BLOCKED = 3


def earliest_week(now_day: int, lead_days: Any) -> Any:
    """Give the first week whose Monday is lead_days, at least 0, or more after now_day.

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


def volume(pairs: int, counted: float, given: int, line: int, min_order: int) -> float:
    """Say how well the free pairs hold the order, and how well its size suits the line.

    ``counted`` are the pairs free in the window, ``given`` the largest part that the
    factory could get, ``line`` its best week, ``min_order`` its minimum or NOT_SAID. The
    share of the pairs that is free carries half; a reserve, weeks of work for the line
    (one week counts half, three nine tenths) and a size well above the minimum the rest.
    """
    share = counted / pairs
    spare = max(0.0, share - 1.0)
    weeks = pairs / max(1, line)
    reserve = spare / (spare + RESERVE_HALF)
    fills = 1.0 - 1.0 / (1.0 + weeks * weeks)
    above = MINIMUM_NOT_SAID if min_order < 0 else max(0.0, 1.0 - 0.5 * min_order / given)
    worth = COVERED + RESERVE * reserve + FILLS * fills + ABOVE_MINIMUM * above
    return min(1.0, share) * worth


def category(likeness: float, construction: int, constructions: int) -> float:
    """Give the likeness, a little less where the order names a construction and the factory none."""
    if construction >= 0 and constructions == 0:
        return likeness * CLASS_NOT_SAID
    return likeness


def slack(days: int, buffer_days: int) -> float:
    """Rise in a line to 0.9 at the wished buffer, then ever slower: no slack is too much.

    0 when ``days`` is negative: never done in time.
    """
    if days < 0:
        return 0.0
    if days < buffer_days:
        return JUST_IN_TIME + (WITH_BUFFER - JUST_IN_TIME) * days / buffer_days
    return 1.0 - (1.0 - WITH_BUFFER) * buffer_days / days


def lower_end(low: float, high: float) -> float:
    """Give the lower end of a factory's band, from the upper one where that alone is said."""
    return high / BAND if math.isnan(low) else low


def peak(low: float, high: float) -> float:
    """Give the target that pleases most: a fifth above the upper end of the factory's band."""
    least = low * BAND
    return PEAK * (high if math.isnan(low) or high > least else least)


def price(target: float, lower: float, peak: float, tolerance: float) -> float:
    """Place the target in the factory's band, from ``lower_end`` to ``peak``.

    0.55 at the lower end, 1 at the peak; below, in a line to 0 where the lower end is
    ``tolerance`` above the target; beyond the peak falling too, for the shoe is of another
    grade. 0.5 when a side is silent.
    """
    if math.isnan(lower) or math.isnan(target) or target <= 0:
        return NEUTRAL_PRICE
    if target < lower:
        return max(0.0, AT_LOWER_END * (1.0 - (lower / target - 1.0) / tolerance))
    if target <= peak:
        return AT_LOWER_END + (1.0 - AT_LOWER_END) * (target - lower) / (peak - lower)
    return max(0.0, 1.0 - CHEAP_FALL * (target / peak - 1.0))


def cents(price: float) -> int:
    """Give yuan as whole cents, NOT_SAID for a price that was not."""
    return NOT_SAID if math.isnan(price) else math.floor(price * CENTS + 0.5)


def highest_cents(target: float, tolerance: float) -> int:
    """Give the highest lower end of a band, in cents, that is still a candidate for the target.

    NOT_SAID when the order names no target: then no price rules a factory out.
    """
    if math.isnan(target) or target <= 0:
        return NOT_SAID
    return math.floor(target * CENTS * (1.0 + tolerance) + 1e-6)


def is_affordable(lower_cents: int, highest: int) -> bool:
    """Say whether a lower end is within reach; one that was not said always is."""
    return lower_cents < 0 or highest < 0 or lower_cents <= highest


def place(cluster: int, province: int, other: int, other_province: int) -> float:
    """Give 1 in the same cluster, 0.6 in the same province, 0.2 elsewhere, 0.4 if not known."""
    if cluster != 0 and cluster == other:
        return 1.0
    if province == 0 or other_province == 0:
        return UNKNOWN_PLACE
    return SAME_PROVINCE if province == other_province else ELSEWHERE


def freshness(age_days: int, horizon_days: int) -> float:
    return max(0.0, 1.0 - age_days / horizon_days)


def score_hundredths(values: Any, weights: Any) -> int:
    """Give the weighted mean as hundredths of a point, 0 to 10,000.

    ``weights`` sum to 1. Summed in the order of FactorCode in float64, rounded half
    up, so that every machine and the compiled kernel agree to the last digit.
    """
    total = 0.0
    for factor in range(len(weights)):
        total += values[factor] * weights[factor]
    return math.floor(total * 10_000.0 + 0.5)
