"""Data of the capacity editor beside the table of weeks: the calendar, and rows to copy."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matchmaking.core import weeks
from matchmaking.core.formatting import week_range
from matchmaking.listings import ledger, week_plans
from matchmaking.listings.disclosure import current_rows
from matchmaking.listings.models import CapacityOffer
from matchmaking.listings.models.offers import MAX_WEEK_PAIRS

HOLIDAYS = {
    "New Year's Day": gettext_lazy("New Year's Day"),
    "Spring Festival": gettext_lazy("Spring Festival"),
    "Tomb-sweeping Day": gettext_lazy("Qingming"),
    "Labour Day": gettext_lazy("Labour Day"),
    "Dragon Boat Festival": gettext_lazy("Dragon Boat Festival"),
    "National Day": gettext_lazy("National Day"),
    "Mid-autumn Festival": gettext_lazy("Mid-Autumn Festival"),
}
SEASON = 52
MOST_SOURCES = 10


def editor_data(offer: CapacityOffer, first: dt.date) -> dict[str, Any]:
    """Return the weeks from ``first`` on with names and holidays, and rows to copy from.

    Shape: ``weeks`` 104 times ``label``, ``days``, ``month``, ``holiday``, ``isFestival``;
    ``sources`` each ``title`` and ``row`` of pairs; ``most`` pairs that a week can carry.
    """
    mondays = [first + dt.timedelta(weeks=index) for index in range(weeks.HORIZON_WEEKS)]
    holidays = week_plans.holidays(first, mondays[-1])
    return {
        "weeks": [
            {
                "label": weeks.label(monday),
                "days": week_range(monday),
                # Translators: Django date format of a month with its year.
                "month": format_date(monday, _("M Y")),
                "holiday": str(HOLIDAYS.get(name, name)) if (name := holidays.get(monday)) else "",
                "isFestival": holidays.get(monday) == week_plans.SPRING_FESTIVAL,
            }
            for monday in mondays
        ],
        "sources": _sources(offer, first),
        "most": MAX_WEEK_PAIRS,
    }


def _sources(offer: CapacityOffer, first: dt.date) -> list[dict[str, Any]]:
    """Return what may be copied: the weeks of a year ago, and other capacity of the company."""
    found = []
    if offer.pk is not None:
        season = ledger.published_since(offer, first - dt.timedelta(weeks=SEASON), SEASON)
        found.append({"title": _("The same weeks a year ago"), "row": season})
    others = CapacityOffer.objects.filter(company=offer.company).exclude(pk=offer.pk)
    for other in others.order_by("-updated_at")[:MOST_SOURCES]:
        row = list(current_rows(other, first)["published"])
        found.append({"title": str(other), "row": row})
    return [source for source in found if any(source["row"])]
