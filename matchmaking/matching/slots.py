"""A post of the market as its reader's matches know it: the line that stands below the bands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matchmaking.core.slots import Slot
from matchmaking.listings.models import ProcessingOrder
from matchmaking.matching import conversations
from matchmaking.matching.presentation import cards

if TYPE_CHECKING:
    from django.http import HttpRequest

    from matchmaking.matching.rules import AnyPost


def of_market_post(request: HttpRequest, *, post: AnyPost) -> dict[str, Any] | None:
    """Return the standing matches of the reader's company with the post, the best first."""
    company = getattr(request, "company", None)
    if company is None or not request.user.is_authenticated:
        return None
    own: cards.SideName = "offer" if isinstance(post, ProcessingOrder) else "order"
    rows = conversations.with_unread(
        conversations.standing_between(company, own, post), request.user
    )
    found = cards.by_score(cards.match_card(row, user=request.user, own=own) for row in rows)
    return {"cards": found, "own": own} if found else None


MARKET_POST = Slot(
    place="listings.market", template="matching/market_post.html", context=of_market_post
)
