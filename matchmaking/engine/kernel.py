"""The ranking kernel: the functions of ``formula``, compiled, over columns.

The only module that imports numba: workers load it, the web process never does.
Kernels release the GIL and are cached on disk below NUMBA_CACHE_DIR (else
``__pycache__``) in a directory named by the sources, for numba itself does not see that
``formula`` changed under a cached kernel. The columns below are rows of one int64 and
one float64 matrix a side, so that there is one signature to compile.
"""

import os
import zlib
from pathlib import Path
from typing import TypeAlias

import numba
import numpy as np
from numba import njit
from numpy.typing import NDArray

from matchmaking.engine import formula

_HERE = Path(__file__).parent
_SOURCES = b"".join((_HERE / name).read_bytes() for name in ("formula.py", "kernel.py"))
_CACHE = Path(os.environ.get("NUMBA_CACHE_DIR") or _HERE / "__pycache__")
numba.config.CACHE_DIR = str(_CACHE / f"{zlib.crc32(_SOURCES):08x}")  # type: ignore[attr-defined]

Ints: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]
Small: TypeAlias = NDArray[np.int32]

# Rows of the integer matrix of orders.
O_COMPANY, O_GROUP, O_CONSTRUCTION, O_CERTIFICATES, O_PAIRS, O_PART = 0, 1, 2, 3, 4, 5
O_START, O_DUE, O_CLUSTER, O_PROVINCE, O_RANK, O_ROW, O_BLOCKED = 6, 7, 8, 9, 10, 11, 12
ORDER_ROWS = 13
# Rows of the integer matrix of offers.
F_COMPANY, F_GROUP, F_CONSTRUCTIONS, F_CERTIFICATES, F_MIN_ORDER = 0, 1, 2, 3, 4
F_LEAD_WEEK, F_FIRST, F_CLUSTER, F_PROVINCE, F_AGE, F_RANK, F_ROW = 5, 6, 7, 8, 9, 10, 11
OFFER_ROWS = 12
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

TILE = 1024

_jit = njit(nogil=True, error_model="numpy")  # compiled into the two below, which are cached
_kept = njit(nogil=True, error_model="numpy", cache=True)
_window_start = _jit(formula.window_start)
_free_between = _jit(formula.free_between)
_slack_weeks = _jit(formula.slack_weeks)
_fits_construction = _jit(formula.fits_construction)
_has_certificates = _jit(formula.has_certificates)
_kinship = _jit(formula.kinship)
_largest_part = _jit(formula.largest_part)
_is_stale = _jit(formula.is_stale)
_counted_pairs = _jit(formula.counted_pairs)
_volume = _jit(formula.volume)
_lead_time = _jit(formula.lead_time)
_price = _jit(formula.price)
_place = _jit(formula.place)
_score_hundredths = _jit(formula.score_hundredths)
_DAYS_A_WEEK = formula.DAYS_A_WEEK


@_jit
def _is_blocked(blocked: Ints, one: int, other: int) -> bool:
    """Say whether the sorted array holds the two companies."""
    key = (min(one, other) << 32) | max(one, other)
    low, high = 0, len(blocked)
    while low < high:
        middle = (low + high) // 2
        if blocked[middle] < key:
            low = middle + 1
        else:
            high = middle
    return bool(low < len(blocked) and blocked[low] == key)


@_jit
def _failed_by_post(orders: Ints, i: int, offers: Ints, j: int, blocked: Ints) -> int:
    """Give the bits of the failed gates that no week decides."""
    failed = 0
    if not _fits_construction(orders[O_CONSTRUCTION, i], offers[F_CONSTRUCTIONS, j]):
        failed |= CONSTRUCTION
    if not _has_certificates(orders[O_CERTIFICATES, i], offers[F_CERTIFICATES, j]):
        failed |= CERTIFICATES
    one, other = orders[O_COMPANY, i], offers[F_COMPANY, j]
    if _kinship(one, orders[O_GROUP, i], other, offers[F_GROUP, j]) != 0 or (
        orders[O_BLOCKED, i] != 0 and _is_blocked(blocked, one, other)
    ):
        failed |= OWN_COMPANY
    return failed


