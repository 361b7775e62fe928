"""Companies at a docking day: what they bring, who comes, who shares an agenda."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from matchmaking.core.text import no_control_characters
from matchmaking.docking.choices import ParticipantRole
from matchmaking.docking.models.events import DockingEvent
from matchmaking.docking.states import RegistrationState
from matchmaking.listings.models import CapacityOffer, ProcessingOrder

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

MOST_MEETINGS = 60


class RegistrationQuerySet(models.QuerySet["Registration"]):
    """Registrations, by who may see them."""

    def visible_to(self, user: User | AnonymousUser) -> RegistrationQuerySet:
        """Those of the person's companies; officers see all."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_staff and user.has_perm("docking.run_event"):
            return self
        mine = user.memberships.values("company")
        # What officers entered for a company is not its own until somebody there has said so.
        return self.filter(company__in=mine).exclude(state=RegistrationState.INVITED)

    def approved(self) -> RegistrationQuerySet:
        return self.filter(state=RegistrationState.APPROVED)

    def in_full(self) -> RegistrationQuerySet:
        return self.select_related("event", "company__cluster")


class Registration(models.Model):
    """A company that comes to a docking day.

    ``stands_by`` is its consent to sit down with whom fits when a table falls free, and to be
    given meetings that only the other side asked for. Written by
    :mod:`matchmaking.docking.services` only.
    """

    code = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    event = models.ForeignKey(
        DockingEvent,
        on_delete=models.CASCADE,
        related_name="registrations",
        verbose_name=_("event"),
    )
    company = models.ForeignKey(
        "accounts.Company", on_delete=models.PROTECT, related_name="+", verbose_name=_("company")
    )
    role = models.CharField(_("comes as"), max_length=10, choices=ParticipantRole.choices)
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=RegistrationState.choices,
        default=RegistrationState.APPLIED,
    )
    is_seated = models.BooleanField(_("keeps its table"), default=False)
    stands_by = models.BooleanField(_("fills free tables"), default=False)
    needs_interpreter = models.BooleanField(_("needs an interpreter"), default=False)
    fewest_meetings = models.PositiveSmallIntegerField(_("fewest meetings"), default=0)
    most_meetings = models.PositiveSmallIntegerField(
        _("most meetings"),
        default=12,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_MEETINGS)],
    )
    note = models.TextField(
        _("note to the association"),
        max_length=1000,
        blank=True,
        validators=[no_control_characters],
    )
    orders = models.ManyToManyField(ProcessingOrder, blank=True, related_name="+")
    offers = models.ManyToManyField(CapacityOffer, blank=True, related_name="+")
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    registered_at = models.DateTimeField(_("registered"))
    is_on_behalf = models.BooleanField(_("entered by the association"), default=False)
    vouched_for = models.CharField(
        _("who said yes for the company"),
        max_length=120,
        blank=True,
        validators=[no_control_characters],
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided"), null=True)
    decision_note = models.TextField(_("reason"), max_length=1000, blank=True)

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        constraints = [
            models.UniqueConstraint(
                fields=["event", "company"], name="company_registers_once_per_event"
            ),
            models.CheckConstraint(
                name="registration_meetings_in_order",
                condition=Q(
                    most_meetings__gte=1,
                    most_meetings__lte=MOST_MEETINGS,
                    fewest_meetings__lte=F("most_meetings"),
                ),
            ),
            models.CheckConstraint(
                name="registration_on_behalf_names_who_said_yes",
                condition=~Q(state=RegistrationState.APPROVED, is_on_behalf=True, vouched_for=""),
            ),
        ]

    def __str__(self) -> str:
        return self.company.name


class Agenda(models.Model):
    """One place at a table at a time: a person, or several who share it."""

    registration = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="agendas")
    number = models.PositiveSmallIntegerField(_("number"))

    class Meta:
        verbose_name = _("agenda")
        verbose_name_plural = _("agendas")
        constraints = [
            models.UniqueConstraint(fields=["registration", "number"], name="agenda_numbered_once"),
        ]

    def __str__(self) -> str:
        return f"{self.registration_id}/{self.number}"


class Attendee(models.Model):
    """Somebody who comes for a company. ``here_from`` and ``here_until`` say when; empty is the whole day."""

    code = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    agenda = models.ForeignKey(Agenda, on_delete=models.CASCADE, related_name="attendees")
    name = models.CharField(_("name"), max_length=60, validators=[no_control_characters])
    job_title = models.CharField(
        _("job title"), max_length=60, blank=True, validators=[no_control_characters]
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    here_from = models.DateTimeField(_("here from"), null=True, blank=True)
    here_until = models.DateTimeField(_("here until"), null=True, blank=True)

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        constraints = [
            models.CheckConstraint(name="attendee_is_named", condition=~Q(name="")),
            models.CheckConstraint(
                name="attendee_leaves_after_coming",
                condition=Q(here_from=None) | Q(here_until=None) | Q(here_until__gt=F("here_from")),
            ),
        ]

    def __str__(self) -> str:
        return self.name
