"""Matches on pages, in mails and in the API: figures in words, posts at their depth."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from django.urls import reverse

from matchmaking.core import polling, weeks
from matchmaking.engine.types import FactorCode
from matchmaking.listings.disclosure import (
    Asked,
    Depth,
    OfferCard,
    OrderCard,
    offer_card,
    order_card,
)
from matchmaking.listings.market_versions import version_on_market
from matchmaking.matching import rules
from matchmaking.matching.presentation import (
    band_words,
    explain,
    match_status,
    shown_score,
    suggestions,
    told_changes,
)
from matchmaking.matching.presentation.alias import alias_of
from matchmaking.matching.states import MatchState

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence
    from uuid import UUID

    from accounts.models import User
    from matchmaking.matching.models import Match, NearMiss
    from matchmaking.matching.presentation.explain import FactorLine, Names
    from matchmaking.matching.presentation.match_status import StatusSummary
    from matchmaking.matching.presentation.shown_score import ShownScore
    from matchmaking.matching.presentation.suggestions import SuggestedChange
    from matchmaking.matching.presentation.told_changes import ToldChange

SideName = Literal["order", "offer"]
WEAK = 0.8


@dataclass(frozen=True, kw_only=True)
class MatchCard:
    """A match as one reader may see it.

    ``own`` is the side from which it is shown, ``speaks_for`` the one that the reader answers
    for: None for the association. ``score`` and every line are told from the two cards: of the
    other side's bands while its figures are hidden, exact once they ``has_figures``. Lists sort
    by ``score``; ``opened_from`` is what it was by bands, where figures are open by now. ``alias`` names the other side while its name is hidden.
    """

    match: Match
    own: SideName
    speaks_for: SideName | None
    score: float
    lines: Sequence[FactorLine]
    order: OrderCard
    offer: OfferCard
    opened_from: float | None = None

    @property
    def core(self) -> list[FactorLine]:
        return [line for line in self.lines if line.is_core]

    @property
    def others(self) -> list[FactorLine]:
        return [line for line in self.lines if not line.is_core]

    @property
    def other(self) -> OrderCard | OfferCard:
        return self.offer if self.own == "order" else self.order

    @property
    def mine(self) -> OrderCard | OfferCard:
        return self.order if self.own == "order" else self.offer

    @property
    def alias(self) -> str:
        return alias_of(self.match.code, self.own)

    @property
    def is_open(self) -> bool:
        return self.other.depth > Depth.STRANGER and self.mine.depth > Depth.STRANGER

    @property
    def has_figures(self) -> bool:
        return self.other.depth >= Depth.CONSENTED

    @property
    def weakest(self) -> FactorLine | None:
        return max(self.lines, key=lambda line: line.weight * (1 - line.value), default=None)

    @property
    def weak_point(self) -> FactorLine | None:
        """The weakest factor, where it is weak enough to be named beside the strong ones."""
        weakest = self.weakest
        return weakest if weakest and weakest.value < WEAK else None

    @property
    def other_labels(self) -> list[str]:
        return [line.label for line in self.others]

    @cached_property
    def panel(self) -> StatusSummary:
        weak = self.weak_point
        return match_status.status_of(
            self.match,
            self.speaks_for,
            score=self.score,
            weak_point=weak.label.lower() if weak else "",
        )

    @property
    def fingerprint(self) -> str:
        # Of what the reader sees alone: the hour of a scoring would tell that somebody changed.
        return polling.fingerprint(
            (self.match.state, self.match.answer_by, self.order, self.offer, self.panel)
        )

    @property
    def reasons(self) -> str:
        return explain.joined(self.core)


@dataclass(frozen=True, slots=True, kw_only=True)
class NearMissCard:
    """A near miss as the owner of one side sees it: why, what would mend it, who can."""

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
    order, offer = _shown_posts(user, match)
    shown = _score_of(match, order, offer, side, names)
    before = _score_before(match, order, offer, side)
    return MatchCard(
        match=match,
        own=side,
        speaks_for=side if rules.can_answer(user, match, side) else None,
        score=shown.points,
        lines=[
            replace(line, ask_url=ask_url) if side in line.unsaid else line for line in shown.lines
        ],
        order=order,
        offer=offer,
        opened_from=before,
    )


def checked(card: MatchCard, names: Mapping[str, str]) -> list[str]:
    if card.has_figures or not shown_score.is_told_from_bands():
        return explain.gate_sentences(card.match.assessment, names)
    return band_words.checked(card.order, card.offer)


def by_score(cards: Iterable[MatchCard]) -> list[MatchCard]:
    """Return the best first, by the score that the reader sees; of equals the order is random."""
    return sorted(cards, key=lambda card: (-card.score, card.match.code))


def _shown_posts(user: User, match: Match) -> tuple[OrderCard, OfferCard]:
    """Return both posts as the person may see them, those of others as the market last had them."""
    depths = [rules.depth_of(user, match, name) for name in ("order", "offer")]
    order, offer = match.order, match.offer
    if depths[0] < Depth.OWN:
        order = version_on_market(order)
    if depths[1] < Depth.OWN:
        offer = version_on_market(offer)
    return order_card(order, depths[0]), offer_card(offer, depths[1], Asked.by(order))


def _score_before(match: Match, order: OrderCard, offer: OfferCard, side: SideName) -> float | None:
    """Return the score by the other side's bands, None while its figures are not open."""
    other = offer if side == "order" else order
    if match.state != MatchState.INTERESTED or other.depth != Depth.CONSENTED:
        return None
    if side == "order":
        offer = offer_card(match.offer, Depth.MATCHED, Asked.by(match.order))
    else:
        order = order_card(match.order, Depth.MATCHED)
    return shown_score.from_cards(
        order, offer, assessment=match.assessment, profile=match.profile.for_engine()
    ).points


def _score_of(
    match: Match, order: OrderCard, offer: OfferCard, side: SideName, names: Names | None
) -> ShownScore:
    other = offer if side == "order" else order
    # With a yes of one side figures are open and the name is not: the place stays as coarse.
    if other.depth >= Depth.MUTUAL or not shown_score.is_told_from_bands():
        return shown_score.exact(float(match.score), match.assessment, names)
    return shown_score.from_cards(
        order, offer, assessment=match.assessment, profile=match.profile.for_engine()
    )


def near_miss_card(
    near_miss: NearMiss, *, own: SideName, names: Mapping[str, str] | None = None
) -> NearMissCard:
    """Return a near miss as the owner of its ``own`` side may see it."""
    is_orders = explain.changes_order(near_miss.change)
    # No match: the other side is a stranger, and shown in the bands that everybody sees.
    other: OrderCard | OfferCard = (
        offer_card(version_on_market(near_miss.offer), Depth.STRANGER)
        if own == "order"
        else order_card(version_on_market(near_miss.order), Depth.STRANGER)
    )
    is_mine = is_orders == (own == "order")
    post = near_miss.order if own == "order" else near_miss.offer
    told = _told(near_miss.change, is_mine=is_mine, names=names)
    return NearMissCard(
        cause=explain.cause_sentence(near_miss.gate),
        change=told.words,
        is_mine=is_mine,
        suggestion=suggestions.suggested_change(told.change, post.code) if is_mine else None,
        other=other,
    )


def _told(change: Mapping[str, Any], *, is_mine: bool, names: Names | None) -> ToldChange:
    if shown_score.is_told_from_bands():
        return told_changes.told_change(change, is_mine=is_mine, names=names)
    return told_changes.ToldChange(explain.change_sentence(change, names), change)


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
