"""An intention from its first figures until both confirm it, revise it, or withdraw."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from matchmaking.core import weeks
from matchmaking.core.errors import Conflict, InvalidInput
from matchmaking.core.trade_day import trade_week
from matchmaking.deals import facts
from matchmaking.deals.models import Confirmation, Intention, IntentionTerms
from matchmaking.deals.models.intentions import MOST_PAIRS, MOST_YUAN
from matchmaking.deals.services import base
from matchmaking.deals.states import ENDED_STATES, IntentionState, WithdrawReason
from matchmaking.matching.services import base as matching
from matchmaking.matching.services.messages import check_can_write
from matchmaking.matching.states import MatchSide

if TYPE_CHECKING:
    from uuid import UUID

    from accounts.models import User
    from matchmaking.matching.models import Match

MOST_WEEKS = weeks.HORIZON_WEEKS


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What two firms agree on: pairs, yuan a pair, and the Mondays of the delivery weeks.

    :raises InvalidInput: for figures that no deal can have, naming the field
    """

    pairs: int
    unit_price: Decimal
    first_week: dt.date
    last_week: dt.date
    note: str = ""

    def __post_init__(self) -> None:
        if not 1 <= self.pairs <= MOST_PAIRS:
            raise InvalidInput(_("Say how many pairs, at most 100,000,000."), field="pairs")
        if not 0 < self.unit_price <= MOST_YUAN:
            raise InvalidInput(_("Say the price of a pair, up to ¥100,000."), field="unit_price")
        if self.unit_price != self.unit_price.quantize(Decimal("0.01")):
            raise InvalidInput(_("A price has at most two decimals."), field="unit_price")
        if any(day != weeks.monday_of(day) for day in (self.first_week, self.last_week)):
            raise InvalidInput(_("A week is named by its Monday."), field="first_week")
        if self.last_week < self.first_week:
            raise InvalidInput(
                _("The last week of delivery is not before the first."), field="last_week"
            )


@transaction.atomic
def propose(
    *,
    match: Match,
    side: str,
    figures: Figures,
    by: User,
    at: dt.datetime,
    on_behalf: bool = False,
    event: UUID | None = None,
) -> Intention:
    """Propose the figures of a deal to the other side of a conversation.

    Confirms them for the own side. Where the order and the factory have a live intention, the
    figures revise it: signing again never makes a second one. ``event`` is the code of the
    docking event at which it is written down; one that came before the event keeps its own.

    :raises NotAnswerable: while the two may not talk, or when it is not the person's side
    :raises InvalidInput: for weeks that are past or too far ahead
    """
    own = MatchSide(side)
    match = base.lock_match_and_offer(match)
    matching.check_speaker(match, own, by, on_behalf=False) if not on_behalf else None
    check_can_write(match, own)
    found = _live_intention(match, at, event)
    return _propose(found, own, figures, by=by, at=at, on_behalf=on_behalf)


@transaction.atomic
def conclude(
    *, match: Match, figures: Figures, offered_by: User | None, by: User, at: dt.datetime
) -> Intention:
    """Make a deal of what the factory offered in writing and ``by`` accepts for the brand.

    The figures are proposed by the factory and confirmed by both at once, as
    :func:`propose` and :func:`confirm` would one after the other; the weeks are held. Where the
    order and the factory have a live intention, it is revised, so that nothing counts twice.

    :raises NotAnswerable: while the two may not talk, or when it is not the person's side
    :raises NotEnoughWeeks: when the factory's free weeks do not hold the pairs
    """
    match = base.lock_match_and_offer(match)
    matching.check_speaker(match, MatchSide.ORDER, by, on_behalf=False)
    check_can_write(match, MatchSide.ORDER)
    intention = _live_intention(match, at)
    last = intention.terms
    if last is not None and figures_of(last) == figures:
        terms = last  # the same figures once more: what a side has not said yet, it says now
    else:
        terms = _add_terms(intention, MatchSide.OFFER, figures, by=offered_by, at=at)
        facts.publish(facts.PROPOSED, intention, f"v{terms.number}", at=at)
    said = set(terms.confirmations.values_list("side", flat=True))
    if MatchSide.OFFER not in said:
        _say_yes(terms, MatchSide.OFFER, by=offered_by, at=at, name=intention.factory.name)
    if MatchSide.ORDER not in said:
        _say_yes(terms, MatchSide.ORDER, by=by, at=at)
    if intention.confirmed_id != terms.pk:
        _make_binding(intention, terms, by=by, at=at)
    return intention


