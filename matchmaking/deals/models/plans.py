"""Plans of an order that is split over factories, and each factory's own part."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from matchmaking.core.models import Job
from matchmaking.core.text import no_control_characters
from matchmaking.deals.models.intentions import Intention
from matchmaking.deals.states import LIVE_PARTS, LIVE_PLANS, PartState, PlanState
from matchmaking.listings.models import ProcessingOrder
from matchmaking.matching.models import Match

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


class SplitPlanQuerySet(models.QuerySet["SplitPlan"]):
    """Plans, by who may see them: a factory never sees one, only its own part."""

    def visible_to(self, user: User | AnonymousUser) -> SplitPlanQuerySet:
        """Those of the brand that the person is a member of; officers see all."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_staff and user.has_perm("deals.view_splitplan"):
            return self
        return self.filter(order__company__in=user.memberships.values("company"))


class SplitPlan(models.Model):
    """The split of one order, from the asking to the deals that come of it.

    ``figures`` is what the worker found last: five plans, why factories are out, relaxations
    (``matchmaking.deals.splitting.figures_of``). ``round`` counts its answers, so that nobody
    chooses from a page that is past. Written by :mod:`matchmaking.deals.services.plans` only.
    """

    code = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    order = models.ForeignKey(
        ProcessingOrder, on_delete=models.CASCADE, related_name="plans", verbose_name=_("order")
    )
    state = models.CharField(
        _("state"), max_length=10, choices=PlanState.choices, default=PlanState.COMPUTING
    )
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, related_name="+")
    round = models.PositiveSmallIntegerField(_("round"), default=0)
    figures = models.JSONField(default=dict, blank=True)
    aim = models.CharField(_("aim"), max_length=20, blank=True)
    is_on_behalf = models.BooleanField(_("asked by the association"), default=False)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    asked_at = models.DateTimeField(_("asked"))
    chosen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    ended_at = models.DateTimeField(_("ended"), null=True)

    objects = SplitPlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("split plan")
        verbose_name_plural = _("split plans")
        constraints = [
            models.UniqueConstraint(
                fields=["order"],
                name="split_plan_lives_once_per_order",
                condition=Q(state__in=LIVE_PLANS),
            ),
            models.CheckConstraint(
                name="split_plan_ended_is_dated",
                condition=Q(state__in=LIVE_PLANS) ^ Q(ended_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"plan {self.code}"

    @property
    def is_live(self) -> bool:
        return self.state in LIVE_PLANS


class SplitPartQuerySet(models.QuerySet["SplitPart"]):
    """Parts, by who may see them."""

    def visible_to(self, user: User | AnonymousUser) -> SplitPartQuerySet:
        """Those of the factories that the person is a member of; officers see all."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_staff and user.has_perm("deals.view_splitplan"):
            return self
        return self.filter(factory__in=user.memberships.values("company"))

    def live(self) -> SplitPartQuerySet:
        return self.filter(state__in=LIVE_PARTS)

    def in_full(self) -> SplitPartQuerySet:
        return self.select_related("plan__order__company", "match", "factory", "intention")


class SplitPart(models.Model):
    """One factory's part of a plan: its pairs by week from ``first_week`` on, and its answer."""

    code = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    plan = models.ForeignKey(SplitPlan, on_delete=models.CASCADE, related_name="parts")
    match = models.ForeignKey(Match, on_delete=models.CASCADE, related_name="+")
    factory = models.ForeignKey(
        "accounts.Company", on_delete=models.CASCADE, related_name="+", verbose_name=_("factory")
    )
    state = models.CharField(
        _("state"), max_length=10, choices=PartState.choices, default=PartState.ASKED
    )
    pairs = models.PositiveIntegerField(_("pairs"))
    unit_price = models.DecimalField(_("yuan a pair"), max_digits=8, decimal_places=2)
    first_week = models.DateField(_("first week"))
    weeks = ArrayField(models.PositiveIntegerField(), verbose_name=_("pairs by week"))
    asked_at = models.DateTimeField(_("asked"))
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    answered_at = models.DateTimeField(_("answered"), null=True)
    note = models.TextField(
        _("note"), max_length=1000, blank=True, validators=[no_control_characters]
    )
    intention = models.ForeignKey(Intention, on_delete=models.SET_NULL, null=True, related_name="+")

    objects = SplitPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("part of a split plan")
        verbose_name_plural = _("parts of split plans")
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "factory"],
                name="split_part_lives_once_per_factory",
                condition=Q(state__in=LIVE_PARTS),
            ),
            models.CheckConstraint(
                name="split_part_has_pairs_and_a_price", condition=Q(pairs__gte=1, unit_price__gt=0)
            ),
            models.CheckConstraint(
                name="split_part_starts_on_a_monday", condition=Q(first_week__iso_week_day=1)
            ),
        ]

    def __str__(self) -> str:
        return f"part {self.code}"

    @property
    def by_week(self) -> list[tuple[dt.date, int]]:
        """Return (Monday, pairs) of the weeks that have any."""
        week = dt.timedelta(weeks=1)
        return [(self.first_week + n * week, pairs) for n, pairs in enumerate(self.weeks) if pairs]

    @property
    def amount(self) -> Decimal:
        return self.pairs * self.unit_price

    @property
    def is_live(self) -> bool:
        return self.state in LIVE_PARTS
