"""The kernels of the large ranking: best first over tiles, ended early by bounds.

For one post the kernel bounds every tile of the other side by the tile's zone, looks
into the most promising ones, then into every other whose bound still reaches the list.
Inside a tile it compares all posts at once in float32, with room for the error, and
gives those that could enter the list to the functions of ``formula``. Nothing that
could enter is left out, so lists are exact. Scores are hundredths of a point.
"""

from typing import Any, TypeAlias

import numpy as np

from matchmaking.engine import bounds, compiled, formula, tiles
from matchmaking.engine.bounds import NONE, ONE, OUT
from matchmaking.engine.compiled import cached_jit, jit
from matchmaking.engine.market import Floats, Ints
from matchmaking.engine.tiles import OfferTiles, OrderTiles, Singles, Small

End: TypeAlias = tuple[Any, int]

FIRST_LOOKS = 8
# Whole numbers that scans share, as ``tiles.Columns.settings`` gives them.
S_FIRST, S_LAST, S_MOST, S_BUFFER, S_LEAST, S_NEAR = 0, 1, 2, 3, 4, 5
W_STALE_SHARE, W_TOLERANCE = 6, 7  # of the fractions, behind the six weights
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
def _count(bounds: Singles, end: End) -> int:
    """Count the pairs whose bounds reach the list's end."""
    count = 0
    for at in range(len(bounds)):
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
def _weeks_left(cumulated: Small, low: int, end: int, last: int, pairs: int, most: int) -> int:
    """Count as ``formula.slack_weeks`` does, on the weeks of a tile.

    ``low`` is the sum at the window's start, ``end`` the column behind the due week.
    """
    slack = 0
    while slack < most:
        high = cumulated[min(max(end - slack - 1, 0), last)]
        if high - low < pairs:
            break
        slack += 1
    return slack


@jit
def _is_kin(orders: OrderTiles, i: int, offers: OfferTiles, j: int, blocked: Ints) -> bool:
    """Say whether the two companies never match."""
    one, other = orders.ints[tiles.COMPANY, i], offers.ints[tiles.COMPANY, j]
    group, other_group = orders.ints[tiles.GROUP, i], offers.ints[tiles.GROUP, j]
    if compiled.kinship(one, max(group, 0), other, max(other_group, 0)) != 0:
        return True
    return bool(orders.ints[tiles.BLOCKED, i] != 0) and compiled.is_blocked(blocked, one, other)


@jit
def _score(
    orders: OrderTiles, i: int, offers: OfferTiles, j: int, free: int, cumulated: Small, low: int,
    settings: Ints, fractions: Floats,
) -> int:  # fmt: skip
    """Score a pair by the formula, in hundredths. ``cumulated`` are the offer's weeks."""
    pairs, part = orders.ints[tiles.PAIRS, i], orders.ints[tiles.PART, i]
    stale = offers.ints[tiles.STALE, j] != 0
    counted = compiled.counted_pairs(free, stale, fractions[W_STALE_SHARE])
    end, last, most = (
        orders.ints[tiles.END, i] - settings[S_FIRST],
        settings[S_LAST],
        settings[S_MOST],
    )
    whole, share = 0, 0
    if free >= pairs:
        whole = _weeks_left(cumulated, low, end, last, pairs, most)
    if part == pairs:
        share = whole
    elif free >= part:
        share = _weeks_left(cumulated, low, end, last, part, most)
    values = (
        compiled.volume(pairs, counted),
        offers.likeness[orders.ints[tiles.CATEGORY, i], j],
        compiled.lead_time(
            share * formula.DAYS_A_WEEK, whole * formula.DAYS_A_WEEK, settings[S_BUFFER]
        ),
        compiled.price(
            orders.targets[i], offers.prices[0, j], offers.prices[1, j], fractions[W_TOLERANCE]
        ),
        compiled.place(
            max(orders.ints[tiles.CLUSTER, i], 0),
            max(orders.ints[tiles.PROVINCE, i], 0),
            max(offers.ints[tiles.CLUSTER, j], 0),
            max(offers.ints[tiles.PROVINCE, j], 0),
        ),
        offers.freshness[j],
    )
    return int(compiled.score_hundredths(values, fractions))


