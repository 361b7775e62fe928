"""A part laid into the weeks of its factory, and the price levels that its weeks have."""

from itertools import groupby
from operator import attrgetter

from matchmaking.engine.splitting.types import Factory


def levels_of(factory: Factory, weeks: int) -> list[tuple[int, int]]:
    """Give (extra cents, pairs free) for each price level of the first weeks, cheapest first.

    Weeks of one extra price are alike to the cost: a model needs one variable for all of them.
    """
    ordered = sorted((factory.surcharge(week), factory.free[week]) for week in range(weeks))
    return [
        (extra, sum(pairs for _, pairs in group))
        for extra, group in groupby(ordered, key=lambda each: each[0])
    ]


def lay(factory: Factory, pairs: int, weeks: int) -> tuple[int, ...]:
    """Lay pairs into the cheapest of the first weeks, of equal ones into the earliest.

    :raises ValueError: when they do not fit
    """
    laid = [0] * len(factory.free)
    left = pairs
    for week in sorted(range(weeks), key=lambda week: (factory.surcharge(week), week)):
        laid[week] = min(left, factory.free[week])
        left -= laid[week]
    if left:
        raise ValueError(f"factory {factory.code} has no room for {left} pairs")
    return tuple(laid)


def cost(factory: Factory, laid: tuple[int, ...]) -> int:
    """Give what the laid pairs cost, in cents: the break of all of them, the extra of each week."""
    pairs = sum(laid)
    price = max((each for each in factory.prices if each.pairs <= pairs), key=attrgetter("pairs"))
    return pairs * price.cents + sum(
        factory.surcharge(week) * count for week, count in enumerate(laid)
    )
