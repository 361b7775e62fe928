"""Posts of the market in every state: two pairs that match, and the rest beside them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from django.utils import timezone

from matchmaking.listings import ledger, one_tap_links
from matchmaking.listings.models import Attachment
from matchmaking.listings.states import PostState
from tests.factories import OfferFactory, OrderFactory, category, this_monday

if TYPE_CHECKING:
    from tests.guards.cast import Market

OTHER_STATES = [
    PostState.DRAFT,
    PostState.PENDING,
    PostState.PAUSED,
    PostState.CLOSED,
    PostState.EXPIRED,
    PostState.REJECTED,
]


def _order(market: Market, owner: str, letter: str, pairs: int, price: str, **fields: Any) -> Any:
    words = "m" if letter == "f" else "t"
    order = OrderFactory(
        company=market.companies[owner],
        title=market.text(owner, words),
        notes=market.text(owner, words),
        own_reference=market.text(owner),
        size_run=market.text(owner, words),
        reject_reason=market.text(owner),
        pairs=market.figure(owner, letter, pairs),
        target_unit_price_cny=market.figure(owner, letter, price),
        splittable=True,
        smallest_part=market.figure(owner, letter, pairs // 2 - 7),
        most_factories=3,
        **fields,
    )
    file = Attachment.objects.create(
        order=order,
        file=ContentFile(market.text(owner).encode(), name="drawing.pdf"),
        name=f"{market.text(owner)}.pdf",
        content_type="application/pdf",
        size=20,
    )
    market.posts["order"].append((owner, order))
    market.objects["order"].append((owner, {"code": order.code}))
    market.objects["file"].append((owner, {"code": order.code, "file": file.code}))
    return order


def plant_orders(market: Market) -> None:
    _order(market, "brand", "f", 61_237, "46.37", category=category("athletic"))
    _order(market, "rival", "f", 71_413, "47.91", category=category("women_fashion"))
    for number, state in enumerate(OTHER_STATES):
        _order(market, "brand", "g", 33_017 + 11 * number, f"51.{13 + number}", state=state)
    _order(market, "rival", "g", 34_511, "52.77", state=PostState.DRAFT)
    _order(market, "pending", "g", 35_809, "53.19", state=PostState.DRAFT)
    _order(market, "suspended", "g", 36_919, "54.57")


def _offer(
    market: Market, owner: str, letter: str, rate: int, low: str, high: str, **fields: Any
) -> Any:
    minimum = fields.pop("min_order_pairs", None) or market.figure(owner, letter, rate // 2 + 3)
    words = "m" if letter == "f" else "t"
    offer = OfferFactory(
        company=market.companies[owner],
        title=market.text(owner, words),
        notes=market.text(owner, words),
        own_reference=market.text(owner),
        reject_reason=market.text(owner),
        rate=market.figure(owner, letter, rate),
        price_low_cny=market.figure(owner, letter, low),
        price_high_cny=market.figure(owner, letter, high),
        min_order_pairs=minimum,
        **fields,
    )
    market.posts["offer"].append((owner, offer))
    market.objects["offer"].append((owner, {"code": offer.code}))
    return offer


def plant_offers(market: Market) -> None:
    women = [category("women_fashion")]
    best = _offer(market, "factory", "f", 6_133, "41.13", "53.79")
    ledger.hold_pairs(
        offer=best,
        first_week=this_monday() + dt.timedelta(weeks=5),
        pairs=[market.figure("factory", "l", 1_777)],
        reference=market.text("factory"),
        by=market.people["factory"],
        at=timezone.now(),
    )
    _offer(market, "plant", "f", 6_247, "42.31", "55.83", categories=women)
    _offer(
        market, "plant", "g", 9_311, "40.87", "56.29",
        min_order_pairs=market.figure("plant", "o", 99_917),
    )  # fmt: skip
    for number, state in enumerate(OTHER_STATES):
        rate = 8_117 + 26 * number
        _offer(market, "factory", "g", rate, f"43.{11 + number}", f"57.{61 + number}", state=state)
    _offer(market, "pending", "g", 8_819, "44.17", "58.33", state=PostState.DRAFT)
    _offer(market, "suspended", "g", 8_923, "44.71", "58.91")
    for owner, offer in market.posts["offer"]:
        person = market.people[owner]
        for name, url in (
            ("renew_link", one_tap_links.renew_url(offer, person)),
            ("confirm_link", one_tap_links.confirm_url(offer, person)),
            ("lower_link", one_tap_links.lower_url(offer, person)),
            ("pause_link", one_tap_links.pause_url(offer, person)),
        ):
            if offer.state == PostState.PUBLISHED:
                market.objects[name].append((owner, {"token": url.rsplit("/", 2)[1]}))
