"""What comes of a meeting: one tap by each side, and the way to a deal at the table."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.rules import is_member
from matchmaking.core.errors import Conflict, InvalidInput, NotAllowed
from matchmaking.deals.services import intentions
from matchmaking.docking.choices import OutcomeKind
from matchmaking.docking.models import Outcome
from matchmaking.docking.services import attendance, base, meetings
from matchmaking.docking.states import EventPhase, MeetingState
from matchmaking.matching.services import answers
from matchmaking.matching.states import AnswerKind, MatchSide, MatchState

if TYPE_CHECKING:
    from accounts.models import User
    from matchmaking.deals.models import Intention
    from matchmaking.deals.services.intentions import Figures
    from matchmaking.docking.models import Meeting, Seat
    from matchmaking.matching.models import Match


@transaction.atomic
def say(*, meeting: Meeting, kind: str, by: User, at: dt.datetime) -> Outcome:
    """Keep what the person's side takes from the meeting; who tells an outcome has met.

    :raises Conflict: before the meeting has begun, or when it was given up
    """
    if kind not in OutcomeKind.values:
        raise InvalidInput(_("Choose an outcome."), field="kind")
    row = meetings.lock_meeting(meeting)
    base.check_phase(row.event, [EventPhase.RUNNING])
    seat = _own_seat(row, by)
    if row.slot.starts_at > at:
        raise Conflict(_("The meeting has not begun yet."), code="not_begun")
    if row.state not in (MeetingState.PLANNED, MeetingState.HELD):
        raise Conflict(_("This meeting is not planned any more."), code="not_planned")
    attendance.hold(row, at)
    outcome, _made = Outcome.objects.update_or_create(
        seat=seat, defaults={"kind": kind, "said_by": by, "said_at": at}
    )
    return outcome


@transaction.atomic
def say_yes_at_table(*, meeting: Meeting, by: User, at: dt.datetime) -> None:
    """Answer the proposal between what both brought with "interested"; two of that open a deal.

    :raises Conflict: when what they brought is no proposal of the market
    :raises NotAnswerable: as on the page of the match
    """
    row = meetings.lock_meeting(meeting)
    base.check_phase(row.event, [EventPhase.RUNNING])
    match, side = _match_of(row, _own_seat(row, by))
    if match.state != MatchState.MUTUAL:
        answers.answer_match(match=match, side=side, kind=AnswerKind.INTERESTED, by=by, at=at)


@transaction.atomic
def propose_deal(*, meeting: Meeting, figures: Figures, by: User, at: dt.datetime) -> Intention:
    """Write down at the table what the two agreed on; it counts to the day once both confirm.

    :raises Conflict: when what they brought is no proposal of the market
    :raises NotAnswerable: before both have said yes to each other
    """
    row = meetings.lock_meeting(meeting)
    base.check_phase(row.event, [EventPhase.RUNNING])
    match, side = _match_of(row, _own_seat(row, by))
    attendance.hold(row, at)
    return intentions.propose(
        match=match, side=side, figures=figures, by=by, at=at, event=row.event.code
    )


def _match_of(meeting: Meeting, seat: Seat) -> tuple[Match, MatchSide]:
    """Return the proposal behind a meeting and the seat's side of it.

    :raises Conflict: when there is none
    """
    match = meeting.match
    if match is None:
        raise Conflict(
            _("What you both brought is no proposal of the market: find each other there."),
            code="no_match",
        )
    is_order = match.order.company_id == seat.registration.company_id
    return match, MatchSide.ORDER if is_order else MatchSide.OFFER


def _own_seat(meeting: Meeting, by: User) -> Seat:
    seats = meeting.seats.select_related("registration__company").order_by("pk")
    seat = next((one for one in seats if is_member(by, one.registration.company)), None)
    if seat is None:
        raise NotAllowed(_("Only who sits at the table can say this."), code="not_yours")
    return seat
