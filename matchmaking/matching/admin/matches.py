"""Matches, for officers: who fits whom, what was answered, who owes an answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matchmaking.core.workbench import exports
from matchmaking.core.workbench.base import WorkbenchAdmin
from matchmaking.core.workbench.history import HistoryEvent
from matchmaking.core.workbench.navigation import Group, Page, register_page
from matchmaking.core.workbench.queues import Queue, register_queue
from matchmaking.core.workbench.tables import (
    NOTHING,
    Notice,
    Table,
    aged,
    badge,
    link,
    register_tables,
)
from matchmaking.listings.models import CapacityOffer, ProcessingOrder
from matchmaking.matching import queries, rules
from matchmaking.matching.admin import activity, blocks, calibration, figures
from matchmaking.matching.admin.actions import ACTIONS, OPEN
from matchmaking.matching.admin.filters import (
    OwesFilter,
    SilentFilter,
    WaitingMatches,
    WaitingSince,
)
from matchmaking.matching.models import Match
from matchmaking.matching.presentation import explain
from matchmaking.matching.states import MatchState

SHOWN_MATCHES = 20
# Four arrays of 104 weeks a row, which no list shows.
WEEK_ARRAYS = tuple(f"offer__{name}" for name in ("published", "free", "held", "booked"))
TONES = {
    MatchState.PROPOSED: "info",
    MatchState.INTERESTED: "warn",
    MatchState.MUTUAL: "ok",
    MatchState.DECLINED: "bad",
}

register_queue(
    Queue(
        key="matches",
        title=gettext_lazy("Matches to answer"),
        icon="handshake",
        place=30,
        url_name="admin:matching_match_changelist",
        query="queue=waiting",
        rows=lambda: activity.with_progress(Match.objects.filter(state=MatchState.INTERESTED)),
        since="waiting_since",
        allowed=rules.can_act_on_matches,
        late_after=dt.timedelta(days=4),
    )
)
register_page(
    Page(
        group=Group.MARKET,
        place=31,
        title=gettext_lazy("Match statistics"),
        icon="monitoring",
        url_name=f"admin:{figures.NAME}",
        allowed=rules.sees_all_matches,
    )
)
register_page(
    Page(
        group=Group.SCORING,
        place=11,
        title=gettext_lazy("Calibration of the score"),
        icon="query_stats",
        url_name=f"admin:{calibration.NAME}",
        allowed=rules.sees_all_matches,
    )
)


@admin.register(Match)
class MatchAdmin(WorkbenchAdmin):
    """Orders and offers that fit, and what became of them."""

    group = Group.MARKET
    place = 30
    icon = "handshake"
    row_actions = ACTIONS
    ordering = ("-pk",)
    queue_ordering = ("answer_by", "pk")  # a fixed time after the first answer
    list_display = (
        "order_title",
        "brand",
        "offer_title",
        "maker",
        "state_shown",
        "score",
        "owing",
        "waiting",
    )
    list_filter = (
        WaitingMatches,
        WaitingSince,
        OwesFilter,
        SilentFilter,
        "state",
        "order__category__family",
        "order__category",
        "order__company__cluster",
        "offer__company__cluster",
        "profile",
    )
    search_fields = (
        "order__title",
        "offer__title",
        "order__company__search_key__folds",
        "offer__company__search_key__folds",
    )
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("order_link", "offer_link"),
                    ("brand", "maker"),
                    ("state_shown", "owing"),
                    ("waiting", "until"),
                )
            },
        ),
        (
            gettext_lazy("Scoring"),
            {
                "fields": (
                    ("score", "profile"),
                    ("order_rank", "offer_rank"),
                    ("order_version", "offer_version"),
                    ("proposed_at", "scored_at"),
                )
            },
        ),
    )
    readonly_fields = (
        "state_shown",
        "order_link",
        "offer_link",
        "brand",
        "maker",
        "owing",
        "waiting",
        "until",
    )
    sheet = (
        exports.ExportColumn(gettext_lazy("order"), lambda row: str(row.order)),
        exports.ExportColumn(gettext_lazy("brand"), lambda row: row.order.company.name),
        exports.ExportColumn(gettext_lazy("offer"), lambda row: str(row.offer)),
        exports.ExportColumn(gettext_lazy("factory"), lambda row: row.offer.company.name),
        exports.ExportColumn(gettext_lazy("score"), lambda row: row.score),
        exports.ExportColumn(gettext_lazy("state"), lambda row: row.get_state_display()),
        exports.ExportColumn(gettext_lazy("owes an answer"), blocks.owing),
        exports.ExportColumn(
            gettext_lazy("waiting since"), lambda row: blocks.local(row.waiting_since)
        ),
        exports.ExportColumn(gettext_lazy("proposed"), lambda row: blocks.local(row.proposed_at)),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Match]:
        rows = super().get_queryset(request)
        sides = rows.select_related("order__company", "offer__company", "profile")
        return activity.with_progress(sides.defer(*WEEK_ARRAYS))

    def get_urls(self) -> list[URLPattern]:
        """Return the addresses of a list, and those of the statistics."""
        own = [
            path("statistics/", self._wrap(self.statistics_view), name=figures.NAME),
            path("calibration/", self._wrap(self.calibration_view), name=calibration.NAME),
            path(
                "statistics/export/",
                self._wrap(self.statistics_export_view),
                name=f"{figures.NAME}_export",
            ),
        ]
        return [*own, *super().get_urls()]

    def statistics_view(self, request: HttpRequest) -> HttpResponse:
        return figures.show(self, request)

    def calibration_view(self, request: HttpRequest) -> HttpResponse:
        return calibration.show(self, request)

    def statistics_export_view(self, request: HttpRequest) -> HttpResponse:
        return figures.export(self, request)

    def row_name(self, row: Match) -> str:
        return f"{row.order} – {row.offer}"

    @admin.display(description=gettext_lazy("order"), ordering="order__title")
    def order_title(self, match: Match) -> str:
        return str(match.order)

    @admin.display(description=gettext_lazy("offer"), ordering="offer__title")
    def offer_title(self, match: Match) -> str:
        return str(match.offer)

    @admin.display(description=gettext_lazy("brand"))
    def brand(self, match: Match) -> str:
        return str(match.order.company)

    @admin.display(description=gettext_lazy("factory"))
    def maker(self, match: Match) -> str:
        return str(match.offer.company)

    @admin.display(description=gettext_lazy("order"))
    def order_link(self, match: Match) -> Any:
        return link(match.order)

    @admin.display(description=gettext_lazy("offer"))
    def offer_link(self, match: Match) -> Any:
        return link(match.offer)

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def state_shown(self, match: Match) -> Any:
        state = MatchState(match.state)
        return badge(blocks.short_state(match), TONES.get(state, ""))

    @admin.display(description=gettext_lazy("owes an answer"))
    def owing(self, match: Match) -> str:
        return blocks.owing(match) or NOTHING

    @admin.display(description=gettext_lazy("waiting for"), ordering="waiting_since")
    def waiting(self, match: Any) -> Any:
        return aged(match.waiting_since)

    @admin.display(description=gettext_lazy("answer by"))
    def until(self, match: Match) -> str:
        if match.state not in OPEN:
            return NOTHING
        return date_format(timezone.localtime(match.due_at), "SHORT_DATETIME_FORMAT")

    def notices(self, request: HttpRequest, row: Match) -> Iterable[Notice]:
        """Yield what hinders the two sides, and the note on the end."""
        del request
        if row.state == MatchState.MUTUAL and not rules.has_active_sides(row):
            yield Notice(
                _("A company is not active: contacts are closed, and nobody can write."), "warn"
            )
        if row.end_note:
            yield Notice(_("Why it ended: %(note)s") % {"note": row.end_note})

    def next_waiting(self, request: HttpRequest, row: Match) -> Match | None:
        """Return the match that has waited longest, besides this one."""
        if row.state == MatchState.INTERESTED:
            return None
        rows = self.get_queryset(request).filter(state=MatchState.INTERESTED).exclude(pk=row.pk)
        return rows.order_by(*self.queue_ordering).first()

    def happened(self, row: Match) -> list[HistoryEvent]:
        """Return the match's activity in place of its audit rows."""
        return [
            HistoryEvent(act.at, str(act.who or ""), is_first=False, changes=(), text=act.what)
            for act in activity.activities_of(row)
        ]

    def tables(self, request: HttpRequest, row: Match) -> Iterable[Table]:
        """Show both posts, what was said, who looked, the reasons, and the whole story."""
        del request
        yield blocks.posts(row)
        yield blocks.answers(row)
        yield blocks.conversation(row)
        yield blocks.consents(row)
        yield from blocks.reasons(row)
        yield blocks.story(row)


def _matches_of(request: HttpRequest, post: ProcessingOrder | CapacityOffer) -> Iterable[Table]:
    """Show what stands for a post, the best first."""
    is_order = isinstance(post, ProcessingOrder)
    side, other = ("order", "offer") if is_order else ("offer", "order")
    rows = (
        Match.objects.visible_to(request.user)
        .proposed()
        .filter(**{side: post})
        .select_related(f"{other}__company")
        .defer(*(() if not is_order else WEEK_ARRAYS))
        .order_by("-score", "pk")[:SHOWN_MATCHES]
    )
    names = queries.term_names()
    url = reverse("admin:matching_match_changelist") + f"?{side}__id__exact={post.pk}"
    yield Table(
        _("Matches"),
        (_("score"), _("title"), _("company"), _("reasons")),
        [
            (
                link(match, str(match.score)),
                link(getattr(match, other)),
                getattr(match, other).company,
                explain.reasons(match.assessment, names),
            )
            for match in rows
        ],
        _("Nothing fits yet."),
        url,
    )


register_tables(ProcessingOrder, _matches_of)
register_tables(CapacityOffer, _matches_of)
