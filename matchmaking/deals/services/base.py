"""Shared steps of an intention: lock, who may speak, weeks held in the ledger, notices."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import queries as accounts
from accounts.models import Company
from matchmaking.core.errors import Conflict, NotAllowed
from matchmaking.core.formatting import grouped, in_a_row, weeks_in_words
from matchmaking.core.text import join_sentences
from matchmaking.core.transitions import check_transition
from matchmaking.deals import rules
from matchmaking.deals.models import Intention, IntentionTerms
from matchmaking.deals.states import INTENTION_TRANSITIONS, IntentionState
from matchmaking.listings import ledger
from matchmaking.listings.models import CapacityOffer
from matchmaking.listings.post_locking import lock_post
from matchmaking.listings.states import EntryKind
from matchmaking.matching.services.base import SHARE_LOCKS, lock_match
from matchmaking.matching.states import MatchSide
from matchmaking.notifications.services import notify

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accounts.models import User
    from matchmaking.matching.models import Match

DEAL_PROPOSED = "deal_proposed"
DEAL_CONFIRMED = "deal_confirmed"
DEAL_PROGRESS = "deal_progress"
DEAL_ENDED = "deal_ended"
HOLD_ENDING = "hold_ending"
DAYS_A_WEEK = 7
MOST_WEEKS_NAMED = 4


class NotEnoughWeeks(Conflict):
    """The factory's free weeks do not hold the pairs."""

    code = "not_enough_pairs"


def lock_intention(intention: Intention) -> Intention:
    """Return the intention as it is now, locked together with the offer whose weeks it holds.

    Order of locks: offer, intention, as conversations lock posts before matches. A proposal holds
    the offer's key while it waits for the intention; the other way round the two would deadlock.
    """
    if intention.offer_id is not None:
        lock_post(CapacityOffer(pk=intention.offer_id))
    rows = Intention.objects.select_related(
        "brand", "factory", "order", "offer", "terms", "confirmed", "hold"
    )
    return rows.select_for_update(of=("self",)).get(pk=intention.pk)


def lock_companies(*companies: Company) -> None:
    """Lock the rows of companies in a fixed order, so that two entries about both follow one another."""
    wanted = Company.objects.filter(pk__in=[company.pk for company in companies])
    list(wanted.select_for_update(no_key=True).order_by("pk").values_list("pk"))


def lock_match_and_offer(match: Match) -> Match:
    """Return the match as it is now, locked, and the offer whose weeks a deal will hold.

    Order of locks: companies, order, offer, match, and whoever calls then takes quote and
    intention. :func:`~matchmaking.matching.services.base.lock_match` alone takes a key share of
    the offer; two deals on one factory that then ask for the whole row would wait for each other.
    """
    with connection.cursor() as cursor:
        for statement in filter(str.strip, SHARE_LOCKS.split(";")[:2]):
            cursor.execute(statement, {"order": match.order_id, "offer": match.offer_id})
    lock_post(CapacityOffer(pk=match.offer_id))
    return lock_match(match)


def check_speaker(intention: Intention, side: MatchSide, by: User, *, on_behalf: bool) -> None:
    """Return when the person may speak for that side.

    :raises NotAllowed: otherwise
    """
    may = rules.can_act_on_intentions(by) if on_behalf else side in rules.own_sides(by, intention)
    if not may:
        raise NotAllowed(_("Only the company itself can say this."), code="not_yours")


def move(intention: Intention, target: IntentionState) -> None:
    check_transition(INTENTION_TRANSITIONS, IntentionState(intention.state), target)
    intention.state = target


def hold_weeks(intention: Intention, terms: IntentionTerms, *, by: User, at: dt.datetime) -> None:
    """Hold the pairs of the terms in the factory's free weeks, the earliest first.

    What the intention held before is given back in the same transaction, so that a revision
    may use its own weeks. An intention without a posted capacity holds nothing.

    :raises NotEnoughWeeks: when they do not fit; nothing has changed then
    """
    if intention.offer_id is None:
        return
    booked = release_weeks(intention, by=by, at=at)
    # Read again: the release has raised its version. Other takers wait for the lock of before.
    offer = CapacityOffer.objects.get(pk=intention.offer_id)
    ledger.roll_locked(offer, ledger.current_week(at))
    first, row = _laid(offer, terms)
    hold = ledger.hold_pairs(
        offer=offer, first_week=first, pairs=row, by=by, at=at, reference=f"deal:{intention.code}"
    )
    intention.hold = ledger.book_hold(hold=hold, by=by, at=at) if booked else hold
    intention.held_until = None if booked else at + dt.timedelta(days=settings.HOLD_DAYS)
    intention.hold_reminded_at = None


def release_weeks(intention: Intention, *, by: User | None, at: dt.datetime) -> bool:
    """Give the pairs of the intention back, if it has any; return whether they were booked."""
    hold = intention.hold
    if hold is None:
        return False
    ledger.release_hold(entry=hold, by=by, at=at)
    intention.hold = intention.held_until = intention.hold_reminded_at = None
    return hold.kind == EntryKind.BOOK


def _laid(offer: CapacityOffer, terms: IntentionTerms) -> tuple[dt.date, list[int]]:
    """Lay the pairs into the free weeks up to the last week of delivery."""
    anchor = offer.anchor_week
    if anchor is None:
        raise NotEnoughWeeks(_("The factory has published no weeks."))
    # Production may begin as soon as there are free weeks: the first week of delivery is when
    # the first pairs leave, not when their making begins.
    last = (terms.last_week - anchor).days // DAYS_A_WEEK
    row, left = [], terms.pairs
    for free in offer.free[: max(last + 1, 0)]:
        part = min(free, left)
        row.append(part)
        left -= part
    if left:
        said = _("%(free)s pairs are free up to %(week)s; %(asked)s were agreed on.") % {
            "free": grouped(sum(row)),
            "week": weeks_in_words(terms.last_week),
            "asked": grouped(terms.pairs),
        }
        raise NotEnoughWeeks(
            join_sentences(said, what_is_left(anchor, row)) if any(row) else said, field="pairs"
        )
    return anchor, row


def what_is_left(anchor: dt.date, row: Sequence[int]) -> str:
    """Say which weeks have how many free pairs, the earliest first."""
    free = [(anchor + dt.timedelta(weeks=place), pairs) for place, pairs in enumerate(row) if pairs]
    shown = [
        gettext("%(pairs)s in %(week)s") % {"pairs": grouped(pairs), "week": weeks_in_words(week)}
        for week, pairs in free[:MOST_WEEKS_NAMED]
    ]
    if len(free) > MOST_WEEKS_NAMED:
        shown.append(gettext("%(count)s more weeks") % {"count": len(free) - MOST_WEEKS_NAMED})
    return gettext("Left are %(weeks)s.") % {"weeks": in_a_row(shown)}


def notify_side(
    intention: Intention, side: MatchSide, kind: str, fact: str, *, but: User | None = None
) -> int:
    """Notify the people of one side, once for each fact; return how many."""
    company = intention.company(side)
    members = accounts.members_of(company).values_list("pk", flat=True)
    return notify(
        kind=kind,
        recipients=[pk for pk in members if but is None or pk != but.pk],
        fact=f"{intention.code}:{company.code}:{fact}",
        subject={"intention": intention.pk, "side": str(side)},
        company_id=company.pk,
        topic=f"deal:{intention.code}",
    )
