"""The kernel of one pair: its gates judged and its factors measured by ``formula``.

Rankings and reasons both end here, so a list cannot rank what a page does not show. What
a change may touch lies in a row of whole numbers (``P_``), what it may not in a row of
fractions (``R_``).
"""

from typing import TypeAlias

import numpy as np

from matchmaking.engine import compiled, formula
from matchmaking.engine.compiled import inline_jit, jit
from matchmaking.engine.market_arrays import Floats, Ints, MarketArrays, Small
from matchmaking.engine.rules import Rules

Measured: TypeAlias = tuple[int, tuple[float, ...], int, int, int]

P_PAIRS, P_PART, P_START, P_DUE, P_CONSTRUCTION, P_MIN_ORDER, P_HELD, P_AGE = 0, 1, 2, 3, 4, 5, 6, 7
P_ASKED, P_CONSTRUCTIONS, P_KIN, P_LEAD_WEEK, P_FIRST = 8, 9, 10, 11, 12
PAIR_ROWS = 13
R_TARGET, R_LOW, R_HIGH, R_LIKENESS, R_PLACE = 0, 1, 2, 3, 4
PAIR_FLOATS = 5
# Bits of failed gates, in the order of Gate; categories are judged by their likeness alone.
CONSTRUCTION, CERTIFICATES, OWN_COMPANY, WINDOW, CAPACITY, MINIMUM_ORDER = 1, 2, 4, 8, 16, 32

_DAYS_A_WEEK = formula.DAYS_A_WEEK


@inline_jit
def best_category(arrays: MarketArrays, i: int, j: int) -> int:
    """Give the offer's category that is most like the order's, the first when equal."""
    made, low, high = arrays.offers.categories, arrays.offers.starts[j], arrays.offers.starts[j + 1]
    likeness, found = arrays.likeness[arrays.orders.category[i]], made[low]
    for at in range(low + 1, high):
        if likeness[made[at]] > likeness[found]:
            found = made[at]
    return int(found)


@inline_jit
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
    rest[R_TARGET] = arrays.orders.price[i]
    rest[R_LOW], rest[R_HIGH] = arrays.offers.price_low[j], arrays.offers.price_high[j]
    rest[R_PLACE] = compiled.place(
        arrays.orders.cluster[i],
        arrays.orders.province[i],
        arrays.offers.cluster[j],
        arrays.offers.province[j],
    )


@inline_jit
def load_figures(arrays: MarketArrays, i: int, j: int, pair: Ints) -> None:
    """Lay out the pairs and weeks of a pair, and whether its companies may meet."""
    pair[P_PAIRS], pair[P_PART] = arrays.orders.pairs[i], arrays.orders.smallest_part[i]
    pair[P_START], pair[P_DUE] = arrays.orders.start_week[i], arrays.orders.due_week[i]
    pair[P_MIN_ORDER], pair[P_FIRST] = arrays.offers.min_order[j], arrays.offers.first_week[j]
    pair[P_LEAD_WEEK] = compiled.earliest_week(arrays.rules.now_day, arrays.offers.lead_days[j])
    # Behind a branch numba counts the references of every array of the tuple, 300 ns a pair:
    # the branch stands last, and callers take their own arrays before.
    blocked = arrays.blocked
    one, other = arrays.orders.company[i], arrays.offers.company[j]
    kin = compiled.kinship(one, arrays.orders.group[i], other, arrays.offers.group[j])
    if kin == 0 and compiled.is_blocked(blocked, one, other):
        kin = formula.BLOCKED
    pair[P_KIN] = kin


@jit
def judge(pair: Ints, sums: Small, base_week: int) -> tuple[int, int, int]:
    """Give the bits of the failed gates but that of the category, the window and its pairs."""
    first = compiled.window_start(pair[P_START], pair[P_LEAD_WEEK], pair[P_FIRST])
    free = compiled.free_between(sums, base_week, first, pair[P_DUE])
    failed = 0
    if not compiled.fits_construction(pair[P_CONSTRUCTION], pair[P_CONSTRUCTIONS]):
        failed |= CONSTRUCTION
    if not compiled.has_certificates(pair[P_ASKED], pair[P_HELD]):
        failed |= CERTIFICATES
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
def measure(pair: Ints, rest: Floats, sums: Small, first: int, free: int, rules: Rules) -> Measured:
    """Give score, values of the factors, counted pairs, and the slack of part and whole."""
    due, base = pair[P_DUE], rules.base_week
    stale = compiled.is_stale(pair[P_AGE], rules.stale_days)
    counted = compiled.counted_pairs(free, stale, rules.stale_volume_share)
    whole = compiled.slack_weeks(sums, base, first, due, pair[P_PAIRS])
    part = whole
    if pair[P_PART] < pair[P_PAIRS]:
        part = compiled.slack_weeks(sums, base, first, due, pair[P_PART])
    values = (
        compiled.volume(pair[P_PAIRS], counted),
        rest[R_LIKENESS],
        compiled.lead_time(part * _DAYS_A_WEEK, whole * _DAYS_A_WEEK, rules.wished_buffer_days),
        compiled.price(rest[R_TARGET], rest[R_LOW], rest[R_HIGH], rules.price_tolerance),
        rest[R_PLACE],
        compiled.freshness(pair[P_AGE], rules.fresh_horizon_days),
    )
    score = int(compiled.score_hundredths(values, rules.weights))
    return score, values, int(np.floor(counted)), part, whole


@jit
def is_wanted(near: bool, failed: int, missing: int) -> bool:
    """Say whether the pair passes; with near, whether one mendable cause alone failed.

    A closed window leaves no pairs free: both together are one cause. Of certificates
    only a single one may be missing.
    """
    if not near:
        return failed == 0
    if failed == CERTIFICATES:
        return (missing & (missing - 1)) == 0
    if failed == (WINDOW | CAPACITY):
        return True
    return failed in (CONSTRUCTION, MINIMUM_ORDER, CAPACITY)
