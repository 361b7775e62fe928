"""Patterns in quotes that an officer may want to ask about: plain values in, questions out.

None of them proves anything, which is why they are questions. Prices are yuan a pair. The marks
follow what competition authorities look for in tenders (OECD, Guidelines for Fighting Bid Rigging
in Public Procurement, 2012): few bidders, equal bids, a bid just above the winner's, rotation.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from statistics import median

JUST_ABOVE = Decimal("0.01")  # of the winner's price
HEAVY_DISCOUNT = Decimal("0.20")  # below the median of the others
LATE = dt.timedelta(hours=24)  # before the decision
SECOND_TIMES = 3  # fewer are chance
SECOND_SHARE = 0.6  # of the decided orders on which the factory quoted


class Pattern(StrEnum):
    ONLY_ONE = "only_one"
    EQUAL_PRICES = "equal_prices"
    JUST_ABOVE_WINNER = "just_above_winner"
    ALWAYS_SECOND = "always_second"
    LATE_REVISION_WON = "late_revision_won"
    HEAVY_DISCOUNT = "heavy_discount"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bid:
    """A quote as it stood when its order was decided.

    ``price_before`` is the price before the last revision, None where there was none.
    """

    order: Hashable
    factory: Hashable
    price: Decimal
    won: bool
    decided_at: dt.datetime
    revised_at: dt.datetime | None = None
    price_before: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A pattern with the factories that show it; ``orders`` has several where it spans them.

    ``figures`` are what the question quotes: prices, a share, or counts.
    """

    pattern: Pattern
    orders: tuple[Hashable, ...]
    factories: tuple[Hashable, ...]
    figures: dict[str, Decimal | int] = field(default_factory=dict)


def findings(bids: Iterable[Bid]) -> list[Finding]:
    """Return every pattern among the bids on decided orders, in the order of the bids.

    An order without a winner is not decided and raises no question.
    """
    by_order: defaultdict[Hashable, list[Bid]] = defaultdict(list)
    for bid in bids:
        by_order[bid.order].append(bid)
    decided = [rows for rows in by_order.values() if any(bid.won for bid in rows)]
    found = [one for rows in decided for one in _of_order(rows)]
    return [*found, *_always_second(decided)]


def _of_order(bids: Sequence[Bid]) -> Iterator[Finding]:
    order = bids[0].order
    if len(bids) == 1:
        yield Finding(pattern=Pattern.ONLY_ONE, orders=(order,), factories=(bids[0].factory,))
        return
    yield from _equal_prices(order, bids)
    # A split order has several winners: what is near one of them is asked about once.
    winner = min((bid for bid in bids if bid.won), key=lambda bid: bid.price)
    losers = [bid for bid in bids if not bid.won]
    for bid in losers:
        if winner.price < bid.price <= winner.price * (1 + JUST_ABOVE):
            yield Finding(
                pattern=Pattern.JUST_ABOVE_WINNER,
                orders=(order,),
                factories=(bid.factory, winner.factory),
                figures={"price": bid.price, "winner": winner.price},
            )
    yield from _late_revision(order, winner, losers)
    yield from _heavy_discount(order, winner, losers)


def _equal_prices(order: Hashable, bids: Sequence[Bid]) -> Iterator[Finding]:
    by_price: defaultdict[Decimal, list[Hashable]] = defaultdict(list)
    for bid in bids:
        by_price[bid.price].append(bid.factory)
    for price, factories in by_price.items():
        if len(factories) > 1:
            yield Finding(
                pattern=Pattern.EQUAL_PRICES,
                orders=(order,),
                factories=tuple(factories),
                figures={"price": price},
            )


def _late_revision(order: Hashable, winner: Bid, losers: Sequence[Bid]) -> Iterator[Finding]:
    """Yield where the winner went below the best of the others within the last day."""
    if not losers or winner.revised_at is None or winner.price_before is None:
        return
    best = min(bid.price for bid in losers)
    is_late = winner.decided_at - winner.revised_at <= LATE
    if is_late and winner.price < best <= winner.price_before:
        yield Finding(
            pattern=Pattern.LATE_REVISION_WON,
            orders=(order,),
            factories=(winner.factory,),
            figures={"before": winner.price_before, "price": winner.price, "best": best},
        )


def _heavy_discount(order: Hashable, winner: Bid, losers: Sequence[Bid]) -> Iterator[Finding]:
    if not losers:
        return
    usual = median(bid.price for bid in losers)
    if winner.price <= usual * (1 - HEAVY_DISCOUNT):
        yield Finding(
            pattern=Pattern.HEAVY_DISCOUNT,
            orders=(order,),
            factories=(winner.factory,),
            figures={"price": winner.price, "median": usual},
        )


def _always_second(decided: Sequence[Sequence[Bid]]) -> Iterator[Finding]:
    """Yield each factory that came second by price, time and again, behind one winner."""
    seconds: defaultdict[tuple[Hashable, Hashable], list[Hashable]] = defaultdict(list)
    took_part: Counter[Hashable] = Counter()
    for bids in decided:
        took_part.update({bid.factory for bid in bids})
        ranked = sorted(bids, key=lambda bid: bid.price)
        if len(ranked) > 1 and ranked[0].won and ranked[0].price < ranked[1].price:
            seconds[ranked[1].factory, ranked[0].factory].append(bids[0].order)
    for (second, winner), orders in seconds.items():
        if len(orders) >= SECOND_TIMES and len(orders) >= SECOND_SHARE * took_part[second]:
            yield Finding(
                pattern=Pattern.ALWAYS_SECOND,
                orders=tuple(orders),
                factories=(second, winner),
                figures={"times": len(orders), "of": took_part[second]},
            )
