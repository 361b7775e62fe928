"""Quotes that follow what happens elsewhere: an edited order, an ended match, a day that is past."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from matchmaking.core.trade_day import trade_day
from matchmaking.deals.models import Quote, QuoteEventKind
from matchmaking.deals.order_facts import changes_between
from matchmaking.deals.services import quote_base as base
from matchmaking.deals.states import ANSWERABLE_QUOTES, OPEN_QUOTES, QuoteState
from matchmaking.listings.models import ProcessingOrder
from matchmaking.listings.states import PostState
from matchmaking.matching.states import MatchSide, MatchState

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection

IN_ANSWER = (*ANSWERABLE_QUOTES, QuoteState.CONFIRM_AGAIN)


def follow_orders(*, orders: Collection[int], at: dt.datetime) -> int:
    """Un-answer the quotes on orders that ask for something else now; return how many.

    An order off the market is looked at when it comes back: until then nobody reads what its
    brand changes. Safe to run again, and late.
    """
    rows = Quote.objects.filter(order__in=orders, state__in=IN_ANSWER)
    return sum(_follow(pk, at) for pk in rows.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _follow(pk: int, at: dt.datetime) -> int:
    order_id = Quote.objects.values_list("order_id", flat=True).get(pk=pk)
    # Key share, as whoever answers takes it: an edit that is under way comes before or after.
    order = ProcessingOrder.objects.raw(
        "select id, state from listings_processingorder where id = %s for key share", [order_id]
    )
    found = next(iter(order), None)
    if found is None or found.state != PostState.PUBLISHED:
        return 0
    quote = base.lock_quote(Quote(pk=pk))
    facts = base.current_facts(order_id)
    if quote.state not in IN_ANSWER or facts is None:
        return 0
    if quote.asked == facts:
        return _restore(quote, at)
    if quote.state == QuoteState.CONFIRM_AGAIN:
        return 0
    base.move(quote, QuoteState.CONFIRM_AGAIN)
    quote.save(update_fields=["state"])
    changes = changes_between(quote.asked, facts)
    base.record(
        quote,
        QuoteEventKind.UNANSWERED,
        at=at,
        side=MatchSide.ORDER,
        version=quote.current,
        changes=changes,
    )
    base.notify_side(quote, MatchSide.OFFER, base.QUOTE_UNANSWERED, f"{at.isoformat()}")
    return 1


def _restore(quote: Quote, at: dt.datetime) -> int:
    """Let a quote stand again whose order asks once more for what it was given for."""
    if quote.state == QuoteState.CONFIRM_AGAIN:
        base.move(quote, base.standing_state(quote))
        quote.save(update_fields=["state"])
        base.record(quote, QuoteEventKind.CONFIRMED, at=at, version=quote.current)
    return 0


def expire_due(*, at: dt.datetime) -> int:
    """End every open quote whose validity is past; return how many."""
    due = Quote.objects.filter(state__in=IN_ANSWER, valid_until__lt=trade_day(at))
    return sum(
        _end(pk, QuoteState.EXPIRED, QuoteEventKind.EXPIRED, at)
        for pk in due.order_by("pk").values_list("pk", flat=True)
    )


def follow_matches(*, matches: Collection[int], at: dt.datetime) -> int:
    """End the open quotes of conversations that have ended; return how many."""
    rows = Quote.objects.filter(match__in=matches, state__in=OPEN_QUOTES)
    rows = rows.exclude(match__state=MatchState.MUTUAL)
    return sum(
        _end(pk, QuoteState.WITHDRAWN, QuoteEventKind.WITHDRAWN, at)
        for pk in rows.order_by("pk").values_list("pk", flat=True)
    )


@transaction.atomic
def _end(pk: int, state: QuoteState, kind: QuoteEventKind, at: dt.datetime) -> int:
    quote = base.lock_quote(Quote(pk=pk))
    # Judged again under the lock: it may have been revised or accepted by now.
    is_due = quote.valid_until is not None and quote.valid_until < trade_day(at)
    if quote.state not in OPEN_QUOTES or (state == QuoteState.EXPIRED and not is_due):
        return 0
    was_draft = quote.state == QuoteState.DRAFT
    base.move(quote, state, at=at)
    quote.save()
    base.record(quote, kind, at=at, version=quote.current)
    if not was_draft:
        for side in MatchSide:
            base.notify_side(quote, side, base.QUOTE_ENDED, str(state))
    return 1
