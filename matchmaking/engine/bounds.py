"""Bounds of scores, whole tiles at once in float32: the inner loops of ``scan``.

They run over columns without a branch, so that the compiler turns them into vectors.
A bound never lies below the score: it grants the lead time what the best week of the line
and a look at one week cannot refuse, and has room for float32. Gates are on whole numbers
and exact.
"""

# ruff: noqa: FURB136 - a choice becomes a vector, min() and max() of floats do not

from typing import Any, NamedTuple, TypeAlias

import numpy as np

from matchmaking.engine import formula, tiles
from matchmaking.engine.compiled import allocating_jit, jit
from matchmaking.engine.rules import Rules
from matchmaking.engine.tiles import OfferTiles, OrderTiles, Singles, Small

Own: TypeAlias = tuple[Any, ...]
Points: TypeAlias = tuple[Any, ...]

HUNDREDTHS = 10_000.0
OUT = np.float32(-1.0)
NONE, HALF, ONE = np.float32(0.0), np.float32(0.5), np.float32(1.0)
NEVER = np.float32(tiles.NEVER)
_SAME_PROVINCE, _ELSEWHERE = np.float32(formula.SAME_PROVINCE), np.float32(formula.ELSEWHERE)
_UNKNOWN_PLACE = np.float32(formula.UNKNOWN_PLACE)
_AT_LOWER_END, _NEUTRAL = np.float32(formula.AT_LOWER_END), np.float32(formula.NEUTRAL_PRICE)
_FALL, _COVERED = np.float32(formula.CHEAP_FALL), np.float32(formula.COVERED)
_FILLS, _RESERVE_HALF = np.float32(formula.FILLS), np.float32(formula.RESERVE_HALF)
_RESERVE, _ABOVE = np.float32(formula.RESERVE), np.float32(formula.ABOVE_MINIMUM)
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


@allocating_jit
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
    """Give the weights of what the bounds compute, in hundredths, with their room for errors.

    Then what bounds of the lead time need: the wished buffer in weeks, what the last tenth
    loses by it, the most that less than the buffer is worth, and the bound of a pair that
    every gate lets pass where pairs below the least score are wanted.
    """
    weights = rules.weights
    buffer = rules.wished_buffer_days / formula.DAYS_A_WEEK
    most = np.ceil(buffer)
    late = formula.JUST_IN_TIME + (formula.WITH_BUFFER - formula.JUST_IN_TIME) * (most - 1) / buffer
    return (
        np.float32(weights[0] * HUNDREDTHS),
        np.float32(weights[2] * HUNDREDTHS),
        np.float32(weights[3] * HUNDREDTHS),
        np.float32(weights[4] * HUNDREDTHS),
        np.float32(0.5 + margin),
        np.float32(buffer),
        np.float32((1.0 - formula.WITH_BUFFER) * buffer),
        np.float32(late),
        np.float32(rules.least - 0.5) if rules.least > 0 else OUT,
    )


@jit
def order_of(orders: OrderTiles, place: int, rules: Rules) -> Own:
    """Give what the bounds read of one order."""
    is_priced = orders.singles[tiles.FLOOR, place] == NONE
    province = orders.ints[tiles.PROVINCE, place]
    return (
        orders.ints[tiles.PAIRS, place],
        orders.ints[tiles.PART, place],
        orders.ints[tiles.CLUSTER, place],
        province,
        _UNKNOWN_PLACE if province < 0 else _ELSEWHERE,
        orders.singles[tiles.PER_PAIR, place],
        orders.singles[tiles.SIZE, place],
        orders.singles[tiles.SHARE, place],
        orders.ints[tiles.START, place],
        orders.ints[tiles.END, place],
        orders.singles[tiles.TARGET, place],
        np.float32(_AT_LOWER_END * (1.0 + 1.0 / rules.price_tolerance)) if is_priced else _NEUTRAL,
        orders.singles[tiles.STEEPNESS, place] if is_priced else NONE,
        orders.ints[tiles.HIGHEST, place],
    )