@_jit
def _failed_by_time(orders: Ints, i: int, minimum: int, first: int, free: int) -> int:
    """Give the bits of the failed gates that the free weeks decide."""
    failed = 0
    pairs, part = orders[O_PAIRS, i], orders[O_PART, i]
    if first > orders[O_DUE, i]:
        failed |= WINDOW
    if free < part:
        failed |= CAPACITY
    if _largest_part(pairs, part, free) < minimum:
        failed |= MINIMUM_ORDER
    return failed


@_jit
def _is_wanted(near: bool, failed: int, missing: int) -> bool:
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


@_jit
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
    stale = _is_stale(offers[F_AGE, j], settings[S_STALE])
    counted = _counted_pairs(free, stale, fractions[W_STALE_SHARE])
    base, buffer = settings[S_BASE_WEEK], settings[S_BUFFER]
    most = (buffer + _DAYS_A_WEEK - 1) // _DAYS_A_WEEK  # further slack scores no higher
    whole = _slack_weeks(sums, base, first, due, pairs, most)
    share = whole
    if part < pairs:
        share = _slack_weeks(sums, base, first, due, part, most)
    values = (
        _volume(pairs, counted),
        offer_floats[F_LIKENESS, j],
        _lead_time(share * _DAYS_A_WEEK, whole * _DAYS_A_WEEK, buffer),
        _price(target, offer_floats[F_LOW, j], offer_floats[F_HIGH, j], fractions[W_TOLERANCE]),
        _place(
            orders[O_CLUSTER, i],
            orders[O_PROVINCE, i],
            offers[F_CLUSTER, j],
            offers[F_PROVINCE, j],
        ),
        offer_floats[F_FRESHNESS, j],
    )
    return int(_score_hundredths(values, fractions))


@_jit
def push(scores: Small, ranks: Small, row: int, score: int, rank: int) -> None:
    """Insert into a row kept by score falling, then rank rising; drop what falls out."""
    place = scores.shape[1] - 1
    if score < scores[row, place] or (score == scores[row, place] and rank > ranks[row, place]):
        return
    while place > 0 and (
        score > scores[row, place - 1]
        or (score == scores[row, place - 1] and rank < ranks[row, place - 1])
    ):
        scores[row, place] = scores[row, place - 1]
        ranks[row, place] = ranks[row, place - 1]
        place -= 1
    scores[row, place] = score
    ranks[row, place] = rank


@_kept
def merge(scores: Small, ranks: Small, more_scores: Small, more_ranks: Small) -> None:
    """Push every entry of the second lists into the first."""
    for row in range(scores.shape[0]):
        for place in range(more_scores.shape[1]):
            if more_scores[row, place] < 0:
                break
            push(scores, ranks, row, more_scores[row, place], more_ranks[row, place])


@_kept
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
) -> int:
    """Score all orders against all offers of one category group, and keep the best.

    Lists of zero width are not kept. With S_NEAR set it keeps the pairs that fail by
    one mendable cause instead of those that pass. Returns how many pairs it scored.
    """
    near = settings[S_NEAR] != 0
    keep_orders, keep_offers = order_scores.shape[1] > 0, offer_scores.shape[1] > 0
    scored = 0
    for tile in range(0, offers.shape[1], TILE):
        for i in range(orders.shape[1]):
            start, due = orders[O_START, i], orders[O_DUE, i]
            for j in range(tile, min(tile + TILE, offers.shape[1])):
                failed = _failed_by_post(orders, i, offers, j, blocked)
                if failed != 0 and (not near or (failed & OWN_COMPANY) != 0):
                    continue
                sums = cumulated[offers[F_ROW, j]]
                first = _window_start(start, offers[F_LEAD_WEEK, j], offers[F_FIRST, j])
                free = _free_between(sums, settings[S_BASE_WEEK], first, due)
                failed |= _failed_by_time(orders, i, offers[F_MIN_ORDER, j], first, free)
                missing = orders[O_CERTIFICATES, i] & ~offers[F_CERTIFICATES, j]
                if not _is_wanted(near, failed, missing):
                    continue
                score = _hundredths(
                    orders, targets[i], i, offers, offer_floats, j, sums, first, free,
                    settings, fractions,
                )  # fmt: skip
                scored += 1
                if score < settings[S_LEAST]:
                    continue
                if keep_orders:
                    push(order_scores, order_ranks, orders[O_ROW, i], score, offers[F_RANK, j])
                if keep_offers:
                    push(offer_scores, offer_ranks, offers[F_ROW, j], score, orders[O_RANK, i])
    return scored
