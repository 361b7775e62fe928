"""The market's exact figures, for officers."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from matchmaking.core.formatting import grouped
from matchmaking.core.workbench.queues import DashboardPanel, Figure, register_panel
from matchmaking.listings import queries


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
