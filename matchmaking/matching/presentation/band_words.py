"""The factors of a score in words, where the other side shows bands: nothing nearer is said.

Every sentence is made of the two cards that the reader may see, and of steps of four weeks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from matchmaking.core.formatting import band_text, in_a_row, money, money_to, pairs, pairs_unit
from matchmaking.engine.types import FactorCode
from matchmaking.matching.presentation import explain
from matchmaking.matching.presentation.explain import CHEAP, FactorLine

if TYPE_CHECKING:
    from matchmaking.listings.bands import Band
    from matchmaking.listings.disclosure import OfferCard, OrderCard

DAYS_IN_STEP = 28


def line_of(
    code: FactorCode,
    value: float,
    weight: float,
    numbers: dict[str, Any],
    terms: dict[str, Any],
    cards: tuple[OrderCard, OfferCard] | None,
) -> FactorLine:
    """Return the factor in words: of both cards, or of the numbers where all of them are open."""
    words = explain.FACTORS[code]
    say = _SENTENCES.get(code)
    if say and cards:
        sentence = say(numbers, *cards)
    else:
        sentence = words.sentence(numbers | {"value": value}, terms, {})
    return FactorLine(
        code=code.value,
        label=str(words.label),
        value=value,
        weight=weight,
        sentence=sentence,
        is_core=code in explain.CORE,
        unsaid=words.unsaid(numbers),
    )


def pairs_of(band: Band) -> str:
    return f"{band_text(band.low, band.high)} {pairs_unit(2)}"


def price_of(band: Band) -> str:
    return band_text(band.low, band.high, "cny")


def checked(order: OrderCard, offer: OfferCard) -> list[str]:
    """Return the conditions that a proposal passed, in the words of both cards."""
    found = []
    if order.construction:
        found.append(
            _("construction asked for: %(construction)s")
            % {"construction": order.construction.name}
        )
    if order.certifications:
        values = {"certificates": in_a_row(row.name for row in order.certifications)}
        found.append(_("holds %(certificates)s") % values)
    found.append(_minimum(offer))
    if offer.lead_band:
        found.append(
            _("%(days)s of preparation leave time enough") % {"days": days_of(offer.lead_band)}
        )
    return found


def days_of(band: Band) -> str:
    """Return a step of days, both ends included: "8–14 days"."""
    if band.high is None:
        return _("%(days)s days and more") % {"days": band.low}
    if not band.low:
        return _("up to %(days)s days") % {"days": band.high - 1}
    return _("%(first)s–%(last)s days") % {"first": band.low, "last": band.high - 1}


def _minimum(offer: OfferCard) -> str:
    if offer.min_order_pairs is not None:
        least = pairs(offer.min_order_pairs)
    elif offer.min_order_band:
        least = pairs_of(offer.min_order_band)
    else:
        return _("the factory states no minimum order")
    return _("the order is not below the minimum order: %(least)s") % {"least": least}


def _volume(numbers: dict[str, Any], order: OrderCard, offer: OfferCard) -> str:
    sentence = _room_for(order, offer) if order.pairs is not None else _asked(order)
    if numbers["line_pairs"] > numbers["pairs"]:
        sentence = _("%(sentence)s, a small order for this factory") % {"sentence": sentence}
    if numbers["is_stale"]:
        return _("%(sentence)s (counted less because the figures are out of date)") % {
            "sentence": sentence
        }
    return sentence


def _room_for(order: OrderCard, offer: OfferCard) -> str:
    """Say what of the reader's order fits: that it was proposed says so, and no more."""
    values = {
        "pairs": pairs(order.pairs),
        "part": pairs(order.smallest_part),
        "free": pairs_of(offer.pairs_band) if offer.pairs_band else "",
        "weeks": offer.weeks.text if offer.weeks else "",
    }
    if not values["free"] or not values["weeks"]:
        return _("no free pairs are shown at present")
    if order.smallest_part and order.smallest_part < (order.pairs or 0):
        return _("room for at least %(part)s of %(pairs)s; %(free)s free in %(weeks)s") % values
    return _("room for all %(pairs)s; %(free)s free in %(weeks)s") % values


def _asked(order: OrderCard) -> str:
    """Say what is asked of the reader's weeks."""
    due = order.due or order.weeks
    values = {
        "pairs": pairs_of(order.pairs_band) if order.pairs_band else "",
        "part": pairs_of(order.part_band) if order.part_band else "",
        "due": due.text if due else "",
    }
    if order.splittable:
        return _("%(pairs)s due in %(due)s; your weeks hold at least a part of %(part)s") % values
    return _("%(pairs)s due in %(due)s; your weeks hold all of them") % values


def _lead_time(numbers: dict[str, Any], _order: OrderCard, offer: OfferCard) -> str:
    whole, part = numbers["whole_slack_days"], numbers["part_slack_days"]
    in_hand = _in_hand(part if whole is None else whole)
    if whole is None and part is not None:
        in_hand = _("a part can be done, %(in_hand)s") % {"in_hand": in_hand}
    if offer.lead_band is None and offer.lead_days is None:
        return _("%(slack)s, if the factory needs no days of preparation: it does not say") % {
            "slack": in_hand
        }
    return in_hand


def _in_hand(days: int | None) -> str:
    if days is None or days < DAYS_IN_STEP:
        return _("done in time, with less than 4 weeks in hand")
    if days < 2 * DAYS_IN_STEP:
        return _("about 4 to 8 weeks in hand")
    return _("more than 8 weeks in hand")


def _price(_numbers: dict[str, Any], order: OrderCard, offer: OfferCard) -> str:
    if order.pairs is not None:
        return _asking_price(order, offer.price_band)
    return _target(offer, order.price_band)


def _asking_price(order: OrderCard, asked: Band | None) -> str:
    target = order.target_unit_price_cny
    if asked is None:
        return _("the factory states no price")
    if target is None:
        return _("the order states no target price")
    values = {"price": price_of(asked), "target": money(target)}
    if target < asked.low:
        return _("asks %(price)s a pair, above your target of %(target)s") % values
    if asked.high is not None and float(target) > asked.high * CHEAP:
        return (
            _("asks %(price)s a pair, far below your target of %(target)s: another grade") % values
        )
    return _("asks %(price)s a pair, your target is %(target)s") % values


def _target(offer: OfferCard, target: Band | None) -> str:
    low, high = offer.price_low_cny, offer.price_high_cny
    if low is None and high is None:
        return _("the factory states no price")
    if target is None:
        return _("the order states no target price")
    values = {"target": price_of(target), "price": money_to(low, high)}
    least = low if low is not None else high
    most = high if high is not None else low
    if least is not None and target.high is not None and target.high <= least:
        return _("the target is %(target)s a pair, below your %(price)s") % values
    if most is not None and target.low > float(most) * CHEAP:
        return (
            _("the target is %(target)s a pair, far above your %(price)s: another grade") % values
        )
    return _("the target is %(target)s a pair, you ask %(price)s") % values


def _freshness(numbers: dict[str, Any], _order: OrderCard, offer: OfferCard) -> str:
    if offer.confirmed_at:
        return explain.FACTORS[FactorCode.FRESHNESS].sentence(numbers, {}, {})
    if offer.is_stale:
        return _("capacity not confirmed for more than two weeks, out of date")
    return _("capacity confirmed within the last two weeks")


_SENTENCES = {
    FactorCode.VOLUME: _volume,
    FactorCode.LEAD_TIME: _lead_time,
    FactorCode.PRICE: _price,
    FactorCode.FRESHNESS: _freshness,
}
