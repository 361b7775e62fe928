"""Systems of a company that push its weeks, and what each of them sent."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Company
from matchmaking.core.text import no_control_characters

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


class PushSourceQuerySet(models.QuerySet["PushSource"]):
    """Sources, by who may see them."""

    def visible_to(self, user: User | AnonymousUser) -> PushSourceQuerySet:
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self.filter(company__memberships__user=user)


class PushSource(models.Model):
    """A system that sends the weeks of a company's capacity, signed with its own secret."""

    code = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="push_sources")
    name = models.CharField(_("name"), max_length=60, validators=[no_control_characters])
    sealed_secret = models.TextField(editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    created_at = models.DateTimeField(db_default=Now())
    heard_at = models.DateTimeField(null=True)

    objects = PushSourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("system that sends weeks")
        verbose_name_plural = _("systems that send weeks")

    def __str__(self) -> str:
        return self.name

    @property
    def is_stale(self) -> bool:
        """Return whether the system has been silent for longer than figures stay fresh."""
        since = self.heard_at or self.created_at
        return timezone.now() - since > dt.timedelta(days=settings.STALE_AFTER_DAYS)


class PushReceipt(models.Model):
    """One message of a source, with its answer: the same message again gets it and does nothing."""

    source = models.ForeignKey(PushSource, on_delete=models.CASCADE, related_name="receipts")
    message_id = models.CharField(max_length=120)
    body_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.JSONField(null=True)
    received_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "message_id"], name="push_message_once_per_source"
            ),
        ]
        indexes = [models.Index(fields=["received_at"], name="push_receipt_age")]

    def __str__(self) -> str:
        return self.message_id
