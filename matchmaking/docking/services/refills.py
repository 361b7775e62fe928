"""A table that falls free: offered to the best free pair that is here and stands by.

The pair is found by the engine's pure ranking, in milliseconds and without the solvers, so the
page that reports a no-show offers the table itself. Both have to accept; who turns it down, or
does not answer, leaves it to the next pair.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.rules import is_member
from matchmaking.core.errors import Conflict, NotAllowed
from matchmaking.core.transitions import check_transition
from matchmaking.docking import queries
from matchmaking.docking.choices import MeetingOrigin
from matchmaking.docking.day_model import EventDay
from matchmaking.docking.models import Meeting, OfferSide, TableOffer
from matchmaking.docking.services import base, meetings
from matchmaking.docking.services.notices import notify_company
from matchmaking.docking.states import OFFER_TRANSITIONS, EventPhase, OfferState
from matchmaking.engine.schedule.standby import StandbyPair, standby_pairs
from matchmaking.engine.schedule.types import pair_of

if TYPE_CHECKING:
    from accounts.models import User
    from matchmaking.docking.models import DockingEvent

TABLE_FREE = "docking_table"
ANSWER_WITHIN = dt.timedelta(seconds=90)
LEAST_LEFT = dt.timedelta(minutes=5)  # of a slot that is worth sitting down for


def offer_table(missed: Meeting, at: dt.datetime) -> TableOffer | None:
    """Offer the table of a missed meeting to the best pair; None where there is none, or no time.

    The event is locked by the caller.
    """
    event, slot = missed.event, missed.slot
    if slot.ends_at - at < LEAST_LEFT:
        return None
    day = EventDay(event)
    pair = _best(event, day, missed)
    if pair is None:
        return None
    offer = TableOffer.objects.create(
        event=event,
        missed=missed,
        slot=slot,
        hall_id=missed.hall_id,
        table=missed.table,
        offered_at=at,
        answer_by=min(at + ANSWER_WITHIN, slot.ends_at),
    )
    agendas = {str(agenda.pk): agenda for agenda in day.agendas}
    for code in (pair.a, pair.b):
        agenda = agendas[code]
        row = day.rows[agenda.registration_id]
        OfferSide.objects.create(offer=offer, registration=row, agenda=agenda)
        row.event = event
        notify_company(row, TABLE_FREE, f"table:{offer.code}")
    return offer


def _best(event: DockingEvent, day: EventDay, missed: Meeting) -> StandbyPair | None:
    place = day.place.get(missed.slot_id)
    if place is None:
        return None
    standing = {row.pk for row in day.rows.values() if row.stands_by}
    consented = {str(one.pk) for one in day.agendas if one.registration_id in standing}
    # Whoever has an open offer is not asked for a second table at the same time.
    busy = queries.agendas_with_offers(event)
    present = {str(pk) for pk in queries.present_agendas(event) - busy}
    values = {
        pair_of(*(str(pk) for pk in pair)): max(1, round(float(match.score)))
        for pair, match in day.fits.items()
    }
    found = standby_pairs(
        day.day(),
        day.standing_slots,
        slot=place,
        present=present,
        consented=consented,
        met={pair_of(*pair) for pair in queries.settled_pairs(event, missed)},
        values=values,
    )
    return found[0] if found else None


@transaction.atomic
def answer(*, offer: TableOffer, by: User, is_accepted: bool, at: dt.datetime) -> TableOffer:
    """Keep one company's answer; once both accept they are seated.

    A "no" settles it, and the table goes to the next pair; nobody is told who said it.

    :raises NotAllowed: for somebody of neither company
    :raises Conflict: when it is settled, or too late
    """
    event = base.lock_event(offer.event)
    base.check_phase(event, [EventPhase.RUNNING])
    row = (
        TableOffer.objects.select_for_update(of=("self",))
        .select_related("slot", "missed")
        .get(pk=offer.pk)
    )
    row.event = event
    sides = list(row.sides.select_related("registration__company").order_by("pk"))
    own = next((side for side in sides if is_member(by, side.registration.company)), None)
    if own is None:
        raise NotAllowed(_("Only the company itself can say this."), code="not_yours")
    if row.state != OfferState.OPEN or row.answer_by < at:
        raise Conflict(_("This table is no longer free."), code="settled")
    own.is_accepted, own.answered_at = is_accepted, at
    own.save(update_fields=["is_accepted", "answered_at"])
    if not is_accepted:
        _settle(row, OfferState.TURNED_DOWN, at)
        _next(row, at)
    elif all(side.is_accepted for side in sides):
        _seat(row, sides, at)
    return row


def _seat(row: TableOffer, sides: list[OfferSide], at: dt.datetime) -> None:
    day = EventDay(row.event)
    companies = frozenset(side.registration.company_id for side in sides)
    match = day.fits.get(companies)
    row.seated = meetings.create(
        row.event,
        agendas=[side.agenda_id for side in sides],
        slot=row.slot,
        hall=row.hall_id,
        table=row.table,
        origin=MeetingOrigin.REFILL,
        match=match.pk if match else None,
        at=at,
    )
    _settle(row, OfferState.SEATED, at)


def _settle(row: TableOffer, state: OfferState, at: dt.datetime) -> None:
    check_transition(OFFER_TRANSITIONS, OfferState(row.state), state)
    row.state, row.settled_at = state, at
    row.save()


def _next(row: TableOffer, at: dt.datetime) -> None:
    missed = Meeting.objects.select_related("slot").get(pk=row.missed_id)
    missed.event = row.event
    offer_table(missed, at)


def expire_due(event: DockingEvent, at: dt.datetime) -> int:
    """Settle offers that were not answered, and offer their tables to the next pairs."""
    due = event.table_offers.filter(state=OfferState.OPEN, answer_by__lt=at)
    rows = list(due.select_for_update(of=("self",)).order_by("pk"))
    for row in rows:
        row.event = event
        _settle(row, OfferState.EXPIRED, at)
        _next(row, at)
    return len(rows)
