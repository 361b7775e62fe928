"""Bounds of scores, whole tiles at once in float32: the inner loops of ``scan``.

They run over columns without a branch, so that the compiler turns them into vectors.
A bound never lies below the score: it grants the lead time what a look at one week
cannot refuse, and has room for float32. Gates on whole numbers are exact.
"""

# ruff: noqa: FURB136 - a choice becomes a vector, min() and max() of floats do not

from typing import Any, NamedTuple, TypeAlias

import numpy as np

from matchmaking.engine import tiles
from matchmaking.engine.compiled import jit
from matchmaking.engine.rules import Rules
from matchmaking.engine.tiles import OfferTiles, OrderTiles, Singles, Small

Own: TypeAlias = tuple[Any, ...]
Points: TypeAlias = tuple[Any, ...]

HUNDREDTHS = 10_000.0
OUT = np.float32(-1.0)
NONE, HALF, ONE = np.float32(0.0), np.float32(0.5), np.float32(1.0)
NEVER = np.float32(tiles.NEVER)
_SAME_PROVINCE, _ELSEWHERE = np.float32(0.6), np.float32(0.2)
_NOTHING, _CAUSE = np.int32(0), np.int32(1)
_TILE = tiles.TILE


class Scratch(NamedTuple):
    """Room for what is known of some posts, or of the zones of tiles, against one post."""

    bounds: Singles
    free: Small
    full: Small
    statics: Singles
    misses: Small
    many: Small


@jit
def new_scratch(size: int) -> Scratch:
    """Make room for so many."""
    return Scratch(
        np.empty(size, np.float32),
        np.empty(size, np.int32),
        np.empty(size, np.int32),
        np.empty(size, np.float32),
        np.empty(size, np.int32),
        np.empty(size, np.int32),
    )


@jit
def points_of(rules: Rules, margin: float) -> Points:
    """Give the weights of what the bounds compute, in hundredths, and their room for errors."""
    weights = rules.weights
    return (
        np.float32(weights[0] * HUNDREDTHS),
        np.float32(weights[2] * HUNDREDTHS),
        np.float32(weights[3] * HUNDREDTHS),
        np.float32(weights[4] * HUNDREDTHS),
        np.float32(0.5 + margin),
    )


@jit
def order_of(orders: OrderTiles, place: int, rules: Rules) -> Own:
    """Give what the bounds read of one order."""
    is_priced = orders.singles[tiles.FLOOR, place] == NONE
    return (
        orders.ints[tiles.PAIRS, place],
        orders.ints[tiles.PART, place],
        orders.ints[tiles.CLUSTER, place],
        orders.ints[tiles.PROVINCE, place],
        orders.singles[tiles.PER_PAIR, place],
        np.float32(1.0 + 1.0 / rules.price_tolerance) if is_priced else HALF,
        orders.singles[tiles.STEEPNESS, place] if is_priced else NONE,
        orders.singles[tiles.LATE, place],
    )


@jit
def offer_of(offers: OfferTiles, place: int, rules: Rules) -> Own:
    """Give what the bounds read of one offer."""
    is_priced = offers.singles[tiles.FLOOR, place] == NONE
    return (
        offers.singles[tiles.ASKED, place] if is_priced else NONE,
        offers.singles[tiles.COUNTED, place],
        offers.ints[tiles.CLUSTER, place],
        offers.ints[tiles.PROVINCE, place],
        np.float32(1.0 + 1.0 / rules.price_tolerance) if is_priced else HALF,
        offers.ints[tiles.MIN_ORDER, place],
    )


@jit
def _miss(scratch: Scratch, needs: Small, own: int, has: Small, start: int) -> None:
    """Tell which offers lack bits that the order asks, and which lack more than one."""
    misses, many = scratch.misses, scratch.many
    count = len(misses)
    misses[:] = 0
    many[:] = 0
    for word in range(has.shape[0]):
        need = needs[word, own]
        if need == 0:
            continue
        held = has[word, start : start + count]
        for at in range(count):
            lacks = np.int32(need & ~held[at])
            both = misses[at] if lacks != 0 else _NOTHING
            many[at] = np.int32(many[at] | np.int32(lacks & np.int32(lacks - 1)) | both)
            misses[at] = np.int32(misses[at] | lacks)


@jit
def _miss_of_orders(scratch: Scratch, needs: Small, start: int, has: Small, own: int) -> None:
    """Tell the same of orders, against one offer."""
    misses, many = scratch.misses, scratch.many
    count = len(misses)
    misses[:] = 0
    many[:] = 0
    for word in range(has.shape[0]):
        lacking = ~has[word, own]
        asked = needs[word, start : start + count]
        for at in range(count):
            lacks = np.int32(asked[at] & lacking)
            both = misses[at] if lacks != 0 else _NOTHING
            many[at] = np.int32(many[at] | np.int32(lacks & np.int32(lacks - 1)) | both)
            misses[at] = np.int32(misses[at] | lacks)


