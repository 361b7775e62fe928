"""The kernel of posts that changed: each is compared with what its categories are like.

Most pairs are ruled out by a bound: what a pair would score with a perfect volume and lead
time, then with the volume that it has. What a bound rules out reaches no list.
"""

from typing import TypeAlias

import numpy as np

from matchmaking.engine import compiled
from matchmaking.engine import pair_kernel as k
from matchmaking.engine.compiled import cached_jit, jit
from matchmaking.engine.market_arrays import Floats, Ints, MarketArrays, Small
from matchmaking.engine.rules import Rules

Best: TypeAlias = tuple[int, int]
NEVER = -2  # below the end of a list that is open


@jit
def _best_by_terms(pair: Ints, rest: Floats, rules: Rules) -> Best:
    """Give the bounds of a match and of a near miss before any week is looked at."""
    failed, missing = k.judge_terms(pair, rules), pair[k.P_ASKED] & ~pair[k.P_HELD]
    best = k.total(pair, rest, rules, 1.0, 1.0)[0]
    if failed == 0:
        return best, best
    is_one = failed in (k.CONSTRUCTION, k.PRICE) or (
        failed == k.CERTIFICATES and missing & (missing - 1) == 0
    )
    return NEVER, best if is_one else NEVER


@jit
def _best_by_pairs(pair: Ints, rest: Floats, sums: Small, rules: Rules, best: Best) -> Best:
    """Give the bounds once the pairs of the window are known."""
    part = pair[k.P_PART]
    first = compiled.window_start(pair[k.P_START], pair[k.P_LEAD_WEEK], pair[k.P_FIRST])
    free = compiled.free_between(sums, rules.base_week, first, pair[k.P_DUE])
    given = compiled.largest_part(pair[k.P_PAIRS], part, free)
    has_room = free >= part and given >= pair[k.P_MIN_ORDER]
    volume = k.measure_volume(pair, free, rules)[0]
    score = k.total(pair, rest, rules, volume, 1.0 if free >= part else 0.0)[0]
    if best[0] == NEVER:
        return NEVER, score if has_room else NEVER
    if has_room:
        return score, min(score, rules.least - 1)
    return NEVER, score


@jit
def _judge(pair: Ints, rest: Floats, sums: Small, rules: Rules) -> tuple[int, int]:
    """Give 0 for a match, 1 for a near miss, -1 for neither, and the score as it is."""
    failed, first, free = k.judge(pair, sums, rules)
    score = k.measure(pair, rest, sums, first, free, rules)[0]
    if failed == 0:
        return int(score < rules.least), score
    missing = pair[k.P_ASKED] & ~pair[k.P_HELD]
    return 1 if k.is_one_cause(failed, missing) else -1, score


@jit
def _append(
    near: int, own: int, other: int, score: int, cutoffs: Small, found: Ints, count: int
) -> int:
    """Note a pair that reaches the other post's end; give how many do so far."""
    if score < cutoffs[other, near]:
        return count
    if count < found.shape[0]:
        found[count, 0], found[count, 1], found[count, 2], found[count, 3] = own, other, near, score
    return count + 1


@jit
def _least(scores: Small, slot: int, cutoffs: Small, other: int, floor: int) -> tuple[int, int]:
    """Give from which score on a pair matters to either list, as a match and as a near miss."""
    last = scores.shape[2] - 1
    return (
        max(floor, int(np.int64(min(scores[0, slot, last], cutoffs[other, 0])))),
        int(np.int64(min(scores[1, slot, last], cutoffs[other, 1]))),
    )


@cached_jit
def rank_changed(
    arrays: MarketArrays,
    is_order: bool,
    rows: Ints,
    category_index: tuple[Ints, Ints],
    cutoffs: Small,
    scores: Small,
    ranks: Small,
    found: Ints,
) -> tuple[int, int]:
    """Compare some orders, or some offers, with posts of the other side that are alike.

    ``category_index`` are starts and rows of the other side by category. ``scores[near, slot]``
    and ``ranks`` keep the best of each post. A pair whose score reaches ``cutoffs[row, near]``
    of the other post goes into ``found``: row of the post, row of the other, near, score.
    Gives how many there are, also beyond the room, and how many pairs were compared.
    """
    pair, rest = np.empty(k.PAIR_ROWS, np.int64), np.empty(k.PAIR_FLOATS)
    starts, others = category_index
    rules, cumulated = arrays.rules, arrays.offers.cumulated
    ranks_of_others = arrays.offers.ranks if is_order else arrays.orders.ranks
    floor, count, compared = rules.least, 0, 0
    for slot in range(len(rows)):
        own = rows[slot]
        for group in range(len(starts) - 1):
            low, high = starts[group], starts[group + 1]
            if low == high:
                continue
            wanted = arrays.orders.category[own] if is_order else group
            category = group if is_order else k.best_category(arrays, others[low], own)
            likeness = arrays.likeness[wanted, category]
            if likeness <= 0.0:
                continue
            for other in others[low:high]:
                i, j = (own, other) if is_order else (other, own)
                if is_order and k.best_category(arrays, i, j) != category:
                    continue  # it is indexed under a category that is more alike
                compared += 1
                least = _least(scores, slot, cutoffs, other, floor)
                sums, rank = cumulated[j], ranks_of_others[other]
                k.load_terms(arrays, i, j, category, pair, rest)
                best = _best_by_terms(pair, rest, rules)
                if best[0] < least[0] and best[1] < least[1]:
                    continue
                k.load_figures(arrays, i, j, pair)
                best = _best_by_pairs(pair, rest, sums, rules, best)
                if best[0] < least[0] and best[1] < least[1]:
                    continue
                near, score = _judge(pair, rest, sums, rules)
                if near < 0 or score < least[near]:
                    continue
                compiled.push(scores[near], ranks[near], slot, score, rank)
                count = _append(near, own, other, score, cutoffs, found, count)
    return count, compared
