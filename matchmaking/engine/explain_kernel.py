"""Kernels of the reasons: chosen pairs judged in full, and the smallest change that suits each.

By the functions of ``formula``. What a change may touch lies in a row of whole numbers
(``P_``), what it may not in a row of fractions (``R_``).
"""

from typing import TypeAlias

import numpy as np

from matchmaking.engine import compiled, formula
from matchmaking.engine import kernel as k
from matchmaking.engine.compiled import cached_jit, inline_jit, jit
from matchmaking.engine.market_arrays import Floats, Ints, MarketArrays, Small

Measured: TypeAlias = tuple[int, tuple[float, ...], int, int, int]

# Settings behind those of the other kernels.
S_HORIZON, S_WEEK, S_WEEKS, S_NOW_DAY = 5, 6, 7, 8
# A pair under trial.
P_PAIRS, P_PART, P_START, P_DUE, P_CONSTRUCTION, P_MIN_ORDER, P_HELD, P_AGE = 0, 1, 2, 3, 4, 5, 6, 7
P_ASKED, P_CONSTRUCTIONS, P_KIN, P_LEAD_WEEK, P_FIRST = 8, 9, 10, 11, 12
PAIR_ROWS = 13
R_TARGET, R_LOW, R_HIGH, R_LIKENESS, R_PLACE = 0, 1, 2, 3, 4
PAIR_FLOATS = 5
# What is found of a pair. Failed gates are bits in the order of Gate.
FOUND, KIN, FAILED, FIRST, FREE, LARGEST, COUNTED = 0, 1, 2, 3, 4, 5, 6
PART_SLACK, WHOLE_SLACK, HUNDREDTHS = 7, 8, 9
FINDINGS = 10
# The change that makes it a match.
KIND, CAUSE, BEFORE, AFTER, AMOUNT, SCORE, BEST_CATEGORY = 0, 1, 2, 3, 4, 5, 6
SUGGESTIONS = 7
NO_CHANGE = -1
MIN_SCORE = 7  # behind the gates
CONFIRM_FIGURES, DUE_LATER, START_EARLIER, MINIMUM_ORDER = 0, 1, 2, 3
ALLOW_SPLIT, FEWER_PAIRS, ANY_CONSTRUCTION, ADD_CERTIFICATE = 4, 5, 6, 7
KINDS = 8

_DAYS_A_WEEK = formula.DAYS_A_WEEK
_TIME = k.WINDOW | k.CAPACITY | k.MINIMUM_ORDER


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
def load(arrays: MarketArrays, i: int, j: int, category: int, pair: Ints, rest: Floats) -> None:
    """Lay out a pair, whose offer serves the order by that category."""
    asked, made = arrays.orders, arrays.offers
    pair[P_PAIRS], pair[P_PART] = asked.pairs[i], asked.smallest_part[i]
    pair[P_START], pair[P_DUE] = asked.start_week[i], asked.due_week[i]
    pair[P_CONSTRUCTION], pair[P_ASKED] = asked.construction[i], asked.certificates[i]
    pair[P_MIN_ORDER], pair[P_HELD] = made.min_order[j], made.certificates[j]
    pair[P_AGE], pair[P_CONSTRUCTIONS] = made.age_days[j], made.constructions[j]
    pair[P_LEAD_WEEK] = compiled.earliest_week(arrays.settings[S_NOW_DAY], made.lead_days[j])
    pair[P_FIRST] = made.first_week[j]
    one, other = asked.company[i], made.company[j]
    kin = compiled.kinship(one, asked.group[i], other, made.group[j])
    if kin == 0 and compiled.is_blocked(arrays.blocked, one, other):
        kin = formula.BLOCKED
    pair[P_KIN] = kin
    rest[R_LIKENESS] = max(0.0, arrays.likeness[asked.category[i], category])
    rest[R_TARGET], rest[R_LOW], rest[R_HIGH] = (
        asked.price[i],
        made.price_low[j],
        made.price_high[j],
    )
    rest[R_PLACE] = compiled.place(
        asked.cluster[i], asked.province[i], made.cluster[j], made.province[j]
    )


@jit
def judge(pair: Ints, sums: Small, settings: Ints) -> tuple[int, int, int]:
    """Give the bits of the failed gates but that of the category, the window and its pairs."""
    first = compiled.window_start(pair[P_START], pair[P_LEAD_WEEK], pair[P_FIRST])
    free = compiled.free_between(sums, settings[k.S_BASE_WEEK], first, pair[P_DUE])
    failed = 0
    if not compiled.fits_construction(pair[P_CONSTRUCTION], pair[P_CONSTRUCTIONS]):
        failed |= k.CONSTRUCTION
    if not compiled.has_certificates(pair[P_ASKED], pair[P_HELD]):
        failed |= k.CERTIFICATES
    if pair[P_KIN] != 0:
        failed |= k.OWN_COMPANY
    if first > pair[P_DUE]:
        failed |= k.WINDOW
    if free < pair[P_PART]:
        failed |= k.CAPACITY
    if compiled.largest_part(pair[P_PAIRS], pair[P_PART], free) < pair[P_MIN_ORDER]:
        failed |= k.MINIMUM_ORDER
    return failed, first, free