@jit
def _bound_offers(
    scratch: Scratch, own: Own, columns: Own, high: Small, low: Small, full: Small, points: Points
) -> None:
    """Bound the scores of offers, or of zones of offers, against one order."""
    bounds, free = scratch.bounds, scratch.free
    pairs, _, cluster, province, per_pair, height, steep, late = own
    statics, asked, floor, counted, clusters, clusters_end, provinces, provinces_end = columns
    of_volume, of_lead, of_price, of_place, room = points
    for at in range(len(bounds)):
        between = max(np.int32(high[at] - low[at]), _NOTHING)
        free[at] = between
        share = np.float32(between) * counted[at] * per_pair
        share = share if share < ONE else ONE
        lead = ONE if np.int32(full[at] - low[at]) >= pairs else late
        cost = height - asked[at] * steep
        cost = cost if cost < ONE else ONE
        cost = cost if cost > floor[at] else floor[at]
        near = (
            _SAME_PROVINCE
            if (provinces[at] <= province) & (province <= provinces_end[at])
            else _ELSEWHERE
        )
        near = ONE if (clusters[at] <= cluster) & (cluster <= clusters_end[at]) else near
        bounds[at] = (
            statics[at]
            + share * of_volume
            + lead * of_lead
            + cost * of_price
            + near * of_place
            + room
        )


@jit
def _gate_offers(scratch: Scratch, own: Own, minimum: Small, near: bool) -> None:
    """Strike out the offers that the order's list does not want; companies are judged later."""
    bounds, free, misses, many = scratch.bounds, scratch.free, scratch.misses, scratch.many
    pairs, part = own[0], own[1]
    if near:
        for at in range(len(bounds)):
            given = free[at] if (free[at] < pairs) & (free[at] >= part) else pairs
            causes = _NOTHING
            causes += _CAUSE if misses[at] != 0 else _NOTHING
            causes += _CAUSE if many[at] != 0 else _NOTHING
            causes += _CAUSE if free[at] < part else _NOTHING
            causes += _CAUSE if given < minimum[at] else _NOTHING
            bounds[at] = bounds[at] if causes == _CAUSE else OUT
    else:
        for at in range(len(bounds)):
            given = free[at] if free[at] < pairs else pairs
            fits = (misses[at] == 0) & (free[at] >= part) & (given >= minimum[at])
            bounds[at] = bounds[at] if fits else OUT


@jit
def _bound_orders(scratch: Scratch, own: Own, columns: Own, points: Points) -> None:
    """Bound the scores of orders, or of zones of orders, against one offer."""
    bounds, free, full, statics = scratch.bounds, scratch.free, scratch.full, scratch.statics
    asked, counted, cluster, province, height, _ = own
    pairs, steep, floor, per_pair, late, clusters, clusters_end, provinces, provinces_end = columns
    of_volume, of_lead, of_price, of_place, room = points
    for at in range(len(bounds)):
        share = np.float32(free[at]) * counted * per_pair[at]
        share = share if share < ONE else ONE
        lead = ONE if full[at] >= pairs[at] else late[at]
        cost = height - asked * steep[at]
        cost = cost if cost < ONE else ONE
        cost = cost if cost > floor[at] else floor[at]
        near = (
            _SAME_PROVINCE
            if (provinces[at] <= province) & (province <= provinces_end[at])
            else _ELSEWHERE
        )
        near = ONE if (clusters[at] <= cluster) & (cluster <= clusters_end[at]) else near
        bounds[at] = (
            statics[at]
            + share * of_volume
            + lead * of_lead
            + cost * of_price
            + near * of_place
            + room
        )


@jit
def _gate_orders(scratch: Scratch, pairs: Small, parts: Small, minimum: int, near: bool) -> None:
    """Strike out the orders that the offer's list does not want; companies are judged later."""
    bounds, free, misses, many = scratch.bounds, scratch.free, scratch.misses, scratch.many
    if near:
        for at in range(len(bounds)):
            given = free[at] if (free[at] < pairs[at]) & (free[at] >= parts[at]) else pairs[at]
            causes = _NOTHING
            causes += _CAUSE if misses[at] != 0 else _NOTHING
            causes += _CAUSE if many[at] != 0 else _NOTHING
            causes += _CAUSE if free[at] < parts[at] else _NOTHING
            causes += _CAUSE if given < minimum else _NOTHING
            bounds[at] = bounds[at] if causes == _CAUSE else OUT
    else:
        for at in range(len(bounds)):
            given = free[at] if free[at] < pairs[at] else pairs[at]
            fits = (misses[at] == 0) & (free[at] >= parts[at]) & (given >= minimum)
            bounds[at] = bounds[at] if fits else OUT


