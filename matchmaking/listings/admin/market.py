"""The market's exact figures, and whether its ledgers add up, for officers."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from matchmaking.core.formatting import grouped
from matchmaking.core.workbench.queues import DashboardPanel, Figure, register_panel
from matchmaking.listings import queries
from matchmaking.listings.models import LedgerCheck


@register_panel
def market(request: HttpRequest) -> DashboardPanel | None:
    """Return the market's exact figures; None for a person who may not see posts."""
    if not request.user.has_perm("listings.view_processingorder"):
        return None
    asked, free = queries.market_totals()
    return DashboardPanel(
        _("The market in exact figures"),
        [
            Figure(_("open orders"), asked.posts),
            Figure(_("firms that ask"), asked.firms),
            Figure(_("pairs asked"), grouped(asked.pairs)),
            Figure(_("offers on the market"), free.posts),
            Figure(_("firms that offer"), free.firms),
            Figure(_("pairs free"), grouped(free.pairs)),
        ],
        reverse("admin:listings_processingorder_changelist"),
    )


MOST_SHOWN = 10


@register_panel
def ledgers(request: HttpRequest) -> DashboardPanel | None:
    """Return what the last nightly check found; None before the first, and for who sees no offers."""
    if not request.user.has_perm("listings.view_capacityoffer"):
        return None
    check = LedgerCheck.objects.order_by("-at").first()
    if check is None:
        return None
    figures = [
        Figure(_("checked"), date_format(timezone.localtime(check.at), "SHORT_DATETIME_FORMAT")),
        Figure(_("offers checked"), grouped(check.checked)),
        Figure(_("offers that differ"), grouped(check.wrong), "bad" if check.wrong else "ok"),
    ]
    figures += [Figure(_line(one), _says(one), "bad") for one in check.differences[:MOST_SHOWN]]
    return DashboardPanel(
        _("Ledgers against their entries"),
        figures,
        reverse("admin:listings_capacityoffer_changelist"),
    )


def _line(difference: dict[str, Any]) -> str:
    return " ".join(filter(None, (difference["offer"][:8], difference.get("week"))))


def _says(difference: dict[str, Any]) -> str:
    if not difference["column"]:
        return _("cannot be read")
    return _("%(column)s: %(stored)s instead of %(expected)s") % difference
