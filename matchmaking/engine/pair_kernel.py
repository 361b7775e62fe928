"""The kernel of one pair: its gates judged and its factors measured by ``formula``.

Rankings and reasons both end here, so a list cannot rank what a page does not show. What
a change may touch lies in a row of whole numbers (``P_``), what it may not in a row of
fractions (``R_``).
"""

from typing import TypeAlias

import numpy as np

from matchmaking.engine import compiled, formula
from matchmaking.engine.compiled import cached_jit, jit
from matchmaking.engine.market_arrays import Floats, Ints, MarketArrays, Small
from matchmaking.engine.rules import Rules

Measured: TypeAlias = tuple[int, tuple[float, ...], int, int, int]

P_PAIRS, P_PART, P_START, P_DUE, P_CONSTRUCTION, P_MIN_ORDER, P_HELD, P_AGE = 0, 1, 2, 3, 4, 5, 6, 7
P_ASKED, P_CONSTRUCTIONS, P_KIN, P_LEAD_WEEK, P_FIRST, P_SLOW_WEEK, P_LINE = (
    8,
    9,
    10,
    11,
    12,
    13,
    14,
)
P_TARGET, P_LOWER = 15, 16  # cents, NOT_SAID
PAIR_ROWS = 17
R_LOWER, R_PEAK, R_LIKENESS, R_PLACE = 0, 1, 2, 3
PAIR_FLOATS = 4
# Bits of failed gates, in the order of Gate; categories are judged by their likeness alone.
CONSTRUCTION, CERTIFICATES, OWN_COMPANY, WINDOW, CAPACITY, MINIMUM_ORDER, PRICE = (
    1,
    2,
    4,
    8,
    16,
    32,
    64,
)

_DAYS_A_WEEK = formula.DAYS_A_WEEK


@jit
def best_category(arrays: MarketArrays, i: int, j: int) -> int:
    """Give the offer's category that is most like the order's, the first when equal."""
    made, low, high = arrays.offers.categories, arrays.offers.starts[j], arrays.offers.starts[j + 1]
    likeness, found = arrays.likeness[arrays.orders.category[i]], made[low]
    for at in range(low + 1, high):
        if likeness[made[at]] > likeness[found]:
            found = made[at]
    return int(found)


@jit
def load_terms(
    arrays: MarketArrays, i: int, j: int, category: int, pair: Ints, rest: Floats
) -> None:
    """Lay out the terms of a pair, whose offer serves the order by that category."""
    pair[P_CONSTRUCTION], pair[P_ASKED] = (
        arrays.orders.construction[i],
        arrays.orders.certificates[i],
    )
    pair[P_CONSTRUCTIONS], pair[P_HELD] = (
        arrays.offers.constructions[j],
        arrays.offers.certificates[j],
    )
    pair[P_AGE] = arrays.offers.age_days[j]
    rest[R_LIKENESS] = max(0.0, arrays.likeness[arrays.orders.category[i], category])
    low, high = arrays.offers.price_low[j], arrays.offers.price_high[j]
    pair[P_TARGET], pair[P_LOWER] = compiled.cents(arrays.orders.price[i]), compiled.cents(low)
    rest[R_LOWER], rest[R_PEAK] = compiled.lower_end(low, high), compiled.peak(low, high)
    rest[R_PLACE] = compiled.place(
        arrays.orders.cluster[i],
        arrays.orders.province[i],
        arrays.offers.cluster[j],
        arrays.offers.province[j],
    )


@jit
def load_figures(arrays: MarketArrays, i: int, j: int, pair: Ints) -> None:
    """Lay out the pairs and weeks of a pair, and whether its companies may meet."""
    pair[P_PAIRS], pair[P_PART] = arrays.orders.pairs[i], arrays.orders.smallest_part[i]
    pair[P_START], pair[P_DUE] = arrays.orders.start_week[i], arrays.orders.due_week[i]
    pair[P_MIN_ORDER], pair[P_FIRST] = arrays.offers.min_order[j], arrays.offers.first_week[j]
    lead_days, now_day = arrays.offers.lead_days[j], arrays.rules.now_day
    slow_days = lead_days if lead_days >= 0 else formula.SLOW_DAYS
    pair[P_LEAD_WEEK] = compiled.earliest_week(now_day, max(0, lead_days))
    pair[P_SLOW_WEEK] = compiled.earliest_week(now_day, slow_days)
    pair[P_LINE] = arrays.offers.line[j]
    one, other = arrays.orders.company[i], arrays.offers.company[j]
    kin = compiled.kinship(one, arrays.orders.group[i], other, arrays.offers.group[j])
    if kin == 0 and compiled.is_blocked(arrays.blocked, one, other):
        kin = formula.BLOCKED
    pair[P_KIN] = kin


@jit
def judge(pair: Ints, sums: Small, rules: Rules) -> tuple[int, int, int]:
    """Give the bits of the failed gates but that of the category, the window and its pairs."""
    first = compiled.window_start(pair[P_START], pair[P_LEAD_WEEK], pair[P_FIRST])
    free = compiled.free_between(sums, rules.base_week, first, pair[P_DUE])
    failed = judge_terms(pair, rules)
    if pair[P_KIN] != 0:
        failed |= OWN_COMPANY
    if first > pair[P_DUE]:
        failed |= WINDOW
    if free < pair[P_PART]:
        failed |= CAPACITY
    if compiled.largest_part(pair[P_PAIRS], pair[P_PART], free) < pair[P_MIN_ORDER]:
        failed |= MINIMUM_ORDER
    return failed, first, free


