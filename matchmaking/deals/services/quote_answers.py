"""The brand's part of a quote: ask for a revision, decline, accept wholly or in part."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from matchmaking.core.errors import Conflict, InvalidInput
from matchmaking.core.formatting import grouped
from matchmaking.core.trade_day import trade_day
from matchmaking.deals.models import Quote, QuoteEventKind
from matchmaking.deals.order_facts import facts_of
from matchmaking.deals.services import base as deals
from matchmaking.deals.services import intentions
from matchmaking.deals.services import quote_base as base
from matchmaking.deals.services.intentions import Figures
from matchmaking.deals.states import ANSWERABLE_QUOTES, QuoteDeclineReason, QuoteState
from matchmaking.matching.states import MatchSide

if TYPE_CHECKING:
    import datetime as dt

    from accounts.models import User
    from matchmaking.deals.quote_terms import QuoteTerms

OWN = MatchSide.ORDER
LONGEST_WISH = 1000


@transaction.atomic
def ask_for_revision(*, quote: Quote, wish: str, by: User, at: dt.datetime) -> Quote:
    """Ask the factory for another version with a sentence; the quote stays as it is until then.

    :raises Conflict: while the quote is sealed or was opened, or does not wait for the brand
    """
    wish = wish.strip()
    quote = base.lock_quote(quote)
    base.check_speaker(quote, OWN, by)
    if not wish or len(wish) > LONGEST_WISH:
        raise InvalidInput(_("Say in a sentence what should be different."), field="wish")
    _check_answerable(quote)
    if quote.current is not None and quote.current.digest:
        raise Conflict(
            _("It was handed in sealed: it is accepted or declined as it is."), code="sealed"
        )
    quote.wish, quote.wished_at = wish, at
    quote.save(update_fields=["wish", "wished_at"])
    base.record(
        quote, QuoteEventKind.WISHED, at=at, by=by, side=OWN, version=quote.current, note=wish
    )
    base.notify_side(quote, OWN.other, base.QUOTE_ANSWERED, f"wish:{at:%s}")
    return quote


@transaction.atomic
def decline(*, quote: Quote, reason: str, by: User, at: dt.datetime, note: str = "") -> Quote:
    """Decline with a reason that the factory reads.

    :raises Conflict: while the quote is sealed
    :raises IllegalTransition: when it is accepted or has ended
    """
    if reason not in QuoteDeclineReason.values:
        raise InvalidInput(_("Choose the reason."), field="reason")
    quote = base.lock_quote(quote)
    base.check_speaker(quote, OWN, by)
    base.terms_of(quote)
    base.move(quote, QuoteState.DECLINED, at=at)
    quote.decline_reason, quote.end_note = reason, note
    quote.save()
    base.record(
        quote, QuoteEventKind.DECLINED, at=at, by=by, side=OWN, version=quote.current, note=note
    )
    base.notify_side(quote, OWN.other, base.QUOTE_ANSWERED, "declined")
    return quote


@transaction.atomic
def accept(
    *,
    quote: Quote,
    number: int,
    by: User,
    at: dt.datetime,
    pairs: int | None = None,
    last_week: dt.date | None = None,
) -> Quote:
    """Accept version ``number``, wholly or ``pairs`` of it, with delivery until ``last_week``.

    The quote is the factory's word: the deal is confirmed by both at once and holds the weeks.

    :raises Conflict: when it was revised, has to be confirmed again, is sealed or over
    :raises InvalidInput: for fewer pairs than the factory stands by, or more than it quotes
    :raises NotEnoughWeeks: when others were first; it says what is left and in which weeks
    """
    if quote.match is None:
        raise Conflict(_("The match of this quote is gone."), code="ended")
    # Offer before quote and intention, as everywhere: takers of one factory's weeks queue here.
    match = deals.lock_match_and_offer(quote.match)
    quote = base.lock_quote(quote)
    base.check_speaker(quote, OWN, by)
    base.check_seen(quote, number)
    _check_answerable(quote)
    terms = base.terms_of(quote)
    if quote.correction is not None:
        raise Conflict(_("A correction waits for your answer: answer it first."), code="waits")
    if terms.valid_until < trade_day(at):
        raise Conflict(_("Its validity is over: ask for a revision."), code="expired")
    # Under the key share of the order: whoever edits it now waits until this is done.
    if quote.asked != facts_of(match.order):
        raise Conflict(
            _("You changed the order since: the factory has to confirm its quote again."),
            code="confirm_again",
        )
    figures = _figures(terms, terms.pairs if pairs is None else pairs, last_week)
    intention = intentions.conclude(
        match=match,
        figures=figures,
        offered_by=quote.current.submitted_by if quote.current else None,
        by=by,
        at=at,
    )
    base.move(quote, QuoteState.ACCEPTED, at=at)
    quote.accepted_pairs, quote.intention = figures.pairs, intention
    quote.save()
    base.record(quote, QuoteEventKind.ACCEPTED, at=at, by=by, side=OWN, version=quote.current)
    base.notify_side(quote, OWN.other, base.QUOTE_ANSWERED, "accepted")
    return quote


def _figures(terms: QuoteTerms, pairs: int, last_week: dt.date | None) -> Figures:
    """Return what the intention says: the price that so many pairs and that week have."""
    if not terms.least_pairs <= pairs <= terms.pairs:
        raise InvalidInput(
            _("The factory stands by %(least)s to %(most)s pairs.")
            % {"least": grouped(terms.least_pairs), "most": grouped(terms.pairs)},
            field="pairs",
        )
    until = last_week or terms.last_week
    if until not in terms.last_weeks:
        raise InvalidInput(_("Choose a week that the quote names."), field="last_week")
    return Figures(
        pairs=pairs,
        unit_price=terms.price_for(pairs, until),
        first_week=terms.first_week,
        last_week=until,
        note=terms.note,
    )


def _check_answerable(quote: Quote) -> None:
    if quote.state == QuoteState.CONFIRM_AGAIN:
        raise Conflict(
            _("The order was changed: the factory has to confirm its quote again."),
            code="confirm_again",
        )
    if quote.state not in ANSWERABLE_QUOTES:
        raise Conflict(_("This quote has ended."), code="ended")
