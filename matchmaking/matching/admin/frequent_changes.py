"""Firms that use their changes of terms up again and again, with what they could have learnt."""

from __future__ import annotations

import datetime as dt

from django.db.models import Count, F
from django.db.models.functions import Coalesce, TruncDate
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Company
from matchmaking.core.workbench.queues import DashboardPanel, Figure, register_panel
from matchmaking.listings import rules
from matchmaking.listings.models import EditReason, PostEdit
from matchmaking.matching.models import Match

WITHIN = dt.timedelta(days=14)
DAYS = 3
MOST_SHOWN = 10


@register_panel
def frequent_changes(request: HttpRequest) -> DashboardPanel | None:
    """Return the firms to ask about it; None when there is none, or the reader is no moderator."""
    if not rules.can_moderate(request.user):
        return None
    since = timezone.now() - WITHIN
    days = firms_with_days(since)
    if not days:
        return None
    firms = Company.objects.in_bulk(days)
    return DashboardPanel(
        _("Why do they change so often?"),
        [
            Figure(str(firms[pk]), f"{_days(count)} · {_firms(firms[pk], since)}", "warn")
            for pk, count in days.items()
        ],
        reverse("admin:listings_postedit_changelist") + f"?reason__exact={EditReason.BUDGET}",
        _(
            "They used up their changes of terms on several of the last 14 days. Each change is "
            "answered by the market: ask what they look for."
        ),
    )


def firms_with_days(since: dt.datetime) -> dict[int, int]:
    """Return days by company, the most days first, of those that used their changes up on several."""
    company = Coalesce(F("order__company"), F("offer__company"))
    rows = (
        PostEdit.objects.filter(reason=EditReason.BUDGET, created_at__gte=since)
        .annotate(company=company)
        .values("company")
        .annotate(days=Count(TruncDate("created_at"), distinct=True))
        .filter(days__gte=DAYS)
        .order_by("-days", "company")[:MOST_SHOWN]
    )
    return {row["company"]: row["days"] for row in rows}


def _firms(company: Company, since: dt.datetime) -> str:
    # Whom its posts met: that a pair is matched is what a change tells.
    of_orders = Match.objects.filter(order__company=company, scored_at__gte=since)
    of_offers = Match.objects.filter(offer__company=company, scored_at__gte=since)
    met = of_orders.values("offer__company").union(of_offers.values("order__company")).count()
    return ngettext("matched with %(count)s firm", "matched with %(count)s firms", met) % {
        "count": met
    }


def _days(count: int) -> str:
    return ngettext("%(count)s day", "%(count)s days", count) % {"count": count}