@jit
def offer_of(offers: OfferTiles, place: int, rules: Rules) -> Own:
    """Give what the bounds read of one offer."""
    singles, is_priced = offers.singles, offers.singles[tiles.NEUTRAL, place] == NONE
    province = offers.ints[tiles.PROVINCE, place]
    return (
        singles[tiles.ASKED, place] if is_priced else NONE,
        singles[tiles.PER_YUAN, place],
        singles[tiles.PER_PEAK, place],
        np.float32(_AT_LOWER_END * (1.0 + 1.0 / rules.price_tolerance)) if is_priced else _NEUTRAL,
        _AT_LOWER_END if is_priced else _NEUTRAL,
        singles[tiles.COUNTED, place],
        singles[tiles.PER_LINE, place],
        singles[tiles.HALF_MINIMUM, place],
        singles[tiles.ABOVE, place],
        offers.ints[tiles.RELEASE, place],
        offers.ints[tiles.CLUSTER, place],
        province,
        _UNKNOWN_PLACE if province < 0 else _ELSEWHERE,
        offers.ints[tiles.MIN_ORDER, place],
        offers.ints[tiles.LOWER, place],
    )


@jit
def _volume(share: Any, weeks: Any, above: Any) -> Any:
    """Do as ``formula.volume`` does, of the share free, the weeks of work, the minimum's worth."""
    spare = share - ONE if share > ONE else NONE
    share = share if share < ONE else ONE
    above = above if above > NONE else NONE
    fills = ONE - ONE / (ONE + weeks * weeks)
    reserve = spare / (spare + _RESERVE_HALF)
    return share * (_COVERED + _RESERVE * reserve + _FILLS * fills + _ABOVE * above)


@jit
def _slack(weeks: Any, buffer: Any, rest: Any) -> Any:
    """Give the most that so many weeks in hand are worth, also when they are fewer than the buffer."""
    return ONE - rest / (weeks if weeks > buffer else buffer)


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
    (pairs, part, cluster, province, elsewhere, per_pair, size, smallest, start, end, target,
     height, steep, _) = own  # fmt: skip
    (statics, asked, per_yuan, per_peak, floor, counted, per_line, largest, minimum, above,
     releases, clusters, clusters_end, provinces, provinces_end) = columns  # fmt: skip
    of_volume, of_lead, of_price, of_place, room, buffer, rest, late, _ = points
    for at in range(len(bounds)):
        between = max(np.int32(high[at] - low[at]), _NOTHING)
        free[at] = between
        volume = _volume(
            np.float32(between) * counted[at] * per_pair,
            size * per_line[at],
            above[at] - minimum[at] * per_pair,
        )
        weeks = np.float32(end - max(start, releases[at]))
        whole = _slack(weeks - size * largest[at], buffer, rest)
        whole = whole if np.int32(full[at] - low[at]) >= pairs else late
        whole = whole if between >= pairs else NONE
        begun = _slack(weeks - smallest * largest[at], buffer, rest) if part < pairs else whole
        cost = (
            height - asked[at] * steep
            if asked[at] > target
            else _AT_LOWER_END + (target - asked[at]) * per_yuan[at]
        )
        grade = ONE + _FALL - _FALL * target * per_peak[at]
        cost = cost if cost < grade else grade
        cost = cost if cost < ONE else ONE
        cost = cost if cost > floor[at] else floor[at]
        near = _UNKNOWN_PLACE if provinces[at] < 0 else elsewhere
        near = (
            _SAME_PROVINCE
            if (provinces[at] <= province) & (province <= provinces_end[at])
            else near
        )
        near = ONE if (clusters[at] <= cluster) & (cluster <= clusters_end[at]) else near
        bounds[at] = (
            statics[at]
            + volume * of_volume
            + HALF * (whole + begun) * of_lead
            + cost * of_price
            + near * of_place
            + room
        )


@jit
def _gate_offers(
    scratch: Scratch, own: Own, minimum: Small, lower: Small, near: bool, points: Points
) -> None:
    """Strike out the offers that the order's list does not want; companies are judged later."""
    bounds, free, misses, many = scratch.bounds, scratch.free, scratch.misses, scratch.many
    pairs, part, highest, below = own[0], own[1], own[13], points[8]
    if near:
        for at in range(len(bounds)):
            given = free[at] if (free[at] < pairs) & (free[at] >= part) else pairs
            causes = _NOTHING
            causes += _CAUSE if misses[at] != 0 else _NOTHING
            causes += _CAUSE if many[at] != 0 else _NOTHING
            causes += _CAUSE if free[at] < part else _NOTHING
            causes += _CAUSE if given < minimum[at] else _NOTHING
            causes += _CAUSE if lower[at] > highest else _NOTHING
            passing = bounds[at] if bounds[at] < below else below
            bounds[at] = bounds[at] if causes == _CAUSE else OUT if causes > _CAUSE else passing
    else:
        for at in range(len(bounds)):
            given = free[at] if free[at] < pairs else pairs
            fits = (misses[at] == 0) & (free[at] >= part) & (given >= minimum[at])
            bounds[at] = bounds[at] if fits & (lower[at] <= highest) else OUT


