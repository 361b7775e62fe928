"""What a decline was about, in bands: the pair is proposed again when one of these has changed.

A change within a band is none: it would undo a decline by one pair more, as often as somebody likes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matchmaking.listings import bands
from matchmaking.matching.states import DeclineReason

if TYPE_CHECKING:
    import datetime as dt

    from matchmaking.listings.models import CapacityOffer, ProcessingOrder

Topics = dict[str, list[Any]]
ALL_TOPICS = (
    DeclineReason.PRICE,
    DeclineReason.TIMING,
    DeclineReason.CAPABILITY,
    DeclineReason.PLACE,
)
# Placed elsewhere is about the order alone: how much it is, and for when.
TOPICS_OF = {DeclineReason.PLACED: (DeclineReason.PLACED,), DeclineReason.OTHER: ALL_TOPICS}


def topics_of(order: ProcessingOrder, offer: CapacityOffer) -> Topics:
    """Return what each reason of a decline is about, as of now, in values that JSON keeps."""
    target = order.target_unit_price_cny
    price = bands.price_range_band(offer.price_low_cny, offer.price_high_cny)
    amount = bands.pairs_band(order.pairs).slug if order.pairs else ""
    return {
        DeclineReason.PRICE: [
            "" if target is None else bands.price_band(target).slug,
            "" if price is None else price.slug,
        ],
        DeclineReason.TIMING: [
            _block(order.earliest_start),
            _block(order.due_week),
            "" if offer.lead_days is None else bands.lead_band(offer.lead_days).slug,
            _block(offer.free_until),
        ],
        DeclineReason.CAPABILITY: [
            order.category_id,
            order.construction_id,
            amount,
            _keys(order.certifications),
            _keys(offer.categories),
            _keys(offer.constructions),
            bands.pairs_band(offer.min_order_pairs).slug if offer.min_order_pairs else "",
            _keys(offer.company.certificates, "certification_id"),
        ],
        DeclineReason.PLACE: [order.company.cluster_id, offer.company.cluster_id],
        DeclineReason.PLACED: [amount, _block(order.due_week)],
    }


def matters(reason: str, then: Topics, now: Topics) -> bool:
    """Return whether something that the reason is about has changed in bands."""
    about = TOPICS_OF.get(DeclineReason(reason), (reason,))
    return any(then.get(topic) != now[topic] for topic in about)


def _block(day: dt.date | None) -> str:
    return "" if day is None else bands.week_block(day).isoformat()


def _keys(rows: Any, name: str = "pk") -> list[int]:
    return sorted(rows.values_list(name, flat=True))