@jit
def measure(
    pair: Ints, rest: Floats, sums: Small, first: int, free: int, settings: Ints, fractions: Floats
) -> Measured:
    """Give score, values of the factors, counted pairs, and the slack of part and whole."""
    due, base = pair[P_DUE], settings[k.S_BASE_WEEK]
    stale = compiled.is_stale(pair[P_AGE], settings[k.S_STALE])
    counted = compiled.counted_pairs(free, stale, fractions[k.W_STALE_SHARE])
    most = max(0, due - first)
    part = compiled.slack_weeks(sums, base, first, due, pair[P_PART], most)
    whole = compiled.slack_weeks(sums, base, first, due, pair[P_PAIRS], most)
    values = (
        compiled.volume(pair[P_PAIRS], counted),
        rest[R_LIKENESS],
        compiled.lead_time(part * _DAYS_A_WEEK, whole * _DAYS_A_WEEK, settings[k.S_BUFFER]),
        compiled.price(rest[R_TARGET], rest[R_LOW], rest[R_HIGH], fractions[k.W_TOLERANCE]),
        rest[R_PLACE],
        compiled.freshness(pair[P_AGE], settings[S_HORIZON]),
    )
    score = int(compiled.score_hundredths(values, fractions))
    return score, values, int(np.floor(counted)), part, whole


@cached_jit
def assess(findings: Ints, values: Floats, pairs: Ints, arrays: MarketArrays) -> None:
    """Judge every gate and every factor of the pairs, also when a gate fails."""
    settings, fractions = arrays.settings, arrays.fractions
    pair, rest = np.empty(PAIR_ROWS, np.int64), np.empty(PAIR_FLOATS)
    for n in range(pairs.shape[1]):
        i, j = pairs[0, n], pairs[1, n]
        found = best_category(arrays, i, j)
        load(arrays, i, j, found, pair, rest)
        sums = arrays.offers.cumulated[j]
        failed, first, free = judge(pair, sums, settings)
        score, measured, counted, part, whole = measure(
            pair, rest, sums, first, free, settings, fractions
        )
        findings[FOUND, n], findings[KIN, n] = found, pair[P_KIN]
        findings[FAILED, n] = failed << 1 | (rest[R_LIKENESS] <= 0.0)
        findings[FIRST, n], findings[FREE, n] = first, free
        findings[LARGEST, n] = compiled.largest_part(pair[P_PAIRS], pair[P_PART], free)
        findings[COUNTED, n], findings[HUNDREDTHS, n] = counted, score
        findings[PART_SLACK, n], findings[WHOLE_SLACK, n] = part, whole
        for factor in range(len(measured)):
            values[n, factor] = measured[factor]


@jit
def _gates_opened_by(kind: int) -> int:
    """Give the bits of the gates that a change can open; all of them can lift a score."""
    if kind in (DUE_LATER, START_EARLIER):
        return _TIME
    if kind == MINIMUM_ORDER:
        return k.MINIMUM_ORDER
    if kind in (ALLOW_SPLIT, FEWER_PAIRS):
        return k.CAPACITY
    if kind == ANY_CONSTRUCTION:
        return k.CONSTRUCTION
    return k.CERTIFICATES if kind == ADD_CERTIFICATE else 0


@jit
def _trial(pair: Ints, kind: int, settings: Ints) -> tuple[bool, int, int, int, int]:
    """Say whether a kind may be tried: what is, the nearest and farthest value, the unit."""
    pairs, part, least = pair[P_PAIRS], pair[P_PART], pair[P_MIN_ORDER]
    start, due, held = pair[P_START], pair[P_DUE], pair[P_HELD]
    weeks = max(1, due - settings[S_WEEK])
    if kind == CONFIRM_FIGURES:
        return pair[P_AGE] > 0, pair[P_AGE], 0, 0, 1
    if kind == DUE_LATER:
        last = pair[P_FIRST] + settings[S_WEEKS] - 1
        return due < last, due, due + 1, last, weeks
    if kind == START_EARLIER:
        first = max(pair[P_LEAD_WEEK], pair[P_FIRST])
        return first < start, start, start - 1, first, weeks
    if kind == MINIMUM_ORDER:
        return least > 0, least, least - 1, 0, least
    if kind == ALLOW_SPLIT:
        return part > 1, part, part - 1, 1, pairs
    if kind == FEWER_PAIRS:
        fewest = max(1, least)
        return part == pairs and fewest < pairs, pairs, pairs - 1, fewest, pairs
    if kind == ANY_CONSTRUCTION:
        asked = pair[P_CONSTRUCTION]
        return asked >= 0, asked, -1, -1, 1
    missing = pair[P_ASKED] & ~held
    is_one = missing != 0 and (missing & (missing - 1)) == 0
    return is_one, held, held | pair[P_ASKED], held | pair[P_ASKED], 1


