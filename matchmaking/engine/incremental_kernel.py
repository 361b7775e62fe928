"""The kernel of posts that changed: each is compared with what its categories are like.

Most pairs are ruled out by a bound: what a pair would score with all its pairs free in
good time, or what it scores when they never are. Sums and products of float64 round in
order, so a bound is never below the score, and what it rules out reaches no list.
"""

from typing import TypeAlias

import numpy as np

from matchmaking.engine import compiled
from matchmaking.engine import explain_kernel as r
from matchmaking.engine import kernel as k
from matchmaking.engine.compiled import cached_jit, inline_jit
from matchmaking.engine.market_arrays import Floats, Ints, MarketArrays, Small

Best: TypeAlias = tuple[int, int]
NEVER = -2  # below the end of a list that is open


@inline_jit
def _bound(
    arrays: MarketArrays, i: int, j: int, likeness: float, volume: float, lead: float
) -> int:
    """Give a score that the pair cannot beat with no more of these two factors."""
    asked, made, fractions = arrays.orders, arrays.offers, arrays.fractions
    low, high = made.price_low[j], made.price_high[j]
    values = (
        volume,
        likeness,
        lead,
        compiled.price(asked.price[i], low, high, fractions[k.W_TOLERANCE]),
        compiled.place(asked.cluster[i], asked.province[i], made.cluster[j], made.province[j]),
        compiled.freshness(made.age_days[j], arrays.settings[r.S_HORIZON]),
    )
    return int(compiled.score_hundredths(values, fractions))


@inline_jit
def _best_by_post(arrays: MarketArrays, i: int, j: int, likeness: float) -> Best:
    """Give the bounds of a match and of a near miss before any week is looked at."""
    asked, made = arrays.orders, arrays.offers
    missing = asked.certificates[i] & ~made.certificates[j]
    fits = compiled.fits_construction(asked.construction[i], made.constructions[j])
    best = _bound(arrays, i, j, likeness, 1.0, 1.0)
    as_match = best if missing == 0 and fits else NEVER
    is_one = missing & (missing - 1) == 0 and (missing == 0 or fits)
    return as_match, best if is_one else NEVER


@inline_jit
def _best_by_time(arrays: MarketArrays, i: int, j: int, likeness: float, best: Best) -> Best:
    """Give the bounds once the pairs of the window are known."""
    asked, made, settings = arrays.orders, arrays.offers, arrays.settings
    pairs, part = asked.pairs[i], asked.smallest_part[i]
    lead_week = compiled.earliest_week(settings[r.S_NOW_DAY], made.lead_days[j])
    first = compiled.window_start(asked.start_week[i], lead_week, made.first_week[j])
    base, due = settings[k.S_BASE_WEEK], asked.due_week[i]
    free = compiled.free_between(made.cumulated[j], base, first, due)
    is_enough = compiled.largest_part(pairs, part, free) >= made.min_order[j]
    has_room = free >= part and is_enough
    late = _bound(arrays, i, j, likeness, compiled.volume(pairs, free), 0.0)
    as_near = best[1] if free >= part else min(best[1], late)
    is_single = (best[0] == NEVER) == has_room  # one cause, by a week or by the posts
    return best[0] if has_room else NEVER, as_near if is_single else NEVER


@inline_jit
def _judge(
    arrays: MarketArrays, i: int, j: int, category: int, pair: Ints, rest: Floats
) -> tuple[int, int]:
    """Give 0 for a match, 1 for a near miss, -1 for neither, and the score as it is."""
    r.load(arrays, i, j, category, pair, rest)
    sums = arrays.offers.cumulated[j]
    failed, first, free = r.judge(pair, sums, arrays.settings)
    near = 0 if failed == 0 else 1
    if near == 1 and not k.is_wanted(True, failed, pair[r.P_ASKED] & ~pair[r.P_HELD]):
        near = -1
    score = r.measure(pair, rest, sums, first, free, arrays.settings, arrays.fractions)[0]
    return near, score


@inline_jit
def _append(
    near: int, own: int, other: int, score: int, cutoffs: Small, found: Ints, count: int
) -> int:
    """Note a pair that reaches the other post's end; give how many do so far."""
    if score < cutoffs[other, near]:
        return count
    if count < found.shape[0]:
        found[count, 0], found[count, 1], found[count, 2], found[count, 3] = own, other, near, score
    return count + 1


@inline_jit
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
    pair, rest = np.empty(r.PAIR_ROWS, np.int64), np.empty(r.PAIR_FLOATS)
    starts, others = category_index
    floor, count, compared = arrays.settings[k.S_LEAST], 0, 0
    for slot in range(len(rows)):
        own = rows[slot]
        for group in range(len(starts) - 1):
            low, high = starts[group], starts[group + 1]
            if low == high:
                continue
            wanted = arrays.orders.category[own] if is_order else group
            category = group if is_order else r.best_category(arrays, others[low], own)
            likeness = arrays.likeness[wanted, category]
            if likeness <= 0.0:
                continue
            for other in others[low:high]:
                i, j = (own, other) if is_order else (other, own)
                if is_order and r.best_category(arrays, i, j) != category:
                    continue  # it is indexed under a category that is more alike
                compared += 1
                least = _least(scores, slot, cutoffs, other, floor)
                best = _best_by_post(arrays, i, j, likeness)
                if best[0] < least[0] and best[1] < least[1]:
                    continue
                best = _best_by_time(arrays, i, j, likeness, best)
                if best[0] < least[0] and best[1] < least[1]:
                    continue
                near, score = _judge(arrays, i, j, category, pair, rest)
                if near < 0 or score < least[near]:
                    continue
                rank = arrays.offers.ranks[j] if is_order else arrays.orders.ranks[i]
                compiled.push(scores[near], ranks[near], slot, score, rank)
                count = _append(near, own, other, score, cutoffs, found, count)
    return count, compared