@jit
def _bound_orders(scratch: Scratch, own: Own, columns: Own, points: Points) -> None:
    """Bound the scores of orders, or of zones of orders, against one offer."""
    bounds, free, full, statics = scratch.bounds, scratch.free, scratch.full, scratch.statics
    (asked, per_yuan, per_peak, height, base, counted, per_line, minimum, above, release, cluster,
     province, elsewhere, _, _) = own  # fmt: skip
    (pairs, parts, target, steep, floor, per_pair, size, least_target, least_per_pair, least_size,
     smallest, starts, ends, clusters, clusters_end, provinces, provinces_end) = columns  # fmt: skip
    of_volume, of_lead, of_price, of_place, room, buffer, rest, late, _ = points
    for at in range(len(bounds)):
        volume = _volume(
            np.float32(free[at]) * counted * per_pair[at],
            size[at] * per_line,
            above - minimum * least_per_pair[at],
        )
        weeks = np.float32(ends[at] - max(starts[at], release))
        whole = _slack(weeks - least_size[at] * per_line, buffer, rest)
        whole = whole if full[at] >= pairs[at] else late
        whole = whole if free[at] >= pairs[at] else NONE
        begun = _slack(weeks - smallest[at] * per_line, buffer, rest)
        begun = begun if parts[at] < pairs[at] else whole
        cost = (
            height - asked * steep[at]
            if asked > target[at]
            else base + (target[at] - asked) * per_yuan
        )
        grade = ONE + _FALL - _FALL * least_target[at] * per_peak
        cost = cost if cost < grade else grade
        cost = cost if cost < ONE else ONE
        cost = cost if cost > floor[at] else floor[at]
        near = _UNKNOWN_PLACE if provinces[at] < 0 else elsewhere
        near = (
            _SAME_PROVINCE
            if (provinces[at] <= province) & (province <= provinces_end[at])
            else near
        )
        near = ONE if (clusters[at] <= cluster) & (cluster <= clusters_end[at]) else near
        bounds[at] = (
            statics[at]
            + volume * of_volume
            + HALF * (whole + begun) * of_lead
            + cost * of_price
            + near * of_place
            + room
        )


@jit
def _gate_orders(
    scratch: Scratch,
    own: Own,
    pairs: Small,
    parts: Small,
    highest: Small,
    near: bool,
    points: Points,
) -> None:
    """Strike out the orders that the offer's list does not want; companies are judged later."""
    bounds, free, misses, many = scratch.bounds, scratch.free, scratch.misses, scratch.many
    minimum, lower, below = own[13], own[14], points[8]
    if near:
        for at in range(len(bounds)):
            given = free[at] if (free[at] < pairs[at]) & (free[at] >= parts[at]) else pairs[at]
            causes = _NOTHING
            causes += _CAUSE if misses[at] != 0 else _NOTHING
            causes += _CAUSE if many[at] != 0 else _NOTHING
            causes += _CAUSE if free[at] < parts[at] else _NOTHING
            causes += _CAUSE if given < minimum else _NOTHING
            causes += _CAUSE if lower > highest[at] else _NOTHING
            passing = bounds[at] if bounds[at] < below else below
            bounds[at] = bounds[at] if causes == _CAUSE else OUT if causes > _CAUSE else passing
    else:
        for at in range(len(bounds)):
            given = free[at] if free[at] < pairs[at] else pairs[at]
            fits = (misses[at] == 0) & (free[at] >= parts[at]) & (given >= minimum)
            bounds[at] = bounds[at] if fits & (lower <= highest[at]) else OUT


