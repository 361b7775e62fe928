"""A brand's order and a factory's offer that fit, and random markets around them."""

from dataclasses import replace
from random import Random

import numpy as np
from hypothesis import strategies as st

from matchmaking.engine.types import Profile, blocked_pairs
from tests.engine.reference.posts import NAN, Offer, Order

WEEK = 2950
NOW_DAY = WEEK * 7
BLOCKED = blocked_pairs([(1, 14), (13, 2)])
# Four categories: 0 and 1 a family, 2 a cousin of 1, 3 alone.
LIKENESS = np.array(
    [[1, 0.6, 0, 0], [0.6, 1, 0.35, 0], [0, 0.35, 1, 0], [0, 0, 0, 1]], dtype=np.float32
)
PROFILE = Profile(min_score=0)

ORDER = Order(
    code="order",
    company=1,
    group=7,
    category=0,
    construction=2,
    certificates=0b011,
    pairs=60_000,
    smallest_part=60_000,
    start_week=WEEK + 2,
    due_week=WEEK + 13,
    price_cny=50.0,
    cluster=350582,
    province=35,
)
OFFER = Offer(
    code="offer",
    company=11,
    group=8,
    categories=(0,),
    constructions=0b100,
    certificates=0b111,
    first_week=WEEK,
    free=(10_000,) * 20,
    min_order=3_000,
    lead_days=21,
    price_low_cny=45.0,
    price_high_cny=48.0,
    cluster=350582,
    province=35,
    age_days=0,
)


def splittable(part):
    return replace(ORDER, smallest_part=part, most_factories=3)


def random_order(random, number):
    pairs = random.choice([1, 1_000, 6_000, 9_500])
    part = random.choice([pairs, pairs, max(1, pairs // 4)])
    start = WEEK + random.randint(-3, 6)
    return Order(
        code=f"{random.randint(0, 9)}-{number}",
        company=random.randint(1, 4),
        group=random.choice([0, 0, 5]),
        category=random.randint(0, 3),
        construction=random.choice([-1, -1, 0, 2]),
        certificates=random.choice([0, 0, 1, 3]),
        pairs=pairs,
        smallest_part=part,
        most_factories=1 if part == pairs else 3,
        start_week=start,
        due_week=start + random.randint(0, 12),
        price_cny=random.choice([NAN, 40.0, 47.5, 58.0]),
        cluster=random.choice([0, 1, 2]),
        province=random.choice([0, 35, 33]),
    )


def random_offer(random, number):
    low = random.choice([NAN, 19.0, 38.0, 44.0, 60.0])
    return Offer(
        code=f"{random.randint(0, 9)}-{number}",
        company=random.choice([1, 11, 12, 13, 14]),
        group=random.choice([0, 0, 5]),
        categories=tuple(random.sample(range(4), random.randint(1, 3))),
        constructions=random.choice([0, 0b101, 0b010]),
        certificates=random.choice([0, 1, 3]),
        first_week=WEEK + random.randint(-4, 4),
        free=tuple(random.choice([0, 500, 1_000, 3_000]) for _ in range(random.randint(1, 16))),
        min_order=random.choice([-1, 0, 800, 6_000]),
        lead_days=random.choice([-1, 0, 6, 7, 20]),
        price_low_cny=low,
        price_high_cny=random.choice([NAN, 62.0, 80.5]),
        cluster=random.choice([0, 1, 2]),
        province=random.choice([0, 35, 33]),
        age_days=random.choice([0, 3, 14, 15, 90]),
    )


def random_profile(random):
    if random.random() < 0.5:
        return PROFILE
    return Profile(
        volume=random.random(),
        category=random.random(),
        lead_time=random.random(),
        price=random.choice([0.0, random.random()]),
        place=random.random(),
        freshness=0.1,
        wished_buffer_days=random.choice([1, 10, 30]),
        stale_days=20,
        fresh_horizon_days=random.choice([7, 20]),
        stale_volume_share=random.choice([0.0, 0.3, 1.0]),
        price_tolerance=random.choice([0.1, 0.5]),
        min_score=random.choice([0.0, 50.0, 62.25]),
    )


randoms = st.integers(0, 2**32 - 1).map(Random)
