"""Quotes in the workbench, to read: what is sealed stays so for officers too."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matchmaking.core.workbench import exports
from matchmaking.core.workbench.base import WorkbenchAdmin
from matchmaking.core.workbench.history import HistoryEvent
from matchmaking.core.workbench.navigation import Group
from matchmaking.core.workbench.tables import NOTHING, Table, badge, link
from matchmaking.deals import quote_presentation
from matchmaking.deals.models import Quote
from matchmaking.deals.states import QuoteState


def _terms(row: Quote) -> Any:
    return quote_presentation.card_of(row, None).terms


@admin.register(Quote)
class QuoteAdmin(WorkbenchAdmin):
    """Quotes between two firms, without drafts."""

    group = Group.MARKET
    place = 33
    icon = "request_quote"
    ordering = ("-submitted_at", "-pk")
    list_display = ("brand", "factory", "figures", "state_shown", "submitted_at", "valid_until")
    list_filter = ("state", "brand__cluster", "factory__cluster")
    search_fields = (
        "brand__name_zh",
        "brand__name_en",
        "factory__name_zh",
        "factory__name_en",
        "order__title",
    )
    fields = (
        ("brand_link", "factory_link"),
        ("order_link", "offer_link"),
        ("figures", "state_shown"),
        ("submitted_at", "valid_until"),
        ("decline_reason", "end_note"),
    )
    readonly_fields = tuple(name for row in fields for name in row)
    sheet = (
        exports.ExportColumn(gettext_lazy("brand"), lambda row: row.brand.name),
        exports.ExportColumn(gettext_lazy("factory"), lambda row: row.factory.name),
        exports.ExportColumn(gettext_lazy("state"), lambda row: row.get_state_display()),
        exports.ExportColumn(
            gettext_lazy("pairs"), lambda row: terms.pairs if (terms := _terms(row)) else ""
        ),
        exports.ExportColumn(
            gettext_lazy("yuan a pair"),
            lambda row: terms.unit_price if (terms := _terms(row)) else "",
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Quote]:
        rows: Any = super().get_queryset(request)
        found: QuerySet[Quote] = rows.exclude(state=QuoteState.DRAFT).in_full()
        return found

    def row_name(self, row: Quote) -> str:
        return f"{row.factory} – {row.brand}"

    def tables(self, request: HttpRequest, row: Quote) -> Iterable[Table]:
        del request
        terms = _terms(row)
        if terms is not None:
            yield Table(_("What is quoted"), ("", ""), quote_presentation.facts(terms))
        yield Table(
            _("Versions"),
            (_("version"), _("submitted"), _("figures")),
            [
                (one.version.number, one.version.submitted_at, one.sentence)
                for one in quote_presentation.versions_of(row)
            ],
        )

    def happened(self, row: Quote) -> list[HistoryEvent]:
        return [
            HistoryEvent(
                event.at,
                "",
                is_first=False,
                changes=(),
                text=" · ".join(filter(None, (event.title, event.detail))),
            )
            for event in quote_presentation.history(row)
        ]

    @admin.display(description=gettext_lazy("brand"))
    def brand_link(self, row: Quote) -> Any:
        return link(row.brand)

    @admin.display(description=gettext_lazy("factory"))
    def factory_link(self, row: Quote) -> Any:
        return link(row.factory)

    @admin.display(description=gettext_lazy("order"))
    def order_link(self, row: Quote) -> Any:
        return link(row.order) if row.order else NOTHING

    @admin.display(description=gettext_lazy("capacity"))
    def offer_link(self, row: Quote) -> Any:
        return link(row.offer) if row.offer else NOTHING

    @admin.display(description=gettext_lazy("figures"))
    def figures(self, row: Quote) -> str:
        return quote_presentation.card_of(row, None).sentence

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def state_shown(self, row: Quote) -> Any:
        return badge(
            row.get_state_display(), quote_presentation.TONES.get(QuoteState(row.state), "")
        )
