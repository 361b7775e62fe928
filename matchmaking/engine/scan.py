"""The kernels of the large ranking: best first over tiles, ended early by bounds.

For one post the kernel bounds every tile of the other side by the tile's zone, looks
into the most promising ones, then into every other whose bound still reaches the list.
Inside a tile it compares all posts at once in float32, with room for the error, and
gives those that could enter the list to the functions of ``formula``. Nothing that
could enter is left out, so lists are exact. Scores are hundredths of a point.
"""

from typing import Any, TypeAlias

import numpy as np

from matchmaking.engine import bounds, compiled, tiles
from matchmaking.engine import pair_kernel as k
from matchmaking.engine.bounds import NONE, ONE, OUT
from matchmaking.engine.compiled import cached_jit, jit
from matchmaking.engine.market_arrays import Floats, Ints, MarketArrays
from matchmaking.engine.tiles import OfferTiles, OrderTiles, Singles, Small

End: TypeAlias = tuple[Any, int]

FIRST_LOOKS = 16
_TILE = tiles.TILE


@cached_jit
def lay_weeks(
    cumulated: Small,
    rows: Small,
    releases: Ints,
    first: int,
    weeks: Small,
    high: Small,
    low: Small,
) -> None:
    """Fill the weeks of offer tiles, without those before an offer's release, and their zones."""
    span = weeks.shape[1]
    for tile in range(weeks.shape[0]):
        for lane in range(_TILE):
            row = rows[tile * _TILE + lane]
            before = cumulated[row, releases[row]]
            for week in range(span):
                weeks[tile, week, lane] = max(cumulated[row, first + week] - before, 0)
        for week in range(span):
            most, least = weeks[tile, week, 0], weeks[tile, week, 0]
            for lane in range(1, _TILE):
                most = max(most, weeks[tile, week, lane])
                least = min(least, weeks[tile, week, lane])
            high[week, tile] = most
            low[week, tile] = least


@jit
def _end_of(scores: Small, ranks: Small, row: int, least: int) -> End:
    place = scores.shape[1] - 1
    return np.float32(max(scores[row, place], least - 1)), ranks[row, place]


@jit
def _beats(bound: Any, rank: int, end: End) -> bool:
    """Say whether a pair of at most that score, and of that rank, could enter the list."""
    return bool(bound >= end[0] + ONE or (bound >= end[0] and rank < end[1]))


@jit
def _reaching(bounds: Singles, end: End, lanes: Ints) -> int:
    """Put the places of the bounds that reach the list's end into ``lanes``; return how many."""
    count = 0
    for at in range(len(bounds)):
        lanes[count] = at
        count += bounds[at] >= end[0]
    return count


@jit
def _promising(bounds: Singles, looks: Ints) -> int:
    """Put the places of the highest bounds into ``looks``, best first; return how many."""
    count = 0
    for at in range(len(bounds)):
        bound = bounds[at]
        if bound < NONE or (count == len(looks) and bound <= bounds[looks[count - 1]]):
            continue
        place = min(count, len(looks) - 1)
        while place > 0 and bound > bounds[looks[place - 1]]:
            looks[place] = looks[place - 1]
            place -= 1
        looks[place] = at
        count = min(count + 1, len(looks))
    return count


@jit
def _score(arrays: MarketArrays, i: int, j: int, pair: Ints, rest: Floats) -> int:
    """Score a pair by the formula, in hundredths; -1 for one that the lists do not want."""
    rules, sums = arrays.rules, arrays.offers.cumulated[j]
    k.load_terms(arrays, i, j, k.best_category(arrays, i, j), pair, rest)
    k.load_figures(arrays, i, j, pair)
    if pair[k.P_KIN] != 0:
        return -1
    failed, first, free = k.judge(pair, sums, rules)
    score = k.measure(pair, rest, sums, first, free, rules)[0]
    is_wanted = k.is_wanted(rules, failed, pair[k.P_ASKED] & ~pair[k.P_HELD], score)
    return int(score) if is_wanted else -1


