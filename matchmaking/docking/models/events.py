"""Docking days: their phases, halls with tables, and the slots in which people meet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.contrib.postgres.functions import RandomUUID
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Cluster
from matchmaking.core.localized import localized
from matchmaking.core.text import no_control_characters
from matchmaking.docking.states import OVER_PHASES, EventPhase

if TYPE_CHECKING:
    import datetime as dt

    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

MOST_TABLES = 400


class EventQuerySet(models.QuerySet["DockingEvent"]):
    """Docking days, by who may see them."""

    def visible_to(self, user: User | AnonymousUser) -> EventQuerySet:
        """All but drafts, which are the officers'."""
        if user.is_authenticated and user.is_active and user.has_perm("docking.run_event"):
            return self
        return self.exclude(phase=EventPhase.DRAFT)

    def in_full(self) -> EventQuerySet:
        return self.select_related("host_cluster", "partner_cluster")

    def open(self) -> EventQuerySet:
        return self.exclude(phase__in=OVER_PHASES)


class DockingEvent(models.Model):
    """A day, or several, on which companies that may fit meet at tables.

    Written by :mod:`matchmaking.docking.services` only, but for the words and dates that
    officers edit. ``registration_until`` and ``preferences_until`` end their phases by
    themselves; a request that its receiver has not answered by the latter has expired.
    """

    code = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    name_zh = models.CharField(
        _("name in Chinese"), max_length=80, validators=[no_control_characters]
    )
    name_en = models.CharField(
        _("name in English"), max_length=120, validators=[no_control_characters]
    )
    about_zh = models.TextField(
        _("about it in Chinese"), max_length=2000, blank=True, validators=[no_control_characters]
    )
    about_en = models.TextField(
        _("about it in English"), max_length=2000, blank=True, validators=[no_control_characters]
    )
    venue_zh = models.CharField(
        _("venue in Chinese"), max_length=120, validators=[no_control_characters]
    )
    venue_en = models.CharField(
        _("venue in English"), max_length=160, validators=[no_control_characters]
    )
    address = models.CharField(
        _("address"), max_length=200, blank=True, validators=[no_control_characters]
    )
    languages = models.CharField(
        _("languages"),
        max_length=80,
        blank=True,
        validators=[no_control_characters],
        help_text=_("In which interpreters help, for example: Chinese, English"),
    )
    host_cluster = models.ForeignKey(
        Cluster, on_delete=models.PROTECT, related_name="+", verbose_name=_("host cluster")
    )
    partner_cluster = models.ForeignKey(
        Cluster,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("partner cluster"),
    )
    phase = models.CharField(
        _("phase"), max_length=12, choices=EventPhase.choices, default=EventPhase.DRAFT
    )
    registration_until = models.DateTimeField(_("registration closes"))
    preferences_until = models.DateTimeField(_("choosing partners closes"))
    most_meetings = models.PositiveSmallIntegerField(
        _("most meetings of a company"),
        default=12,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
    )
    frees_tables = models.BooleanField(
        _("free tables of who is not checked in"),
        default=False,
        help_text=_(
            "Five minutes into a meeting, once the first badge of the day has been scanned. "
            "Leave it off where no badges are scanned: officers then free tables by hand."
        ),
    )
    created_at = models.DateTimeField(auto_now_add=True)
    phase_at = models.DateTimeField(_("in this phase since"), default=timezone.now)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("docking day")
        verbose_name_plural = _("docking days")
        permissions = [("run_event", "Can run docking days")]
        constraints = [
            models.CheckConstraint(
                name="event_chooses_after_it_registers",
                condition=Q(preferences_until__gte=F("registration_until")),
                violation_error_message=_("Partners are chosen after registration has closed."),
            ),
            models.CheckConstraint(
                name="event_partner_is_another_cluster",
                condition=Q(partner_cluster=None) | ~Q(partner_cluster=F("host_cluster")),
                violation_error_message=_("The partner is another cluster than the host."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return localized(self.name_zh, self.name_en)

    @property
    def about(self) -> str:
        return localized(self.about_zh, self.about_en)

    @property
    def venue(self) -> str:
        return localized(self.venue_zh, self.venue_en)


class Hall(models.Model):
    """A hall with its tables, which count from 1."""

    event = models.ForeignKey(DockingEvent, on_delete=models.CASCADE, related_name="halls")
    name_zh = models.CharField(
        _("name in Chinese"), max_length=40, validators=[no_control_characters]
    )
    name_en = models.CharField(
        _("name in English"), max_length=60, validators=[no_control_characters]
    )
    tables = models.PositiveSmallIntegerField(
        _("tables"), validators=[MinValueValidator(1), MaxValueValidator(MOST_TABLES)]
    )
    position = models.PositiveSmallIntegerField(_("position"), default=1)

    class Meta:
        verbose_name = _("hall")
        verbose_name_plural = _("halls")
        constraints = [
            models.UniqueConstraint(fields=["event", "name_zh"], name="hall_named_once"),
            models.CheckConstraint(
                name="hall_tables_in_reach", condition=Q(tables__gte=1, tables__lte=MOST_TABLES)
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return localized(self.name_zh, self.name_en)


class Walk(models.Model):
    """Minutes on foot from one hall to another, either way round."""

    one = models.ForeignKey(Hall, on_delete=models.CASCADE, related_name="walks_from")
    other = models.ForeignKey(Hall, on_delete=models.CASCADE, related_name="+")
    minutes = models.PositiveSmallIntegerField(_("minutes"))

    class Meta:
        verbose_name = _("way between halls")
        verbose_name_plural = _("ways between halls")
        constraints = [
            # The smaller key first, so that a way stands once.
            models.CheckConstraint(name="walk_is_between_two", condition=Q(one__lt=F("other"))),
            models.UniqueConstraint(fields=["one", "other"], name="walk_stands_once"),
        ]

    def __str__(self) -> str:
        return f"{self.minutes} min"


class TimeSlot(models.Model):
    """Minutes in which people meet. A slot that is cut keeps its place and holds nothing."""

    code = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    event = models.ForeignKey(DockingEvent, on_delete=models.CASCADE, related_name="time_slots")
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    is_cut = models.BooleanField(_("cut"), default=False)

    class Meta:
        verbose_name = _("slot")
        verbose_name_plural = _("slots")
        constraints = [
            models.CheckConstraint(
                name="slot_ends_after_it_begins", condition=Q(ends_at__gt=F("starts_at"))
            ),
            ExclusionConstraint(
                name="slots_of_an_event_do_not_overlap",
                expressions=[
                    ("event", RangeOperators.EQUAL),
                    (
                        Func(
                            "starts_at",
                            "ends_at",
                            Value("[)"),
                            function="tstzrange",
                            output_field=DateTimeRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{timezone.localtime(self.starts_at):%H:%M}"

    @property
    def day(self) -> dt.date:
        return timezone.localtime(self.starts_at, timezone.get_default_timezone()).date()
