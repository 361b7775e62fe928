"""An event's orders and offers, the pairs of them that fit, and plans, as frozen values.

Weeks are places in a window that the caller cuts. A pairing has its own window, from the first
week in which its factory may work on the order to the last from which it arrives in time.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

PLACED_POINTS = 100
MOST_POINTS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class EventOrder:
    """An order; ``smallest_part`` is all of it where it is not to be split.

    :raises ValueError: for pairs that are no pairs
    """

    code: str
    pairs: int
    smallest_part: int = 1
    most_factories: int | None = None

    def __post_init__(self) -> None:
        if self.pairs < 1 or not 1 <= self.smallest_part <= self.pairs:
            raise ValueError(f"order {self.code}: parts are between 1 and all its pairs")
        if self.most_factories is not None and self.most_factories < 1:
            raise ValueError(f"order {self.code}: at least one factory")


@dataclass(frozen=True, slots=True, kw_only=True)
class EventOffer:
    """The free pairs of a factory by week.

    :raises ValueError: for negative pairs
    """

    code: str
    free: tuple[int, ...]
    min_order: int = 0
    is_small: bool = False

    def __post_init__(self) -> None:
        if min(self.free, default=0) < 0 or self.min_order < 0:
            raise ValueError(f"offer {self.code}: pairs are never negative")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    """An order and an offer that fit, by their places; points 0 to 100, weeks inclusive."""

    order: int
    offer: int
    first: int
    last: int
    fit: int = 0
    price: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """Points of a placed pair: 100 for being placed, and for each aim up to its weight.

    ``fairness`` goes to the pairs of a factory up to a quarter of what it has free, so that
    the next order rather goes to a factory that has little yet.

    :raises ValueError: for weights outside 0 to 100
    """

    fit: int = 30
    price: int = 20
    fairness: int = 10
    small: int = 10

    def __post_init__(self) -> None:
        if not all(
            0 <= each <= MOST_POINTS for each in (self.fit, self.price, self.fairness, self.small)
        ):
            raise ValueError("a weight is between 0 and 100")


FAIR_SHARE = 4  # a quarter


@dataclass(frozen=True, kw_only=True)
class Event:
    """All that a plan is made of.

    :raises ValueError: for a pairing of places that are none, or twice the same
    """

    weeks: int
    orders: tuple[EventOrder, ...]
    offers: tuple[EventOffer, ...]
    pairings: tuple[Pairing, ...]
    weights: Weights = field(default_factory=Weights)

    def __post_init__(self) -> None:
        if any(len(offer.free) != self.weeks for offer in self.offers):
            raise ValueError("every offer has its pairs for each of the weeks")
        for each in self.pairings:
            if not 0 <= each.order < len(self.orders) or not 0 <= each.offer < len(self.offers):
                raise ValueError("a pairing names an order and an offer by their places")
            if not 0 <= each.first <= each.last < self.weeks:
                raise ValueError("the weeks of a pairing lie within the event's")
        if len({(each.order, each.offer) for each in self.pairings}) != len(self.pairings):
            raise ValueError("an order and an offer are one pairing")


@dataclass(frozen=True, slots=True, kw_only=True)
class EventPart:
    """Pairs of one order that one offer makes, by week."""

    order: int
    offer: int
    pairs: int
    weeks: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class EventPlan:
    """Parts of all orders, the points that they earn, and points that no plan exceeds."""

    parts: tuple[EventPart, ...]
    points: float
    bound: float

    @property
    def gap(self) -> float:
        """Give how far the plan is from the bound, as a fraction of it; 0 for nothing to place."""
        return max(0.0, (self.bound - self.points) / self.bound) if self.bound > 0 else 0.0

    @cached_property
    def placed(self) -> Mapping[int, int]:
        """Give the pairs placed of each order that has any."""
        found: dict[int, int] = {}
        for part in self.parts:
            found[part.order] = found.get(part.order, 0) + part.pairs
        return found
