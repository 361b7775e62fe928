"""What happens on the day: people come and go, free tables are offered, outcomes are told."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from matchmaking.docking.choices import OutcomeKind
from matchmaking.docking.models.events import DockingEvent, Hall, TimeSlot
from matchmaking.docking.models.meetings import Meeting, Seat
from matchmaking.docking.models.registrations import Agenda, Attendee, Registration
from matchmaking.docking.states import OfferState


class Passage(models.Model):
    """Somebody came in, or went out. ``key`` is the scanner's: a passage sent twice is one."""

    key = models.UUIDField(unique=True)
    attendee = models.ForeignKey(Attendee, on_delete=models.CASCADE, related_name="passages")
    is_in = models.BooleanField(_("came in"))
    passed_at = models.DateTimeField(_("passed"))
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("check-in")
        verbose_name_plural = _("check-ins")
        indexes = [models.Index(fields=["attendee", "-passed_at"], name="passage_of_attendee")]

    def __str__(self) -> str:
        return f"{self.attendee_id} {self.passed_at:%H:%M}"


class TableOffer(models.Model):
    """A table that fell free, offered to the best pair that stands by."""

    code = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    event = models.ForeignKey(DockingEvent, on_delete=models.CASCADE, related_name="table_offers")
    missed = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="offers")
    slot = models.ForeignKey(TimeSlot, on_delete=models.CASCADE, related_name="+")
    hall = models.ForeignKey(Hall, on_delete=models.CASCADE, related_name="+")
    table = models.PositiveSmallIntegerField(_("table"))
    state = models.CharField(
        _("state"), max_length=8, choices=OfferState.choices, default=OfferState.OPEN
    )
    offered_at = models.DateTimeField(_("offered"))
    answer_by = models.DateTimeField(_("answer by"))
    settled_at = models.DateTimeField(_("settled"), null=True)
    seated = models.ForeignKey(Meeting, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("offer of a free table")
        verbose_name_plural = _("offers of free tables")
        constraints = [
            models.UniqueConstraint(
                fields=["slot", "hall", "table"],
                name="free_table_is_offered_to_one_pair",
                condition=Q(state=OfferState.OPEN),
            ),
            models.CheckConstraint(
                name="offer_settled_is_dated",
                condition=Q(state=OfferState.OPEN) ^ Q(settled_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"offer {self.code}"


class OfferSide(models.Model):
    """One of the two companies that a free table is offered to, and its answer."""

    offer = models.ForeignKey(TableOffer, on_delete=models.CASCADE, related_name="sides")
    registration = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="+")
    agenda = models.ForeignKey(Agenda, on_delete=models.CASCADE, related_name="+")
    is_accepted = models.BooleanField(_("accepted"), null=True)
    answered_at = models.DateTimeField(_("answered"), null=True)

    class Meta:
        verbose_name = _("side of an offer")
        verbose_name_plural = _("sides of offers")
        constraints = [
            models.UniqueConstraint(
                fields=["offer", "registration"], name="table_is_offered_once_to_a_company"
            ),
        ]

    def __str__(self) -> str:
        return f"side of {self.offer_id}"


class Outcome(models.Model):
    """What one side takes from a meeting; the last tap counts."""

    seat = models.OneToOneField(Seat, on_delete=models.CASCADE, related_name="outcome")
    kind = models.CharField(_("outcome"), max_length=9, choices=OutcomeKind.choices)
    said_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    said_at = models.DateTimeField(_("said"))

    class Meta:
        verbose_name = _("outcome")
        verbose_name_plural = _("outcomes")

    def __str__(self) -> str:
        return self.get_kind_display()
