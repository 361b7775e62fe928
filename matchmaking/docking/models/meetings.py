"""Meetings at tables, the two seats of each, and the runs that draw them up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Deferrable, Q
from django.utils.translation import gettext_lazy as _

from matchmaking.core.models import Job
from matchmaking.docking.choices import MeetingOrigin, RunKind
from matchmaking.docking.models.events import DockingEvent, Hall, TimeSlot
from matchmaking.docking.models.registrations import Agenda, Registration
from matchmaking.docking.states import (
    TOLD_PHASES,
    EventPhase,
    MeetingState,
    RunState,
)
from matchmaking.matching.models import Match

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

# A meeting that was missed has left its table to another one.
AT_TABLE = (MeetingState.PLANNED, MeetingState.HELD)


class MeetingQuerySet(models.QuerySet["Meeting"]):
    """Meetings, by who may see them."""

    def visible_to(self, user: User | AnonymousUser) -> MeetingQuerySet:
        """Own companies' meetings once the schedule is published; officers see all."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_staff and user.has_perm("docking.run_event"):
            return self
        mine = Seat.objects.filter(registration__company__in=user.memberships.values("company"))
        return self.filter(
            pk__in=mine.values("meeting"), event__phase__in=(*TOLD_PHASES, EventPhase.CLOSED)
        )

    def at_table(self) -> MeetingQuerySet:
        return self.filter(state__in=AT_TABLE)

    def in_full(self) -> MeetingQuerySet:
        return self.select_related("event", "slot", "hall", "match").prefetch_related(
            models.Prefetch(
                "seats",
                queryset=Seat.objects.select_related("registration__company", "agenda")
                .prefetch_related("agenda__attendees")
                .order_by("pk"),
            )
        )


class Meeting(models.Model):
    """Two companies at a table in a slot.

    ``during`` repeats the slot's time, so that the database refuses two meetings at a table.
    ``sequence`` rises with each change of place or time, as calendars want it. Written by
    :mod:`matchmaking.docking.services` only.
    """

    code = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    event = models.ForeignKey(DockingEvent, on_delete=models.CASCADE, related_name="meetings")
    slot = models.ForeignKey(TimeSlot, on_delete=models.PROTECT, related_name="meetings")
    hall = models.ForeignKey(Hall, on_delete=models.PROTECT, related_name="+")
    table = models.PositiveSmallIntegerField(_("table"))
    during = DateTimeRangeField(_("time"))
    state = models.CharField(
        _("state"), max_length=8, choices=MeetingState.choices, default=MeetingState.PLANNED
    )
    origin = models.CharField(_("origin"), max_length=8, choices=MeetingOrigin.choices)
    is_pinned = models.BooleanField(_("pinned"), default=False)
    match = models.ForeignKey(Match, on_delete=models.SET_NULL, null=True, related_name="+")
    sequence = models.PositiveSmallIntegerField(_("changes"), default=0)
    changed_at = models.DateTimeField(_("changed"))

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        constraints = [
            models.CheckConstraint(name="meeting_table_counts_from_1", condition=Q(table__gte=1)),
            ExclusionConstraint(
                name="table_holds_one_meeting",
                expressions=[
                    ("hall", RangeOperators.EQUAL),
                    ("table", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
                condition=Q(state__in=AT_TABLE),
                # Deferred while a schedule is taken over: two meetings may swap their tables.
                deferrable=Deferrable.IMMEDIATE,
            ),
        ]
        indexes = [models.Index(fields=["event", "state"], name="meeting_of_event")]

    def __str__(self) -> str:
        return f"meeting {self.code}"


class Seat(models.Model):
    """One side of a meeting. ``is_taken`` is false once the meeting is missed or given up."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="seats")
    agenda = models.ForeignKey(Agenda, on_delete=models.PROTECT, related_name="seats")
    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="seats")
    during = DateTimeRangeField(_("time"))
    is_taken = models.BooleanField(_("taken"), default=True)

    class Meta:
        verbose_name = _("seat")
        verbose_name_plural = _("seats")
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "registration"], name="company_sits_once_at_a_meeting"
            ),
            ExclusionConstraint(
                name="agenda_is_at_one_table",
                expressions=[
                    ("agenda", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
                condition=Q(is_taken=True),
                deferrable=Deferrable.IMMEDIATE,
            ),
        ]

    def __str__(self) -> str:
        return f"seat of {self.registration_id}"


class ScheduleRun(models.Model):
    """A schedule, or a change of one, as the worker found it and an officer decided on it.

    ``request`` names what was asked, ``outcome`` the places of all meetings, what would move,
    and what clashes. ``basis`` is the schedule from which it started: on another one it is
    not taken over.
    """

    code = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    event = models.ForeignKey(DockingEvent, on_delete=models.CASCADE, related_name="runs")
    kind = models.CharField(_("kind"), max_length=8, choices=RunKind.choices)
    state = models.CharField(
        _("state"), max_length=10, choices=RunState.choices, default=RunState.WORKING
    )
    job = models.ForeignKey(Job, on_delete=models.PROTECT, related_name="+")
    request = models.JSONField(default=dict)
    outcome = models.JSONField(default=dict)
    basis = models.CharField(max_length=64, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    made_at = models.DateTimeField(_("asked"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided"), null=True)

    class Meta:
        verbose_name = _("run of the scheduler")
        verbose_name_plural = _("runs of the scheduler")
        constraints = [
            # Two proposals side by side would each be out of date once the other is taken over.
            models.UniqueConstraint(
                fields=["event"],
                name="event_has_one_open_run",
                condition=Q(state__in=(RunState.WORKING, RunState.PROPOSED)),
            ),
        ]

    def __str__(self) -> str:
        return f"run {self.code}"
