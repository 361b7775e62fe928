"""What companies tell for policies, and what became of what they applied for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from matchmaking.core.text import no_control_characters
from matchmaking.policies.choices import Outcome
from matchmaking.policies.models.catalogue import Policy

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


class OwnQuerySet(models.QuerySet[Any]):
    """Rows of a company: its people's and the officers'."""

    def visible_to(self, user: User | AnonymousUser) -> OwnQuerySet:
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_staff and user.has_perm("policies.view_application"):
            return self
        return self.filter(company__memberships__user=user)


class CompanyFact(models.Model):
    """One fact that a company told: a number, or yes or no, under the key of a condition."""

    company = models.ForeignKey(
        "accounts.Company", on_delete=models.CASCADE, related_name="+", verbose_name=_("company")
    )
    key = models.CharField(_("fact"), max_length=300)
    number = models.DecimalField(
        _("number"), max_digits=16, decimal_places=2, null=True, blank=True
    )
    flag = models.BooleanField(_("yes or no"), null=True, blank=True)
    told_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    told_on = models.DateField(_("told"))

    objects = OwnQuerySet.as_manager()

    class Meta:
        verbose_name = _("fact that a company told")
        verbose_name_plural = _("facts that companies told")
        constraints = [
            models.UniqueConstraint(fields=["company", "key"], name="fact_once_per_company"),
            models.CheckConstraint(
                name="fact_is_a_number_or_a_flag",
                condition=Q(number=None) ^ Q(flag=None),
            ),
        ]

    def __str__(self) -> str:
        return self.key


class Application(models.Model):
    """A company means to apply for a policy; after a fortnight it is asked what came of it.

    Written by :mod:`matchmaking.policies.services` only.
    """

    code = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    policy = models.ForeignKey(Policy, on_delete=models.CASCADE, related_name="applications")
    company = models.ForeignKey(
        "accounts.Company", on_delete=models.CASCADE, related_name="+", verbose_name=_("company")
    )
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    started_at = models.DateTimeField(_("begun"))
    asked_at = models.DateTimeField(_("asked what came of it"), null=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices, blank=True)
    granted_yuan = models.PositiveBigIntegerField(_("granted, yuan"), null=True)
    note = models.TextField(
        _("why"), max_length=1000, blank=True, validators=[no_control_characters]
    )
    answered_at = models.DateTimeField(_("answered"), null=True)

    objects = OwnQuerySet.as_manager()

    class Meta:
        verbose_name = _("application for a policy")
        verbose_name_plural = _("applications for policies")
        constraints = [
            models.UniqueConstraint(
                fields=["policy", "company"], name="application_once_per_policy_and_company"
            ),
            models.CheckConstraint(
                name="application_outcome_is_dated",
                condition=Q(outcome="", answered_at=None)
                | (~Q(outcome="") & Q(answered_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="application_yuan_where_granted",
                condition=Q(granted_yuan=None) | Q(outcome=Outcome.GRANTED),
            ),
        ]

    def __str__(self) -> str:
        return f"application {self.code}"
