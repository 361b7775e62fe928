"""A match as a row of a list: short figures, the other side's against the own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from matchmaking.core.formatting import band_text, money, money_to, short_pairs
from matchmaking.listings.disclosure import OfferCard, OrderCard

if TYPE_CHECKING:
    import datetime as dt

    from matchmaking.matching.presentation.cards import MatchCard
    from matchmaking.matching.presentation.explain import FactorLine

AnyCard = OrderCard | OfferCard


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchRow:
    """What a list shows of a match; all of it is told from the two cards.

    ``own_points`` is the score by the reader's own weights, None where there are none.
    """

    card: MatchCard
    name: str
    price: str
    own_price: str
    pairs: str
    own_pairs: str
    first: dt.date | None
    last: dt.date | None
    weakest: FactorLine | None
    own_points: float | None = None


def row_of(card: MatchCard, own_points: float | None = None) -> MatchRow:
    first, last = _weeks(card.other)
    return MatchRow(
        card=card,
        name=other_name(card),
        price=_price(card.other),
        own_price=_price(card.mine),
        pairs=_pairs(card.other),
        own_pairs=_pairs(card.mine),
        first=first,
        last=last,
        weakest=card.weak_point,
        own_points=own_points,
    )


def other_name(card: MatchCard) -> str:
    """Return the other company's name, or the alias under which two readers can speak of it."""
    company = card.other.company
    if company.name:
        return company.name
    values = {"place": company.place or "", "alias": card.alias}
    is_factory = card.own == "order"
    if company.place is None:
        return (_("Factory %(alias)s") if is_factory else _("Brand %(alias)s")) % values
    return (
        _("%(place)s factory %(alias)s") if is_factory else _("%(place)s brand %(alias)s")
    ) % values


def price_ends(card: AnyCard) -> tuple[float | None, float | None]:
    """Return the lowest and the highest price that the card shows, exact or of its band."""
    if isinstance(card, OrderCard):
        if card.target_unit_price_cny is not None:
            return (float(card.target_unit_price_cny),) * 2
    elif card.price_low_cny is not None or card.price_high_cny is not None:
        low, high = card.price_low_cny, card.price_high_cny
        return (float(low if low is not None else high or 0), float(high or low or 0))
    if card.price_band is None:
        return None, None
    return card.price_band.low, card.price_band.high


def pairs_least(card: AnyCard) -> int:
    """Return the pairs that the card shows, of a band its lower edge."""
    exact = card.pairs if isinstance(card, OrderCard) else card.free_pairs
    if exact is not None:
        return exact
    return card.pairs_band.low if card.pairs_band else 0


def _price(card: AnyCard) -> str:
    if isinstance(card, OrderCard):
        if card.target_unit_price_cny is not None:
            return money(card.target_unit_price_cny)
    elif card.price_low_cny is not None or card.price_high_cny is not None:
        return money_to(card.price_low_cny, card.price_high_cny)
    return band_text(card.price_band.low, card.price_band.high, "cny") if card.price_band else ""


def _pairs(card: AnyCard) -> str:
    exact = card.pairs if isinstance(card, OrderCard) else card.free_pairs
    if exact is not None:
        return short_pairs(exact)
    band = card.pairs_band
    if band is None:
        return ""
    if band.high is None:
        return f"{short_pairs(band.low)}+"
    if band.low == 1:
        return band_text(band.low, band.high)
    return short_pairs(band.low, band.high)


def _weeks(card: AnyCard) -> tuple[dt.date | None, dt.date | None]:
    if isinstance(card, OrderCard) and card.due_week is not None:
        return card.earliest_start or card.due_week, card.due_week
    return (card.weeks.ahead, card.weeks.last) if card.weeks else (None, None)
