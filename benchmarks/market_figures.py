"""``make market-figures``: how near the public sums of bands lie to the exact ones.

Draws markets of the benchmark by their seeds and sums each twice: exactly, and as
:mod:`matchmaking.listings.figures` does from the cards that strangers see. Needs no database.
"""

import datetime as dt
import os
from collections.abc import Iterator
from uuid import UUID

import django
import numpy as np
from numpy.typing import NDArray

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "matchmaking.settings")
django.setup()

from benchmarks import market as made  # noqa: E402 - after setup
from matchmaking.core import weeks  # noqa: E402
from matchmaking.listings import bands, figures  # noqa: E402
from matchmaking.listings.disclosure import CompanyCard, Depth, OfferCard, OrderCard  # noqa: E402

SIZES = ((223, 299), (60, 60))
MARKETS = 60
MONDAY = weeks.monday(made.WEEK)
NOBODY = CompanyCard(cluster=None, tier="", kind="")
NO_CODE = UUID(int=0)
Sums = tuple[float, NDArray[np.float64]]


def order_cards(orders: made.OrderColumns) -> Iterator[OrderCard]:
    for pairs, start, due in zip(orders.pairs, orders.start_week, orders.due_week, strict=True):
        yield OrderCard(
            code=NO_CODE,
            depth=Depth.STRANGER,
            company=NOBODY,
            category=None,
            weeks=bands.week_band(weeks.monday(int(start)), weeks.monday(int(due))),
            pairs_band=bands.pairs_band(int(pairs)),
            price_band=None,
        )


def offer_cards(offers: made.OfferColumns) -> Iterator[OfferCard]:
    for free in offers.free:
        (named,) = np.nonzero(free)
        if not len(named):
            continue
        first, last = (MONDAY + dt.timedelta(weeks=int(named[end])) for end in (0, -1))
        yield OfferCard(
            code=NO_CODE,
            depth=Depth.STRANGER,
            company=NOBODY,
            categories=(),
            weeks=bands.week_band(first, last),
            pairs_band=bands.pairs_band(int(free.sum())),
            price_band=None,
            is_stale=False,
        )


def exact_orders(orders: made.OrderColumns) -> Sums:
    """Sum up orders to the pair, each spread evenly over its own weeks."""
    by_week = np.zeros(made.WEEKS)
    for pairs, start, due in zip(orders.pairs, orders.start_week, orders.due_week, strict=True):
        by_week[start - made.WEEK : due - made.WEEK + 1] += pairs / (due - start + 1)
    return float(orders.pairs.sum()), by_week


def exact_offers(offers: made.OfferColumns) -> Sums:
    return float(offers.free.sum()), offers.free.sum(axis=0).astype(float)


def public(cards: Iterator[OrderCard] | Iterator[OfferCard]) -> Sums:
    side = figures.count_side(cards, monday=MONDAY, prefectures=frozenset())
    return side.total[figures.WHOLE], np.array(side.by_week[figures.WHOLE], dtype=float)


def compare(told: Sums, exact: Sums) -> tuple[float, float]:
    """Return by how much the whole and the 26 weeks that the chart shows lie above the truth."""
    chart = told[1].sum() / exact[1][: figures.SHOWN_WEEKS].sum() - 1
    return told[0] / exact[0] - 1, float(chart)


def main() -> None:
    for asked, free in SIZES:
        found = []
        for seed in range(MARKETS):
            orders, offers = made.orders(asked, seed), made.offers(free, seed)
            found.append(
                (
                    *compare(public(order_cards(orders)), exact_orders(orders)),
                    *compare(public(offer_cards(offers)), exact_offers(offers)),
                )
            )
        mean, spread = np.mean(found, axis=0) * 100, np.std(found, axis=0) * 100
        print(
            f"orders={asked} offers={free} markets={MARKETS} "
            f"asked={mean[0]:+.1f}% sd={spread[0]:.1f} asked_26_weeks={mean[1]:+.1f}% "
            f"free={mean[2]:+.1f}% sd={spread[2]:.1f} free_26_weeks={mean[3]:+.1f}%"
        )


if __name__ == "__main__":
    main()
