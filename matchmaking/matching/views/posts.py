"""The matches of one own post, those that somebody answered first, and what nearly fits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from matchmaking.core import polling
from matchmaking.listings.disclosure import Depth, offer_card, order_card
from matchmaking.listings.models import CapacityOffer, ProcessingOrder
from matchmaking.listings.states import PostState
from matchmaking.matching import conversations, queries, rules
from matchmaking.matching.presentation import cards
from matchmaking.matching.services import announcements
from matchmaking.matching.views import arranging, frame

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable

    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

    from matchmaking.matching.models import Match, NearMiss
    from matchmaking.matching.presentation.cards import SideName

PAGE_SIZE = 20


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
        "may_fit": queries.count_that_may_fit(order),
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


def _post_matches(
    request: HttpRequest,
    own: SideName,
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
    user = frame.person(request)
    user.load_roles()  # every card asks for the person's role

    def cards_of(matches: Iterable[Any]) -> list[cards.MatchCard]:
        # The page's post has all that its card shows; a row's own would ask again, row by row.
        found = list(matches)
        for match in found:
            setattr(match, own, post)
        return [cards.match_card(match, user=user, own=own) for match in found]

    # All of them, since what sorts the list is told from cards and stands in no column.
    best = arranging.arranged(request, cards_of(rows.prefetch_related("answers")), user=user)
    page = Paginator(best.rows, PAGE_SIZE).get_page(request.GET.get("page"))
    live = cards_of(conversations.with_unread(conversations.live_of_post(own, post), user))
    near_cards = _near_miss_cards(near, own, post)
    on_page = [row.card for row in page.object_list]
    shown = _fingerprint(post, is_due, len(best.rows), [*live, *on_page], near_cards)
    if polling.is_shown(request, shown):
        return polling.nothing_new()
    if request.method == "GET":
        announcements.see_matches(side=own, post=post, by=user)
    is_waiting, is_published = (
        post.state == state for state in (PostState.PENDING, PostState.PUBLISHED)
    )
    asks_again = is_due or is_waiting
    context |= {
        "own": own,
        "page": page,
        "rows": page.object_list,
        "list": best,
        "kept": arranging.kept(best),
        "left": queries.recently_left(own, post, now=timezone.now()),
        "live": live,
        "near_misses": near_cards,
        "is_due": is_due,
        "is_waiting": is_waiting,
        "is_published": is_published,
        "asks_again": asks_again,
        "rhythm": "2s" if asks_again else "3s" if is_published else "",
        "shown": shown,
        "can_change": rules.can_change(request.user, post),
    }
    return render(request, f"matching/{own}_matches.html", context)


def _near_miss_cards(
    near: Iterable[NearMiss], own: SideName, post: CapacityOffer | ProcessingOrder
) -> list[cards.NearMissCard]:
    names = queries.term_names()
    rows = list(near)
    for row in rows:
        # As for the matches above: the page's post is loaded, a row's own is not.
        setattr(row, own, post)
    return [cards.near_miss_card(row, own=own, names=names) for row in rows]


def _fingerprint(
    post: CapacityOffer | ProcessingOrder,
    is_due: bool,
    count: int,
    matches: Iterable[cards.MatchCard],
    near: Iterable[cards.NearMissCard],
) -> str:
    facts: list[Any] = [post.state, post.version, is_due, count, *near]
    facts += [(card.fingerprint, getattr(card.match, "unread", "")) for card in matches]
    return polling.fingerprint(facts)
