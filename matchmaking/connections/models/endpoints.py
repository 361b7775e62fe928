"""Endpoints that hear of events, what each of them is to hear, and every try."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import Company
from matchmaking.connections.sealing import unseal
from matchmaking.connections.states import ROBOTS, DeliveryState, EndpointKind, OffReason
from matchmaking.core.text import no_control_characters

if TYPE_CHECKING:
    import datetime as dt

    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


class EndpointQuerySet(models.QuerySet["Endpoint"]):
    """Endpoints, by who may see them."""

    def visible_to(self, user: User | AnonymousUser) -> EndpointQuerySet:
        """Return those of the person's own companies; officers with the right see all."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_staff and user.has_perm("connections.view_endpoint"):
            return self
        return self.filter(company__memberships__user=user)

    def switched_on(self) -> EndpointQuerySet:
        return self.filter(off_at=None)

    def of_association(self) -> EndpointQuerySet:
        return self.filter(company=None)


class Endpoint(models.Model):
    """A system or a group chat that hears of a company's events; the association's has no company.

    ``event_kinds`` are kinds of notices, none of them means all. After a rotation the ``old`` secret
    signs beside the new one until ``old_until``.
    """

    code = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    company = models.ForeignKey(
        Company,
        on_delete=models.CASCADE,
        related_name="endpoints",
        null=True,
        verbose_name=_("company"),
    )
    kind = models.CharField(_("kind"), max_length=10, choices=EndpointKind.choices)
    name = models.CharField(_("name"), max_length=60, validators=[no_control_characters])
    sealed_url = models.TextField(editable=False)
    sealed_secret = models.TextField(blank=True, editable=False)
    sealed_old_secret = models.TextField(blank=True, editable=False)
    old_until = models.DateTimeField(null=True, editable=False)
    event_kinds = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    language = models.CharField(
        _("language"), max_length=10, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    off_at = models.DateTimeField(_("switched off"), null=True, editable=False)
    off_reason = models.CharField(
        _("why"), max_length=10, choices=OffReason.choices, blank=True, editable=False
    )
    failing_since = models.DateTimeField(_("failing since"), null=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(_("added"), db_default=Now())

    objects = EndpointQuerySet.as_manager()

    class Meta:
        verbose_name = _("connection")
        verbose_name_plural = _("connections")
        permissions = [("manage_endpoint", "Can switch, test and add connections")]
        constraints = [
            models.CheckConstraint(
                name="endpoint_kind_known", condition=Q(kind__in=EndpointKind.values)
            ),
            models.CheckConstraint(
                name="endpoint_off_for_a_reason",
                condition=Q(off_at=None, off_reason="")
                | (Q(off_at__isnull=False) & ~Q(off_reason="")),
            ),
            models.CheckConstraint(
                name="endpoint_of_association_is_robot",
                condition=Q(company__isnull=False) | Q(kind__in=ROBOTS),
            ),
            models.CheckConstraint(
                name="endpoint_old_secret_ends",
                condition=Q(sealed_old_secret="", old_until=None)
                | (~Q(sealed_old_secret="") & Q(old_until__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_on(self) -> bool:
        return self.off_at is None

    @property
    def is_robot(self) -> bool:
        return self.kind in ROBOTS

    @property
    def host(self) -> str:
        """Return the host alone: the rest of a robot's address is its key."""
        return urlsplit(unseal(self.sealed_url)).hostname or ""

    def secrets_at(self, at: dt.datetime) -> list[str]:
        """Return the secrets that sign at that time, the newest first."""
        found = [unseal(self.sealed_secret)] if self.sealed_secret else []
        if self.old_until is not None and at < self.old_until:
            found.append(unseal(self.sealed_old_secret))
        return found

    def wants(self, kind: str) -> bool:
        return not self.event_kinds or kind in self.event_kinds


class Event(models.Model):
    """Something that a company's people were told, once for the company.

    ``body`` is written at the first try and never again, so that every later one sends the same
    bytes. ``reader_id`` is one of those who were told: lines are worded for that person.
    """

    code = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="+", null=True)
    kind = models.CharField(max_length=60)
    fact = models.CharField(max_length=160)
    topic = models.CharField(max_length=120, blank=True)
    subject = models.JSONField(default=dict)
    reader_id = models.BigIntegerField(null=True)
    body = models.TextField(blank=True)
    happened_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "kind", "fact"],
                name="event_once_per_company",
                nulls_distinct=False,
            ),
        ]
        indexes = [models.Index(fields=["happened_at"], name="connection_event_age")]

    def __str__(self) -> str:
        return f"{self.kind} {self.code}"

    @property
    def message_id(self) -> str:
        return f"msg_{self.code.hex}"


class Delivery(models.Model):
    """One event for one endpoint."""

    code = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="deliveries")
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="deliveries")
    state = models.CharField(
        max_length=12, choices=DeliveryState.choices, default=DeliveryState.WAITING
    )
    repeats = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("delivery of an event")
        verbose_name_plural = _("deliveries of events")
        constraints = [
            models.UniqueConstraint(fields=["endpoint", "event"], name="delivery_once_per_event"),
            models.CheckConstraint(
                name="delivery_state_known", condition=Q(state__in=DeliveryState.values)
            ),
        ]
        indexes = [models.Index(fields=["endpoint", "-id"], name="delivery_newest")]

    def __str__(self) -> str:
        return f"{self.code} {self.state}"


class Attempt(models.Model):
    """One call of an endpoint: what was sent, what came back. A robot's carries many events.

    Written before the call: one that its worker did not live to end stays without an end, and
    counts among the calls of its minute.
    """

    code = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="attempts")
    deliveries = models.ManyToManyField(Delivery, related_name="attempts")
    began_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)
    sent = models.TextField(blank=True)
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.TextField(blank=True)
    refusal = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        indexes = [
            models.Index(fields=["endpoint", "-began_at"], name="attempt_newest"),
            models.Index(fields=["began_at"], name="attempt_age"),
        ]

    def __str__(self) -> str:
        return f"{self.code}"

    @property
    def arrived(self) -> bool:
        return self.ended_at is not None and not self.refusal
