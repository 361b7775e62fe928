"""The part of deals in the day's page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from matchmaking.core.dashboard_registry import Todo
from matchmaking.core.formatting import grouped, pairs
from matchmaking.deals import presentation, queries, quote_presentation
from matchmaking.deals.models import OrderQuestion, SplitPart, SplitPlan
from matchmaking.deals.states import PartState, PlanState, QuestionState
from matchmaking.matching.states import MatchSide

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.models import Company, User

WEIGHT = 90


def confirmations_due(_user: User, company: Company | None) -> Iterable[Todo]:
    """Return the figures that wait for the company's confirmation, by one query."""
    if company is None:
        return []
    found = []
    for row in queries.awaited_of(company).order_by("terms__proposed_at")[:3]:
        side = MatchSide.ORDER if row.brand_id == company.pk else MatchSide.OFFER
        found.append(
            Todo(
                kind="match",
                title=_("%(company)s waits for you to confirm a deal")
                % {"company": row.company(side.other).name},
                url=reverse("deals:intention-detail", args=[row.code]),
                detail=presentation.sentence(row.terms) if row.terms else "",
                weight=WEIGHT,
            )
        )
    return found


def questions_waiting(_user: User, company: Company | None) -> Iterable[Todo]:
    """Return the orders of the company on which questions wait, by one query."""
    if company is None:
        return []
    rows = OrderQuestion.objects.filter(order__company=company, state=QuestionState.OPEN)
    counted = rows.values("order__code", "order__title").annotate(count=Count("pk"))
    return [
        Todo(
            kind="match",
            title=ngettext(
                "%(count)s question on an order waits for your answer",
                "%(count)s questions on an order wait for your answer",
                row["count"],
            )
            % {"count": grouped(row["count"])},
            url=reverse("deals:question-list", args=[row["order__code"]]),
            detail=row["order__title"],
            weight=WEIGHT - 10,
        )
        for row in counted.order_by("-count", "order__code")[:3]
    ]


def quotes_waiting(_user: User, company: Company | None) -> Iterable[Todo]:
    """Return the quotes on which the company has the next word, by one query."""
    if company is None:
        return []
    found = []
    for row in queries.quotes_awaiting(company).order_by("submitted_at", "pk")[:3]:
        side = MatchSide.ORDER if row.brand_id == company.pk else MatchSide.OFFER
        card = quote_presentation.card_of(row, side)
        found.append(
            Todo(kind="match", title=card.title, url=card.url, detail=card.headline, weight=WEIGHT)
        )
    return found


def plans_due(_user: User, company: Company | None) -> Iterable[Todo]:
    """Return the parts that wait for the company and its plans that wait for a choice."""
    if company is None:
        return []
    parts = SplitPart.objects.filter(factory=company, state=PartState.ASKED).in_full()
    found = [
        Todo(
            kind="match",
            title=_("%(brand)s asks you for a part of its order")
            % {"brand": part.plan.order.company.name},
            url=reverse("deals:part-detail", args=[part.code]),
            detail=pairs(part.pairs),
            weight=WEIGHT,
        )
        for part in parts.order_by("asked_at")[:3]
    ]
    plans = SplitPlan.objects.filter(order__company=company, state=PlanState.READY)
    found += [
        Todo(
            kind="match",
            title=_("Choose how “%(order)s” is split") % {"order": plan.order.title},
            url=reverse("deals:plan-detail", args=[plan.code]),
            weight=WEIGHT,
        )
        for plan in plans.select_related("order").order_by("-asked_at")[:3]
    ]
    return found
