"""The factory's part of a quote: draft, hand in, revise, confirm again, withdraw."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from matchmaking.core.errors import Conflict, InvalidInput
from matchmaking.core.trade_day import trade_day, trade_week
from matchmaking.core.uploads import stored_together
from matchmaking.deals.models import Quote, QuoteEventKind, QuoteFile, QuoteVersion
from matchmaking.deals.order_facts import facts_of
from matchmaking.deals.services import quote_base as base
from matchmaking.deals.services import rounds
from matchmaking.deals.states import ANSWERABLE_QUOTES, OPEN_QUOTES, QuoteState
from matchmaking.matching.services import base as matching
from matchmaking.matching.services.messages import check_can_write
from matchmaking.matching.states import MatchSide

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from accounts.models import User
    from matchmaking.core.uploads import CleanUpload
    from matchmaking.deals.quote_terms import QuoteTerms
    from matchmaking.matching.models import Match

MOST_FILES = 5
OWN = MatchSide.OFFER


@transaction.atomic
def save_draft(*, match: Match, typed: Mapping[str, Any], by: User, at: dt.datetime) -> Quote:
    """Keep what the factory typed, valid or not, until it hands it in; nobody else reads it.

    :raises Conflict: while the order collects sealed quotes, or when a quote is handed in
    """
    del at  # a draft has no date
    match = _lock_talk(match, by)
    if rounds.open_round_of(match.order_id):
        raise Conflict(
            _("Sealed quotes have no draft: nothing of them is kept in the open."), code="sealed"
        )
    quote = _live(match) or _new(match)
    if quote.state != QuoteState.DRAFT:
        raise Conflict(_("The quote is handed in already: revise it."), code="submitted")
    quote.draft = dict(typed)
    quote.save()
    return quote


@transaction.atomic
def submit(
    *,
    match: Match,
    terms: QuoteTerms,
    by: User,
    at: dt.datetime,
    files: Sequence[CleanUpload] = (),
    number: int | None = None,
) -> Quote:
    """Hand in a quote, or the next version of the one that is open; older versions stay.

    Sealed where the order's round has not opened. ``number`` is the version that the factory saw
    when it revised, None where it saw none.

    :raises NotAnswerable: while the two may not talk, or when it is not the person's side
    :raises InvalidInput: for weeks or a validity that are past
    :raises Conflict: after an opening, where only a correction is possible
    """
    match = _lock_talk(match, by)
    _check_dates(terms, at)
    quote = _live(match) or _new(match)
    seen = quote.current.number if quote.current else None
    if number is not None and number != seen:
        raise Conflict(
            _("A colleague changed the quote since you looked: look at it first."),
            code="version_conflict",
        )
    sealed_round = rounds.lock_round(match.order_id)
    _check_round(quote, sealed_round, files)
    facts = facts_of(match.order)
    version = QuoteVersion(
        quote=quote,
        number=(quote.versions.count()) + 1,
        asked=facts,
        submitted_by=by,
        submitted_at=at,
    )
    if sealed_round is not None and sealed_round.is_sealed:
        rounds.seal(version, terms, sealed_round, at=at)
        quote.valid_until = None
    else:
        version.terms = terms.as_document()
        quote.valid_until = terms.valid_until
    stands_unchanged = quote.state in ANSWERABLE_QUOTES and version.terms is not None
    if stands_unchanged and quote.current and quote.current.terms == version.terms:
        raise Conflict(_("Nothing differs from what you have handed in already."), code="unchanged")
    quote.current, quote.asked, quote.draft = version, facts, None
    quote.wish, quote.wished_at = "", None
    quote.submitted_at = at
    return _hand_in(quote, version, files, by=by, at=at)


def _hand_in(
    quote: Quote, version: QuoteVersion, files: Sequence[CleanUpload], *, by: User, at: dt.datetime
) -> Quote:
    is_first = version.number == 1
    # The version needs the quote's key and the quote the version's: the quote stands before.
    version.save()
    with stored_together() as store:
        for file in files:
            kept = QuoteFile(
                version=version, name=file.name, content_type=file.content_type, size=file.size
            )
            store(kept.file, file)
            kept.save()
        target = QuoteState.SUBMITTED if is_first else QuoteState.REVISED
        if quote.state != target:
            base.move(quote, target)
        quote.save()
        kind = QuoteEventKind.SUBMITTED if is_first else QuoteEventKind.REVISED
        base.record(quote, kind, at=at, by=by, side=OWN, version=version)
        base.notify_side(quote, OWN.other, base.QUOTE_RECEIVED, f"v{version.number}")
    return quote


@transaction.atomic
def confirm_again(*, quote: Quote, by: User, at: dt.datetime) -> Quote:
    """Stand by the quote unchanged, although the order asks for something else now.

    :raises Conflict: when nothing waits for it, or its validity or weeks are past
    """
    if quote.match is None:
        raise Conflict(_("The match of this quote is gone."), code="ended")
    match = _lock_talk(quote.match, by)
    quote = base.lock_quote(quote)
    base.check_speaker(quote, OWN, by)
    if quote.state != QuoteState.CONFIRM_AGAIN:
        raise Conflict(_("Nothing waits for your confirmation."), code="nothing_waits")
    if quote.valid_until is not None and quote.valid_until < trade_day(at):
        raise Conflict(_("Its validity is over: revise it."), code="expired")
    quote.asked = facts_of(match.order)
    base.move(quote, base.standing_state(quote))
    quote.save()
    base.record(quote, QuoteEventKind.CONFIRMED, at=at, by=by, side=OWN, version=quote.current)
    base.notify_side(quote, OWN.other, base.QUOTE_RECEIVED, f"again:{at:%s}")
    return quote


@transaction.atomic
def withdraw(*, quote: Quote, by: User, at: dt.datetime, note: str = "") -> Quote:
    """Withdraw an open quote; a sealed one is never opened then, its receipt still counts.

    :raises IllegalTransition: when it is accepted or has ended
    """
    quote = base.lock_quote(quote)
    base.check_speaker(quote, OWN, by)
    was_handed_in = quote.current is not None
    base.move(quote, QuoteState.WITHDRAWN, at=at)
    quote.end_note = note
    quote.save()
    base.record(quote, QuoteEventKind.WITHDRAWN, at=at, by=by, side=OWN, note=note)
    if was_handed_in:
        base.notify_side(quote, OWN.other, base.QUOTE_ENDED, "withdrawn")
    return quote


def _lock_talk(match: Match, by: User) -> Match:
    match = matching.lock_match(match)
    matching.check_speaker(match, OWN, by, on_behalf=False)
    check_can_write(match, OWN)
    return match


def _live(match: Match) -> Quote | None:
    """Return the open quote of the order and the factory, locked."""
    found = Quote.objects.filter(
        order=match.order_id, factory=match.offer.company_id, state__in=OPEN_QUOTES
    ).first()
    return base.lock_quote(found) if found else None


def _new(match: Match) -> Quote:
    return Quote.objects.create(
        match=match,
        order=match.order,
        offer=match.offer,
        brand=match.order.company,
        factory=match.offer.company,
    )


def _check_dates(terms: QuoteTerms, at: dt.datetime) -> None:
    if terms.last_week < trade_week(at):
        raise InvalidInput(_("The last week of delivery is past."), field="last_week")
    if terms.valid_until < trade_day(at):
        raise InvalidInput(_("The quote holds at least until today."), field="valid_until")


def _check_round(quote: Quote, sealed_round: Any, files: Sequence[CleanUpload]) -> None:
    if len(files) > MOST_FILES:
        raise InvalidInput(
            _("A quote carries at most %(most)s files.") % {"most": MOST_FILES}, field="uploads"
        )
    if sealed_round is None:
        return
    if sealed_round.is_sealed and files:
        raise InvalidInput(
            _("A sealed quote carries no files: send them after the opening."), field="uploads"
        )
    if not sealed_round.is_sealed and quote.state in ANSWERABLE_QUOTES:
        raise Conflict(
            _("The quotes are opened: only a clerical mistake can be corrected now."),
            code="opened",
        )
    if not sealed_round.is_sealed and quote.current is None:
        raise Conflict(_("The round of sealed quotes is over."), code="opened")
