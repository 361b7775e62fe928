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
    INTENTIONS = "intentions", _("Past deals")


class RowOutcome(models.TextChoices):
    """The result of a row. Only ``ready`` rows are still to be imported."""

    READY = "ready", _("Ready")
    ASKED = "asked", _("Waits for an answer")
    CREATED = "created", _("Created")
    UPDATED = "updated", _("Updated")
    UNCHANGED = "unchanged", _("Unchanged")
    SKIPPED = "skipped", _("Left out")
    FAILED = "failed", _("Wrong")
    UNDONE = "undone", _("Undone")


class RowAction(models.TextChoices):
    """What importing a ready row will do."""

    CREATE = "create", _("New")
    UPDATE = "update", _("Changes")
    KEEP = "keep", _("Unchanged")


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

    Its stage follows from ``job``: the reading, the importing or the undoing that was
    started last. ``content`` is kept until the import starts, so that every answer reads the file anew.
    ``mapping`` leads from our column to the position of theirs, and is a person's choice where
    ``is_mapped``. ``answers`` are what was answered to ``questions``, by key; ``facts`` and ``sums`` say
    how the file was read. ``company`` is None for an officer's import.
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
    is_mapped = models.BooleanField(default=False)
    answers = models.JSONField(default=dict)
    questions = models.JSONField(default=list)
    facts = models.JSONField(default=list)
    sums = models.JSONField(default=dict)
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
                condition=~Q(kind__in=(ImportKind.COMPANIES, ImportKind.INTENTIONS))
                | Q(company=None),
            ),
        ]
        indexes = [models.Index(fields=["company", "-id"], name="import_own_list")]

    def __str__(self) -> str:
        return self.name


class ImportRow(models.Model):
    """One row of a sheet, as text, with its outcome.

    ``number`` is the row's number in the sheet, as a spreadsheet shows it. ``problems``
    are ``{"column": our column or "", "message": sentence}``; a skipped row has its
    reason there. ``shown`` leads from a position to the value that was read, where it differs from the
    cell; ``changes`` are ``[label, from, to]``. ``made`` is the code of the company, order or offer,
    ``made_version`` its version after the import, and ``before`` what undoing brings back.
    """

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="rows")
    sheet = models.CharField(_("sheet"), max_length=40, blank=True)
    number = models.PositiveIntegerField(_("row"))
    cells = models.JSONField(default=list)
    outcome = models.CharField(
        _("outcome"), max_length=10, choices=RowOutcome.choices, default=RowOutcome.READY
    )
    problems = models.JSONField(default=list)
    action = models.CharField(_("action"), max_length=8, choices=RowAction.choices, blank=True)
    shown = models.JSONField(default=dict)
    changes = models.JSONField(default=list)
    notes = models.JSONField(default=list)
    made = models.UUIDField(null=True)
    made_version = models.PositiveIntegerField(null=True)
    before = models.JSONField(null=True)

    class Meta:
        verbose_name = _("row of an import")
        verbose_name_plural = _("rows of imports")
        constraints = [
            models.UniqueConstraint(fields=["batch", "sheet", "number"], name="import_row_once"),
            models.CheckConstraint(
                name="import_row_outcome_known", condition=Q(outcome__in=RowOutcome.values)
            ),
            models.CheckConstraint(
                name="import_row_action_known", condition=Q(action__in=["", *RowAction.values])
            ),
            models.CheckConstraint(
                name="import_row_refused_with_reason",
                condition=~Q(outcome__in=[RowOutcome.FAILED, RowOutcome.SKIPPED, RowOutcome.ASKED])
                | ~Q(problems=[]),
            ),
        ]
        # The next ready rows of an import in their order, and its counts.
        indexes = [models.Index(fields=["batch", "outcome", "id"], name="import_row_in_order")]

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


class SourceAnswers(models.Model):
    """What a person answered about the files of one source: offered as the answer for the next one."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=ImportKind.choices)
    source = models.CharField(max_length=120, blank=True)
    answers = models.JSONField(default=dict)
    used_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind", "source"], name="answers_once_per_source"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.source}"
