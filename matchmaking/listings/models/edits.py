"""Edits that wait for officers while the version before stays on the market, and what was checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models.decisions import Decision
from accounts.states import DecisionStatus
from matchmaking.listings.models.offers import CapacityOffer
from matchmaking.listings.models.orders import ProcessingOrder

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

OF_ONE_POST = Q(order__isnull=False, offer=None) | Q(order=None, offer__isnull=False)


class EditReason(models.TextChoices):
    """The reason for which an edit waits."""

    WIDENED = "widened", _("It reaches further than what was checked")
    BUDGET = "budget", _("The day's changes of terms are used up")
    RECHECK = "recheck", _("Edits of this company are checked")


class PostEditQuerySet(models.QuerySet["PostEdit"]):
    """Edits, by who may see them."""

    def visible_to(self, user: User | AnonymousUser) -> PostEditQuerySet:
        """Those of own companies' posts; officers see all."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_staff and user.has_perm("listings.moderate_posts"):
            return self
        return self.filter(
            Q(order__company__memberships__user=user) | Q(offer__company__memberships__user=user)
        )

    def open(self) -> PostEditQuerySet:
        return self.filter(status=DecisionStatus.OPEN)


class PostEdit(Decision):
    """What a company wants a post on the market to become, until an officer has looked.

    ``changes`` holds values by field name: texts of figures and days, keys of terms, lists of keys of
    many-to-many fields. ``plan`` is the plan of weeks from ``first_week`` on, None leaving it.
    """

    order = models.ForeignKey(
        ProcessingOrder, on_delete=models.CASCADE, null=True, related_name="edits"
    )
    offer = models.ForeignKey(
        CapacityOffer, on_delete=models.CASCADE, null=True, related_name="edits"
    )
    asked_by = models.ForeignKey(
        "accounts.User",
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("asked by"),
    )
    reason = models.CharField(_("why it waits"), max_length=10, choices=EditReason.choices)
    widened = ArrayField(models.CharField(max_length=40), default=list)
    changes = models.JSONField(encoder=DjangoJSONEncoder, default=dict)
    first_week = models.DateField(null=True)
    plan = ArrayField(models.IntegerField(), null=True)

    objects = PostEditQuerySet.as_manager()

    class Meta:
        verbose_name = _("edit of a post")
        verbose_name_plural = _("edits of posts")
        constraints = [
            *Decision.Meta.constraints,
            models.CheckConstraint(name="edit_of_one_post", condition=OF_ONE_POST),
            models.CheckConstraint(
                name="edit_reason_known", condition=Q(reason__in=EditReason.values)
            ),
            models.CheckConstraint(
                name="edit_plan_has_a_first_week",
                condition=Q(plan=None, first_week=None)
                | Q(plan__isnull=False, first_week__isnull=False),
            ),
            # One wish a post: a later one takes the place of the one before.
            models.UniqueConstraint(
                fields=["order"],
                condition=Q(status=DecisionStatus.OPEN),
                name="edit_open_once_per_order",
            ),
            models.UniqueConstraint(
                fields=["offer"],
                condition=Q(status=DecisionStatus.OPEN),
                name="edit_open_once_per_offer",
            ),
        ]

    @property
    def post(self) -> Any:
        return self.order or self.offer


class CheckedTerms(models.Model):
    """How far a post's terms reached when an officer looked, and its changes since, by day.

    A table of its own: what stands on the post is copied into its history at each step.
    """

    order = models.OneToOneField(
        ProcessingOrder, on_delete=models.CASCADE, null=True, related_name="checked"
    )
    offer = models.OneToOneField(
        CapacityOffer, on_delete=models.CASCADE, null=True, related_name="checked"
    )
    reach = models.JSONField()
    changed_on = models.DateField(null=True)
    changes = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(name="checked_terms_of_one_post", condition=OF_ONE_POST),
        ]

    def __str__(self) -> str:
        return f"checked terms of {self.order_id or self.offer_id}"
