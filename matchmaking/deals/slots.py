"""Deals, splits, quotes, questions and records on the pages of matches, orders and capacity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone

from accounts.rules import is_member
from matchmaking.core.slots import Slot
from matchmaking.deals import presentation, queries, quote_presentation, rules, track_records
from matchmaking.deals.models import OrderQuestion, SplitPart, SplitPlan
from matchmaking.deals.models.questions import AMONG_MATCHES
from matchmaking.deals.services import holds, rounds
from matchmaking.deals.states import PartState, PlanState, QuestionState, QuoteState
from matchmaking.listings.models import CapacityOffer, ProcessingOrder
from matchmaking.listings.states import PostState
from matchmaking.matching.states import MatchSide, MatchState

if TYPE_CHECKING:
    from django.http import HttpRequest

    from accounts.models import Company
    from matchmaking.listings.models import Post
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


def questions_of_match(
    request: HttpRequest, *, match: Match, side: MatchSide | None
) -> dict[str, Any] | None:
    """Return the questions of the order: to the factory those that reach it, to the brand a way.

    An officer who only looks finds them in the workbench.
    """
    del request  # the page has checked who reads
    may_ask = side == MatchSide.OFFER and match.state in AMONG_MATCHES
    if side == MatchSide.ORDER:
        return _of_brand(match.order)
    if side is None or match.hidden_from == side:
        return None
    rows = OrderQuestion.objects.for_match(match).order_by("-asked_at", "-pk")
    found = [(row, row.company_id == match.offer.company_id) for row in rows]
    return {"questions": found, "match": match, "may_ask": may_ask} if found or may_ask else None


def questions_of_post(request: HttpRequest, *, post: Post) -> dict[str, Any] | None:
    """Return how many questions on an order wait and are answered, while it has any."""
    del request  # the page has checked who reads
    return _of_brand(post) if isinstance(post, ProcessingOrder) else None


def _of_brand(order: ProcessingOrder) -> dict[str, Any] | None:
    states = list(order.questions.values_list("state", flat=True))
    waiting = states.count(QuestionState.OPEN)
    return {"order": order, "waiting": waiting, "count": len(states)} if states else None


def quote_of_match(
    request: HttpRequest, *, match: Match, side: MatchSide | None
) -> dict[str, Any] | None:
    """Return the open quote of a conversation, or the way to one while its sides talk."""
    del request  # the page has checked who reads
    if match.mutual_at is None or side is None:
        return None
    quote = queries.open_quote_of(match)
    # A draft is the factory's alone.
    if quote is not None and quote.state == QuoteState.DRAFT and side == MatchSide.ORDER:
        quote = None
    if quote is None and match.state != MatchState.MUTUAL:
        return None
    sealed_round = rounds.open_round_of(match.order_id)
    return {
        "match": match,
        "side": side,
        "card": quote_presentation.card_of(quote, side) if quote else None,
        "opens_at": sealed_round.opens_at if sealed_round else None,
    }


def quotes_of_post(request: HttpRequest, *, post: Post) -> dict[str, Any] | None:
    """Return how many open quotes an order has; the way to them stands on every order on the market."""
    if not isinstance(post, ProcessingOrder) or not is_member(request.user, post.company):
        return None
    count = len(queries.open_quotes_of(post))
    sealed_round = rounds.round_of(post.pk)
    if not count and sealed_round is None and post.state != PostState.PUBLISHED:
        return None
    return {"order": post, "count": count, "round": sealed_round}


def holds_of_post(request: HttpRequest, *, post: Post) -> dict[str, Any] | None:
    """Return the weeks that a capacity holds or has booked, each with its deal."""
    if not isinstance(post, CapacityOffer) or not is_member(request.user, post.company):
        return None
    rows = queries.deals_that_hold(post)
    return {"holds": [(row, holds.held_weeks(row)) for row in rows]} if rows else None


OFFER_HOLDS = Slot(
    place="listings.post", template="deals/holds_of_offer.html", context=holds_of_post, order=40
)
MATCH_QUOTE = Slot(
    place="matching.match", template="deals/quote_of_match.html", context=quote_of_match, order=40
)
ORDER_QUOTES = Slot(
    place="listings.post", template="deals/quotes_of_order.html", context=quotes_of_post, order=40
)
MATCH_QUESTIONS = Slot(
    place="matching.match",
    template="deals/questions_of_match.html",
    context=questions_of_match,
    order=60,
)
ORDER_QUESTIONS = Slot(
    place="listings.post", template="deals/questions_of_order.html", context=questions_of_post
)


def of_order(request: HttpRequest, *, post: Post) -> dict[str, Any] | None:
    """Return the order's last plan, or the way to one; None for whoever does not speak for it."""
    if not isinstance(post, ProcessingOrder) or not post.splittable:
        return None
    may = rules.can_plan(request.user, post) or rules.can_act_on_intentions(request.user)
    plan = SplitPlan.objects.visible_to(request.user).filter(order=post).order_by("-pk").first()
    if not may:
        return None
    if plan is not None and plan.state == PlanState.DROPPED:
        plan = None
    if plan is None and post.state != PostState.PUBLISHED:
        return None
    return {"order": post, "plan": plan}


def part_of_match(
    request: HttpRequest, *, match: Match, side: MatchSide | None
) -> dict[str, Any] | None:
    """Return the part of a split order that the factory of a conversation is asked for."""
    if side != MatchSide.OFFER:
        return None
    parts = SplitPart.objects.visible_to(request.user).filter(match=match, state=PartState.ASKED)
    part = parts.first()
    return {"part": part} if part else None


ORDER_PLAN = Slot(place="listings.post", template="deals/of_order.html", context=of_order)
MATCH_PART = Slot(
    place="matching.match", template="deals/part_of_match.html", context=part_of_match
)
