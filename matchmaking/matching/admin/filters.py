"""Filters of the list of matches: what waits, for whom, since when."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from accounts.models import Company
from matchmaking.core.workbench.filters import AgeFilter, QueueFilter
from matchmaking.matching.admin import activity, figures
from matchmaking.matching.states import MatchSide, MatchState


class WaitingMatches(QueueFilter):
    """Matches in which one side said yes, and the other has not answered."""

    label = gettext_lazy("Waiting for the other side's answer")

    def waiting(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.filter(state=MatchState.INTERESTED)


class WaitingSince(AgeFilter):
    """By the moment since which somebody's answer is awaited."""

    title = gettext_lazy("waits for")
    field = "waiting_since"


class OwesFilter(admin.SimpleListFilter):
    """By the side whose answer is awaited."""

    title = gettext_lazy("who owes an answer")
    parameter_name = "owes"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        del request, model_admin
        return list(MatchSide.choices)

    def queryset(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return what waits for that side."""
        del request
        value = self.value()
        return (
            rows.filter(activity.owed_by(MatchSide(value))) if value in MatchSide.values else rows
        )


class SilentFilter(admin.SimpleListFilter):
    """By the company whose answer is awaited; the statistics lead here."""

    title = gettext_lazy("waiting for this company")
    parameter_name = figures.SILENT

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Name the company of the address, which no list offers."""
        del model_admin
        asked = request.GET.get(self.parameter_name, "")
        rows = Company.objects.visible_to(request.user)
        found = rows.filter(pk=asked).first() if asked.isdigit() and asked.isascii() else None
        return [(asked, str(found))] if found else []

    def queryset(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return what waits for the company, on either side."""
        del request
        if self.value() is None:
            return rows
        order, offer = activity.owed_by(MatchSide.ORDER), activity.owed_by(MatchSide.OFFER)
        company = self.value()
        return rows.filter(
            (order & Q(order__company=company)) | (offer & Q(offer__company=company))
        )
