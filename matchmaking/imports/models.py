"""Files that people send, and how their columns were understood."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Company
from matchmaking.core.models import Job

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


class ImportKind(models.TextChoices):
    COMPANIES = "companies", _("Companies")
    ORDERS = "orders", _("Processing orders")
    OFFERS = "offers", _("Capacity")


class RowOutcome(models.TextChoices):
    """The result of a row. Only ``ready`` rows are still to be imported."""

    READY = "ready", _("Ready")
    CREATED = "created", _("Created")
    UPDATED = "updated", _("Updated")
    UNCHANGED = "unchanged", _("Unchanged")
    SKIPPED = "skipped", _("Skipped")
    FAILED = "failed", _("Wrong")


class ImportBatchQuerySet(models.QuerySet["ImportBatch"]):
    """Imports, by who may see them."""

    def visible_to(self, user: User | AnonymousUser) -> ImportBatchQuerySet:
        """Own companies' imports; officers see all."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_staff and user.has_perm("listings.moderate_posts"):
            return self
        return self.filter(company__memberships__user=user)


class ImportBatch(models.Model):
    """One uploaded sheet, its mapping and its rows.

    Its stage follows from ``job``: the reading, the checking or the importing that was
    started last. ``content`` is kept until it was read. ``mapping`` leads from our
    column to the position of theirs. ``company`` is None for an officer's import.
    Written by :mod:`matchmaking.imports.services` only.
    """

    code = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=ImportKind.choices)
    company = models.ForeignKey(
        Company, on_delete=models.CASCADE, null=True, related_name="+", verbose_name=_("company")
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("started by"),
    )
    created_at = models.DateTimeField(_("sent"), auto_now_add=True)
    name = models.CharField(_("file"), max_length=120)
    content = models.BinaryField(null=True, editable=False)
    options = models.JSONField(default=dict)
    header = models.JSONField(default=list)
    mapping = models.JSONField(default=dict)
    job = models.OneToOneField(Job, on_delete=models.SET_NULL, null=True, related_name="+")

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        constraints = [
            models.CheckConstraint(
                name="import_kind_known", condition=Q(kind__in=ImportKind.values)
            ),
            models.CheckConstraint(
                name="import_of_companies_by_officers",
                condition=~Q(kind=ImportKind.COMPANIES) | Q(company=None),
            ),
        ]
        indexes = [models.Index(fields=["company", "-id"], name="import_own_list")]

    def __str__(self) -> str:
        return self.name


class ImportRow(models.Model):
    """One row of a sheet, as text, with its outcome.

    ``number`` is the row's number in the sheet, as a spreadsheet shows it. ``problems``
    are ``{"column": our column or "", "message": sentence}``; a skipped row has its
    reason there. ``made`` is the code of the company, order or offer.
    """

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(_("row"))
    cells = models.JSONField(default=list)
    outcome = models.CharField(
        _("outcome"), max_length=10, choices=RowOutcome.choices, default=RowOutcome.READY
    )
    problems = models.JSONField(default=list)
    made = models.UUIDField(null=True)

    class Meta:
        verbose_name = _("row of an import")
        verbose_name_plural = _("rows of imports")
        constraints = [
            models.UniqueConstraint(fields=["batch", "number"], name="import_row_once"),
            models.CheckConstraint(
                name="import_row_outcome_known", condition=Q(outcome__in=RowOutcome.values)
            ),
            models.CheckConstraint(
                name="import_row_refused_with_reason",
                condition=~Q(outcome__in=[RowOutcome.FAILED, RowOutcome.SKIPPED]) | ~Q(problems=[]),
            ),
        ]
        # The next ready rows of an import in their order, and its counts.
        indexes = [models.Index(fields=["batch", "outcome", "number"], name="import_row_outcome")]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.number}"


class ColumnMapping(models.Model):
    """A person's mapping of a header, used again for the same header."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=ImportKind.choices)
    header_hash = models.CharField(max_length=64)
    mapping = models.JSONField()
    used_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind", "header_hash"], name="mapping_once_per_header"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.header_hash[:8]}"
