"""The reach of a post: how much of the market its terms fit, compared with what officers checked.

Matching answers every change of a post on the market. Whoever makes one post fit everything and then
changes its category day by day reads the whole market by it. So a change that reaches further than
what was checked waits for an officer; what narrows a post, or moves it a little, does not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self

from matchmaking.listings.models import CapacityOffer, Post, ProcessingOrder

# A season's haggling stays below these; what fits everything is far above.
PRICE_TIMES = Decimal("1.5")
PAIRS_TIMES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Categories by key; yuan a pair, pairs at least and pairs at most (a week, for capacity).

    None: not said. ``is_higher_wider`` is true of an order, whose higher price fits more.
    """

    categories: frozenset[int]
    price: Decimal | None
    least: int | None
    most: int | None
    is_higher_wider: bool

    def stored(self) -> dict[str, Any]:
        return {
            "categories": sorted(self.categories),
            "price": None if self.price is None else str(self.price),
            "least": self.least,
            "most": self.most,
        }

    @classmethod
    def read(cls, stored: dict[str, Any], *, is_higher_wider: bool) -> Self:
        price = stored["price"]
        return cls(
            categories=frozenset(stored["categories"]),
            price=None if price is None else Decimal(price),
            least=stored["least"],
            most=stored["most"],
            is_higher_wider=is_higher_wider,
        )

    def widened_by(self, wanted: Reach) -> list[str]:
        """Return what of ``wanted`` reaches further: category, price, minimum, capacity."""
        found = []
        if wanted.categories - self.categories:
            found.append("category")
        if _exceeds(*_by_price(self, wanted), PRICE_TIMES):
            found.append("price")
        if _exceeds(wanted.least, self.least, PAIRS_TIMES):
            found.append("minimum")
        if _exceeds(self.most, wanted.most, PAIRS_TIMES):
            found.append("capacity")
        return found


def _by_price(checked: Reach, wanted: Reach) -> tuple[Decimal | None, Decimal | None]:
    pair = checked.price, wanted.price
    return pair if wanted.is_higher_wider else (pair[1], pair[0])


def _exceeds(narrow: Any, wide: Any, times: Any) -> bool:
    # What is not said hinders no match and helps none: there is nothing to compare.
    return None not in {narrow, wide} and wide > narrow * times


def reach_of(
    post: Post, *, categories: Iterable[Any] | None = None, weeks: Sequence[int] | None = None
) -> Reach:
    """Return the reach of a post as it stands in memory.

    ``categories`` and ``weeks`` are those that an offer shall have, its own where None.
    """
    return _REACHES[type(post)](post, categories, weeks)


def is_higher_wider(post: Post) -> bool:
    return isinstance(post, ProcessingOrder)


def _of_order(order: Any, _categories: Any, _weeks: Any) -> Reach:
    return Reach(
        categories=frozenset({order.category_id} - {None}),
        price=order.target_unit_price_cny,
        # Fewer pairs fit a smaller factory, more pairs a larger minimum: both reach further.
        least=order.pairs,
        most=order.pairs,
        is_higher_wider=True,
    )


def _of_offer(offer: Any, categories: Iterable[Any] | None, weeks: Sequence[int] | None) -> Reach:
    chosen = offer.categories.all() if categories is None else categories
    price = offer.price_high_cny if offer.price_low_cny is None else offer.price_low_cny
    return Reach(
        categories=frozenset(category.pk for category in chosen),
        price=price,
        least=offer.min_order_pairs,
        most=max(offer.published if weeks is None else weeks, default=0) or None,
        is_higher_wider=False,
    )


_REACHES: dict[type[Post], Callable[[Any, Any, Any], Reach]] = {
    ProcessingOrder: _of_order,
    CapacityOffer: _of_offer,
}
