"""Questions about quotes on decided orders, worded for officers, who alone read them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext as _

from matchmaking.core.formatting import listed, money
from matchmaking.deals import bid_patterns
from matchmaking.deals.bid_patterns import Bid, Finding, Pattern
from matchmaking.deals.models import Quote
from matchmaking.deals.states import QuoteState

if TYPE_CHECKING:
    from matchmaking.deals.models import QuoteVersion

Names = Mapping[Hashable, str]


def of_period(since: dt.date, until: dt.date | None) -> list[str]:
    """Return the questions about orders on which a quote was first accepted in these days.

    A quote whose figures are sealed still takes no part.
    """
    zone = timezone.get_default_timezone()
    accepted = Quote.objects.filter(state=QuoteState.ACCEPTED, order__isnull=False)
    decided = dict(
        accepted.values_list("order")
        .annotate(first=Min("ended_at"))
        .order_by()
        .values_list("order", "first")
    )
    begin = dt.datetime.combine(since, dt.time(), zone)
    end = dt.datetime.combine(until + dt.timedelta(days=1), dt.time(), zone) if until else None
    decided = {
        order: moment
        for order, moment in decided.items()
        if moment >= begin and (end is None or moment < end)
    }
    rows = (
        Quote.objects.filter(order__in=decided, current__terms__isnull=False)
        .exclude(state__in=(QuoteState.DRAFT, QuoteState.WITHDRAWN))
        .select_related("order", "factory", "current")
        .prefetch_related("versions")
        .order_by("order", "pk")
    )
    bids = [_bid(row, decided[row.order_id]) for row in rows if row.order_id is not None]
    firms: Names = {row.factory_id: row.factory.name for row in rows}
    orders: Names = {row.order_id: row.order.title for row in rows if row.order}
    return [question(one, firms, orders) for one in bid_patterns.findings(bids)]


def _bid(row: Quote, decided_at: dt.datetime) -> Bid:
    current = row.current
    assert current is not None  # noqa: S101 - the rows are filtered by its terms
    before = [one for one in row.versions.all() if one.number < current.number and one.terms]
    last = max(before, key=lambda one: one.number, default=None)
    return Bid(
        order=row.order_id,
        factory=row.factory_id,
        price=_price(current),
        won=row.state == QuoteState.ACCEPTED,
        decided_at=decided_at,
        revised_at=current.submitted_at if last else None,
        price_before=_price(last) if last else None,
    )


def _price(version: QuoteVersion) -> Decimal:
    return Decimal((version.terms or {})["unit_price"])


def question(finding: Finding, firms: Names, orders: Names) -> str:
    """Return a finding as a question; it accuses nobody."""
    factories = [firms[pk] for pk in finding.factories]
    values = {
        "order": _titles(orders[pk] for pk in finding.orders),
        "factory": factories[0],
        "other": factories[-1],
        "factories": listed(factories),
        **{
            name: money(figure) if isinstance(figure, Decimal) else figure
            for name, figure in finding.figures.items()
        },
    }
    words = {
        Pattern.ONLY_ONE: _("%(order)s: why did %(factory)s alone quote?"),
        Pattern.EQUAL_PRICES: _(
            "%(order)s: %(factories)s quoted the same %(price)s. Do they know of each other?"
        ),
        Pattern.JUST_ABOVE_WINNER: _(
            "%(order)s: %(factory)s quoted %(price)s, just above the %(winner)s of %(other)s. By chance?"
        ),
        Pattern.ALWAYS_SECOND: _(
            "%(factory)s came second behind %(other)s %(times)s of %(of)s times (%(order)s). By chance?"
        ),
        Pattern.LATE_REVISION_WON: _(
            "%(order)s: %(factory)s went from %(before)s to %(price)s on the last day, below the best of "
            "%(best)s. What did it know?"
        ),
        Pattern.HEAVY_DISCOUNT: _(
            "%(order)s: %(factory)s quoted %(price)s where the others ask about %(median)s. Can it make the "
            "shoe for that?"
        ),
    }
    return words[finding.pattern] % values


def _titles(titles: Iterable[str]) -> str:
    return listed(list(dict.fromkeys(titles)))
