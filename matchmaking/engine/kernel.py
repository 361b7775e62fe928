"""The kernel of the plain ranking: every pair judged by the functions of ``formula``.

The columns below are rows of one int64 and
one float64 matrix a side, so that there is one signature to compile.
"""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from matchmaking.engine import compiled, formula
from matchmaking.engine.compiled import cached_jit, jit

Ints: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]
Small: TypeAlias = NDArray[np.int32]

# Rows of the integer matrix of orders.
O_COMPANY, O_GROUP, O_CONSTRUCTION, O_CERTIFICATES, O_PAIRS, O_PART = 0, 1, 2, 3, 4, 5
O_START, O_DUE, O_CLUSTER, O_PROVINCE, O_RANK, O_SLOT, O_BLOCKED = 6, 7, 8, 9, 10, 11, 12
ORDER_ROWS = 13
# Rows of the integer matrix of offers.
F_COMPANY, F_GROUP, F_CONSTRUCTIONS, F_CERTIFICATES, F_MIN_ORDER = 0, 1, 2, 3, 4
F_LEAD_WEEK, F_FIRST, F_CLUSTER, F_PROVINCE, F_AGE, F_RANK, F_ROW = 5, 6, 7, 8, 9, 10, 11
F_SLOT = 12
OFFER_ROWS = 13
# Rows of the float matrix of offers, computed ahead where the order has no say.
F_LOW, F_HIGH, F_LIKENESS, F_FRESHNESS = 0, 1, 2, 3
OFFER_FLOATS = 4
# Whole numbers of the profile and of the run.
S_BASE_WEEK, S_BUFFER, S_STALE, S_LEAST, S_NEAR = 0, 1, 2, 3, 4
SETTINGS = 5
# Fractions of the profile, behind the six weights.
W_STALE_SHARE, W_TOLERANCE = 6, 7
FRACTIONS = 8
# Bits of failed gates.
CONSTRUCTION, CERTIFICATES, OWN_COMPANY, WINDOW, CAPACITY, MINIMUM_ORDER = 1, 2, 4, 8, 16, 32

_DAYS_A_WEEK = formula.DAYS_A_WEEK


@jit
def _failed_by_post(orders: Ints, i: int, offers: Ints, j: int, blocked: Ints) -> int:
    """Give the bits of the failed gates that no week decides."""
    failed = 0
    if not compiled.fits_construction(orders[O_CONSTRUCTION, i], offers[F_CONSTRUCTIONS, j]):
        failed |= CONSTRUCTION
    if not compiled.has_certificates(orders[O_CERTIFICATES, i], offers[F_CERTIFICATES, j]):
        failed |= CERTIFICATES
    one, other = orders[O_COMPANY, i], offers[F_COMPANY, j]
    if compiled.kinship(one, orders[O_GROUP, i], other, offers[F_GROUP, j]) != 0 or (
        orders[O_BLOCKED, i] != 0 and compiled.is_blocked(blocked, one, other)
    ):
        failed |= OWN_COMPANY
    return failed


@jit
def _failed_by_time(orders: Ints, i: int, minimum: int, first: int, free: int) -> int:
    """Give the bits of the failed gates that the free weeks decide."""
    failed = 0
    pairs, part = orders[O_PAIRS, i], orders[O_PART, i]
    if first > orders[O_DUE, i]:
        failed |= WINDOW
    if free < part:
        failed |= CAPACITY
    if compiled.largest_part(pairs, part, free) < minimum:
        failed |= MINIMUM_ORDER
    return failed


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


@jit
def _hundredths(
    orders: Ints,
    target: float,
    i: int,
    offers: Ints,
    offer_floats: Floats,
    j: int,
    sums: Small,
    first: int,
    free: int,
    settings: Ints,
    fractions: Floats,
) -> int:
    """Score a pair whatever its gates say, in hundredths of a point."""
    pairs, part, due = orders[O_PAIRS, i], orders[O_PART, i], orders[O_DUE, i]
    stale = compiled.is_stale(offers[F_AGE, j], settings[S_STALE])
    counted = compiled.counted_pairs(free, stale, fractions[W_STALE_SHARE])
    base, buffer = settings[S_BASE_WEEK], settings[S_BUFFER]
    most = (buffer + _DAYS_A_WEEK - 1) // _DAYS_A_WEEK  # further slack scores no higher
    whole = compiled.slack_weeks(sums, base, first, due, pairs, most)
    share = whole
    if part < pairs:
        share = compiled.slack_weeks(sums, base, first, due, part, most)
    values = (
        compiled.volume(pairs, counted),
        offer_floats[F_LIKENESS, j],
        compiled.lead_time(share * _DAYS_A_WEEK, whole * _DAYS_A_WEEK, buffer),
        compiled.price(
            target, offer_floats[F_LOW, j], offer_floats[F_HIGH, j], fractions[W_TOLERANCE]
        ),
        compiled.place(
            orders[O_CLUSTER, i],
            orders[O_PROVINCE, i],
            offers[F_CLUSTER, j],
            offers[F_PROVINCE, j],
        ),
        offer_floats[F_FRESHNESS, j],
    )
    return int(compiled.score_hundredths(values, fractions))


@cached_jit
def sweep(
    orders: Ints,
    targets: Floats,
    offers: Ints,
    offer_floats: Floats,
    cumulated: Small,
    blocked: Ints,
    settings: Ints,
    fractions: Floats,
    order_scores: Small,
    order_ranks: Small,
    offer_scores: Small,
    offer_ranks: Small,
) -> None:
    """Score all orders against all offers of one category, and keep the best.

    Lists of zero width are not kept. With S_NEAR set it keeps the pairs that fail by
    one mendable cause instead of those that pass.
    """
    near = settings[S_NEAR] != 0
    keep_orders, keep_offers = order_scores.shape[1] > 0, offer_scores.shape[1] > 0
    for i in range(orders.shape[1]):
        start, due = orders[O_START, i], orders[O_DUE, i]
        for j in range(offers.shape[1]):
            failed = _failed_by_post(orders, i, offers, j, blocked)
            if failed != 0 and (not near or (failed & OWN_COMPANY) != 0):
                continue
            sums = cumulated[offers[F_ROW, j]]
            first = compiled.window_start(start, offers[F_LEAD_WEEK, j], offers[F_FIRST, j])
            free = compiled.free_between(sums, settings[S_BASE_WEEK], first, due)
            failed |= _failed_by_time(orders, i, offers[F_MIN_ORDER, j], first, free)
            missing = orders[O_CERTIFICATES, i] & ~offers[F_CERTIFICATES, j]
            if not is_wanted(near, failed, missing):
                continue
            score = _hundredths(
                orders, targets[i], i, offers, offer_floats, j, sums, first, free,
                settings, fractions,
            )  # fmt: skip
            if score < settings[S_LEAST]:
                continue
            if keep_orders:
                slot = orders[O_SLOT, i]
                compiled.push(order_scores, order_ranks, slot, score, offers[F_RANK, j])
            if keep_offers:
                slot = offers[F_SLOT, j]
                compiled.push(offer_scores, offer_ranks, slot, score, orders[O_RANK, i])
