"""What officers keep beside a row that waits: who has it in hand, and what they noted."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from matchmaking.core.text import no_control_characters


class Case(models.Model):
    """A row of a queue, by the queue's key and the row's number; made when somebody takes it."""

    code = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    queue = models.CharField(max_length=40)
    row_id = models.BigIntegerField()
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("in hand of"),
    )
    assigned_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        permissions = [("work_on_case", "Can take cases, hand them over and note")]
        constraints = [
            models.UniqueConstraint(fields=["queue", "row_id"], name="case_once_per_row"),
            models.CheckConstraint(
                name="case_assigned_at_some_time",
                condition=Q(assigned_to=None) | Q(assigned_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.queue} {self.row_id}"


class CaseNote(models.Model):
    """A note of an officer, or the hand-over of a case: officers alone read it."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="notes")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    handed_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    text = models.TextField(blank=True, max_length=2000, validators=[no_control_characters])
    at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        constraints = [
            models.CheckConstraint(
                name="note_says_something",
                condition=~Q(text="") | Q(handed_to__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.at:%Y-%m-%d %H:%M}"


class SavedView(models.Model):
    """Filters of the list of all that waits, under a name of the officer's own."""

    code = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(_("name"), max_length=40, validators=[no_control_characters])
    query = models.CharField(max_length=400)

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        constraints = [
            models.UniqueConstraint(fields=["user", "name"], name="saved_view_once_per_name"),
        ]

    def __str__(self) -> str:
        return self.name
