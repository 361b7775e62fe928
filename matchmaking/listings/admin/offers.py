"""Capacity offers: decided, looked into week by week, never edited past the services."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from matchmaking.core import weeks
from matchmaking.core.formatting import grouped, listed, money_to, weeks_in_words
from matchmaking.core.workbench import exports
from matchmaking.core.workbench.tables import Table, ago, badge
from matchmaking.listings.admin.posts import DECISION, ENDED, POST_COLUMNS, PostAdmin
from matchmaking.listings.disclosure import is_stale
from matchmaking.listings.models import CapacityOffer, LedgerEntry
from matchmaking.listings.post_kinds import OFFER

Line = tuple[Any, ...]
SHOWN_WEEKS = 26
SHOWN_ENTRIES = 20


@admin.register(CapacityOffer)
class CapacityOfferAdmin(PostAdmin):
    """Capacity of factories, week by week."""

    place = 20
    icon = "factory"
    list_display = (
        "title_shown",
        "company",
        "state_shown",
        "age",
        "categories_shown",
        "free_shown",
        "minimum_shown",
        "confirmed",
    )
    list_filter = (*PostAdmin.list_filter, "categories__family")
    list_select_related = ("company",)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("company_link", "own_reference"),
                    ("state_shown", "version"),
                    ("categories_shown", "constructions_shown"),
                    ("free_shown", "minimum_shown"),
                    ("lead_days", "lines"),
                    ("price_shown", "confirmed"),
                    "notes",
                )
            },
        ),
        DECISION,
    )
    readonly_fields = (
        *PostAdmin.readonly_fields,
        "categories_shown",
        "constructions_shown",
        "free_shown",
        "minimum_shown",
        "price_shown",
        "confirmed",
    )
    sheet = (
        *POST_COLUMNS,
        exports.ExportColumn(
            gettext_lazy("categories"),
            lambda row: listed(row.categories.all()),
        ),
        exports.ExportColumn(gettext_lazy("free pairs"), lambda row: row.free_pairs),
        exports.ExportColumn(gettext_lazy("minimum order, pairs"), lambda row: row.min_order_pairs),
        exports.ExportColumn(
            gettext_lazy("lead time before the first week, days"), lambda row: row.lead_days
        ),
        exports.ExportColumn(
            gettext_lazy("price from, yuan a pair"), lambda row: row.price_low_cny
        ),
        exports.ExportColumn(gettext_lazy("price to, yuan a pair"), lambda row: row.price_high_cny),
        exports.ExportColumn(
            gettext_lazy("figures confirmed"),
            lambda row: row.confirmed_at and timezone.localtime(row.confirmed_at),
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[CapacityOffer]:
        """Return offers; a list leaves the weeks in the table."""
        rows = super().get_queryset(request).prefetch_related("categories")
        match = request.resolver_match
        is_page = match is not None and "object_id" in match.kwargs
        return rows if is_page else rows.defer(*OFFER.deferred)

    @admin.display(description=gettext_lazy("categories"))
    def categories_shown(self, offer: CapacityOffer) -> str:
        return listed(offer.categories.all()) or "–"

    @admin.display(description=gettext_lazy("constructions"))
    def constructions_shown(self, offer: CapacityOffer) -> str:
        return listed(offer.constructions.all()) or "–"

    @admin.display(description=gettext_lazy("free pairs"), ordering="free_pairs")
    def free_shown(self, offer: CapacityOffer) -> str:
        return grouped(offer.free_pairs)

    @admin.display(description=gettext_lazy("minimum order, pairs"), ordering="min_order_pairs")
    def minimum_shown(self, offer: CapacityOffer) -> str:
        return grouped(offer.min_order_pairs) or "–"

    @admin.display(description=gettext_lazy("price"))
    def price_shown(self, offer: CapacityOffer) -> str:
        return money_to(offer.price_low_cny, offer.price_high_cny) or "–"

    @admin.display(description=gettext_lazy("figures confirmed"), ordering="confirmed_at")
    def confirmed(self, offer: CapacityOffer) -> Any:
        if offer.confirmed_at and offer.state not in ENDED and is_stale(offer):
            return format_html("{} {}", ago(offer.confirmed_at), badge(_("out of date"), "warn"))
        return ago(offer.confirmed_at)

    def tables(self, request: HttpRequest, row: CapacityOffer) -> Iterable[Table]:
        """Yield the weeks and the latest entries of the ledger."""
        del request
        shown, sums = _weeks(row)
        yield Table(
            _("Weeks"),
            (_("week"), _("Capacity"), _("held"), _("booked"), _("free")),
            shown,
            _("No week has a pair."),
            numbers=(1, 2, 3, 4),
            foot=sums,
        )
        entries = row.entries.select_related("by").order_by("-pk")[:SHOWN_ENTRIES]
        yield Table(
            _("Ledger"),
            (_("at"), _("entry"), _("pairs"), _("first week"), _("reference"), _("by")),
            [_entry(entry) for entry in entries],
            _("No entry yet."),
            numbers=(2,),
        )


def _weeks(offer: CapacityOffer) -> tuple[list[Line], list[Line]]:
    """Return the next weeks up to the last with a pair, then the sums of the rest and of all."""
    columns = list(zip(offer.published, offer.held, offer.booked, offer.free, strict=True))
    while columns and not any(columns[-1]):
        columns.pop()
    if offer.anchor_week is None or not columns:
        return [], []
    first = weeks.week_number(offer.anchor_week)
    shown = [
        (weeks_in_words(weeks.monday(first + at)), *map(grouped, figures))
        for at, figures in enumerate(columns[:SHOWN_WEEKS])
    ]
    sums = [(_("Total"), *_sums(columns))]
    if rest := columns[SHOWN_WEEKS:]:
        words = ngettext("%(count)s more week", "%(count)s more weeks", len(rest))
        sums.insert(0, (words % {"count": len(rest)}, *_sums(rest)))
    return shown, sums


def _sums(columns: Sequence[tuple[int, ...]]) -> Iterable[str]:
    return map(grouped, map(sum, zip(*columns, strict=True)))


def _entry(entry: LedgerEntry) -> Line:
    return (
        ago(entry.at),
        entry.get_kind_display(),
        grouped(sum(entry.pairs)),
        weeks_in_words(entry.anchor_week),
        entry.reference or "–",
        entry.by or "–",
    )
