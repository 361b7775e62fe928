"""Factories, random orders, and every split of a small order, to hold plans against."""

import random
from collections.abc import Iterator, Sequence
from itertools import product

from matchmaking.engine.splitting.laying import cost, lay
from matchmaking.engine.splitting.model import least_of
from matchmaking.engine.splitting.types import Factory, Order, PriceBreak


def factory(code: str, *free: int, cents: int = 4800, **more) -> Factory:
    return Factory(code=code, free=free, prices=(PriceBreak(pairs=0, cents=cents),), **more)


def random_case(seed: int) -> tuple[Order, list[Factory]]:
    """Make an order of at most 12 pairs and at most four factories."""
    rng = random.Random(seed)
    weeks = rng.randint(1, 3)
    pairs = rng.randint(1, 12)
    colours = []
    if rng.random() < 0.3:
        while sum(colours) < pairs:
            colours.append(min(rng.randint(1, 6), pairs - sum(colours)))
    order = Order(
        pairs=pairs,
        weeks=weeks,
        smallest_part=rng.randint(1, max(1, pairs // 2)),
        most_factories=rng.choice([None, 1, 2, 3]),
        colourways=tuple(colours),
    )
    return order, [_random_factory(rng, code, weeks) for code in "ABCD"[: rng.randint(1, 4)]]


def _random_factory(rng: random.Random, code: str, weeks: int) -> Factory:
    prices = [PriceBreak(pairs=0, cents=rng.randint(10, 20))]
    if rng.random() < 0.5:
        prices.append(PriceBreak(pairs=rng.randint(2, 6), cents=rng.randint(5, 15)))
    return Factory(
        code=code,
        free=tuple(rng.randint(0, 5) for _ in range(weeks)),
        prices=tuple(prices),
        min_order=rng.choice([0, 0, 3, 5]),
        fit=rng.randint(0, 9),
        is_small=rng.random() < 0.5,
        surcharges=tuple(rng.randint(-2, 3) for _ in range(weeks)) if rng.random() < 0.3 else (),
        obstacle="category" if rng.random() < 0.1 else None,
    )


def every_split(order: Order, factories: Sequence[Factory], weeks: int) -> Iterator[list[int]]:
    """Yield the pairs of each factory, for every split that keeps the order's rules."""
    if order.colourways:
        splits = _by_colour(order, len(factories))
    else:
        splits = product(range(order.pairs + 1), repeat=len(factories))
    for split in splits:
        used = [place for place, pairs in enumerate(split) if pairs]
        if sum(split) > order.pairs or len(used) > (order.most_factories or len(factories)):
            continue
        if all(
            factories[place].obstacle is None
            and least_of(order, factories[place]) <= split[place]
            and split[place] <= factories[place].capacity(weeks)
            for place in used
        ):
            yield list(split)


def _by_colour(order: Order, count: int) -> Iterator[list[int]]:
    for owners in product(range(-1, count), repeat=len(order.colourways)):
        split = [0] * count
        for owner, pairs in zip(owners, order.colourways, strict=True):
            if owner >= 0:
                split[owner] += pairs
        yield split


def cents_of(factories: Sequence[Factory], split: Sequence[int], weeks: int) -> int:
    return sum(
        cost(each, lay(each, pairs, weeks))
        for each, pairs in zip(factories, split, strict=True)
        if pairs
    )
