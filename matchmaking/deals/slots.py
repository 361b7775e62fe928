"""The deal of a conversation, on the page of its match."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matchmaking.core.slots import Slot
from matchmaking.deals import presentation, queries
from matchmaking.matching.states import MatchSide, MatchState

if TYPE_CHECKING:
    from django.http import HttpRequest

    from matchmaking.matching.models import Match


def of_match(
    request: HttpRequest, *, match: Match, side: MatchSide | None
) -> dict[str, Any] | None:
    """Return the live intention of a match, or the way to one while its sides talk."""
    del request  # the page has checked who reads
    if match.mutual_at is None:
        return None
    found = queries.of_match(match)
    if found is None and (match.state != MatchState.MUTUAL or side is None):
        return None
    card = presentation.card_of(found, side) if found else None
    return {"match": match, "card": card}


MATCH = Slot(place="matching.match", template="deals/of_match.html", context=of_match)
