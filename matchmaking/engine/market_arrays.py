"""Both sides of a market as kernels of single pairs read them: its own columns, nothing laid out."""

from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from matchmaking.engine.request import Request
from matchmaking.engine.rules import Rules

Ints: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]
Small: TypeAlias = NDArray[np.int32]


class OrderArrays(NamedTuple):
    """Orders, by row; ``ranks`` are their places by code."""

    company: Ints
    group: Ints
    category: Ints
    construction: Ints
    certificates: Ints
    pairs: Ints
    smallest_part: Ints
    start_week: Ints
    due_week: Ints
    price: Floats
    cluster: Ints
    province: Ints
    ranks: Ints


class OfferArrays(NamedTuple):
    """Offers, by row; ``starts`` and ``categories`` are ragged, ``cumulated`` as in ``Market``."""

    company: Ints
    group: Ints
    starts: Ints
    categories: Ints
    constructions: Ints
    certificates: Ints
    first_week: Ints
    line: Ints
    min_order: Ints
    lead_days: Ints
    age_days: Ints
    price_low: Floats
    price_high: Floats
    cluster: Ints
    province: Ints
    cumulated: Small
    ranks: Ints


class MarketArrays(NamedTuple):
    """Orders, offers and the rules."""

    orders: OrderArrays
    offers: OfferArrays
    likeness: Floats
    blocked: Ints
    rules: Rules


def market_arrays_of(request: Request) -> MarketArrays:
    """Give the sides of a request; no column is copied."""
    market = request.market
    asked, made = market.orders, market.offers
    return MarketArrays(
        orders=OrderArrays(
            company=asked.company,
            group=asked.group,
            category=asked.category,
            construction=asked.construction,
            certificates=asked.certificates,
            pairs=asked.pairs,
            smallest_part=asked.smallest_part,
            start_week=asked.start_week,
            due_week=asked.due_week,
            price=asked.price_cny,
            cluster=asked.cluster,
            province=asked.province,
            ranks=market.order_ranks,
        ),
        offers=OfferArrays(
            company=made.company,
            group=made.group,
            starts=made.category_starts,
            categories=made.category_values,
            constructions=made.constructions,
            certificates=made.certificates,
            first_week=made.first_week,
            line=made.line,
            min_order=made.min_order,
            lead_days=made.lead_days,
            age_days=made.age_days,
            price_low=made.price_low_cny,
            price_high=made.price_high_cny,
            cluster=made.cluster,
            province=made.province,
            cumulated=market.cumulated,
            ranks=market.offer_ranks,
        ),
        likeness=request.likeness,
        blocked=request.blocked,
        rules=request.rules,
    )
