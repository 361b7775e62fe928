"""The deal of a conversation and the partner's record, on the page of its match."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone

from matchmaking.core.slots import Slot
from matchmaking.deals import presentation, queries, track_records
from matchmaking.matching.states import MatchSide, MatchState

if TYPE_CHECKING:
    from django.http import HttpRequest

    from accounts.models import Company
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


def record_of_partner(
    request: HttpRequest, *, match: Match, side: MatchSide | None
) -> dict[str, Any] | None:
    """Return the partner's facts while both sides talk; officers read both in the workbench."""
    del request
    if side is None or match.state != MatchState.MUTUAL:
        return None
    partner = match.post(side.other).company
    shares = track_records.shown_shares(partner, at=timezone.now())
    return {"shares": shares, "partner": partner} if shares else None


def own_record(request: HttpRequest, *, company: Company) -> dict[str, Any]:
    del request, company  # a link; the page asks for the company itself
    return {}


RECORD = Slot(
    place="matching.match",
    template="deals/record_of_partner.html",
    context=record_of_partner,
    order=60,
)
OWN_RECORD = Slot(place="accounts.company", template="deals/own_record.html", context=own_record)
MATCH = Slot(place="matching.match", template="deals/of_match.html", context=of_match)
