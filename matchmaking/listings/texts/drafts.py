"""Drafts of a text as the services save them, and as the table of drafts shows them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from matchmaking.core.formatting import grouped, in_a_row, money, weeks_in_words
from matchmaking.listings import week_plans
from matchmaking.listings.models.orders import ToolingOwner
from matchmaking.listings.post_kinds import ORDER
from matchmaking.listings.services import posts
from matchmaking.listings.services.posts import Weeks
from matchmaking.listings.services.texts import DraftToSave
from matchmaking.listings.texts.readings import KINDS_OF_TERMS, MANY, PostReading
from matchmaking.listings.texts.terms import Terms

LABELS: dict[str, Promise | str] = {
    "category": _("Category"),
    "categories": _("Categories"),
    "construction": _("Construction"),
    "constructions": _("Constructions"),
    "pairs": _("Pairs"),
    "rate": _("Pairs per week"),
    "colourways": _("Colourways"),
    "target_unit_price_cny": _("Target price"),
    "price_low_cny": _("Price from"),
    "price_high_cny": _("Price to"),
    "earliest_start": _("Earliest start"),
    "due_week": _("Due week"),
    "rate_from": _("From week"),
    "rate_to": _("To week"),
    "min_order_pairs": _("Minimum order"),
    "lead_days": _("Lead time, days"),
    "lines": _("Lasting lines"),
    "certifications": _("Certificates"),
    "smallest_part": _("Smallest part"),
    "splittable": _("May be split"),
    "moulds_by": _("Moulds"),
}
WEEKS_AT_FIRST = 26


def shown_values(post: PostReading, terms: Terms) -> list[tuple[Promise | str, str]]:
    return [
        (LABELS[name], shown_value(name, post.values[name], terms))
        for name in LABELS
        if name in post.values
    ]


def shown_value(name: str, value: Any, terms: Terms) -> str:
    kind = KINDS_OF_TERMS.get(name)
    if kind is not None:
        return in_a_row(terms.name(kind, code) for code in (value if name in MANY else (value,)))
    if isinstance(value, dt.date):
        return weeks_in_words(value)
    if name.endswith("_cny"):
        return money(value)
    if name == "moulds_by":
        return str(ToolingOwner(value).label)
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    return grouped(value)


def draft_to_save(post: PostReading, terms: Terms, this_week: dt.date) -> DraftToSave:
    """Return the call of the service that saves the draft; what is open stays empty."""
    data = {name: _stored(name, value, terms) for name, value in post.values.items()}
    data = {name: value for name, value in data.items() if value is not None}
    if post.notes:
        data["notes"] = "\n".join(post.notes)
    if post.kind is ORDER:
        return DraftToSave(post.number, posts.save_order, {"data": _without_half_a_split(data)})
    plan = planned_weeks(data, this_week)
    return DraftToSave(post.number, posts.save_offer, {"data": data, "weeks": plan})


def _stored(name: str, value: Any, terms: Terms) -> Any:
    kind = KINDS_OF_TERMS.get(name)
    if kind is None:
        return value
    return terms.rows(kind, value) if name in MANY else terms.row(kind, value)


def _without_half_a_split(data: Mapping[str, Any]) -> dict[str, Any]:
    """Leave a split out: the least part and the most factories belong to it, a text names one."""
    return {n: v for n, v in data.items() if n not in {"splittable", "smallest_part"} or v is False}


def planned_weeks(data: dict[str, Any], this_week: dt.date) -> Weeks | None:
    """Take the rate and its weeks out of ``data``; return its plan, None without a rate.

    The lines stop in the weeks of the Spring Festival, as the form proposes.
    """
    rate, start, end = (data.pop(name, None) for name in ("rate", "rate_from", "rate_to"))
    if not rate:
        return None
    start = max(start or this_week, this_week)
    end = end or start + dt.timedelta(weeks=WEEKS_AT_FIRST - 1)
    stops = dict.fromkeys(week_plans.festival_weeks(start, end), 0)
    plan = week_plans.from_rate(rate, start, end, stops) if start <= end else {}
    return Weeks(this_week, week_plans.as_row(plan, this_week))
