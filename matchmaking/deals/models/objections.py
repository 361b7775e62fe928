"""Objections of companies to cases of their record of facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from matchmaking.core.text import no_control_characters
from matchmaking.deals.states import ObjectionState, RecordFact

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


class ObjectionQuerySet(models.QuerySet["RecordObjection"]):
    """Objections, by who may see them."""

    def visible_to(self, user: User | AnonymousUser) -> ObjectionQuerySet:
        """Those of the person's companies; officers see all."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_staff and user.has_perm("deals.view_recordobjection"):
            return self
        return self.filter(company__memberships__user=user)


class RecordObjection(models.Model):
    """A company's word that a case of its record is wrong, and what officers decided.

    ``case`` is the code of the match, deal or order. Written by
    :mod:`matchmaking.deals.services.objections` only.
    """

    code = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    company = models.ForeignKey(
        "accounts.Company", on_delete=models.CASCADE, related_name="+", verbose_name=_("company")
    )
    fact = models.CharField(_("fact"), max_length=10, choices=RecordFact.choices)
    case = models.UUIDField(_("case"))
    reason = models.TextField(_("reason"), max_length=1000, validators=[no_control_characters])
    state = models.CharField(
        _("state"), max_length=10, choices=ObjectionState.choices, default=ObjectionState.OPEN
    )
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    raised_at = models.DateTimeField(_("raised"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided"), null=True)
    decision_note = models.TextField(
        _("note on the decision"), max_length=1000, blank=True, validators=[no_control_characters]
    )

    objects = ObjectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("objection to a record")
        verbose_name_plural = _("objections to records")
        permissions = [("decide_objection", "Can decide objections to records")]
        constraints = [
            models.UniqueConstraint(
                fields=["company", "fact", "case"], name="objection_once_per_case"
            ),
            models.CheckConstraint(
                name="objection_decided_is_dated",
                condition=Q(state=ObjectionState.OPEN) ^ Q(decided_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fact} {self.case}"
