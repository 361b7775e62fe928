"""A made-up market of any size, drawn from a seed: same seed and sizes, same market.

25 categories in 8 families, offers of 1 to 3 categories, 104 weeks with the Spring
Festival's stop, sizes as the trade has them: a line makes 1,300 to 2,100 pairs a day,
minimum orders lie between 80 and 3,000 pairs, bulk takes 35 to 90 days.
"""

from typing import Any, Final

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from matchmaking.engine.market import OfferColumns, OrderColumns
from matchmaking.engine.types import BlockedPairs, blocked_pairs

SEED: Final = 20220615
WEEK: Final = 2950  # Monday 2026-07-20
NOW_DAY: Final = WEEK * 7
WEEKS: Final = 104
FAMILY_SIZES: Final = (6, 4, 4, 3, 3, 2, 2, 1)
FAMILIES: Final = np.repeat(np.arange(8), FAMILY_SIZES)
CATEGORIES: Final = len(FAMILIES)
CONSTRUCTIONS: Final = 13
CERTIFICATES: Final = 10
# Clusters with their provinces, and where brands and factories sit (weights).
PROVINCES: Final = np.array(
    [35] * 8 + [33] * 6 + [44] * 6 + [51] * 3 + [36, 34, 41, 43, 45, 37, 32]
)
CLUSTERS: Final = len(PROVINCES)
SPRING_FESTIVALS: Final = (28, 29, 80, 81)  # weeks of the horizon without work
COMPANIES_A_POST: Final = 0.3


def likeness() -> NDArray[np.float32]:
    matrix = np.where(FAMILIES[:, None] == FAMILIES[None, :], 0.6, 0.0).astype(np.float32)
    np.fill_diagonal(matrix, 1)
    return matrix


def blocked(seed: int = SEED, pairs: int = 200) -> BlockedPairs:
    random = np.random.default_rng([seed, 3])
    brands, factories = random.integers(1, 20_000, pairs), random.integers(1, 20_000, pairs)
    return blocked_pairs(zip(brands.tolist(), (1_000_000 + factories).tolist(), strict=True))