@jit
def bound_offer_zones(
    scratch: Scratch, orders: OrderTiles, offers: OfferTiles, place: int, own: Own, points: Points,
    near: bool,
) -> None:  # fmt: skip
    """Bound every tile of offers against one order.

    For near misses the gates are left open: no zone knows what its members lack.
    """
    ints, singles = offers.zone_ints, offers.zone_singles
    columns = (
        offers.zone_statics[orders.ints[tiles.CATEGORY, place]],
        singles[tiles.ASKED],
        singles[tiles.PER_YUAN],
        singles[tiles.PER_PEAK],
        singles[tiles.NEUTRAL],
        singles[tiles.COUNTED],
        singles[tiles.PER_LINE],
        singles[tiles.Z_PER_LINE_LOW],
        singles[tiles.HALF_MINIMUM],
        singles[tiles.ABOVE],
        ints[tiles.Z_RELEASE],
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
        _gate_offers(scratch, own, ints[tiles.Z_MIN_ORDER], ints[tiles.Z_LOWER], False, points)


@jit
def bound_offers(
    scratch: Scratch, orders: OrderTiles, offers: OfferTiles, place: int, tile: int, own: Own,
    points: Points, near: bool,
) -> None:  # fmt: skip
    """Bound the offers of a tile against one order, and strike out those not wanted."""
    start, end = tile * _TILE, (tile + 1) * _TILE
    ints, singles = offers.ints, offers.singles
    columns = (
        offers.statics[orders.ints[tiles.CATEGORY, place], start:end],
        singles[tiles.ASKED, start:end],
        singles[tiles.PER_YUAN, start:end],
        singles[tiles.PER_PEAK, start:end],
        singles[tiles.NEUTRAL, start:end],
        singles[tiles.COUNTED, start:end],
        singles[tiles.PER_LINE, start:end],
        singles[tiles.PER_LINE, start:end],
        singles[tiles.HALF_MINIMUM, start:end],
        singles[tiles.ABOVE, start:end],
        ints[tiles.RELEASE, start:end],
        ints[tiles.CLUSTER, start:end],
        ints[tiles.CLUSTER, start:end],
        ints[tiles.PROVINCE, start:end],
        ints[tiles.PROVINCE, start:end],
    )
    high = offers.weeks[tile, orders.ints[tiles.DUE, place]]
    low = offers.weeks[tile, orders.ints[tiles.START, place]]
    full = offers.weeks[tile, orders.ints[tiles.FULL, place]]
    _bound_offers(scratch, own, columns, high, low, full, points)
    _miss(scratch, orders.needs, place, offers.has, start)
    _gate_offers(
        scratch, own, ints[tiles.MIN_ORDER, start:end], ints[tiles.LOWER, start:end], near, points
    )


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
        ints[tiles.Z_PART],
        singles[tiles.TARGET],
        singles[tiles.STEEPNESS],
        singles[tiles.FLOOR],
        singles[tiles.PER_PAIR],
        singles[tiles.SIZE],
        singles[tiles.Z_TARGET_LOW],
        singles[tiles.Z_PER_PAIR_LOW],
        singles[tiles.Z_SIZE_LOW],
        singles[tiles.Z_SHARE_LOW],
        ints[tiles.Z_START],
        ints[tiles.Z_END],
        ints[tiles.Z_CLUSTER],
        ints[tiles.Z_CLUSTERS],
        ints[tiles.Z_PROVINCE],
        ints[tiles.Z_PROVINCES],
    )
    _bound_orders(scratch, own, columns, points)
    if not near:
        _miss_of_orders(scratch, orders.zone_needs, 0, offers.has, place)
        _gate_orders(
            scratch,
            own,
            ints[tiles.Z_MOST],
            ints[tiles.Z_PART],
            ints[tiles.Z_HIGHEST],
            False,
            points,
        )


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
    ints, singles = orders.ints, orders.singles
    columns = (
        ints[tiles.PAIRS, begin:end],
        ints[tiles.PART, begin:end],
        singles[tiles.TARGET, begin:end],
        singles[tiles.STEEPNESS, begin:end],
        singles[tiles.FLOOR, begin:end],
        singles[tiles.PER_PAIR, begin:end],
        singles[tiles.SIZE, begin:end],
        singles[tiles.TARGET, begin:end],
        singles[tiles.PER_PAIR, begin:end],
        singles[tiles.SIZE, begin:end],
        singles[tiles.SHARE, begin:end],
        ints[tiles.START, begin:end],
        ints[tiles.END, begin:end],
        ints[tiles.CLUSTER, begin:end],
        ints[tiles.CLUSTER, begin:end],
        ints[tiles.PROVINCE, begin:end],
        ints[tiles.PROVINCE, begin:end],
    )
    _bound_orders(scratch, own, columns, points)
    _miss_of_orders(scratch, orders.needs, begin, offers.has, place)
    _gate_orders(
        scratch,
        own,
        ints[tiles.PAIRS, begin:end],
        ints[tiles.PART, begin:end],
        ints[tiles.HIGHEST, begin:end],
        near,
        points,
    )
