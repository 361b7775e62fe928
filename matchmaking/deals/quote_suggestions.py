"""The first figures of a quote, from the factory's own capacity and what the order asks for."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from matchmaking.core import weeks
from matchmaking.core.trade_day import trade_day, trade_week
from matchmaking.listings.disclosure import current_rows
from matchmaking.listings.models.orders import ToolingOwner

if TYPE_CHECKING:
    from matchmaking.listings.models import CapacityOffer, ProcessingOrder
    from matchmaking.matching.models import Match

VALID_DAYS = 14
SAMPLE_DAYS = 15
PAYMENT = {"deposit": 30, "before_shipping": 40, "after_delivery": 30, "after_days": 30}


def suggested_figures(match: Match, at: dt.datetime) -> dict[str, Any]:
    """Return initial values of the quote's form, so that a factory types three fields or none.

    Pairs are what its free weeks hold until the due week, the price is the order's target within
    the factory's own range, delivery ends when the weeks have made the pairs. Both sides have
    said yes, so the order's figures are known to the factory.
    """
    order, offer = match.order, match.offer
    week = trade_week(at)
    start = max(filter(None, (order.earliest_start, _ready(offer, week), week)))
    due = order.due_week or start
    pairs, last = _laid(offer, order.pairs or 0, week, start, due)
    return {
        "pairs": pairs or order.pairs,
        "least_pairs": min(
            filter(None, (offer.min_order_pairs, pairs or order.pairs)), default=None
        ),
        "unit_price": _price(order, offer),
        "first_week": min(start, last),
        "last_week": last,
        "moulds_by": order.moulds_by or ToolingOwner.OPEN,
        "lasts_by": order.lasts_by or ToolingOwner.OPEN,
        "tooling_cost": Decimal(0),
        "sample_cost": Decimal(0),
        "sample_days": SAMPLE_DAYS,
        "valid_until": trade_day(at) + dt.timedelta(days=VALID_DAYS),
        **PAYMENT,
    }


def _ready(offer: CapacityOffer, week: dt.date) -> dt.date:
    """Return the first week in which goods can leave: the preparation of the offer from now."""
    return weeks.monday_of(week + dt.timedelta(days=offer.lead_days or 0))


def _laid(
    offer: CapacityOffer, wanted: int, week: dt.date, start: dt.date, due: dt.date
) -> tuple[int, dt.date]:
    """Return how many of the wanted pairs the free weeks hold until the due week, and the last."""
    made, last = 0, max(start, due)
    for place, free in enumerate(current_rows(offer, week)["free"]):
        monday = week + dt.timedelta(weeks=place)
        if monday > due or made >= wanted:
            break
        if free:
            made = min(wanted, made + free)
            last = max(monday, start)
    return made, last


def _price(order: ProcessingOrder, offer: CapacityOffer) -> Decimal | None:
    target = order.target_unit_price_cny
    low, high = offer.price_low_cny, offer.price_high_cny
    if target is None:
        return low
    if low is not None and target < low:
        return low
    return high if high is not None and target > high else target
