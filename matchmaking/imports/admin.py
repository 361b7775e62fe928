"""Imports in the workbench: sheets, senders, and counts of rows by outcome."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matchmaking.core.workbench.base import WorkbenchAdmin
from matchmaking.core.workbench.job_labels import figure_labels, job_labels
from matchmaking.core.workbench.navigation import Group
from matchmaking.core.workbench.tables import Notice, Table, ago, badge
from matchmaking.imports.models import ImportBatch, RowOutcome
from matchmaking.imports.queries import CHECK, READ, RUN, UNDO, counts_of, stage_of

job_labels.update(
    {
        READ: gettext_lazy("Reading a sheet"),
        CHECK: gettext_lazy("Checking a sheet"),
        RUN: gettext_lazy("Importing a sheet"),
        UNDO: gettext_lazy("Undoing an import"),
    }
)
figure_labels.update(
    {
        "total": gettext_lazy("rows"),
        "ready": gettext_lazy("ready"),
        "failed": gettext_lazy("wrong"),
        "created": gettext_lazy("new"),
        "updated": gettext_lazy("updated"),
        "unchanged": gettext_lazy("unchanged"),
        "skipped": gettext_lazy("left out"),
        "asked": gettext_lazy("waiting for an answer"),
        "undone": gettext_lazy("undone"),
    }
)


@admin.register(ImportBatch)
class ImportBatchAdmin(WorkbenchAdmin):
    """Sheets that people sent; the work on them is done on the site's own pages."""

    group = Group.SYSTEM
    place = 50
    icon = "upload_file"
    ordering = ("-pk",)
    list_display = ("name", "kind", "company", "created_by", "sent", "stage")
    list_filter = ("kind",)
    list_select_related = ("company", "created_by", "job")
    search_fields = ("name", "company__search_key__folds")
    fields = (("name", "kind"), ("company", "created_by"), ("created_at", "stage"))
    readonly_fields = ("stage",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ImportBatch]:
        rows = super().get_queryset(request).select_related(*self.list_select_related)
        return rows.defer("content", "answers", "questions", "facts", "sums")

    @admin.display(description=gettext_lazy("sent"), ordering="pk")
    def sent(self, batch: ImportBatch) -> Any:
        return ago(batch.created_at)

    @admin.display(description=gettext_lazy("stage"))
    def stage(self, batch: ImportBatch) -> Any:
        stage = stage_of(batch)
        return badge(stage.label, stage.tone if stage.tone in {"ok", "bad", "info"} else "")

    def notices(self, request: HttpRequest, row: ImportBatch) -> Iterable[Notice]:
        del request
        url = reverse("imports:import-detail", args=[row.code])
        yield Notice(_("Columns, problems and corrections are on the import's own page."), url=url)

    def tables(self, request: HttpRequest, row: ImportBatch) -> Iterable[Table]:
        """Count the rows by outcome."""
        del request
        counts = counts_of(row)
        yield Table(
            _("Rows"),
            (_("outcome"), _("rows")),
            [(RowOutcome(key).label, counts[key]) for key in RowOutcome.values if counts[key]],
            numbers=(1,),
        )