@cached_jit
def scan_orders(
    orders: OrderTiles, offers: OfferTiles, places: Ints, settings: Ints, fractions: Floats,
    blocked: Ints, scores: Small, ranks: Small,
) -> None:  # fmt: skip
    """Find the best offers of the orders at those places of their tiles."""
    near, least = settings[S_NEAR] != 0, settings[S_LEAST]
    points = bounds.points_of(fractions)
    zones, scratch = bounds.new_scratch(offers.zone_ints.shape[1]), bounds.new_scratch(_TILE)
    looks, tops = np.empty(FIRST_LOOKS, np.int64), np.empty(scores.shape[1], np.int64)
    for place in places:
        row, start = orders.ints[tiles.ROW, place], orders.ints[tiles.START, place]
        own = bounds.order_of(orders, place, fractions)
        bounds.bound_offer_zones(zones, orders, offers, place, own, points, near)
        first = _promising(zones.bounds, looks)
        end = _end_of(scores, ranks, row, least)
        for look in range(first + len(zones.bounds)):
            tile = looks[look] if look < first else look - first
            if not _beats(zones.bounds[tile], offers.zone_ints[tiles.Z_RANK, tile], end):
                continue
            zones.bounds[tile] = OUT
            bounds.bound_offers(scratch, orders, offers, place, tile, own, points, near)
            hits = _count(scratch.bounds, end)
            best = _promising(scratch.bounds, tops) if hits > len(tops) else 0
            for at in range(best + _TILE if hits else 0):
                lane = tops[at] if at < best else at - best
                other = tile * _TILE + lane
                rank = offers.ints[tiles.RANK, other]
                if not _beats(scratch.bounds[lane], rank, end):
                    continue
                scratch.bounds[lane] = OUT
                if _is_kin(orders, place, offers, other, blocked):
                    continue
                weeks = offers.weeks[tile, :, lane]
                score = _score(
                    orders, place, offers, other, scratch.free[lane], weeks, weeks[start],
                    settings, fractions,
                )  # fmt: skip
                if score >= least:
                    compiled.push(scores, ranks, row, score, rank)
                    end = _end_of(scores, ranks, row, least)


@cached_jit
def scan_offers(
    orders: OrderTiles, offers: OfferTiles, places: Ints, settings: Ints, fractions: Floats,
    blocked: Ints, scores: Small, ranks: Small,
) -> None:  # fmt: skip
    """Find the best orders of the offers at those places of their tiles."""
    near, least = settings[S_NEAR] != 0, settings[S_LEAST]
    points = bounds.points_of(fractions)
    zones, scratch = bounds.new_scratch(orders.zone_ints.shape[1]), bounds.new_scratch(_TILE)
    looks, tops = np.empty(FIRST_LOOKS, np.int64), np.empty(scores.shape[1], np.int64)
    weeks = np.empty(offers.weeks.shape[1], np.int32)
    statics = np.full(offers.statics.shape[0] + 1, bounds.NEVER)  # the last for no order
    for place in places:
        row = offers.ints[tiles.ROW, place]
        for week in range(len(weeks)):
            weeks[week] = offers.weeks[place // _TILE, week, place % _TILE]
        for category in range(len(statics) - 1):
            statics[category] = offers.statics[category, place]
        own = bounds.offer_of(offers, place, fractions)
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
            hits = _count(scratch.bounds, end)
            best = _promising(scratch.bounds, tops) if hits > len(tops) else 0
            for at in range(best + _TILE if hits else 0):
                lane = tops[at] if at < best else at - best
                other = tile * _TILE + lane
                rank = orders.ints[tiles.RANK, other]
                if not _beats(scratch.bounds[lane], rank, end):
                    continue
                scratch.bounds[lane] = OUT
                if _is_kin(orders, other, offers, place, blocked):
                    continue
                before = weeks[orders.ints[tiles.START, other]]
                score = _score(
                    orders, other, offers, place, scratch.free[lane], weeks, before,
                    settings, fractions,
                )  # fmt: skip
                if score >= least:
                    compiled.push(scores, ranks, row, score, rank)
                    end = _end_of(scores, ranks, row, least)
