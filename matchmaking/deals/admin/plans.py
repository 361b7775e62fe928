"""Splits of orders, for officers: how far each has come, and every factory's answer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matchmaking.core.formatting import money, pairs, weeks_in_words
from matchmaking.core.workbench.base import WorkbenchAdmin
from matchmaking.core.workbench.job_labels import figure_labels, job_labels
from matchmaking.core.workbench.navigation import Group
from matchmaking.core.workbench.tables import NOTHING, Notice, Table, badge, link
from matchmaking.deals.models import SplitPlan
from matchmaking.deals.services import plans

job_labels.register(gettext_lazy("Plans of an order"), key=plans.SPLIT)
figure_labels.register(gettext_lazy("plans"), key="plans")


@admin.register(SplitPlan)
class SplitPlanAdmin(WorkbenchAdmin):
    """The split of one order over several factories."""

    group = Group.MARKET
    place = 37
    icon = "call_split"
    ordering = ("-asked_at", "-pk")
    list_display = ("order_name", "brand", "pairs", "parts_shown", "state_shown")
    list_filter = ("state",)
    search_fields = ("order__title", "order__company__name_zh", "order__company__name_en")
    fields = (("order_link", "brand"), ("pairs", "state_shown"), "asked_at")
    readonly_fields = ("order_link", "brand", "pairs", "state_shown", "asked_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[SplitPlan]:
        rows: Any = super().get_queryset(request)
        found: QuerySet[SplitPlan] = rows.select_related("order__company").prefetch_related("parts")
        return found

    def row_name(self, row: SplitPlan) -> str:
        return row.order.title

    def notices(self, request: HttpRequest, row: SplitPlan) -> Iterable[Notice]:
        del request
        url = reverse("deals:plan-detail", args=[row.code])
        yield Notice(_("Its page: %(url)s") % {"url": url})

    def tables(self, request: HttpRequest, row: SplitPlan) -> Iterable[Table]:
        del request
        yield Table(
            _("Parts"),
            (_("factory"), _("pairs"), _("yuan a pair"), _("weeks"), _("state"), _("note")),
            [
                (
                    part.factory,
                    pairs(part.pairs),
                    money(part.unit_price),
                    weeks_in_words(part.by_week[0][0], part.by_week[-1][0]),
                    part.get_state_display(),
                    part.note,
                )
                for part in row.parts.in_full().order_by("pk")
            ],
        )

    @admin.display(description=gettext_lazy("order"), ordering="order__title")
    def order_name(self, row: SplitPlan) -> str:
        return row.order.title

    @admin.display(description=gettext_lazy("order"))
    def order_link(self, row: SplitPlan) -> Any:
        return link(row.order)

    @admin.display(description=gettext_lazy("brand"))
    def brand(self, row: SplitPlan) -> Any:
        return link(row.order.company)

    @admin.display(description=gettext_lazy("pairs"))
    def pairs(self, row: SplitPlan) -> str:
        return pairs(row.order.pairs) if row.order.pairs else NOTHING

    @admin.display(description=gettext_lazy("parts that stand"))
    def parts_shown(self, row: SplitPlan) -> int:
        return sum(part.is_live for part in row.parts.all())

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def state_shown(self, row: SplitPlan) -> Any:
        return badge(row.get_state_display(), "")
