"""A match as a card of an email: its score, the other side's figures, the reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.choices import VerificationTier
from matchmaking.core.formatting import band_text, pairs, points
from matchmaking.core.links import absolute
from matchmaking.core.state_styles import label_of
from matchmaking.matching.presentation import band_words
from matchmaking.notifications.email.content import Card

if TYPE_CHECKING:
    from matchmaking.matching.presentation.cards import MatchCard


def match_block(card: MatchCard, *, title: str = "") -> Card:
    """Return the card; ``title`` is the other side's name, where the reader may know it."""
    return Card(
        title=title,
        score=_score(card),
        facts=[_other_post(card), *_about(card)],
        text=capfirst(card.reasons),
    )


def proposal_block(card: MatchCard) -> Card:
    """Return the card of a match that nobody answered: its post leads to the page of the match.

    The price is a band, since its owner has not said yes to anybody.
    """
    path = reverse("matching:match-detail", args=[card.match.code])
    band = card.other.price_band
    price = (
        [_("%(price)s a pair") % {"price": band_text(band.low, band.high, "cny")}] if band else []
    )
    return Card(
        title=_other_post(card),
        url=absolute(path),
        score=_score(card),
        facts=[*price, *_about(card)],
        text=capfirst(card.reasons),
    )


def _score(card: MatchCard) -> str:
    return _("Score %(score)s") % {"score": points(card.score)}


def _about(card: MatchCard) -> list[str]:
    company = card.other.company
    place = [str(company.place)] if company.place else []
    tier = [label_of(company.tier)] if company.tier != VerificationTier.NONE else []
    return place + tier


def _other_post(card: MatchCard) -> str:
    if card.own == "order":
        # Names of categories contain commas.
        return _(" · ").join(str(category) for category in card.offer.categories)
    return f"{card.order.category}{_(', ')}{_asked(card)}"


def _asked(card: MatchCard) -> str:
    if card.order.pairs is not None:
        return pairs(card.order.pairs)
    return band_words.pairs_of(card.order.pairs_band) if card.order.pairs_band else ""
