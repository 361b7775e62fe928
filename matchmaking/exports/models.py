"""Lists that officers asked for as files, kept for a week."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from matchmaking.core.models import Job

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.contrib.auth.models import AnonymousUser


class FileFormat(models.TextChoices):
    XLSX = "xlsx", _("XLSX (Excel, WPS)")
    CSV = "csv", _("CSV")
    JSON = "json", _("JSON")


class ListExportQuerySet(models.QuerySet["ListExport"]):
    """Exports, by who may see them."""

    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> ListExportQuerySet:
        """Return those that the person asked for: rights differ, so files are not shared."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self.filter(created_by=user.pk)


class ListExport(models.Model):
    """A list of the workbench with its filters, written into a file by a job.

    ``model`` names the list ("accounts.company"), ``query`` its filters as the address has them.
    """

    code = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    job = models.OneToOneField(Job, on_delete=models.CASCADE, related_name="+")
    model = models.CharField(max_length=80)
    query = models.TextField(blank=True)
    file_format = models.CharField(max_length=4, choices=FileFormat.choices)
    file = models.FileField(upload_to="exports/", blank=True)
    name = models.CharField(max_length=120)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    created_at = models.DateTimeField(db_default=Now())

    objects = ListExportQuerySet.as_manager()

    class Meta:
        verbose_name = _("exported list")
        verbose_name_plural = _("exported lists")
        constraints = [
            models.CheckConstraint(
                name="export_format_known", condition=Q(file_format__in=FileFormat.values)
            ),
        ]
        indexes = [models.Index(fields=["created_at"], name="export_age")]

    def __str__(self) -> str:
        return self.name
