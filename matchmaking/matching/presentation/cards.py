"""Matches on pages, in mails and in the API: figures in words, posts at their depth."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from django.urls import reverse

from matchmaking.core import weeks
from matchmaking.engine.types import FactorCode
from matchmaking.listings.disclosure import Depth, OfferCard, OrderCard, offer_card, order_card
from matchmaking.matching import rules
from matchmaking.matching.presentation import explain, match_status, suggestions

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping
    from uuid import UUID

    from accounts.models import User
    from matchmaking.matching.models import Match, NearMiss
    from matchmaking.matching.presentation.explain import FactorLine
    from matchmaking.matching.presentation.match_status import StatusSummary
    from matchmaking.matching.presentation.suggestions import SuggestedChange

SideName = Literal["order", "offer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchCard:
    """A match as one reader may see it.

    ``own`` is the side from which it is shown, ``speaks_for`` the one that the reader answers
    for: None for the association.
    """

    match: Match
    own: SideName
    speaks_for: SideName | None
    core: list[FactorLine]
    others: list[FactorLine]
    order: OrderCard
    offer: OfferCard

    @property
    def other(self) -> OrderCard | OfferCard:
        return self.offer if self.own == "order" else self.order

    @property
    def mine(self) -> OrderCard | OfferCard:
        return self.order if self.own == "order" else self.offer

    @property
    def shows_figures(self) -> bool:
        return self.other.depth > Depth.STRANGER and self.mine.depth > Depth.STRANGER

    @property
    def other_labels(self) -> list[str]:
        return [line.label for line in self.others]

    @property
    def panel(self) -> StatusSummary:
        return match_status.status_of(self.match, self.speaks_for)

    @property
    def reasons(self) -> str:
        return explain.reasons(self.match.assessment)


@dataclass(frozen=True, slots=True, kw_only=True)
class NearMissCard:
    """A near miss as the owner of one side sees it: why, what would mend it, who can."""

    near_miss: NearMiss
    cause: str
    change: str
    is_mine: bool
    suggestion: SuggestedChange | None
    other: OrderCard | OfferCard


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The weeks that a match counts, both included, and the offer's free pairs in them."""

    first: dt.date
    last: dt.date


def match_card(
    match: Match, *, user: User, own: SideName | None = None, names: Mapping[str, str] | None = None
) -> MatchCard:
    """Return a match as the person may see it; ``own`` is found where it is not given."""
    side = own or side_of(user, match)
    post = match.order if side == "order" else match.offer
    ask_url = edit_url(side, post.code) if rules.can_change(user, post) else ""
    lines = [
        replace(line, ask_url=ask_url) if side in line.unsaid else line
        for line in explain.factor_lines(match.assessment, names)
    ]
    return MatchCard(
        match=match,
        own=side,
        speaks_for=side if rules.can_answer(user, match, side) else None,
        core=[line for line in lines if line.is_core],
        others=[line for line in lines if not line.is_core],
        order=order_card(match.order, rules.depth_of(user, match.order, match)),
        offer=offer_card(match.offer, rules.depth_of(user, match.offer, match)),
    )


def near_miss_card(
    near_miss: NearMiss, *, own: SideName, names: Mapping[str, str] | None = None
) -> NearMissCard:
    """Return a near miss as the owner of its ``own`` side may see it."""
    is_orders = explain.changes_order(near_miss.change)
    # No match: the other side is a stranger, and shown in the bands that everybody sees.
    other: OrderCard | OfferCard = (
        offer_card(near_miss.offer, Depth.STRANGER)
        if own == "order"
        else order_card(near_miss.order, Depth.STRANGER)
    )
    is_mine = is_orders == (own == "order")
    post = near_miss.order if own == "order" else near_miss.offer
    return NearMissCard(
        near_miss=near_miss,
        cause=explain.cause_sentence(near_miss.gate),
        change=explain.change_sentence(near_miss.change, names),
        is_mine=is_mine,
        suggestion=suggestions.suggested_change(near_miss.change, post.code) if is_mine else None,
        other=other,
    )


def edit_url(side: SideName, code: UUID) -> str:
    return reverse(f"listings:{side}-edit", args=[code])


def side_of(user: User, match: Match) -> SideName:
    if rules.can_change(user, match.order) or not rules.can_change(user, match.offer):
        return "order"
    return "offer"


def window_of(assessment: Mapping[str, Any]) -> Window:
    volume = next(factor for factor in assessment["factors"] if factor["code"] == FactorCode.VOLUME)
    numbers = volume["numbers"]
    return Window(first=weeks.monday(numbers["first_week"]), last=weeks.monday(numbers["due_week"]))
