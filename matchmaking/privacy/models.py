"""Requests of people to be erased."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from matchmaking.privacy.states import ErasureState

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.contrib.auth.models import AnonymousUser


class ErasureRequestQuerySet(models.QuerySet["ErasureRequest"]):
    """Requests, by who may see them."""

    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> ErasureRequestQuerySet:
        """Return the person's own; officers with the right see all."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if getattr(user, "is_staff", False) and user.has_perm("privacy.view_erasurerequest"):  # type: ignore[attr-defined]
            return self
        return self.filter(user=user.pk)

    def open(self) -> ErasureRequestQuerySet:
        return self.filter(state=ErasureState.ASKED)


class ErasureRequest(models.Model):
    """A person's wish to be erased, carried out on ``due_at`` unless it is taken back.

    The row stays when the person is erased: it proves that and when it was done, and names nobody.
    """

    code = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(
        _("state"), max_length=20, choices=ErasureState.choices, default=ErasureState.ASKED
    )
    asked_at = models.DateTimeField(_("asked"), db_default=Now())
    due_at = models.DateTimeField(_("due"))
    ended_at = models.DateTimeField(_("ended"), null=True)
    hindrance = models.CharField(_("what stands in its way"), max_length=200, blank=True)

    objects = ErasureRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request to erase")
        verbose_name_plural = _("requests to erase")
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(state=ErasureState.ASKED), name="erasure_open_once"
            ),
            models.CheckConstraint(
                name="erasure_state_known", condition=Q(state__in=ErasureState.values)
            ),
            models.CheckConstraint(
                name="erasure_due_after_asked", condition=Q(due_at__gt=F("asked_at"))
            ),
            models.CheckConstraint(
                name="erasure_ended_is_dated",
                condition=Q(state=ErasureState.ASKED, ended_at=None)
                | (~Q(state=ErasureState.ASKED) & Q(ended_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.state}"