@jit
def bound_offer_zones(
    scratch: Scratch,
    orders: OrderTiles,
    offers: OfferTiles,
    place: int,
    own: Own,
    points: Points,
    near: bool,
) -> None:
    """Bound every tile of offers against one order.

    For near misses the gates are left open: no zone knows what its members lack.
    """
    ints, singles = offers.zone_ints, offers.zone_singles
    columns = (
        offers.zone_statics[orders.ints[tiles.CATEGORY, place]],
        singles[tiles.ASKED],
        singles[tiles.FLOOR],
        singles[tiles.COUNTED],
        ints[tiles.Z_CLUSTER],
        ints[tiles.Z_CLUSTERS],
        ints[tiles.Z_PROVINCE],
        ints[tiles.Z_PROVINCES],
    )
    high = offers.zone_high[orders.ints[tiles.DUE, place]]
    low = offers.zone_low[orders.ints[tiles.START, place]]
    full = offers.zone_high[orders.ints[tiles.FULL, place]]
    _bound_offers(scratch, own, columns, high, low, full, points)
    if not near:
        _miss(scratch, orders.needs, place, offers.zone_has, 0)
        _gate_offers(scratch, own, ints[tiles.Z_MIN_ORDER], False)


@jit
def bound_offers(
    scratch: Scratch, orders: OrderTiles, offers: OfferTiles, place: int, tile: int, own: Own,
    points: Points, near: bool,
) -> None:  # fmt: skip
    """Bound the offers of a tile against one order, and strike out those not wanted."""
    start, end = tile * _TILE, (tile + 1) * _TILE
    clusters = offers.ints[tiles.CLUSTER, start:end]
    provinces = offers.ints[tiles.PROVINCE, start:end]
    columns = (
        offers.statics[orders.ints[tiles.CATEGORY, place], start:end],
        offers.singles[tiles.ASKED, start:end],
        offers.singles[tiles.FLOOR, start:end],
        offers.singles[tiles.COUNTED, start:end],
        clusters,
        clusters,
        provinces,
        provinces,
    )
    high = offers.weeks[tile, orders.ints[tiles.DUE, place]]
    low = offers.weeks[tile, orders.ints[tiles.START, place]]
    full = offers.weeks[tile, orders.ints[tiles.FULL, place]]
    _bound_offers(scratch, own, columns, high, low, full, points)
    _miss(scratch, orders.needs, place, offers.has, start)
    _gate_offers(scratch, own, offers.ints[tiles.MIN_ORDER, start:end], near)


@jit
def bound_order_zones(
    scratch: Scratch, orders: OrderTiles, offers: OfferTiles, place: int, weeks: Small,
    statics: Singles, own: Own, points: Points, near: bool,
) -> None:  # fmt: skip
    """Bound every tile of orders against one offer of those weeks and statics by category."""
    ints, singles = orders.zone_ints, orders.zone_singles
    for tile in range(ints.shape[1]):
        before = weeks[ints[tiles.Z_START, tile]]
        scratch.free[tile] = max(weeks[ints[tiles.Z_DUE, tile]] - before, 0)
        scratch.full[tile] = weeks[ints[tiles.Z_FULL, tile]] - before
        best = NEVER
        for category in range(ints[tiles.Z_CATEGORY, tile], ints[tiles.Z_CATEGORIES, tile] + 1):
            best = max(best, statics[category])
        scratch.statics[tile] = best
    columns = (
        ints[tiles.Z_PAIRS],
        singles[tiles.STEEPNESS],
        singles[tiles.FLOOR],
        singles[tiles.PER_PAIR],
        singles[tiles.LATE],
        ints[tiles.Z_CLUSTER],
        ints[tiles.Z_CLUSTERS],
        ints[tiles.Z_PROVINCE],
        ints[tiles.Z_PROVINCES],
    )
    _bound_orders(scratch, own, columns, points)
    if not near:
        _miss_of_orders(scratch, orders.zone_needs, 0, offers.has, place)
        _gate_orders(scratch, ints[tiles.Z_MOST], ints[tiles.Z_PART], own[5], False)


@jit
def bound_orders(
    scratch: Scratch, orders: OrderTiles, offers: OfferTiles, place: int, tile: int, weeks: Small,
    statics: Singles, own: Own, points: Points, near: bool,
) -> None:  # fmt: skip
    """Bound the orders of a tile against one offer, and strike out those not wanted."""
    begin, end = tile * _TILE, (tile + 1) * _TILE
    for at in range(_TILE):
        before = weeks[orders.ints[tiles.START, begin + at]]
        scratch.free[at] = weeks[orders.ints[tiles.DUE, begin + at]] - before
        scratch.full[at] = weeks[orders.ints[tiles.FULL, begin + at]] - before
        scratch.statics[at] = statics[orders.ints[tiles.CATEGORY, begin + at]]
    pairs = orders.ints[tiles.PAIRS, begin:end]
    clusters = orders.ints[tiles.CLUSTER, begin:end]
    provinces = orders.ints[tiles.PROVINCE, begin:end]
    columns = (
        pairs,
        orders.singles[tiles.STEEPNESS, begin:end],
        orders.singles[tiles.FLOOR, begin:end],
        orders.singles[tiles.PER_PAIR, begin:end],
        orders.singles[tiles.LATE, begin:end],
        clusters,
        clusters,
        provinces,
        provinces,
    )
    _bound_orders(scratch, own, columns, points)
    _miss_of_orders(scratch, orders.needs, begin, offers.has, place)
    _gate_orders(scratch, pairs, orders.ints[tiles.PART, begin:end], own[5], near)
