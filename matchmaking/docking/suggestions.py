"""Whom a participant should meet: by the live score that its reader may see, with the reason.

A suggestion rests on proposals between what both bring, so it changes with the market. Under
whose name a brought post stands, its company has said when it registered.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from matchmaking.matching import queries as matching
from matchmaking.matching.models import Match
from matchmaking.matching.presentation.cards import match_card
from matchmaking.matching.states import MatchState

if TYPE_CHECKING:
    from accounts.models import User
    from matchmaking.docking.models import Registration
    from matchmaking.listings.disclosure import SideName

LIVE = (MatchState.PROPOSED, MatchState.INTERESTED, MatchState.MUTUAL)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A participant that fits, with points of 100 and the reasons in words."""

    match: Match
    points: float
    reasons: str


def suggestions_for(own: Registration, user: User) -> dict[int, Suggestion]:
    """Return the best suggestion for each company (by id) whose posts fit those that ``own`` brings.

    Told from the cards that the person may see; blocked partners are left out as everywhere.
    """
    orders, offers = own.orders.values("pk"), own.offers.values("pk")
    brought = Q(order__in=orders, offer__in=_brought(own, "offers"))
    brought |= Q(offer__in=offers, order__in=_brought(own, "orders"))
    rows = Match.objects.visible_to(user).filter(brought, state__in=LIVE)
    names = matching.term_names()
    found: dict[int, Suggestion] = {}
    for match in matching.match_in_full(rows):
        side: SideName = "order" if match.order.company_id == own.company_id else "offer"
        card = match_card(match, user=user, own=side, names=names)
        other = match.offer if side == "order" else match.order
        best = found.get(other.company_id)
        if best is None or card.score > best.points:
            found[other.company_id] = Suggestion(match, card.score, card.reasons)
    return found


def _brought(own: Registration, posts: str) -> object:
    """Return the ids of posts that the other participants of the event bring."""
    others = own.event.registrations.approved().exclude(pk=own.pk)
    return others.filter(**{f"{posts}__isnull": False}).values(f"{posts}__pk")