def _live_intention(match: Match, at: dt.datetime, event: UUID | None = None) -> Intention:
    """Return the locked intention of the order and the factory, a new one where none is live."""
    # The lock on the match makes two proposals of its sides follow one another.
    found = Intention.objects.filter(
        ~Q(state__in=ENDED_STATES), order=match.order_id, factory=match.offer.company_id
    ).first()
    if found is None:
        found = Intention.objects.create(
            match=match,
            order=match.order,
            offer=match.offer,
            brand=match.order.company,
            factory=match.offer.company,
            category=match.order.category,
            event=event,
            proposed_at=at,
        )
    return base.lock_intention(found)


@transaction.atomic
def revise(
    *,
    intention: Intention,
    side: str,
    figures: Figures,
    by: User,
    at: dt.datetime,
    on_behalf: bool = False,
) -> Intention:
    """Propose other figures. Those that both confirmed count until both confirm the new ones.

    :raises Conflict: when the intention has ended, or the figures are the present ones
    """
    intention = base.lock_intention(intention)
    return _propose(intention, MatchSide(side), figures, by=by, at=at, on_behalf=on_behalf)


def _propose(
    intention: Intention,
    side: MatchSide,
    figures: Figures,
    *,
    by: User,
    at: dt.datetime,
    on_behalf: bool,
) -> Intention:
    base.check_speaker(intention, side, by, on_behalf=on_behalf)
    _check_live(intention)
    terms = _add_terms(intention, side, figures, by=by, at=at, on_behalf=on_behalf)
    _say_yes(terms, side, by=by, at=at, on_behalf=on_behalf)
    intention.save()
    base.notify_side(intention, side.other, base.DEAL_PROPOSED, f"v{terms.number}")
    facts.publish(facts.PROPOSED, intention, f"v{terms.number}", at=at)
    return intention


def _add_terms(
    intention: Intention,
    side: MatchSide,
    figures: Figures,
    *,
    by: User | None,
    at: dt.datetime,
    on_behalf: bool = False,
) -> IntentionTerms:
    if intention.state == IntentionState.DELIVERED:
        raise Conflict(_("All of it is delivered: nothing is left to change."), code="delivered")
    _check_weeks(figures, at)
    last = intention.terms
    if last and figures_of(last) == figures:
        raise Conflict(_("These are the figures that stand already."), code="unchanged")
    intention.terms = IntentionTerms.objects.create(
        intention=intention,
        number=last.number + 1 if last else 1,
        pairs=figures.pairs,
        unit_price=figures.unit_price,
        first_week=figures.first_week,
        last_week=figures.last_week,
        note=figures.note,
        side=side,
        is_on_behalf=on_behalf,
        proposed_by=by,
        proposed_at=at,
    )
    return intention.terms


@transaction.atomic
def confirm(
    *,
    intention: Intention,
    side: str,
    number: int,
    by: User,
    at: dt.datetime,
    on_behalf: bool = False,
) -> Intention:
    """Confirm the figures of version ``number``; once both sides have, they count.

    Holds the pairs in the factory's weeks, and gives back what older figures held.

    :raises Conflict: when other figures were proposed since, or it is confirmed already
    :raises NotEnoughWeeks: when the factory's free weeks do not hold the pairs
    """
    own = MatchSide(side)
    intention = base.lock_intention(intention)
    base.check_speaker(intention, own, by, on_behalf=on_behalf)
    _check_live(intention)
    terms = intention.terms
    if terms is None or terms.number != number:
        raise Conflict(
            _("Other figures were proposed since you looked: look at them first."),
            code="version_conflict",
        )
    if terms.confirmations.filter(side=own).exists():
        raise Conflict(_("Your company has confirmed these figures."), code="confirmed")
    _say_yes(terms, own, by=by, at=at, on_behalf=on_behalf)
    _make_binding(intention, terms, by=by, at=at)
    base.notify_side(intention, own.other, base.DEAL_CONFIRMED, f"v{terms.number}")
    return intention


