"""Pages of matches: those of one post, one in full, and all of a company."""

from __future__ import annotations

import hashlib
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from matchmaking.core import weeks
from matchmaking.listings.disclosure import Depth, offer_card, order_card
from matchmaking.listings.models import CapacityOffer, ProcessingOrder
from matchmaking.listings.states import PostState
from matchmaking.matching import cards, explain, queries, rules, services
from matchmaking.matching.models import Match

if TYPE_CHECKING:
    import datetime as dt
    import uuid
    from collections.abc import Iterable

    from django.db.models import QuerySet
    from django.http import HttpRequest

    from matchmaking.matching.cards import Side
    from matchmaking.matching.models import NearMiss

PAGE_SIZE = 10
FEWEST_WEEKS = 26
WEEKS_BEHIND = 5


@require_safe
@login_required
def order_matches(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Show the best offers for an own order, and what would bring more."""
    orders = queries.own_orders(ProcessingOrder.objects.visible_to(request.user))
    order = get_object_or_404(orders, code=code)
    context = {
        "post": order,
        "card": order_card(order, Depth.OWN),
        "alike": queries.count_offers_alike(order),
    }
    rows = queries.matches_for_order(order)
    near = queries.near_misses_for_order(order)
    return _post_matches(request, "order", context, rows, near)


@require_safe
@login_required
def offer_matches(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Show the best orders for an own offer, and what would bring more."""
    offers = queries.own_offers(CapacityOffer.objects.visible_to(request.user))
    offer = get_object_or_404(offers, code=code)
    context = {
        "post": offer,
        "card": offer_card(offer, Depth.OWN),
        "alike": queries.count_orders_alike(offer),
    }
    rows = queries.matches_for_offer(offer)
    near = queries.near_misses_for_offer(offer)
    return _post_matches(request, "offer", context, rows, near)


@require_safe
@login_required
def match_detail(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Show an order and an offer side by side, with every figure of their score."""
    matches = queries.match_in_full(Match.objects.visible_to(request.user))
    match = get_object_or_404(matches, code=code)
    names = queries.term_names()
    card = cards.match_card(match, user=request.user, names=names)  # type: ignore[arg-type]
    window = cards.window_of(match.assessment)
    context = {
        "card": card,
        "match": match,
        "gates": explain.gate_sentences(match.assessment, names),
        "window": window,
        "weeks_shown": weeks_shown(card.offer.anchor_week, window.last),
    }
    return render(request, "matching/match_detail.html", context)


@require_safe
@login_required
def match_list(request: HttpRequest) -> HttpResponse:
    """List everything that stands for the person's company; officers see all."""
    company = getattr(request, "company", None)
    if company is not None:
        rows = queries.matches_of_company(company)
    elif rules.sees_all_matches(request.user):
        rows = queries.all_matches()
    else:
        rows = Match.objects.none()
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    names = queries.term_names()
    context = {
        "page": page,
        "company": company,
        "cards": [
            cards.match_card(match, user=request.user, names=names)  # type: ignore[arg-type]
            for match in page.object_list
        ],
    }
    return render(request, "matching/match_list.html", context)


def weeks_shown(first: dt.date | None, due: dt.date) -> int:
    """Return how many weeks a strip shows so that the due week lies within it."""
    if first is None:
        return FEWEST_WEEKS
    needed = (due - first).days // 7 + WEEKS_BEHIND
    return min(max(needed, FEWEST_WEEKS), weeks.HORIZON_WEEKS)


def _post_matches(
    request: HttpRequest,
    own: Side,
    context: dict[str, Any],
    rows: QuerySet[Match],
    near: QuerySet[NearMiss],
) -> HttpResponse:
    """Render the matches of one post.

    An open page asks again by itself as long as something may come, and says in a header what
    it shows; the answer to that is empty while nothing else is known.
    """
    post = context["post"]
    is_due = queries.is_scoring_due(post)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    shown = _fingerprint(post, is_due, page.paginator.count, [*page.object_list, *near])
    if request.headers.get("X-Shown") == shown:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    if request.method == "GET":
        services.see_matches(side=own, post=post, by=request.user)  # type: ignore[arg-type]
    is_waiting, is_published = (
        post.state == state for state in (PostState.PENDING, PostState.PUBLISHED)
    )
    asks_again = is_due or is_waiting
    names = queries.term_names()
    matches = []
    for match in page.object_list:
        setattr(match, own, post)
        matches.append(
            cards.match_card(match, user=request.user, own=own, names=names)  # type: ignore[arg-type]
        )
    context |= {
        "own": own,
        "page": page,
        "cards": matches,
        "near_misses": [cards.near_miss_card(row, own=own, names=names) for row in near],
        "is_due": is_due,
        "is_waiting": is_waiting,
        "is_published": is_published,
        "asks_again": asks_again,
        "rhythm": "2s" if asks_again else "3s" if is_published else "",
        "shown": shown,
        "can_change": rules.can_change(request.user, post),
    }
    return render(request, f"matching/{own}_matches.html", context)


def _fingerprint(
    post: CapacityOffer | ProcessingOrder,
    is_due: bool,
    count: int,
    rows: Iterable[Match | NearMiss],
) -> str:
    """Return what tells one content of a page of matches from another."""
    facts = [post.state, post.version, is_due, count]
    facts += [f"{type(row).__name__}{row.pk}:{row.scored_at.timestamp()}" for row in rows]
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:20]