@jit
def judge_terms(pair: Ints, rules: Rules) -> int:
    """Give the bits of the failed gates that neither weeks nor companies decide."""
    failed = 0
    if not compiled.fits_construction(pair[P_CONSTRUCTION], pair[P_CONSTRUCTIONS]):
        failed |= CONSTRUCTION
    if not compiled.has_certificates(pair[P_ASKED], pair[P_HELD]):
        failed |= CERTIFICATES
    highest = compiled.highest_cents(target_of(pair), rules.price_tolerance)
    if not compiled.is_affordable(pair[P_LOWER], highest):
        failed |= PRICE
    return failed


@jit
def target_of(pair: Ints) -> float:
    """Give the target in yuan: below 0 when it was not said."""
    return float(pair[P_TARGET] / formula.CENTS)


@jit
def measure(pair: Ints, rest: Floats, sums: Small, first: int, free: int, rules: Rules) -> Measured:
    """Give score, values of the factors, counted pairs, and the slack of part and whole in weeks."""
    due, base = pair[P_DUE], rules.base_week
    part, whole = slacks(pair, sums, first, due, base)
    lead = mean_slack(part, whole, rules.wished_buffer_days)
    slow = max(first, pair[P_SLOW_WEEK])
    if slow > first:
        late = slacks(pair, sums, slow, due, base)
        lead = 0.5 * (lead + mean_slack(late[0], late[1], rules.wished_buffer_days))
    volume, counted = measure_volume(pair, free, rules)
    score, values = total(pair, rest, rules, volume, lead)
    return score, values, int(np.floor(counted)), part, whole


@jit
def slacks(pair: Ints, sums: Small, first: int, due: int, base: int) -> tuple[int, int]:
    """Give the weeks in hand of the smallest part and of the whole order, begun in week first."""
    whole = compiled.slack_weeks(sums, base, first, due, pair[P_PAIRS])
    if pair[P_PART] == pair[P_PAIRS]:
        return whole, whole
    return compiled.slack_weeks(sums, base, first, due, pair[P_PART]), whole


@jit
def mean_slack(part: int, whole: int, buffer_days: int) -> float:
    """Give the lead time of slacks in weeks, -1 for never in time."""
    one = compiled.slack(part * _DAYS_A_WEEK, buffer_days)
    return float(0.5 * (one + compiled.slack(whole * _DAYS_A_WEEK, buffer_days)))


@jit
def measure_volume(pair: Ints, free: int, rules: Rules) -> tuple[float, float]:
    """Give the value of the volume, and the pairs that it counts: fewer than free when stale."""
    stale = compiled.is_stale(pair[P_AGE], rules.stale_days)
    counted = compiled.counted_pairs(free, stale, rules.stale_volume_share)
    given = compiled.largest_part(pair[P_PAIRS], pair[P_PART], free)
    return (
        compiled.volume(pair[P_PAIRS], counted, given, pair[P_LINE], pair[P_MIN_ORDER]),
        counted,
    )


@jit
def total(
    pair: Ints, rest: Floats, rules: Rules, volume: float, lead: float
) -> tuple[int, tuple[float, ...]]:
    """Give the score in hundredths and the values of all factors, two of them given.

    Products and sums of float64 round in order, so a larger factor never gives a smaller
    score: with a factor's bound instead of its value this is a bound of the score.
    """
    values = (
        volume,
        compiled.category(rest[R_LIKENESS], pair[P_CONSTRUCTION], pair[P_CONSTRUCTIONS]),
        lead,
        compiled.price(target_of(pair), rest[R_LOWER], rest[R_PEAK], rules.price_tolerance),
        rest[R_PLACE],
        compiled.freshness(pair[P_AGE], rules.fresh_horizon_days),
    )
    return int(compiled.score_hundredths(values, rules.weights)), values


@jit
def is_wanted(rules: Rules, failed: int, missing: int, score: int) -> bool:
    """Say whether the pair is a proposal; with near, whether one cause alone keeps it from being one.

    A score that is too low is a cause of its own.
    """
    if failed == 0:
        return bool((score < rules.least) == rules.near)
    return rules.near and is_one_cause(failed, missing)


@jit
def is_one_cause(failed: int, missing: int) -> bool:
    """Say whether one mendable cause alone failed.

    A closed window leaves no pairs free: both together are one cause. Of certificates
    only a single one may be missing.
    """
    if failed == CERTIFICATES:
        return (missing & (missing - 1)) == 0
    if failed == (WINDOW | CAPACITY):
        return True
    return failed in (CONSTRUCTION, MINIMUM_ORDER, CAPACITY, PRICE)


@cached_jit
def lay_bands(low: Floats, high: Floats, bands: Floats) -> None:
    """Fill in for each offer the lower end in cents and in yuan, and the peak."""
    for j in range(len(low)):
        bands[0, j] = compiled.cents(low[j])
        bands[1, j] = compiled.lower_end(low[j], high[j])
        bands[2, j] = compiled.peak(low[j], high[j])


@cached_jit
def lay_highest(targets: Floats, tolerance: float, highest: Ints) -> None:
    for i in range(len(targets)):
        highest[i] = compiled.highest_cents(targets[i], tolerance)