def _make_binding(
    intention: Intention, terms: IntentionTerms, *, by: User, at: dt.datetime
) -> None:
    """Hold the weeks of figures that both sides have confirmed, and let them count."""
    base.hold_weeks(intention, terms, by=by, at=at)
    if intention.state == IntentionState.PROPOSED:
        base.move(intention, IntentionState.CONFIRMED)
        intention.confirmed_at = at
    intention.confirmed = terms
    intention.save()
    facts.publish(facts.CONFIRMED, intention, f"v{terms.number}", at=at)


@transaction.atomic
def keep_confirmed(*, intention: Intention, side: str, by: User, at: dt.datetime) -> Intention:
    """Turn a revision down: the figures that both confirmed go on.

    :raises Conflict: when no revision waits
    """
    own = MatchSide(side)
    intention = base.lock_intention(intention)
    base.check_speaker(intention, own, by, on_behalf=False)
    if not intention.has_revision:
        raise Conflict(_("No other figures wait for an answer."), code="nothing_waits")
    refused = intention.terms
    intention.terms = intention.confirmed
    intention.save(update_fields=["terms"])
    number = refused.number if refused else 0
    base.notify_side(intention, own.other, base.DEAL_PROGRESS, f"kept:{number}:{at:%s}")
    return intention


@transaction.atomic
def withdraw(
    *,
    intention: Intention,
    side: str,
    reason: str,
    by: User,
    at: dt.datetime,
    note: str = "",
    on_behalf: bool = False,
) -> Intention:
    """End the intention with a reason: its weeks are given back, and no figure of it counts.

    :raises IllegalTransition: when it is delivered or has ended
    """
    if reason not in WithdrawReason.values:
        raise InvalidInput(_("Choose the reason."), field="reason")
    own = MatchSide(side)
    intention = base.lock_intention(intention)
    base.check_speaker(intention, own, by, on_behalf=on_behalf)
    base.move(intention, IntentionState.WITHDRAWN)
    base.release_weeks(intention, by=by, at=at)
    intention.end_reason, intention.end_note, intention.ended_side = reason, note, own
    intention.ended_at, intention.ended_by = at, by
    intention.save()
    base.notify_side(intention, own.other, base.DEAL_ENDED, "withdrawn")
    facts.publish(facts.ENDED, intention, "withdrawn", at=at)
    return intention


def lapse_due(*, at: dt.datetime) -> int:
    """End every intention that the other side has not confirmed in time; return how many."""
    limit = at - dt.timedelta(days=settings.INTENTION_DAYS)
    due = Intention.objects.filter(state=IntentionState.PROPOSED, terms__proposed_at__lte=limit)
    ended = 0
    for row in due.only("pk").order_by("pk"):
        with transaction.atomic():
            intention = base.lock_intention(row)
            # Judged again under the lock: it may have been confirmed or revised by now.
            if intention.state != IntentionState.PROPOSED or not intention.terms:
                continue
            if intention.terms.proposed_at > limit:
                continue
            base.move(intention, IntentionState.LAPSED)
            intention.ended_at = at
            intention.save()
            for side in MatchSide:
                base.notify_side(intention, side, base.DEAL_ENDED, "lapsed")
            facts.publish(facts.ENDED, intention, "lapsed", at=at)
            ended += 1
    return ended


def _say_yes(
    terms: IntentionTerms,
    side: MatchSide,
    *,
    by: User | None,
    at: dt.datetime,
    on_behalf: bool = False,
    name: str = "",
) -> None:
    """Record a side's yes under the person's name; ``name`` is for one who has left since."""
    Confirmation.objects.create(
        terms=terms,
        side=side,
        name=str(by) if by else name,
        is_on_behalf=on_behalf,
        confirmed_by=by,
        confirmed_at=at,
    )


def figures_of(terms: IntentionTerms) -> Figures:
    return Figures(
        pairs=terms.pairs,
        unit_price=terms.unit_price,
        first_week=terms.first_week,
        last_week=terms.last_week,
        note=terms.note,
    )


def _check_live(intention: Intention) -> None:
    if not intention.is_live:
        raise Conflict(_("This intention has ended."), code="ended")


def _check_weeks(figures: Figures, at: dt.datetime) -> None:
    now = trade_week(at)
    if figures.last_week < now:
        raise InvalidInput(_("The last week of delivery is past."), field="last_week")
    if figures.last_week >= now + dt.timedelta(weeks=MOST_WEEKS):
        raise InvalidInput(_("Weeks are planned at most two years ahead."), field="last_week")