@jit
def _change(tried: Ints, pair: Ints, kind: int, after: int) -> None:
    """Let ``tried`` be the pair as it would be with the change."""
    for place in range(PAIR_ROWS):  # a slice assigned takes numba seconds to compile
        tried[place] = pair[place]
    if kind == CONFIRM_FIGURES:
        tried[P_AGE] = after
    elif kind == DUE_LATER:
        tried[P_DUE] = after
    elif kind == START_EARLIER:
        tried[P_START] = after
    elif kind == MINIMUM_ORDER:
        tried[P_MIN_ORDER] = after
    elif kind == ALLOW_SPLIT:
        tried[P_PART] = after
    elif kind == FEWER_PAIRS:
        tried[P_PAIRS] = tried[P_PART] = after
    elif kind == ANY_CONSTRUCTION:
        tried[P_CONSTRUCTION] = after
    else:
        tried[P_HELD] = after


@jit
def _is_proposed(
    pair: Ints, rest: Floats, sums: Small, settings: Ints, fractions: Floats
) -> tuple[bool, int]:
    """Say whether the pair passes with the least score, and which gates it fails."""
    failed, first, free = judge(pair, sums, settings)
    if failed != 0 or settings[k.S_LEAST] == 0:
        return failed == 0, failed
    score = measure(pair, rest, sums, first, free, settings, fractions)[0]
    return score >= settings[k.S_LEAST], failed


@jit
def _smallest(
    pair: Ints,
    tried: Ints,
    rest: Floats,
    sums: Small,
    kind: int,
    near: int,
    far: int,
    settings: Ints,
    fractions: Floats,
) -> tuple[bool, int]:
    """Find by halving the value nearest to ``near`` that makes the pair a proposal."""
    _change(tried, pair, kind, far)
    if not _is_proposed(tried, rest, sums, settings, fractions)[0]:
        return False, 0
    step = 1 if far >= near else -1
    low, high = 0, abs(far - near)
    while low < high:
        middle = (low + high) // 2
        _change(tried, pair, kind, near + step * middle)
        if _is_proposed(tried, rest, sums, settings, fractions)[0]:
            high = middle
        else:
            low = middle + 1
    return True, near + step * low


@jit
def _size(kind: int, before: int, after: int, unit: int) -> float:
    """Give a change as a share, to compare it with other kinds."""
    if kind == CONFIRM_FIGURES:
        return 0.0
    if kind in (ANY_CONSTRUCTION, ADD_CERTIFICATE):
        return 1.0
    return abs(after - before) / unit


@jit
def _place_of(mask: int) -> int:
    """Give the place of the first bit, MIN_SCORE for none."""
    for bit in range(MIN_SCORE if mask == 0 else 0, 63):
        if mask == 0 or mask >> bit & 1:
            return bit
    return MIN_SCORE


@cached_jit
def suggest(suggestions: Ints, sizes: Floats, pairs: Ints, arrays: MarketArrays) -> None:
    """Find for each pair the smallest single change that makes it a proposal."""
    settings, fractions = arrays.settings, arrays.fractions
    pair, rest = np.empty(PAIR_ROWS, np.int64), np.empty(PAIR_FLOATS)
    tried = np.empty(PAIR_ROWS, np.int64)
    for n in range(pairs.shape[1]):
        i, j = pairs[0, n], pairs[1, n]
        found = best_category(arrays, i, j)
        load(arrays, i, j, found, pair, rest)
        suggestions[KIND, n], suggestions[BEST_CATEGORY, n] = NO_CHANGE, found
        sums = arrays.offers.cumulated[j]
        is_proposed, failed = _is_proposed(pair, rest, sums, settings, fractions)
        if is_proposed or pair[P_KIN] != 0 or rest[R_LIKENESS] <= 0.0:
            continue
        for kind in range(KINDS):
            may, before, near, far, unit = _trial(pair, kind, settings)
            if not may or failed & ~_gates_opened_by(kind) != 0:
                continue
            is_enough, after = _smallest(
                pair, tried, rest, sums, kind, near, far, settings, fractions
            )
            size = _size(kind, before, after, unit)
            if is_enough and (suggestions[KIND, n] == NO_CHANGE or size < sizes[n]):
                suggestions[KIND, n], suggestions[BEFORE, n], suggestions[AFTER, n] = (
                    kind,
                    before,
                    after,
                )
                sizes[n] = size
        if suggestions[KIND, n] == NO_CHANGE:
            continue
        kind, before, after = suggestions[KIND, n], suggestions[BEFORE, n], suggestions[AFTER, n]
        suggestions[CAUSE, n] = _place_of(failed << 1)
        suggestions[AMOUNT, n] = abs(after - before)
        if kind == ADD_CERTIFICATE:
            suggestions[AMOUNT, n] = _place_of(after & ~before)
        _change(tried, pair, kind, after)
        _, first, free = judge(tried, sums, settings)
        suggestions[SCORE, n] = measure(tried, rest, sums, first, free, settings, fractions)[0]
