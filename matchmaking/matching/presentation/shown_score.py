"""The score that a reader may see: the formula on the two cards that he may see.

Of the other side's bands each counts as its fixed point, so the score is exact about what it says
and leads back to no figure. Where the other side's figures are open to the reader it is the stored
one, which decides who is proposed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from matchmaking.core import protections, weeks
from matchmaking.core.protections import Protection
from matchmaking.core.trade_day import trade_day, trade_week
from matchmaking.engine import formula, single_pair
from matchmaking.engine.single_pair import PairTerms
from matchmaking.engine.types import FactorCode, Profile
from matchmaking.listings import bands
from matchmaking.matching.presentation import band_words, explain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matchmaking.listings.bands import Band, WeekBand
    from matchmaking.listings.disclosure import OfferCard, OrderCard
    from matchmaking.matching.presentation.explain import FactorLine, Names

PROVINCE = 2  # digits of a division code
MOST_MEASURED = 104


@dataclass(frozen=True, slots=True)
class ShownScore:
    """Points in [0, 100] and every factor in words, in the order of the score."""

    points: float
    lines: Sequence[FactorLine]


def exact(score: float, assessment: Mapping[str, Any], names: Names | None = None) -> ShownScore:
    return ShownScore(float(score), explain.factor_lines(assessment, names))


def from_cards(
    order: OrderCard,
    offer: OfferCard,
    *,
    assessment: Mapping[str, Any],
    profile: Profile,
    is_fit: bool = True,
) -> ShownScore:
    """Score two cards; of the stored ``assessment`` only how alike the categories are is read.

    ``is_fit`` says that the pair was proposed: then the weeks hold what must fit.
    """
    category, are_exact = _category(assessment), _are_exact(order, offer)
    place, shown_place = _place(order, offer)
    terms = PairTerms(
        **_order_terms(order),
        **_offer_terms(offer, profile),
        category=category["value"],
        place=place,
        is_fit=is_fit and not are_exact,
    )
    found = single_pair.measure(terms, profile, now_day=weeks.day_number(trade_day()))
    numbers = single_pair.numbers_of(terms, found, profile) | {
        FactorCode.CATEGORY: category["numbers"],
        FactorCode.PLACE: shown_place,
    }
    stored_terms = assessment.get("terms", {})
    lines = [
        band_words.line_of(
            code,
            found.values[code],
            weight,
            numbers[code],
            stored_terms,
            None if are_exact else (order, offer),
        )
        for code, weight in zip(FactorCode, profile.weights, strict=True)
    ]
    return ShownScore(found.score, lines)


def _are_exact(order: OrderCard, offer: OfferCard) -> bool:
    return order.pairs is not None and offer.free_pairs is not None


def is_told_from_bands() -> bool:
    return protections.is_on(Protection.TOLD_FROM_BANDS)


def _category(assessment: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the stored factor: categories and constructions asked for are on both cards."""
    found = (row for row in assessment["factors"] if row["code"] == FactorCode.CATEGORY)
    return next(found, {"value": 1.0, "numbers": {}})


def _order_terms(card: OrderCard) -> dict[str, Any]:
    if card.pairs is not None:
        return {
            "pairs": card.pairs,
            "part": card.smallest_part or card.pairs,
            "start_week": _week(card.earliest_start),
            "due_week": _week(card.due_week),
            "target_cny": _price(card.target_unit_price_cny),
        }
    pairs = _point(card.pairs_band)
    due = card.due or card.weeks
    return {
        "pairs": max(1, pairs),
        "part": max(1, min(pairs, _point(card.part_band)) if card.part_band else pairs),
        "start_week": _week(card.starts.first) if card.starts else 0,
        "due_week": _week(bands.week_point(due)) if due else 0,
        "target_cny": bands.fixed_point(card.price_band) if card.price_band else math.nan,
    }


def _offer_terms(card: OfferCard, profile: Profile) -> dict[str, Any]:
    if card.free_pairs is not None and card.anchor_week is not None:
        today = trade_day()
        confirmed = card.confirmed_at and trade_day(card.confirmed_at)
        return {
            "first_week": _week(card.anchor_week),
            "free": card.free,
            "line": max(card.free, default=0),
            "min_order": _or_not_said(card.min_order_pairs),
            "lead_days": _or_not_said(card.lead_days),
            "age_days": max(0, (today - confirmed).days) if confirmed else 0,
            "low_cny": _price(card.price_low_cny),
            "high_cny": _price(card.price_high_cny),
        }
    first, free = _spread(card.weeks, _point(card.pairs_band))
    low, high = math.nan, math.nan
    if card.price_band:
        low, high = bands.price_range_points(card.price_band)
    age = profile.stale_days + 1 if card.is_stale else profile.fresh_horizon_days // 2
    return {
        "first_week": first,
        "free": free,
        "line": max(free, default=0),
        "min_order": _point(card.min_order_band) if card.min_order_band else formula.NOT_SAID,
        "lead_days": _point(card.lead_band) if card.lead_band else formula.NOT_SAID,
        "age_days": age,
        "low_cny": low,
        "high_cny": high,
    }


def _spread(band: WeekBand | None, pairs: int) -> tuple[int, list[int]]:
    """Lay pairs evenly over the weeks of a band that are not over."""
    this_week = _week(trade_week())
    if band is None:
        return this_week, []
    first, last = max(_week(band.first), this_week), _week(band.last)
    count = min(last - first + 1, MOST_MEASURED)
    return (first, [round(pairs / count)] * count) if count > 0 else (this_week, [])


def _place(order: OrderCard, offer: OfferCard) -> tuple[float, dict[str, int]]:
    """Return the value of the place and its numbers, by the places that the cards show."""
    one, other = (card.company.place.code if card.company.place else "" for card in (order, offer))
    is_near = [len(code) > PROVINCE for code in (one, other)]
    is_known = all(is_near)
    same = is_known and one == other
    near = is_known and one[:PROVINCE] == other[:PROVINCE]
    value = formula.place(
        1 if is_known else 0,
        int(is_known),
        1 if same else 2,
        _province(is_known=is_known, near=near),
    )
    numbers = {
        "same_cluster": int(same),
        "same_province": int(near),
        "is_known": int(is_known),
        "is_hidden": int(any(is_near) and not is_known),
    }
    return value, numbers


def _province(*, is_known: bool, near: bool) -> int:
    if not is_known:
        return 0
    return 1 if near else 2


def _point(band: Band | None) -> int:
    return round(bands.fixed_point(band)) if band else 0


def _week(day: Any) -> int:
    return weeks.week_number(day) if day else 0


def _price(amount: Any) -> float:
    return math.nan if amount is None else float(amount)


def _or_not_said(number: int | None) -> int:
    return formula.NOT_SAID if number is None else number