def orders(count: int, seed: int = SEED) -> OrderColumns:
    """Draw orders: 5,000 to 200,000 pairs mostly, 4 to 30 weeks of window."""
    random = np.random.default_rng([seed, 1])
    category = _categories(random, count)
    pairs = np.clip(random.lognormal(np.log(30_000), 0.9, count), 600, 900_000).astype(np.int64)
    pairs -= pairs % 100
    is_split = random.random(count) < 0.4
    parts = np.maximum(500, pairs // random.integers(2, 6, count))
    start = WEEK + random.integers(0, 30, count)
    cluster = _places(random, count, falling=0.35)
    return OrderColumns(
        code=_codes(random, count),
        company=random.integers(1, max(2, int(count * COMPANIES_A_POST)), count),
        group=_groups(random, count),
        category=category,
        construction=np.where(
            random.random(count) < 0.5, -1, random.integers(0, CONSTRUCTIONS, count)
        ),
        certificates=_few_bits(random, count, 0.3),
        pairs=pairs,
        smallest_part=np.where(is_split, np.minimum(parts, pairs), pairs),
        most_factories=np.where(is_split, 4, 1),
        start_week=start,
        due_week=start + random.integers(4, 30, count),
        price_cny=_prices(random, category, unsaid=0.0),
        cluster=cluster + 1,
        province=PROVINCES[cluster],
    )


def offers(count: int, seed: int = SEED) -> OfferColumns:
    """Draw offers of one to six lines, the near weeks fuller than the far ones."""
    random = np.random.default_rng([seed, 2])
    starts, values = _several_categories(random, count)
    first = values[starts[:-1]]
    low = _prices(random, first, unsaid=0.15)
    cluster = _places(random, count, falling=0.12)
    return OfferColumns(
        code=_codes(random, count),
        company=1_000_000 + random.integers(1, max(2, int(count * COMPANIES_A_POST)), count),
        group=_groups(random, count),
        category_starts=starts,
        category_values=values,
        constructions=np.where(
            random.random(count) < 0.2,
            0,
            random.integers(1, 2**CONSTRUCTIONS, count)
            | random.integers(1, 2**CONSTRUCTIONS, count),
        ),
        certificates=random.integers(0, 2**CERTIFICATES, count),
        first_week=np.full(count, WEEK),
        free=(free := _weeks(random, count)),
        line=free.max(axis=1, initial=0),
        min_order=random.integers(1, 38, count) * 80,
        lead_days=random.integers(15, 91, count),
        price_low_cny=low,
        price_high_cny=low * 1.15,
        cluster=cluster + 1,
        province=PROVINCES[cluster],
        age_days=np.minimum(random.geometric(0.12, count) - 1, 60),
    )


def _codes(random: Generator, count: int) -> NDArray[Any]:
    """Give codes of 16 bytes, as UUIDs are."""
    return np.frombuffer(random.bytes(16 * count), dtype="S16")


def _categories(random: Generator, count: int) -> NDArray[np.int64]:
    popularity = 1 / (1 + np.arange(CATEGORIES) % 7)
    return random.choice(CATEGORIES, count, p=popularity / popularity.sum())


def _several_categories(
    random: Generator, count: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Draw one to three different categories an offer, half of the further ones kin."""
    drawn = np.stack([_categories(random, count) for _ in range(3)], axis=1)
    sizes = np.array(FAMILY_SIZES)[FAMILIES[drawn[:, 0]]]
    begins = np.concatenate(([0], np.cumsum(FAMILY_SIZES)))[FAMILIES[drawn[:, 0]]]
    for place in (1, 2):
        kin = begins + random.integers(0, 2**31, count) % sizes
        drawn[:, place] = np.where(random.random(count) < 0.5, kin, drawn[:, place])
    wanted = random.integers(1, 4, count)
    drawn = np.sort(np.where(np.arange(3) < wanted[:, None], drawn, drawn[:, :1]), axis=1)
    is_first = np.concatenate(
        [np.ones((count, 1), dtype=bool), drawn[:, 1:] != drawn[:, :-1]], axis=1
    )
    return np.concatenate(([0], np.cumsum(is_first.sum(axis=1)))), drawn[is_first]


def _places(random: Generator, count: int, *, falling: float) -> NDArray[np.int64]:
    weights = np.exp(-falling * np.arange(CLUSTERS))
    return random.choice(CLUSTERS, count, p=weights / weights.sum())


def _groups(random: Generator, count: int) -> NDArray[np.int64]:
    return np.where(random.random(count) < 0.05, random.integers(1, 300, count), 0)


def _few_bits(random: Generator, count: int, share: float) -> NDArray[np.int64]:
    one = np.left_shift(1, random.integers(0, CERTIFICATES, count))
    two = one | np.left_shift(1, random.integers(0, CERTIFICATES, count))
    drawn = random.random(count)
    return np.where(drawn < share / 3, two, np.where(drawn < share, one, 0))


def _prices(random: Generator, category: NDArray[np.int64], *, unsaid: float) -> NDArray[Any]:
    level = 28 + 3.0 * (np.arange(CATEGORIES) * 7 % CATEGORIES)
    drawn = np.round(level[category] * random.lognormal(0, 0.18, len(category)), 1)
    return np.where(random.random(len(category)) < unsaid, np.nan, drawn)


def _weeks(random: Generator, count: int) -> NDArray[np.int32]:
    """Draw the free pairs of the weeks in parts, so that a million offers stay small."""
    free = np.empty((count, WEEKS), dtype=np.int32)
    near = np.minimum(1.0, 0.25 + np.arange(WEEKS, dtype=np.float32) / 40)
    for start in range(0, count, 50_000):
        rows = min(50_000, count - start)
        lines = np.minimum(random.geometric(0.45, rows), 6)
        weekly = (lines * random.integers(1_300, 2_101, rows) * 6).astype(np.float32)
        share = random.random((rows, WEEKS), dtype=np.float32) * near
        share *= random.random((rows, WEEKS), dtype=np.float32) < 0.7
        free[start : start + rows] = weekly[:, None] * share
    free -= free % 10
    free[:, SPRING_FESTIVALS] = 0
    return free
