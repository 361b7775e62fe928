"""Matches, for officers to look into: both companies by name, every reason in words."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matchmaking.core.templatetags.figures import percent
from matchmaking.core.workbench.base import WorkbenchAdmin
from matchmaking.core.workbench.navigation import Group
from matchmaking.core.workbench.tables import Table, aged, badge, link, register_tables
from matchmaking.listings.models import CapacityOffer, ProcessingOrder
from matchmaking.matching import explain, queries
from matchmaking.matching.models import Match
from matchmaking.matching.states import MatchState

SHOWN_MATCHES = 20
WEEK_ARRAYS = tuple(f"offer__{name}" for name in ("published", "free", "held", "booked"))


@admin.register(Match)
class MatchAdmin(WorkbenchAdmin):
    """Orders and offers that fit."""

    group = Group.SCORING
    place = 20
    icon = "handshake"
    ordering = ("-pk",)
    list_display = ("score", "order_title", "brand", "offer_title", "maker", "state_shown", "found")
    list_filter = ("state", "profile", "order__category__family", "offer__company__cluster")
    search_fields = (
        "order__title",
        "offer__title",
        "order__company__name_zh",
        "offer__company__name_zh",
    )
    fields = (
        ("score", "state_shown"),
        ("order_link", "offer_link"),
        ("brand", "maker"),
        ("order_rank", "offer_rank"),
        ("order_version", "offer_version", "profile"),
        ("proposed_at", "scored_at", "withdrawn_at"),
    )
    readonly_fields = ("state_shown", "order_link", "offer_link", "brand", "maker")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Match]:
        """Return matches with both sides by name, the weeks left in the table."""
        rows = super().get_queryset(request)
        sides = rows.select_related("order__company", "offer__company", "profile")
        return sides.defer(*WEEK_ARRAYS)

    def row_name(self, row: Match) -> str:
        """Return both titles."""
        return f"{row.order} – {row.offer}"

    @admin.display(description=gettext_lazy("order"), ordering="order__title")
    def order_title(self, match: Match) -> str:
        """Name the order."""
        return str(match.order)

    @admin.display(description=gettext_lazy("offer"), ordering="offer__title")
    def offer_title(self, match: Match) -> str:
        """Name the offer."""
        return str(match.offer)

    @admin.display(description=gettext_lazy("brand"))
    def brand(self, match: Match) -> str:
        """Name who asks."""
        return str(match.order.company)

    @admin.display(description=gettext_lazy("factory"))
    def maker(self, match: Match) -> str:
        """Name who makes."""
        return str(match.offer.company)

    @admin.display(description=gettext_lazy("order"))
    def order_link(self, match: Match) -> Any:
        """Lead to the order."""
        return link(match.order)

    @admin.display(description=gettext_lazy("offer"))
    def offer_link(self, match: Match) -> Any:
        """Lead to the offer."""
        return link(match.offer)

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def state_shown(self, match: Match) -> Any:
        """Show the state in its colour."""
        is_standing = match.state == MatchState.PROPOSED
        return badge(MatchState(match.state).label, "ok" if is_standing else "")

    @admin.display(description=gettext_lazy("found"), ordering="proposed_at")
    def found(self, match: Match) -> Any:
        """Show how long ago it was proposed."""
        return aged(match.proposed_at)

    def tables(self, request: HttpRequest, row: Match) -> Iterable[Table]:
        """Show every factor with its weight and its sentence, then the conditions."""
        del request
        names = queries.term_names()
        yield Table(
            _("Factors"),
            (_("factor"), _("value"), _("weight"), _("reason")),
            [
                (line.label, percent(line.value), percent(line.weight), line.sentence)
                for line in explain.factor_lines(row.assessment, names)
            ],
        )
        yield Table(
            _("Conditions"),
            (_("what was checked"),),
            [(sentence,) for sentence in explain.gate_sentences(row.assessment, names)],
        )


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
