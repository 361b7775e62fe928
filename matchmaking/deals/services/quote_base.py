"""Shared steps of quotes: lock, who may speak, the next version, history, notices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from accounts import queries as accounts
from matchmaking.core.errors import Conflict, NotAllowed
from matchmaking.core.transitions import check_transition
from matchmaking.deals import facts, rules
from matchmaking.deals.models import Quote, QuoteEvent, QuoteEventKind, QuoteVersion
from matchmaking.deals.order_facts import facts_of
from matchmaking.deals.quote_terms import QuoteTerms
from matchmaking.deals.states import QUOTE_TRANSITIONS, QuoteState
from matchmaking.listings.models import ProcessingOrder
from matchmaking.matching.states import MatchSide
from matchmaking.notifications.services import notify

if TYPE_CHECKING:
    import datetime as dt

    from accounts.models import User
    from matchmaking.deals.order_facts import Facts

QUOTE_RECEIVED = "quote_received"
QUOTE_ANSWERED = "quote_answered"
QUOTE_UNANSWERED = "quote_unanswered"
QUOTE_ENDED = "quote_ended"
QUOTES_OPENED = "quotes_opened"


# What areas above may hear of each step; of a wish for a correction nobody outside needs to.
FACTS = {
    QuoteEventKind.SUBMITTED: facts.QUOTE_HANDED_IN,
    QuoteEventKind.REVISED: facts.QUOTE_HANDED_IN,
    QuoteEventKind.CONFIRMED: facts.QUOTE_HANDED_IN,
    QuoteEventKind.WISHED: facts.QUOTE_ANSWERED,
    QuoteEventKind.ACCEPTED: facts.QUOTE_ANSWERED,
    QuoteEventKind.DECLINED: facts.QUOTE_ANSWERED,
    QuoteEventKind.WITHDRAWN: facts.QUOTE_ENDED,
    QuoteEventKind.EXPIRED: facts.QUOTE_ENDED,
    QuoteEventKind.OPENED: facts.QUOTE_OPENED,
}


def lock_quote(quote: Quote) -> Quote:
    """Return the quote as it is now, locked. Who also needs the match or offer locks it before."""
    rows = Quote.objects.select_related("brand", "factory", "match", "current", "correction")
    return rows.select_for_update(of=("self",)).get(pk=quote.pk)


def current_facts(order_id: int | None) -> Facts | None:
    """Return what the order asks for now; None where it is gone."""
    rows = ProcessingOrder.objects.select_related(
        "category", "construction", "upper_material", "sole_material", "sealed_round"
    )
    order = rows.filter(pk=order_id).first() if order_id else None
    return facts_of(order) if order else None


def terms_of(quote: Quote) -> QuoteTerms:
    """Return the terms that stand.

    :raises Conflict: while they are sealed
    """
    if quote.current is None or quote.current.terms is None:
        raise Conflict(_("The quote is sealed until its round opens."), code="sealed")
    return QuoteTerms.from_document(quote.current.terms)


def check_speaker(quote: Quote, side: MatchSide, by: User) -> None:
    """Return when the person may speak for that side.

    :raises NotAllowed: otherwise
    """
    if side not in rules.own_sides_of_quote(by, quote):
        raise NotAllowed(_("Only the company itself can say this."), code="not_yours")


def check_seen(quote: Quote, number: int | None) -> None:
    """Return when version ``number`` is the one that stands.

    :raises Conflict: when the factory has revised it since
    """
    if quote.current is None or quote.current.number != number:
        raise Conflict(
            _("The quote was revised since you looked: look at it first."), code="version_conflict"
        )


def move(quote: Quote, target: QuoteState, *, at: dt.datetime | None = None) -> None:
    """Move a locked quote; ``at`` dates an end."""
    check_transition(QUOTE_TRANSITIONS, QuoteState(quote.state), target)
    quote.state = target
    if at is not None:
        quote.ended_at = at
        # A wish or a correction that nobody answered ends with it.
        quote.wish, quote.wished_at, quote.correction, quote.draft = "", None, None, None


def standing_state(quote: Quote) -> QuoteState:
    """Return the state of a quote that its factory stands by: revised from the second version on."""
    number = quote.current.number if quote.current else 1
    return QuoteState.REVISED if number > 1 else QuoteState.SUBMITTED


def record(
    quote: Quote,
    kind: QuoteEventKind,
    *,
    at: dt.datetime,
    by: User | None = None,
    side: str = "",
    version: QuoteVersion | None = None,
    note: str = "",
    changes: list[list[object]] | None = None,
) -> None:
    """Add a line to the history and publish the fact, if anybody hears it.

    Notes are words; figures stand in versions alone.
    """
    if kind in FACTS:
        facts.publish_quote(FACTS[kind], quote, str(kind), at=at)
    QuoteEvent.objects.create(
        quote=quote,
        kind=kind,
        version=version.number if version else None,
        side=side,
        note=note,
        changes=changes or [],
        by=by,
        at=at,
    )


def notify_side(quote: Quote, side: MatchSide, kind: str, fact: str) -> int:
    """Notify the people of one side, once for each fact; return how many. No figure is in it."""
    company = quote.company(side)
    members = accounts.members_of(company).values_list("pk", flat=True)
    return notify(
        kind=kind,
        recipients=list(members),
        fact=f"{quote.code}:{company.code}:{fact}",
        subject={"quote": quote.pk, "side": str(side)},
        company_id=company.pk,
        topic=f"quote:{quote.code}",
    )