@cached_jit
def scan_orders(
    orders: OrderTiles, offers: OfferTiles, places: Ints, arrays: MarketArrays, margin: float,
    scores: Small, ranks: Small,
) -> None:  # fmt: skip
    """Find the best offers of the orders at those places of their tiles."""
    rules = arrays.rules
    near, least = rules.near, 0 if rules.near else rules.least
    points = bounds.points_of(rules, margin)
    pair, rest = np.empty(k.PAIR_ROWS, np.int64), np.empty(k.PAIR_FLOATS)
    zones, scratch = bounds.new_scratch(offers.zone_ints.shape[1]), bounds.new_scratch(_TILE)
    looks, tops = np.empty(FIRST_LOOKS, np.int64), np.empty(scores.shape[1], np.int64)
    lanes = np.empty(_TILE + 1, np.int64)  # one is written behind the last
    for place in places:
        row = orders.ints[tiles.ROW, place]
        own = bounds.order_of(orders, place, rules)
        bounds.bound_offer_zones(zones, orders, offers, place, own, points, near)
        first = _promising(zones.bounds, looks)
        end = _end_of(scores, ranks, row, least)
        for look in range(first + len(zones.bounds)):
            tile = looks[look] if look < first else look - first
            if not _beats(zones.bounds[tile], offers.zone_ints[tiles.Z_RANK, tile], end):
                continue
            zones.bounds[tile] = OUT
            bounds.bound_offers(scratch, orders, offers, place, tile, own, points, near)
            hits = _reaching(scratch.bounds, end, lanes)
            best = _promising(scratch.bounds, tops) if hits > len(tops) else 0
            for at in range(best + hits):
                lane = tops[at] if at < best else lanes[at - best]
                other = tile * _TILE + lane
                rank = offers.ints[tiles.RANK, other]
                if not _beats(scratch.bounds[lane], rank, end):
                    continue
                scratch.bounds[lane] = OUT
                score = _score(arrays, row, offers.ints[tiles.ROW, other], pair, rest)
                if score >= least:
                    compiled.push(scores, ranks, row, score, rank)
                    end = _end_of(scores, ranks, row, least)


@cached_jit
def scan_offers(
    orders: OrderTiles, offers: OfferTiles, places: Ints, arrays: MarketArrays, margin: float,
    scores: Small, ranks: Small,
) -> None:  # fmt: skip
    """Find the best orders of the offers at those places of their tiles."""
    rules = arrays.rules
    near, least = rules.near, 0 if rules.near else rules.least
    points = bounds.points_of(rules, margin)
    pair, rest = np.empty(k.PAIR_ROWS, np.int64), np.empty(k.PAIR_FLOATS)
    zones, scratch = bounds.new_scratch(orders.zone_ints.shape[1]), bounds.new_scratch(_TILE)
    looks, tops = np.empty(FIRST_LOOKS, np.int64), np.empty(scores.shape[1], np.int64)
    lanes = np.empty(_TILE + 1, np.int64)  # one is written behind the last
    weeks = np.empty(offers.weeks.shape[1], np.int32)
    statics = np.full(offers.statics.shape[0] + 1, bounds.NEVER)  # the last for no order
    for place in places:
        row = offers.ints[tiles.ROW, place]
        for week in range(len(weeks)):
            weeks[week] = offers.weeks[place // _TILE, week, place % _TILE]
        for category in range(len(statics) - 1):
            statics[category] = offers.statics[category, place]
        own = bounds.offer_of(offers, place, rules)
        bounds.bound_order_zones(zones, orders, offers, place, weeks, statics, own, points, near)
        first = _promising(zones.bounds, looks)
        end = _end_of(scores, ranks, row, least)
        for look in range(first + len(zones.bounds)):
            tile = looks[look] if look < first else look - first
            if not _beats(zones.bounds[tile], orders.zone_ints[tiles.Z_RANK, tile], end):
                continue
            zones.bounds[tile] = OUT
            bounds.bound_orders(
                scratch, orders, offers, place, tile, weeks, statics, own, points, near
            )
            hits = _reaching(scratch.bounds, end, lanes)
            best = _promising(scratch.bounds, tops) if hits > len(tops) else 0
            for at in range(best + hits):
                lane = tops[at] if at < best else lanes[at - best]
                other = tile * _TILE + lane
                rank = orders.ints[tiles.RANK, other]
                if not _beats(scratch.bounds[lane], rank, end):
                    continue
                scratch.bounds[lane] = OUT
                score = _score(arrays, orders.ints[tiles.ROW, other], row, pair, rest)
                if score >= least:
                    compiled.push(scores, ranks, row, score, rank)
                    end = _end_of(scores, ranks, row, least)
