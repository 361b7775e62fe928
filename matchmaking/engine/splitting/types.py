"""An order to be split and the factories that may take a part, as frozen values.

Weeks are places in a window that the caller cuts: 0 is the first week in which the order may
be worked on, the last is the week in which it is due. Pairs are whole, prices whole cents a
pair; no sum is ever rounded.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from itertools import pairwise


class Aim(StrEnum):
    """The measure that a plan is best in. Every plan places as many pairs as can be placed."""

    CHEAPEST = "cheapest"
    EARLIEST = "earliest"
    FEWEST_FACTORIES = "fewest_factories"
    MOST_SMALL_FIRMS = "most_small_firms"
    BEST_FIT = "best_fit"


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceBreak:
    """The price of every pair of a part of at least so many pairs."""

    pairs: int
    cents: int


@dataclass(frozen=True, kw_only=True)
class Factory:
    """A factory that may take a part of the order.

    ``free`` are its pairs in each week of the window. ``prices`` begin with the price from 0
    pairs on; each later break begins at more pairs. ``surcharges`` are added to every pair
    that is made in a week (a rush, or a discount when negative). ``obstacle`` is the caller's
    word for what rules the factory out before any pair is counted; ``None`` for nothing.

    :raises ValueError: for negative pairs, prices out of order, or weeks that do not match
    """

    code: str
    free: tuple[int, ...]
    prices: tuple[PriceBreak, ...]
    min_order: int = 0
    fit: int = 0
    is_small: bool = False
    surcharges: tuple[int, ...] = ()
    obstacle: str | None = None

    def __post_init__(self) -> None:
        if min(self.free, default=0) < 0 or self.min_order < 0 or self.fit < 0:
            raise ValueError(f"factory {self.code}: pairs and fit are never negative")
        if not self.prices or self.prices[0].pairs != 0:
            raise ValueError(f"factory {self.code}: the first price begins at 0 pairs")
        if any(later.pairs <= one.pairs for one, later in pairwise(self.prices)):
            raise ValueError(f"factory {self.code}: each price begins at more pairs than the last")
        if self.surcharges and len(self.surcharges) != len(self.free):
            raise ValueError(f"factory {self.code}: an extra price for each of the weeks")
        cheapest = min(each.cents for each in self.prices) + min(self.surcharges, default=0)
        if cheapest < 0:
            raise ValueError(f"factory {self.code}: a price is never negative")

    def capacity(self, weeks: int) -> int:
        return sum(self.free[:weeks])

    def surcharge(self, week: int) -> int:
        return self.surcharges[week] if self.surcharges else 0


@dataclass(frozen=True, kw_only=True)
class Order:
    """An order that may be split, and the rules of its splitting.

    ``smallest_part`` and ``most_factories`` bind every plan; ``colourways`` are pairs by
    colour, each made by one factory alone, or empty where colours may be parted.

    :raises ValueError: for pairs that are no pairs, and colourways that do not add up
    """

    pairs: int
    weeks: int
    smallest_part: int = 1
    most_factories: int | None = None
    colourways: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if self.pairs < 1 or self.weeks < 1 or not 1 <= self.smallest_part <= self.pairs:
            raise ValueError("an order has pairs, weeks, and parts between 1 and all its pairs")
        if self.most_factories is not None and self.most_factories < 1:
            raise ValueError("at least one factory")
        if self.colourways and (min(self.colourways) < 1 or sum(self.colourways) != self.pairs):
            raise ValueError("the colourways add up to the order")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The pairs of one factory: by week as in ``Factory.free``, what they cost, and its colours."""

    factory: str
    pairs: int
    cents: int
    weeks: tuple[int, ...]
    colourways: tuple[int, ...] = ()

    @property
    def last_week(self) -> int:
        return max(week for week, pairs in enumerate(self.weeks) if pairs)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A split of the order. ``is_proved`` says that no plan is better in the aim."""

    aim: Aim
    parts: tuple[Part, ...]
    short: int
    is_proved: bool
    measure: int = field(compare=False, default=0)

    @cached_property
    def placed(self) -> int:
        return sum(part.pairs for part in self.parts)

    @cached_property
    def cents(self) -> int:
        return sum(part.cents for part in self.parts)

    @cached_property
    def last_week(self) -> int | None:
        return max((part.last_week for part in self.parts), default=None)

    @property
    def average_cents(self) -> float | None:
        """Give the price of a pair on average, in cents; ``None`` where nothing is placed."""
        return self.cents / self.placed if self.placed else None

    def small_pairs(self, factories: Iterable[Factory]) -> int:
        small = {factory.code for factory in factories if factory.is_small}
        return sum(part.pairs for part in self.parts if part.factory in small)
