"""The way of a period's orders, from the post to the last delivery, counted by order."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Case, Count, Exists, OuterRef, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from matchmaking.deals.models import Delivery, Intention
from matchmaking.deals.states import BINDING_STATES, ENDED_STATES, IntentionState
from matchmaking.listings.models import ProcessingOrder
from matchmaking.matching.models import Match
from matchmaking.matching.states import AnswerKind


@dataclass(frozen=True, slots=True)
class Step:
    """Orders that came as far as this. Shares are of the first step and of the one before."""

    label: str
    orders: int
    of_all: float | None
    of_previous: float | None


def of_period(since: dt.date, until: dt.date | None) -> list[Step]:
    """Count the orders that were published in these days, by one query.

    Each step holds the orders of all later ones: an order whose deal the association wrote
    down without a match has come as far as its deal.
    """
    zone = timezone.get_default_timezone()
    orders = ProcessingOrder.objects.filter(
        published_at__gte=dt.datetime.combine(since, dt.time(), zone)
    )
    if until is not None:
        after = dt.datetime.combine(until + dt.timedelta(days=1), dt.time(), zone)
        orders = orders.filter(published_at__lt=after)
    # Each order has the last step that it reached; the sums from the end make the funnel.
    reached = orders.annotate(depth=_depth()).values_list("depth").annotate(orders=Count("pk"))
    by_depth = dict(reached.order_by())
    labels = [
        _("Orders published"),
        _("Matched with capacity"),
        _("A side said yes"),
        _("Both sides talk"),
        _("Deal announced"),
        _("Deal confirmed by both"),
        _("Contracted"),
        _("Delivered, at least in part"),
    ]
    return _steps(
        [
            (label, sum(orders for depth, orders in by_depth.items() if depth >= place))
            for place, label in enumerate(labels)
        ]
    )


def _depth() -> Case:
    """Return the number of the last step that an order reached; 0 is the post itself."""
    matches = Match.objects.filter(order=OuterRef("pk"))
    deals = Intention.objects.filter(order=OuterRef("pk")).exclude(state__in=ENDED_STATES)
    deliveries = Delivery.objects.filter(intention__order=OuterRef("pk"))
    contracted = (IntentionState.CONTRACTED, IntentionState.DELIVERED)
    steps = [
        matches,
        matches.filter(answers__kind=AnswerKind.INTERESTED),
        matches.filter(mutual_at__isnull=False),
        deals,
        deals.filter(state__in=BINDING_STATES),
        deals.filter(state__in=contracted),
        deliveries.exclude(intention__state__in=ENDED_STATES),
    ]
    whens = [When(Exists(rows), then=Value(place)) for place, rows in enumerate(steps, start=1)]
    return Case(*reversed(whens), default=Value(0))


def _steps(counts: list[tuple[str, int]]) -> list[Step]:
    first = counts[0][1]
    found: list[Step] = []
    for label, orders in counts:
        before = found[-1].orders if found else 0
        found.append(Step(label, orders, _share(orders, first), _share(orders, before)))
    return found


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
