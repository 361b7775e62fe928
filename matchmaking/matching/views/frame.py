"""The frame of the pages of matches: access, and the page that shows one match whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from accounts.contacts import contacts_visible_to
from matchmaking.core import weeks
from matchmaking.listings.disclosure import Depth
from matchmaking.matching import conversations, queries, rules
from matchmaking.matching.forms import AnswerForm, MessageForm
from matchmaking.matching.models import Match
from matchmaking.matching.presentation import allocation, cards
from matchmaking.matching.states import MatchSide, MatchState
from matchmaking.matching.views.neighbours import neighbours_of

if TYPE_CHECKING:
    import datetime as dt
    import uuid

    from django.http import HttpRequest, HttpResponse

    from accounts.models import User
    from matchmaking.listings.disclosure import OfferCard, OrderCard
    from matchmaking.matching.presentation.cards import MatchCard, SideName, Window
    from matchmaking.matching.presentation.match_status import StatusSummary

FEWEST_WEEKS = 26
WEEKS_BEHIND = 5


def person(request: HttpRequest) -> User:
    return cast("User", request.user)


def visible_match(request: HttpRequest, code: uuid.UUID) -> Match:
    """Return the match with all that its page shows, if the person may see it; else 404."""
    rows = queries.match_in_full(Match.objects.visible_to(request.user))
    return get_object_or_404(rows.prefetch_related("answers"), code=code)


def side_of(request: HttpRequest, match: Match) -> MatchSide | None:
    """Return the side for which the person speaks; None for the association.

    Who has both companies speaks for the one that is chosen.
    """
    user = person(request)
    own = [side for side in MatchSide if rules.can_answer(user, match, side)]
    chosen = getattr(request, "company", None)
    return next(
        (side for side in own if match.post(side).company == chosen), own[0] if own else None
    )


def side_name(request: HttpRequest, match: Match) -> SideName | None:
    return cast("SideName | None", side_of(request, match))


def match_url(match: Match, part: str = "") -> str:
    return reverse("matching:match-detail", args=[match.code]) + (f"#{part}" if part else "")


def card_of(request: HttpRequest, match: Match) -> MatchCard:
    side = cast("SideName | None", side_of(request, match))
    return cards.match_card(match, user=person(request), own=side)


def show_match(
    request: HttpRequest,
    match: Match,
    *,
    card: MatchCard | None = None,
    answer_form: AnswerForm | None = None,
    message_form: MessageForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render the page of a match. A form that was refused comes back as it was typed."""
    side = side_of(request, match)
    card = card or card_of(request, match)
    panel = card.panel
    context: dict[str, Any] = {
        "match": match,
        "side": side,
        "has_said_yes": side is not None
        and rules.depth_for_partner(match, side) >= Depth.CONSENTED,
        "panel": panel,
        "card": card,
        "answer_form": answer_form
        or AnswerForm(
            initial={"contact_person": person(request).name},
            asks_contact=panel.can_accept and asks_contact(request, match, side),
        ),
        "undo_seconds": conversations.seconds_to_undo(match, side, timezone.now()),
        "following": _following(request, match, side, panel),
        "neighbours": neighbours_of(match, own=side_name(request, match), user=person(request)),
        "shown": card.fingerprint,
        "is_watching": match.state in {*rules.OPEN_STATES, MatchState.MUTUAL},
        "watches_all": rules.sees_all_matches(request.user) and side is None,
        "gates": cards.checked(card, queries.term_names()) if card.is_open else [],
    }
    if card.is_open:
        context |= _weeks(card)
    if match.mutual_at is not None:
        context |= conversation_context(match, side, panel)
        context["message_form"] = message_form or MessageForm()
    return render(request, "matching/match_detail.html", context, status=status)


def asks_contact(request: HttpRequest, match: Match, side: MatchSide | None) -> bool:
    """Return whether a yes has to say how the company is reached: nobody has entered it yet."""
    if side is None:
        return False
    return not contacts_visible_to(person(request), match.post(side).company).exists()


def _following(
    request: HttpRequest,
    match: Match,
    side: MatchSide | None,
    panel: StatusSummary,
) -> MatchCard | None:
    """Return the next match to answer once this one is: of the same post first."""
    if side is None or panel.can_accept or match.state == MatchState.MUTUAL:
        return None
    post = match.post(side)
    waiting = conversations.matches_of_company(post.company, "to_answer").exclude(pk=match.pk)
    found = waiting.filter(**{side.value: post.pk}).first() or waiting.first()
    if found is None:
        return None
    return cards.match_card(found, user=person(request), own=cast("SideName", side.value))


def conversation_context(
    match: Match, side: MatchSide | None, panel: StatusSummary
) -> dict[str, Any]:
    """Return the conversation as the person reads it."""
    bubbles = conversations.thread(match)
    return {
        "match": match,
        "side": side,
        "panel": panel,
        "lines": list(bubbles),
        "is_read": side is not None and conversations.is_read(match, side),
        "names_known": panel.can_write or side is None,
    }


def _weeks(card: MatchCard) -> dict[str, Any]:
    """Return the weekly strip of the factory's weeks, where they are the reader's own or open.

    The order is allocated to them once its figures are open too; before that the strip marks
    the weeks of its bands.
    """
    anchor, asked = card.offer.anchor_week, card.order.pairs
    if anchor is None:
        return {}
    if asked is None:
        return _own_weeks(card.offer, card.order, anchor)
    window: Window = cards.window_of(card.match.assessment)
    filled_weeks = allocation.allocate(
        free=card.offer.free, anchor=anchor, asked=asked, first=window.first, due=window.last
    )
    return {
        "window": window,
        "allocation": filled_weeks,
        "weeks_shown": weeks_shown(filled_weeks.start, window.last),
    }


def _own_weeks(offer: OfferCard, order: OrderCard, anchor: dt.date) -> dict[str, Any]:
    if order.due is None:
        return {}
    first = max(order.starts.first, anchor) if order.starts else anchor
    return {
        "own_weeks": offer,
        "window": cards.Window(first=first, last=order.due.last),
        "weeks_shown": weeks_shown(anchor, order.due.last),
    }


def weeks_shown(first: dt.date, due: dt.date) -> int:
    needed = (due - first).days // 7 + WEEKS_BEHIND
    return min(max(needed, FEWEST_WEEKS), weeks.HORIZON_WEEKS)
