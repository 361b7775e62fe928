"""Results counted so that nobody can call them double: firms, intentions, pairs, yuan.

A firm is a registered company; two of one group are two. It counts once, however many
intentions it has, on whichever side. An intention counts once, with the figures that both
sides confirmed; before that with those proposed last. The four stages contain each other:
what is contracted is confirmed too. `docs/results.md` and the page of the method say the same.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Self, TypeVar
from uuid import UUID

from django.db.models import OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from matchmaking.core.trade_day import trade_day
from matchmaking.deals.models import Delivery, Intention
from matchmaking.deals.states import BINDING_STATES, ENDED_STATES, IntentionState

if TYPE_CHECKING:
    from accounts.models import Cluster
    from matchmaking.deals.models import IntentionQuerySet, ResultsBoard
    from matchmaking.listings.models import CategoryFamily

K = TypeVar("K", bound=Hashable)
ZERO = Decimal(0)
FEWEST_FIRMS = 3  # of each side behind a published row


class Stage(StrEnum):
    """How far an intention has come; the later contain what is in the earlier."""

    ANNOUNCED = "announced"
    CONFIRMED = "confirmed"
    CONTRACTED = "contracted"
    DELIVERED = "delivered"


@dataclass(slots=True)
class Totals:
    """Firms, intentions, pairs and yuan of a set of intentions."""

    brands: set[int] = field(default_factory=set)
    factories: set[int] = field(default_factory=set)
    intentions: int = 0
    pairs: int = 0
    yuan: Decimal = ZERO

    @property
    def firms(self) -> int:
        """Count the firms of both sides; one that stands on both is one."""
        return len(self.brands | self.factories)

    def add(self, brand: int, factory: int, pairs: int, yuan: Decimal) -> None:
        self.brands.add(brand)
        self.factories.add(factory)
        self.intentions += 1
        self.pairs += pairs
        self.yuan += yuan

    def __iadd__(self, other: Totals) -> Self:
        self.brands |= other.brands
        self.factories |= other.factories
        self.intentions += other.intentions
        self.pairs += other.pairs
        self.yuan += other.yuan
        return self

    @property
    def hides_everybody(self) -> bool:
        return min(len(self.brands), len(self.factories)) >= FEWEST_FIRMS or not self.intentions


Stages = dict[Stage, Totals]


@dataclass(slots=True)
class Results:
    """The whole, and the same rows by clusters, family of shoe, month and docking event.

    A month is its first day, of the trade's calendar.
    """

    whole: Stages
    by_clusters: dict[tuple[Cluster | None, Cluster | None], Stages]
    by_family: dict[CategoryFamily | None, Stages]
    by_month: dict[dt.date, Stages]
    by_event: dict[UUID | None, Stages]


def of_board(board: ResultsBoard) -> IntentionQuerySet:
    return of_period(board.since, board.until, event=board.event)


def of_period(
    since: dt.date, until: dt.date | None, *, event: UUID | None = None
) -> IntentionQuerySet:
    """Return the intentions proposed in these days of the trade's calendar, ended ones left out.

    ``event``: only those that were written down at this docking event.
    """
    zone = timezone.get_default_timezone()
    rows = Intention.objects.exclude(state__in=ENDED_STATES)
    rows = rows.filter(proposed_at__gte=dt.datetime.combine(since, dt.time(), zone))
    if until is not None:
        after = dt.datetime.combine(until + dt.timedelta(days=1), dt.time(), zone)
        rows = rows.filter(proposed_at__lt=after)
    return rows if event is None else rows.filter(event=event)


def count(rows: IntentionQuerySet) -> Results:
    """Count the intentions once, by one query; every table has the same rows as the whole."""
    delivered = Delivery.objects.filter(intention=OuterRef("pk")).order_by().values("intention")
    found = (
        rows.select_related("terms", "confirmed")
        .annotate(
            delivered_pairs=Coalesce(Subquery(delivered.annotate(n=Sum("pairs")).values("n")), 0)
        )
        .select_related("brand__cluster", "factory__cluster", "category__family")
        .order_by("pk")
    )
    whole = _empty()
    by_clusters: defaultdict[tuple[Cluster | None, Cluster | None], Stages] = defaultdict(_empty)
    by_family: defaultdict[CategoryFamily | None, Stages] = defaultdict(_empty)
    by_month: defaultdict[dt.date, Stages] = defaultdict(_empty)
    by_event: defaultdict[UUID | None, Stages] = defaultdict(_empty)
    for row in found:
        clusters = (row.brand.cluster, row.factory.cluster)
        family = row.category.family if row.category else None
        month = trade_day(row.proposed_at).replace(day=1)
        tables = (by_clusters[clusters], by_family[family], by_month[month], by_event[row.event])
        for stages in (whole, *tables):
            _add(stages, row)
    return Results(whole, dict(by_clusters), dict(by_family), dict(by_month), dict(by_event))


def _add(stages: Stages, row: Any) -> None:
    terms, firms = row.standing, (row.brand_id, row.factory_id)
    stages[Stage.ANNOUNCED].add(*firms, terms.pairs, terms.amount)
    if row.state in BINDING_STATES:
        stages[Stage.CONFIRMED].add(*firms, terms.pairs, terms.amount)
    if row.state in (IntentionState.CONTRACTED, IntentionState.DELIVERED):
        stages[Stage.CONTRACTED].add(*firms, terms.pairs, terms.amount)
    if row.delivered_pairs:
        yuan = row.delivered_pairs * terms.unit_price
        stages[Stage.DELIVERED].add(*firms, row.delivered_pairs, yuan)


def _empty() -> Stages:
    return {stage: Totals() for stage in Stage}


def published_rows(table: Mapping[K, Stages]) -> tuple[dict[K, Stages], Stages | None]:
    """Return the rows that may stand alone, and the sum of all others, None where there are none.

    Each has at least three firms on either side in every stage that it has, the sum too: the
    whole less the others would tell it. A sum of fewer takes the smallest row in.
    """
    alone = dict(table)
    rest: Stages | None = None
    for key in sorted(table, key=lambda key: table[key][Stage.ANNOUNCED].yuan):
        is_hidden = all(one.hides_everybody for one in table[key].values())
        is_rest_told = rest is not None and not all(one.hides_everybody for one in rest.values())
        if is_hidden and not is_rest_told:
            continue
        rest = rest or _empty()
        for stage, sums in alone.pop(key).items():
            rest[stage] += sums
    return alone, rest


def delivered_within(rows: IntentionQuerySet, days: int) -> tuple[int, Decimal]:
    """Return pairs and yuan delivered within so many days after both sides confirmed."""
    pairs, yuan = 0, ZERO
    limit = dt.timedelta(days=days)
    deliveries = Delivery.objects.filter(intention__in=rows).select_related("intention__confirmed")
    for delivery in deliveries:
        intention = delivery.intention
        if intention.confirmed_at is None or intention.confirmed is None:
            continue
        if delivery.delivered_on <= timezone.localtime(intention.confirmed_at).date() + limit:
            pairs += delivery.pairs
            yuan += delivery.pairs * intention.confirmed.unit_price
    return pairs, yuan
