"""Kernels of the reasons: chosen pairs judged in full, and the smallest change that suits each.

Both try pairs in ``pair_kernel``'s rows, the second with one number changed at a time.
"""

import numpy as np

from matchmaking.engine import compiled, formula
from matchmaking.engine import pair_kernel as k
from matchmaking.engine.compiled import cached_jit, jit
from matchmaking.engine.market_arrays import Floats, Ints, MarketArrays, Small
from matchmaking.engine.rules import Rules

# What is found of a pair. Failed gates are bits in the order of Gate.
FOUND, KIN, FAILED, FIRST, FREE, LARGEST, COUNTED = 0, 1, 2, 3, 4, 5, 6
PART_SLACK, WHOLE_SLACK, HUNDREDTHS, LOWER, HIGHEST = 7, 8, 9, 10, 11
FINDINGS = 12
# The change that makes it a match.
KIND, CAUSE, BEFORE, AFTER, AMOUNT, SCORE, BEST_CATEGORY = 0, 1, 2, 3, 4, 5, 6
SUGGESTIONS = 7
NO_CHANGE = -1
MIN_SCORE = 8  # behind the gates
CONFIRM_FIGURES, DUE_LATER, START_EARLIER, MINIMUM_ORDER = 0, 1, 2, 3
ALLOW_SPLIT, FEWER_PAIRS, ANY_CONSTRUCTION, ADD_CERTIFICATE, TARGET_PRICE = 4, 5, 6, 7, 8
KINDS = 9

_TIME = k.WINDOW | k.CAPACITY | k.MINIMUM_ORDER


@cached_jit
def assess(findings: Ints, values: Floats, pairs: Ints, arrays: MarketArrays) -> None:
    """Judge every gate and every factor of the pairs, also when a gate fails."""
    rules = arrays.rules
    pair, rest = np.empty(k.PAIR_ROWS, np.int64), np.empty(k.PAIR_FLOATS)
    for n in range(pairs.shape[1]):
        i, j = pairs[0, n], pairs[1, n]
        found = k.best_category(arrays, i, j)
        sums = arrays.offers.cumulated[j]
        k.load_terms(arrays, i, j, found, pair, rest)
        k.load_figures(arrays, i, j, pair)
        failed, first, free = k.judge(pair, sums, rules)
        score, measured, counted, part, whole = k.measure(pair, rest, sums, first, free, rules)
        findings[FOUND, n], findings[KIN, n] = found, pair[k.P_KIN]
        findings[FAILED, n] = failed << 1 | (rest[k.R_LIKENESS] <= 0.0)
        findings[FIRST, n], findings[FREE, n] = first, free
        findings[LARGEST, n] = compiled.largest_part(pair[k.P_PAIRS], pair[k.P_PART], free)
        findings[COUNTED, n], findings[HUNDREDTHS, n] = counted, score
        findings[PART_SLACK, n], findings[WHOLE_SLACK, n] = part, whole
        findings[LOWER, n] = pair[k.P_LOWER]
        findings[HIGHEST, n] = compiled.highest_cents(k.target_of(pair), rules.price_tolerance)
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
    if kind == TARGET_PRICE:
        return k.PRICE
    return k.CERTIFICATES if kind == ADD_CERTIFICATE else 0


