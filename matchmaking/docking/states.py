"""Phases of a docking day, and the order in which they may follow one another."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class EventPhase(models.TextChoices):
    """How far a docking day has come, from its first draft to its last figure."""

    DRAFT = "draft", _("Being prepared")
    REGISTRATION = "registration", _("Registration")
    PREFERENCES = "preferences", _("Choosing partners")
    PROVISIONAL = "provisional", _("Provisional schedule")
    FINAL = "final", _("Final schedule")
    RUNNING = "running", _("Today")
    CLOSED = "closed", _("Over")
    CANCELLED = "cancelled", _("Called off")


PHASE_TRANSITIONS: dict[EventPhase, frozenset[EventPhase]] = {
    EventPhase.DRAFT: frozenset({EventPhase.REGISTRATION, EventPhase.CANCELLED}),
    EventPhase.REGISTRATION: frozenset({EventPhase.PREFERENCES, EventPhase.CANCELLED}),
    EventPhase.PREFERENCES: frozenset(
        {EventPhase.REGISTRATION, EventPhase.PROVISIONAL, EventPhase.CANCELLED}
    ),
    EventPhase.PROVISIONAL: frozenset(
        {EventPhase.PREFERENCES, EventPhase.FINAL, EventPhase.CANCELLED}
    ),
    EventPhase.FINAL: frozenset({EventPhase.PROVISIONAL, EventPhase.RUNNING, EventPhase.CANCELLED}),
    EventPhase.RUNNING: frozenset({EventPhase.CLOSED}),
    EventPhase.CLOSED: frozenset(),
    EventPhase.CANCELLED: frozenset(),
}
# In which the hall's plan may still be laid out freely: nobody has been told a time.
UNPLANNED_PHASES = (EventPhase.DRAFT, EventPhase.REGISTRATION, EventPhase.PREFERENCES)
OVER_PHASES = (EventPhase.CLOSED, EventPhase.CANCELLED)


class RegistrationState(models.TextChoices):
    """What has become of a company's wish to come."""

    INVITED = "invited", _("Invited")
    APPLIED = "applied", _("Waits for the association")
    APPROVED = "approved", _("Takes part")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


REGISTRATION_TRANSITIONS: dict[RegistrationState, frozenset[RegistrationState]] = {
    RegistrationState.INVITED: frozenset(
        {RegistrationState.APPLIED, RegistrationState.APPROVED, RegistrationState.DECLINED}
    ),
    RegistrationState.APPLIED: frozenset(
        {RegistrationState.APPROVED, RegistrationState.DECLINED, RegistrationState.WITHDRAWN}
    ),
    RegistrationState.APPROVED: frozenset({RegistrationState.WITHDRAWN}),
    RegistrationState.DECLINED: frozenset({RegistrationState.APPROVED}),
    RegistrationState.WITHDRAWN: frozenset({RegistrationState.APPLIED}),
}


class MeetingState(models.TextChoices):
    """What becomes of a meeting in the schedule."""

    PLANNED = "planned", _("Planned")
    HELD = "held", _("Took place")
    MISSED = "missed", _("Not held")
    DROPPED = "dropped", _("Given up")


MEETING_TRANSITIONS: dict[MeetingState, frozenset[MeetingState]] = {
    MeetingState.PLANNED: frozenset({MeetingState.HELD, MeetingState.MISSED, MeetingState.DROPPED}),
    MeetingState.HELD: frozenset(),
    MeetingState.MISSED: frozenset({MeetingState.HELD}),
    MeetingState.DROPPED: frozenset(),
}


class RunState(models.TextChoices):
    """How far a schedule, or a change of it, has come."""

    WORKING = "working", _("Being worked out")
    PROPOSED = "proposed", _("To be looked at")
    APPLIED = "applied", _("Taken over")
    DISCARDED = "discarded", _("Set aside")
    FAILED = "failed", _("Did not work out")


RUN_TRANSITIONS: dict[RunState, frozenset[RunState]] = {
    RunState.WORKING: frozenset({RunState.PROPOSED, RunState.FAILED, RunState.DISCARDED}),
    RunState.PROPOSED: frozenset({RunState.APPLIED, RunState.DISCARDED}),
    RunState.APPLIED: frozenset(),
    RunState.DISCARDED: frozenset(),
    RunState.FAILED: frozenset(),
}
PLANNED_PHASES = (EventPhase.PROVISIONAL, EventPhase.FINAL, EventPhase.RUNNING)
TOLD_PHASES = (EventPhase.FINAL, EventPhase.RUNNING)


class OfferState(models.TextChoices):
    """What becomes of a free table that is offered to a pair."""

    OPEN = "open", _("Offered")
    SEATED = "seated", _("Seated")
    TURNED_DOWN = "turned", _("Turned down")
    EXPIRED = "expired", _("Not answered")


OFFER_TRANSITIONS: dict[OfferState, frozenset[OfferState]] = {
    OfferState.OPEN: frozenset({OfferState.SEATED, OfferState.TURNED_DOWN, OfferState.EXPIRED}),
    OfferState.SEATED: frozenset(),
    OfferState.TURNED_DOWN: frozenset(),
    OfferState.EXPIRED: frozenset(),
}
