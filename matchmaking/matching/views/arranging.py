"""Wishes of an address for a list of matches: order, filters, own weights, what was put off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from matchmaking.matching.forms import ArrangementForm
from matchmaking.matching.models import Deferral
from matchmaking.matching.presentation import arrangement
from matchmaking.matching.states import MatchState

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.http import HttpRequest

    from accounts.models import User
    from matchmaking.matching.presentation.cards import MatchCard
    from matchmaking.matching.presentation.match_rows import MatchRow


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrangedList:
    """The rows to show, of ``whole`` cards that there are, and how many the person put off."""

    form: ArrangementForm
    rows: Sequence[MatchRow]
    whole: int
    deferred: int
    shows_deferred: bool

    @property
    def hidden(self) -> int:
        shown = self.deferred if self.shows_deferred else self.whole - self.deferred
        return shown - len(self.rows)


def arranged(request: HttpRequest, cards: Iterable[MatchCard], *, user: User) -> ArrangedList:
    """Return the cards as the address wishes them; unknown wishes count as none."""
    found = list(cards)
    put_off = deferred_of(user, [card.match.pk for card in found])
    form = ArrangementForm(request.GET)
    shows_deferred = request.GET.get("show") == "later"
    kept = [card for card in found if _is_off(card, put_off) == shows_deferred]
    return ArrangedList(
        form=form,
        rows=arrangement.arrange(kept, form.wishes),
        whole=len(found),
        deferred=sum(_is_off(card, put_off) for card in found),
        shows_deferred=shows_deferred,
    )


def kept(found: ArrangedList | None) -> dict[str, str]:
    return {"show": "later"} if found and found.shows_deferred else {}


def deferred_of(user: User, matches: Sequence[Any]) -> set[int]:
    rows = Deferral.objects.filter(user=user, match__in=matches)
    return set(rows.values_list("match", flat=True))


def _is_off(card: MatchCard, put_off: set[int]) -> bool:
    # Who is interested waits for an answer: that is no longer put off.
    return card.match.pk in put_off and card.match.state == MatchState.PROPOSED