@jit
def _trial(
    pair: Ints, rest: Floats, kind: int, free: int, rules: Rules
) -> tuple[bool, int, int, int, int]:
    """Say whether a kind may be tried: what is, the nearest and farthest value, the unit."""
    pairs, part, least = pair[k.P_PAIRS], pair[k.P_PART], pair[k.P_MIN_ORDER]
    start, due, held = pair[k.P_START], pair[k.P_DUE], pair[k.P_HELD]
    weeks = max(1, due - rules.now_day // formula.DAYS_A_WEEK)
    if kind == CONFIRM_FIGURES:
        return pair[k.P_AGE] > 0, pair[k.P_AGE], 0, 0, 1
    if kind == DUE_LATER:
        last = pair[k.P_FIRST] + rules.weeks - 1
        return due < last, due, due + 1, last, weeks
    if kind == START_EARLIER:
        first = max(pair[k.P_LEAD_WEEK], pair[k.P_FIRST])
        return first < start, start, start - 1, first, weeks
    if kind == MINIMUM_ORDER:
        return least > 0, least, least - 1, 0, least
    if kind == ALLOW_SPLIT:
        return part > 1, part, part - 1, 1, pairs
    if kind == FEWER_PAIRS:
        # More than is free cannot pass, and too few please no line: no monotone way to halve.
        fewest, most = max(1, least), min(pairs - 1, max(free, 1))
        return part == pairs and fewest <= most, pairs, most, fewest, pairs
    if kind == TARGET_PRICE:
        before, yuan = pair[k.P_TARGET], formula.CENTS
        near = (before // yuan + 1) * yuan
        most = int(np.floor(rest[k.R_PEAK])) * yuan if rest[k.R_PEAK] > 0 else 0
        return before > 0 and near <= most, before, near, most, before
    if kind == ANY_CONSTRUCTION:
        asked = pair[k.P_CONSTRUCTION]
        return asked >= 0, asked, -1, -1, 1
    missing = pair[k.P_ASKED] & ~held
    is_one = missing != 0 and (missing & (missing - 1)) == 0
    return is_one, held, held | pair[k.P_ASKED], held | pair[k.P_ASKED], 1


@jit
def _change(tried: Ints, pair: Ints, kind: int, after: int) -> None:
    """Let ``tried`` be the pair as it would be with the change."""
    for place in range(k.PAIR_ROWS):  # a slice assigned takes numba seconds to compile
        tried[place] = pair[place]
    if kind == CONFIRM_FIGURES:
        tried[k.P_AGE] = after
    elif kind == DUE_LATER:
        tried[k.P_DUE] = after
    elif kind == START_EARLIER:
        tried[k.P_START] = after
    elif kind == MINIMUM_ORDER:
        tried[k.P_MIN_ORDER] = after
    elif kind == ALLOW_SPLIT:
        tried[k.P_PART] = after
    elif kind == FEWER_PAIRS:
        tried[k.P_PAIRS] = tried[k.P_PART] = after
    elif kind == ANY_CONSTRUCTION:
        tried[k.P_CONSTRUCTION] = after
    elif kind == TARGET_PRICE:
        tried[k.P_TARGET] = after
    else:
        tried[k.P_HELD] = after


@jit
def _is_proposed(pair: Ints, rest: Floats, sums: Small, rules: Rules) -> bool:
    """Say whether the pair passes every gate, and with the least score."""
    failed, first, free = k.judge(pair, sums, rules)
    if failed != 0 or rules.least == 0:
        return bool(failed == 0)
    return bool(k.measure(pair, rest, sums, first, free, rules)[0] >= rules.least)


@jit
def _smallest(
    pair: Ints,
    tried: Ints,
    rest: Floats,
    sums: Small,
    kind: int,
    near: int,
    far: int,
    rules: Rules,
) -> tuple[bool, int]:
    """Find by halving the value nearest to ``near`` that makes the pair a proposal."""
    _change(tried, pair, kind, far)
    if not _is_proposed(tried, rest, sums, rules):
        return False, 0
    unit = formula.CENTS if kind == TARGET_PRICE else 1
    step = unit if far >= near else -unit
    low, high = 0, abs(far - near) // unit
    while low < high:
        middle = (low + high) // 2
        _change(tried, pair, kind, near + step * middle)
        if _is_proposed(tried, rest, sums, rules):
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
    rules = arrays.rules
    pair, rest = np.empty(k.PAIR_ROWS, np.int64), np.empty(k.PAIR_FLOATS)
    tried = np.empty(k.PAIR_ROWS, np.int64)
    for n in range(pairs.shape[1]):
        i, j = pairs[0, n], pairs[1, n]
        found = k.best_category(arrays, i, j)
        sums = arrays.offers.cumulated[j]
        k.load_terms(arrays, i, j, found, pair, rest)
        k.load_figures(arrays, i, j, pair)
        suggestions[KIND, n], suggestions[BEST_CATEGORY, n] = NO_CHANGE, found
        failed, _, free = k.judge(pair, sums, rules)
        if pair[k.P_KIN] != 0 or rest[k.R_LIKENESS] <= 0.0:
            continue
        if _is_proposed(pair, rest, sums, rules):
            continue
        for kind in range(KINDS):
            may, before, near, far, unit = _trial(pair, rest, kind, free, rules)
            if not may or failed & ~_gates_opened_by(kind) != 0:
                continue
            is_enough, after = _smallest(pair, tried, rest, sums, kind, near, far, rules)
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
        _, first, free = k.judge(tried, sums, rules)
        suggestions[SCORE, n] = k.measure(tried, rest, sums, first, free, rules)[0]
