"""The loop over the Django ORM that one would write first, on the market that the site holds."""

from typing import Any

from django.utils import timezone

from accounts.models import Certification
from matchmaking.core import weeks
from matchmaking.core.database_clock import database_now
from matchmaking.engine.formula import NOT_SAID
from matchmaking.listings.models import CapacityOffer, Construction, ProcessingOrder
from matchmaking.matching.ranking.context import ScoringContext
from matchmaking.matching.ranking.market import MarketSlice
from tests.engine.reference.posts import NAN, Offer, Order
from tests.engine.reference.scoring import assess

K = 10


def climb(size: int) -> tuple[int, Any, bool]:
    """Find the ten best offers of the first orders; ``size`` is sixteen times their number."""
    from benchmarks.bench import timed  # noqa: PLC0415 - the two know each other

    run = ScoringContext.start(database_now())
    count = max(1, size // 16)
    answer, took = timed(lambda: best_of(run, count))
    market_slice = run.add_slice(MarketSlice.of(run.loader.orders(), run.loader.offers()))
    rows = list(range(min(count, len(market_slice.orders))))
    ranked = run.rank(market_slice, K, near=False, orders=rows, offers=[])
    found = {
        int(market_slice.orders.ids[row]): [
            (int(market_slice.offers.ids[other]), round(score * 100))
            for other, score in ranked.by_order.of(row)
        ]
        for row in rows
    }
    return ranked.pairs_scored, took, answer == found


def best_of(run: ScoringContext, count: int) -> dict[int, list[tuple[int, int]]]:
    """Ask for every order, then for every offer that could serve it, and sort."""
    bits = {
        pk: 1 << place
        for place, pk in enumerate(
            Certification.objects.order_by("pk").values_list("pk", flat=True)
        )
    }
    ways = {
        pk: place
        for place, pk in enumerate(Construction.objects.order_by("pk").values_list("pk", flat=True))
    }
    kinds = {pk: place for place, pk in enumerate(run.taxonomy.category_ids.tolist())}
    found = {}
    orders = ProcessingOrder.objects.filter(state="published").select_related("company")
    for order in orders.prefetch_related("certifications").order_by("pk")[:count]:
        alike = run.taxonomy.alike([kinds[order.category_id]], to_orders=True)
        offers = (
            CapacityOffer.objects.filter(state="published", categories__in=alike)
            .distinct()
            .select_related("company")
            .prefetch_related("categories", "constructions")
        )
        wanted = order_value(order, bits, ways, kinds)
        scored = [
            (-round(judged.score * 100), offer.code, offer.pk)
            for offer in offers
            if (judged := assess(wanted, offer_value(offer, run, ways, kinds), profile=run.profile,
                                 likeness=run.taxonomy.likeness, blocked=run.blocked,
                                 now_day=run.loader.now_day)).proposed
        ]  # fmt: skip
        found[order.pk] = [(pk, -score) for score, _, pk in sorted(scored)[:K]]
    return found


def order_value(order: Any, bits: Any, ways: Any, kinds: Any) -> Order:
    """Give a row as the engine's value."""
    return Order(
        code=str(order.code), company=order.company_id, group=order.company.group_id or 0,
        category=kinds[order.category_id],
        construction=ways.get(order.construction_id, -1),
        certificates=sum(bits[asked.pk] for asked in order.certifications.all()),
        pairs=order.pairs, smallest_part=order.smallest_part or order.pairs,
        most_factories=order.most_factories or 1,
        start_week=weeks.week_number(order.earliest_start),
        due_week=weeks.week_number(order.due_week),
        price_cny=float(order.target_unit_price_cny),
        cluster=order.company.cluster_id, province=int(order.company.division_code[:2]),
    )  # fmt: skip


def offer_value(offer: Any, run: ScoringContext, ways: Any, kinds: Any) -> Offer:
    """Give a row as the engine's value."""
    age = (run.loader.today - timezone.localdate(offer.confirmed_at)).days
    return Offer(
        code=str(offer.code), company=offer.company_id, group=offer.company.group_id or 0,
        categories=tuple(kinds[kind.pk] for kind in offer.categories.all()),
        constructions=sum(1 << ways[way.pk] for way in offer.constructions.all()),
        first_week=weeks.week_number(offer.anchor_week), free=tuple(offer.free),
        min_order=NOT_SAID if offer.min_order_pairs is None else offer.min_order_pairs,
        lead_days=NOT_SAID if offer.lead_days is None else offer.lead_days,
        price_low_cny=NAN if offer.price_low_cny is None else float(offer.price_low_cny),
        price_high_cny=NAN if offer.price_high_cny is None else float(offer.price_high_cny),
        cluster=offer.company.cluster_id, province=int(offer.company.division_code[:2]),
        age_days=max(0, age),
    )  # fmt: skip
