"""The proposals before and after one, in the list that its reader sees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from matchmaking.matching import queries
from matchmaking.matching.presentation import cards
from matchmaking.matching.states import MatchState
from matchmaking.matching.views import arranging

if TYPE_CHECKING:
    from accounts.models import User
    from matchmaking.matching.models import Match
    from matchmaking.matching.presentation.cards import MatchCard, SideName


@dataclass(frozen=True, slots=True)
class Neighbours:
    """``place`` counts from 1; ``previous`` and ``following`` are None at the ends."""

    place: int
    count: int
    previous: MatchCard | None
    following: MatchCard | None


def neighbours_of(match: Match, *, own: SideName | None, user: User) -> Neighbours | None:
    """Return where the proposal stands by the score that the reader sees; None for what is none.

    What the reader put off is passed over, unless he looks at it.
    """
    if own is None or match.state != MatchState.PROPOSED:
        return None
    post: Any = match.post(own)
    rows: Any = (
        queries.matches_for_order(post) if own == "order" else queries.matches_for_offer(post)
    )
    matches = list(rows.prefetch_related("answers"))
    put_off = arranging.deferred_of(user, [row.pk for row in matches]) - {match.pk}
    user.load_roles()  # every card asks for the person's role
    found = []
    for row in matches:
        if row.pk not in put_off:
            setattr(row, own, post)
            found.append(cards.match_card(row, user=user, own=own))
    listed = cards.by_score(found)
    at = next((n for n, card in enumerate(listed) if card.match.pk == match.pk), None)
    if at is None or len(listed) == 1:
        return None
    return Neighbours(
        place=at + 1,
        count=len(listed),
        previous=listed[at - 1] if at else None,
        following=listed[at + 1] if at + 1 < len(listed) else None,
    )
