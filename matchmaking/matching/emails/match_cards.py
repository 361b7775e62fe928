"""A match as a card of an email: its score, the other side's figures, the reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.choices import VerificationTier
from matchmaking.core.formatting import pairs, points
from matchmaking.core.state_styles import label_of
from matchmaking.notifications.email.content import Card

if TYPE_CHECKING:
    from matchmaking.matching.presentation.cards import MatchCard


def match_block(card: MatchCard, *, title: str = "") -> Card:
    """Return the card; ``title`` is the other side's name, where the reader may know it."""
    company = card.other.company
    facts = [_other_post(card)]
    if company.cluster:
        facts.append(str(company.cluster))
    if company.tier != VerificationTier.NONE:
        facts.append(label_of(company.tier))
    return Card(
        title=title,
        score=_("Score %(score)s") % {"score": points(card.match.score)},
        facts=facts,
        text=capfirst(card.reasons),
    )


def _other_post(card: MatchCard) -> str:
    if card.own == "order":
        # Names of categories contain commas.
        return _(" · ").join(str(category) for category in card.offer.categories)
    return f"{card.order.category}{_(', ')}{pairs(card.order.pairs)}"
