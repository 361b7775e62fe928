"""A list of matches as its reader wishes it: sorted, narrowed, weighed by what matters to him.

Everything is computed from the cards that he sees, so no order of a list tells more than they do.
The stored score stays: it decides who is proposed, and is the same for everybody.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from accounts.choices import VerificationTier
from matchmaking.engine.types import FactorCode
from matchmaking.matching.presentation import cards
from matchmaking.matching.presentation.match_rows import (
    MatchRow,
    pairs_least,
    price_ends,
    row_of,
)

if TYPE_CHECKING:
    from matchmaking.matching.presentation.cards import MatchCard

# What a place of a slider makes of a factor's weight: nothing, as the association set it, more.
STRENGTHS = (0, 1, 3, 6)
AS_SET = 1
SLIDERS = MappingProxyType(
    {"price": FactorCode.PRICE, "time": FactorCode.LEAD_TIME, "place": FactorCode.PLACE}
)
SORTS = {
    "score": _("Score"),
    "price": _("Price"),
    "pairs": _("Pairs"),
    "time": _("Weeks"),
    "place": _("Place"),
}
CHECKED = (VerificationTier.DOCUMENTS, VerificationTier.SITE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """How a reader wants his list. ``strengths`` are places of sliders by factor."""

    sort: str = "score"
    strengths: Mapping[FactorCode, int] = field(default_factory=dict)
    is_checked: bool = False
    is_within_price: bool = False

    @property
    def has_own_weights(self) -> bool:
        return any(place != AS_SET for place in self.strengths.values())


def arrange(found: Iterable[MatchCard], wishes: Wishes) -> list[MatchRow]:
    """Return the rows that are wished, in the wished order; of equals the better score first."""
    kept = [card for card in cards.by_score(found) if _is_wished(card, wishes)]
    if wishes.has_own_weights and wishes.sort == "score":
        rows = [row_of(card, own_points(card, wishes.strengths)) for card in kept]
        return sorted(rows, key=lambda row: -(row.own_points or 0))
    rows = [row_of(card) for card in kept]
    key = _KEYS.get(wishes.sort)
    return sorted(rows, key=lambda row: key(row.card)) if key else rows


def own_points(card: MatchCard, strengths: Mapping[FactorCode, int]) -> float:
    """Return the score in [0, 100] with each weight multiplied as its slider says."""
    weights = [
        line.weight * STRENGTHS[strengths.get(FactorCode(line.code), AS_SET)] for line in card.lines
    ]
    total = sum(weights)
    if not total:
        return 0.0
    return 100 * sum(w * line.value for w, line in zip(weights, card.lines, strict=True)) / total


def _is_wished(card: MatchCard, wishes: Wishes) -> bool:
    if wishes.is_checked and card.other.company.tier not in CHECKED:
        return False
    return not wishes.is_within_price or _is_within_price(card)


def _is_within_price(card: MatchCard) -> bool:
    """Return whether the factory's lowest price is at most the target, as far as both are known."""
    low, target = price_ends(card.offer)[0], price_ends(card.order)[1]
    return low is None or target is None or low <= target


def _by_price(card: MatchCard) -> float:
    """A brand reads the cheapest factory first, a factory the best paying order."""
    low, high = price_ends(card.other)
    if card.own == "order":
        return math.inf if low is None else low
    return math.inf if low is None else -(high if high is not None else math.inf)


def _by_time(card: MatchCard) -> Any:
    weeks = card.other.weeks
    return weeks.first.toordinal() if weeks else math.inf


def _by_place(card: MatchCard) -> float:
    return -next((line.value for line in card.lines if line.code == FactorCode.PLACE), 0)


_KEYS: dict[str, Callable[[MatchCard], Any]] = {
    "price": _by_price,
    "pairs": lambda card: -pairs_least(card.other),
    "time": _by_time,
    "place": _by_place,
}
