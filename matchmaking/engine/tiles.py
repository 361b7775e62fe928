"""The market laid out for the large ranking: groups of like categories, in sorted tiles.

A group holds the orders of categories that are like each other and every offer that
serves one of them, sorted so that a tile of TILE posts is alike: by categories, price,
place, age, code. Beside each tile stands its zone: the best imaginable member, at least as good
as every member in every respect. The last tile is filled up with posts that fit nothing.

Bounds lie in float32 and may be too high, never too low by more than ``margin``.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from matchmaking.engine import formula
from matchmaking.engine.market import Floats, Ints, Market, OfferColumns, OrderColumns
from matchmaking.engine.market_arrays import market_arrays_of
from matchmaking.engine.request import Request

Small: TypeAlias = NDArray[np.int32]
Singles: TypeAlias = NDArray[np.float32]

TILE = 128
PRICE_LEVELS = 16  # fewer mix cheap and dear in a tile, more leave no room for the place
WORD = 31  # bits of an int32 that are safe to use
NEVER = -1e9  # the static part of a score where categories are not alike
SILENT = 1e30  # a price that lets only the floor of a price not said stand
# An unknown place equals no other: the two sides write it differently.
UNKNOWN_TO_ORDER, UNKNOWN_TO_OFFER = -2, -1

# Rows of OrderTiles.ints and OfferTiles.ints.
CLUSTER, PROVINCE, RANK, ROW = 0, 1, 2, 3
PAIRS, PART, START, DUE, FULL, END, CATEGORY, HIGHEST = 4, 5, 6, 7, 8, 9, 10, 11
MIN_ORDER, RELEASE, LOWER = 4, 5, 6
ORDER_ROWS, OFFER_ROWS = 12, 7
# Rows of the integer zones.
Z_CLUSTER, Z_CLUSTERS, Z_PROVINCE, Z_PROVINCES, Z_RANK = 0, 1, 2, 3, 4
Z_PAIRS, Z_PART, Z_START, Z_DUE, Z_FULL, Z_END, Z_MOST, Z_CATEGORY, Z_CATEGORIES, Z_HIGHEST = (
    5,
    6,
    7,
    8,
    9,
    10,
    11,
    12,
    13,
    14,
)
Z_MIN_ORDER, Z_RELEASE, Z_LOWER = 5, 6, 7
# Rows of OrderTiles.singles; of zones, with the smallest and the largest orders apart.
TARGET, STEEPNESS, FLOOR, PER_PAIR, SIZE, SHARE = 0, 1, 2, 3, 4, 5
ORDER_SINGLES = 6
Z_TARGET_LOW, Z_PER_PAIR_LOW, Z_SIZE_LOW, Z_SHARE_LOW = 6, 7, 8, 9
# Rows of OfferTiles.singles, and of their zones.
ASKED, PER_YUAN, PER_PEAK, NEUTRAL, COUNTED, PER_LINE, HALF_MINIMUM, ABOVE = 0, 1, 2, 3, 4, 5, 6, 7
OFFER_SINGLES = 8
Z_PER_LINE_LOW = 8  # of zones: their largest line
LARGEST = 2**31 - 1


class OrderTiles(NamedTuple):
    """The orders of a group, sorted.

    START, DUE and FULL are columns of the weeks: pairs free from START to before DUE; when
    they are there before FULL, the wished buffer is reached. END is DUE not cut to the
    horizon, HIGHEST the most cents that a band may begin at. ``needs`` are the bits asked,
    in words. STEEPNESS is what a yuan above the target costs, FLOOR what a price not said
    is worth, SIZE the pairs and SHARE the smallest part, as fractions count.
    """

    ints: Small
    needs: Small
    singles: Singles
    zone_ints: Small
    zone_needs: Small
    zone_singles: Singles


class OfferTiles(NamedTuple):
    """The offers of a group, sorted.

    ``weeks[tile, w, lane]`` are the pairs free before column w, from the offer's first
    possible week (RELEASE) on. ``statics[c]`` is what category and freshness bring to the
    score against an order of the group's category c, NEVER where they are not alike.
    ASKED is the lower end of the band, LOWER the same in cents, PER_YUAN what a yuan above
    it is worth, PER_PEAK one over the peak, PER_LINE one over the best week, HALF_MINIMUM
    and ABOVE how a minimum order counts.
    """

    ints: Small
    has: Small
    singles: Singles
    statics: Singles
    weeks: NDArray[np.int32]
    zone_ints: Small
    zone_has: Small
    zone_singles: Singles
    zone_statics: Singles
    zone_high: Small
    zone_low: Small


class Columns:
    """What the tiles of every group are cut from, computed once a ranking."""

    def __init__(self, request: Request) -> None:
        # numba is 200 MB and seconds to load: only a process that ranks pays for it.
        from matchmaking.engine import pair_kernel  # noqa: PLC0415

        self.request, self.arrays = request, market_arrays_of(request)
        self.market, self.profile = market, profile = request.market, request.profile
        orders, offers = market.orders, market.offers
        self.most = -(-profile.wished_buffer_days // formula.DAYS_A_WEEK)
        self.last_column = market.cumulated.shape[1] - 1
        lead = formula.earliest_week(request.now_day, np.maximum(offers.lead_days, 0))
        self.release = self._column_of(np.maximum(lead, offers.first_week))
        self.start = self._column_of(orders.start_week)
        self.due = np.maximum(self._column_of(orders.due_week + 1), self.start)
        self.full = self._column_of(orders.due_week + 1 - self.most)
        self.first = int(min(self.start.min(initial=0), self.full.min(initial=0)))
        self.span = int(self.due.max(initial=self.first)) - self.first + 1
        self.needs, self.has = _bits(market)
        self.freshness = request.freshness(np.arange(len(offers)))
        self.bands = np.empty((3, len(offers)))
        pair_kernel.lay_bands(offers.price_low_cny, offers.price_high_cny, self.bands)
        self.highest = np.empty(len(orders), dtype=np.int64)
        pair_kernel.lay_highest(orders.price_cny, float(profile.price_tolerance), self.highest)

    def _column_of(self, weeks: Ints) -> Ints:
        return np.clip(weeks - self.market.base_week, 0, self.last_column)

    @property
    def margin(self) -> float:
        """Give how far below the true score, in hundredths, a bound may lie.

        Some forty roundings of 2**-24 each on 10,000 hundredths, and the price's own,
        which a small tolerance makes larger.
        """
        steepness = 1.0 + 1.0 / self.profile.price_tolerance
        return 0.1 + 0.02 * self.profile.weights[3] * steepness


def groups(likeness: Floats) -> Iterator[Ints]:
    """Yield the categories that are like each other, directly or over others."""
    alike = (likeness > 0) | (likeness.T > 0)
    left = set(range(len(alike)))
    while left:
        found, reached = set[int](), {left.pop()}
        while reached:
            category = reached.pop()
            found.add(category)
            reached |= set(np.flatnonzero(alike[category]).tolist()) - found
        left -= found
        yield np.array(sorted(found), dtype=np.int64)


def orders_of(columns: Columns, categories: Ints) -> Ints:
    return np.flatnonzero(np.isin(columns.market.orders.category, categories))


def offers_of(columns: Columns, categories: Ints) -> tuple[Ints, Floats]:
    """Give the rows of offers that serve any of the categories, and their likeness to each."""
    offers = columns.market.offers
    is_ours = np.zeros(len(columns.request.likeness), dtype=bool)
    is_ours[categories] = True
    chosen = np.flatnonzero(is_ours[offers.category_values])
    owners = np.searchsorted(offers.category_starts, chosen, side="right") - 1
    rows, starts = np.unique(owners, return_index=True)
    if not len(rows):
        return rows, np.zeros((len(categories), 0))
    values = offers.category_values[chosen]
    best = [
        np.maximum.reduceat(columns.request.likeness[one][values], starts) for one in categories
    ]
    return rows, np.stack(best)


def lay_orders(columns: Columns, categories: Ints, rows: Ints) -> OrderTiles:
    """Sort the orders of a group into tiles, by category, price, place and code."""
    orders, profile = columns.market.orders, columns.profile
    local = np.searchsorted(categories, orders.category[rows])
    ranks = columns.market.order_ranks[rows]
    place = _places(orders.province[rows], orders.cluster[rows])
    rows = _filled(rows[_sorting(local, _levels(orders.price_cny[rows]), place, ranks)])
    pairs, part = orders.pairs[rows], orders.smallest_part[rows]
    ints = np.empty((ORDER_ROWS, len(rows)), dtype=np.int32)
    _who(ints, orders, rows, columns.market.order_ranks, UNKNOWN_TO_ORDER)
    ints[PAIRS], ints[PART] = pairs, part
    ints[START], ints[DUE] = columns.start[rows] - columns.first, columns.due[rows] - columns.first
    ints[FULL] = columns.full[rows] - columns.first
    ints[CATEGORY] = np.searchsorted(categories, orders.category[rows])
    ints[END] = np.minimum(orders.due_week[rows] + 1 - columns.market.base_week, LARGEST)
    ints[END] -= columns.first
    target = orders.price_cny[rows]
    is_said = target > 0
    ints[HIGHEST] = np.where(is_said, np.minimum(columns.highest[rows], LARGEST), LARGEST)
    steepness = formula.AT_LOWER_END / np.where(is_said, target * profile.price_tolerance, 1.0)
    singles = np.empty((ORDER_SINGLES, len(rows)), dtype=np.float32)
    singles[TARGET] = np.where(is_said, target, 0.0)
    singles[STEEPNESS] = np.where(is_said, steepness, SILENT)
    singles[FLOOR] = np.where(is_said, 0.0, formula.NEUTRAL_PRICE)
    singles[PER_PAIR] = 1.0 / pairs
    singles[SIZE], singles[SHARE] = pairs, part
    needs = np.ascontiguousarray(columns.needs[:, rows])
    low, high = np.minimum, np.maximum
    zones = [
        (low, CLUSTER), (high, CLUSTER), (low, PROVINCE), (high, PROVINCE), (low, RANK),
        (low, PAIRS), (low, PART), (low, START), (high, DUE), (high, FULL), (high, END),
        (high, PAIRS), (low, CATEGORY), (high, CATEGORY), (high, HIGHEST),
    ]  # fmt: skip
    zone_singles = [
        (high, TARGET), (low, STEEPNESS), (high, FLOOR), (high, PER_PAIR), (high, SIZE),
        (high, SHARE), (low, TARGET), (low, PER_PAIR), (low, SIZE), (low, SHARE),
    ]  # fmt: skip
    tiles = OrderTiles(
        ints=ints,
        needs=needs,
        singles=singles,
        zone_ints=_zones(ints, zones),
        zone_needs=_zones(needs, [(np.bitwise_and, word) for word in range(len(needs))]),
        zone_singles=_zones(singles, zone_singles),
    )
    ints[CATEGORY, len(local) :] = len(categories)  # stands for NEVER
    return tiles


def lay_offers(columns: Columns, rows: Ints, likeness: Floats) -> OfferTiles:
    """Sort the offers of a group into tiles, by categories, price, place, age and code."""
    offers, profile = columns.market.offers, columns.profile
    ranks = columns.market.offer_ranks[rows]
    place = _places(offers.province[rows], offers.cluster[rows])
    mixed = (likeness * 1e6).astype(np.int64).T @ (7919 ** np.arange(len(likeness)) % 1_000_003)
    _, pattern = np.unique(mixed, return_inverse=True)
    level, age = _levels(offers.price_low_cny[rows]), np.minimum(offers.age_days[rows], 255)
    sorting = _sorting(pattern, level, place, age, ranks)
    real, rows = len(rows), _filled(rows[sorting])
    likeness = np.ascontiguousarray(likeness[:, _filled(sorting)])
    ints = np.empty((OFFER_ROWS, len(rows)), dtype=np.int32)
    _who(ints, offers, rows, columns.market.offer_ranks, UNKNOWN_TO_OFFER)
    minimum, is_stale = offers.min_order[rows], offers.age_days[rows] > profile.stale_days
    ints[MIN_ORDER] = np.clip(minimum, 0, LARGEST)
    ints[RELEASE] = columns.release[rows] - columns.first
    cents, lower, peak = columns.bands[:, rows]
    ints[LOWER] = np.minimum(cents, LARGEST)
    is_said = ~np.isnan(lower)
    singles = np.empty((OFFER_SINGLES, len(rows)), dtype=np.float32)
    singles[ASKED] = np.where(is_said, lower, SILENT)
    singles[PER_YUAN] = np.where(is_said, (1.0 - formula.AT_LOWER_END) / (peak - lower), 0.0)
    singles[PER_PEAK] = np.where(is_said, 1.0 / peak, 0.0)
    singles[NEUTRAL] = np.where(is_said, 0.0, formula.NEUTRAL_PRICE)
    singles[COUNTED] = np.where(is_stale, profile.stale_volume_share, 1.0)
    singles[PER_LINE] = 1.0 / np.maximum(offers.line[rows], 1)
    singles[HALF_MINIMUM] = np.where(minimum < 0, 0.0, 0.5 * minimum)
    singles[ABOVE] = np.where(minimum < 0, formula.MINIMUM_NOT_SAID, 1.0)
    fresh = columns.freshness[rows]
    weights = profile.weights
    statics = (10_000.0 * (likeness * weights[1] + fresh * weights[5])).astype(np.float32)
    statics[likeness <= 0] = NEVER
    has = np.ascontiguousarray(columns.has[:, rows])
    low, high = np.minimum, np.maximum
    zones = [
        (low, CLUSTER), (high, CLUSTER), (low, PROVINCE), (high, PROVINCE), (low, RANK),
        (low, MIN_ORDER), (low, RELEASE), (low, LOWER),
    ]  # fmt: skip
    zone_singles = [
        (low, ASKED), (high, PER_YUAN), (low, PER_PEAK), (high, NEUTRAL), (high, COUNTED),
        (high, PER_LINE), (low, HALF_MINIMUM), (high, ABOVE), (low, PER_LINE),
    ]  # fmt: skip
    zone_statics = _zones(statics, [(high, row) for row in range(len(statics))])
    statics[:, real:] = NEVER
    count = len(rows) // TILE
    return OfferTiles(
        ints=ints,
        has=has,
        singles=singles,
        statics=statics,
        weeks=np.empty((count, columns.span, TILE), dtype=np.int32),
        zone_ints=_zones(ints, zones),
        zone_has=_zones(has, [(np.bitwise_or, word) for word in range(len(has))]),
        zone_singles=_zones(singles, zone_singles),
        zone_statics=zone_statics,
        zone_high=np.empty((columns.span, count), dtype=np.int32),
        zone_low=np.empty((columns.span, count), dtype=np.int32),
    )


def _who(
    ints: Small, posts: OrderColumns | OfferColumns, rows: Ints, ranks: Ints, unknown: int
) -> None:
    ints[RANK], ints[ROW] = ranks[rows], rows
    for place, column in ((CLUSTER, posts.cluster), (PROVINCE, posts.province)):
        ints[place] = np.where(column[rows] == 0, unknown, column[rows])


def _bits(market: Market) -> tuple[Small, Small]:
    """Pack the constructions and certificates that any order asks for into words.

    Gives int32[words, orders] of bits asked and int32[words, offers] of bits held.
    """
    orders, offers = market.orders, market.offers
    made = np.unique(orders.construction[orders.construction >= 0])
    asked = int(np.bitwise_or.reduce(orders.certificates)) if len(orders) else 0
    held = [bit for bit in range(64) if asked >> bit & 1]
    words = max(1, -(-(len(made) + len(held)) // WORD))
    needs = np.zeros((words, len(orders)), dtype=np.int32)
    has = np.zeros((words, len(offers)), dtype=np.int32)
    for place, bit in enumerate([*made.tolist(), *held]):
        word, one = place // WORD, np.int32(1 << place % WORD)
        if place < len(made):
            wants = orders.construction == bit
            holds = (offers.constructions == 0) | (offers.constructions >> bit & 1 == 1)
        else:
            wants = orders.certificates >> bit & 1 == 1
            holds = offers.certificates >> bit & 1 == 1
        needs[word, wants] |= one
        has[word, holds] |= one
    return needs, has


def _places(province: Ints, cluster: Ints) -> Ints:
    """Number the places so that those of one province lie together."""
    place: Ints = np.unique(province << 32 | cluster, return_inverse=True)[1]
    return place


def _levels(prices: Floats) -> Ints:
    """Number prices by sixteenths of all of them, those not said first."""
    prices = np.nan_to_num(prices, nan=-1.0)
    edges = np.quantile(prices, np.linspace(0, 1, PRICE_LEVELS + 1)[1:-1])
    return np.searchsorted(edges, prices).astype(np.int64)


def _sorting(*keys: Ints) -> Ints:
    """Sort by several keys that are not negative, the first weighing most."""
    packed, room = keys[0].astype(np.int64), 2.0**62
    for key in keys[1:]:
        width = int(key.max(initial=0)) + 1
        if float(packed.max(initial=0) + 1) * width > room:
            break  # the rest would only make tiles more alike
        packed = packed * width + key
    return np.argsort(packed)


def _filled(rows: Ints) -> Ints:
    return np.append(rows, np.repeat(rows[-1:], -len(rows) % TILE))


def _zones(values: NDArray[Any], zones: Sequence[tuple[Any, int]]) -> NDArray[Any]:
    tiled = values.reshape(len(values), -1, TILE)
    return np.stack([how.reduce(tiled[row], axis=1) for how, row in zones])
