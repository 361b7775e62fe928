# ruff: noqa: SLF001 - Meta is documented
"""Fill the site's own tables from the generator by COPY, and read them as one would write first."""

import datetime as dt
import os
import uuid
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from django.db import connection, models
from django.utils import timezone

from accounts.models import Certification, Cluster, Company
from benchmarks import market as made
from matchmaking.core import weeks
from matchmaking.engine.market import OfferColumns, OrderColumns
from matchmaking.listings.models import CapacityOffer, Category, Construction, ProcessingOrder

DIVISIONS: Final = {int(p): f"{p}0000" for p in np.unique(made.PROVINCES)}


def server_seconds() -> float:
    """Give the seconds of processor that our backend has used, 0 where it runs elsewhere."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        stat = Path(f"/proc/{cursor.fetchone()[0]}/stat")
    if not stat.exists():
        return 0.0
    fields = stat.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def empty() -> None:
    """Take all posts away, and what was scored of them."""
    with connection.cursor() as cursor:
        cursor.execute("truncate matching_match, matching_nearmiss cascade")
        cursor.execute(
            "truncate accounts_company, listings_processingorder, listings_capacityoffer cascade"
        )
        cursor.execute("truncate matching_marketchange")
        cursor.execute(
            "update matching_scoring set basis = '', run = '', \"left\" = '{}', seen = '[]'"
        )


def fill(orders: OrderColumns, offers: OfferColumns) -> None:
    """Write a whole market: companies, orders, offers and what they ask and hold.

    Triggers and foreign keys rest meanwhile, as they would for any load of this size.
    """
    categories = list(Category.objects.order_by("pk").values_list("pk", flat=True))
    constructions = list(Construction.objects.order_by("pk").values_list("pk", flat=True))
    certifications = list(Certification.objects.order_by("pk").values_list("pk", flat=True))
    clusters = list(Cluster.objects.order_by("pk").values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute("set session_replication_role = replica")
    _copy(Company, _companies(orders, offers, clusters))
    monday = weeks.monday_of(timezone.localdate())
    _copy(ProcessingOrder, _orders(orders, monday, categories, constructions))
    _copy(CapacityOffer, _offers(offers, monday))
    of_offers = CapacityOffer.categories.through, CapacityOffer.constructions.through
    owners = np.repeat(np.arange(len(offers)), np.diff(offers.category_starts))
    pairs = zip(owners.tolist(), offers.category_values.tolist(), strict=True)
    _links(of_offers[0], ((row + 1, categories[kind % len(categories)]) for row, kind in pairs))
    _links(of_offers[1], _bits(offers.constructions, constructions))
    _links(ProcessingOrder.certifications.through, _bits(orders.certificates, certifications))
    with connection.cursor() as cursor:
        cursor.execute("set session_replication_role = default")
        cursor.execute("vacuum analyze")


def _companies(
    orders: OrderColumns, offers: OfferColumns, clusters: Sequence[int]
) -> Iterator[dict[str, Any]]:
    for posts, kind in ((orders, "brand"), (offers, "factory")):
        known, rows = np.unique(posts.company, return_index=True)
        for company, row in zip(known.tolist(), rows.tolist(), strict=True):
            yield {
                "id": company,
                "name_zh": f"示例{company}",
                "kind": kind,
                "status": "active",
                "cluster_id": clusters[int(posts.cluster[row]) % len(clusters)],
                "division_code": DIVISIONS[int(posts.province[row])],
            }


def _orders(
    orders: OrderColumns, monday: dt.date, categories: Sequence[int], constructions: Sequence[int]
) -> Iterator[dict[str, Any]]:
    for row in range(len(orders)):
        pairs, part = int(orders.pairs[row]), int(orders.smallest_part[row])
        is_split = part < pairs
        construction = int(orders.construction[row])
        yield _published() | {
            "id": row + 1,
            "company_id": int(orders.company[row]),
            "title": f"Order {row}",
            "category_id": categories[int(orders.category[row]) % len(categories)],
            "construction_id": None if construction < 0 else constructions[construction],
            "pairs": pairs,
            "target_unit_price_cny": float(orders.price_cny[row]),
            "earliest_start": monday + dt.timedelta(weeks=int(orders.start_week[row]) - made.WEEK),
            "due_week": monday + dt.timedelta(weeks=int(orders.due_week[row]) - made.WEEK),
            "splittable": is_split,
            "smallest_part": part if is_split else None,
            "most_factories": 4 if is_split else None,
        }


def _offers(offers: OfferColumns, monday: dt.date) -> Iterator[dict[str, Any]]:
    now = timezone.now()
    for row in range(len(offers)):
        free = "{" + ",".join(map(str, offers.free[row].tolist())) + "}"
        low = float(offers.price_low_cny[row])
        yield _published() | {
            "id": row + 1,
            "company_id": int(offers.company[row]),
            "title": f"Offer {row}",
            "anchor_week": monday,
            "published": free,
            "free": free,
            "min_order_pairs": int(offers.min_order[row]),
            "lead_days": int(offers.lead_days[row]),
            "price_low_cny": None if low != low else low,  # noqa: PLR0124 - nan
            "price_high_cny": None if low != low else round(low * 1.15, 2),  # noqa: PLR0124
            "confirmed_at": now - dt.timedelta(days=int(offers.age_days[row])),
        }


def _published() -> dict[str, Any]:
    now = timezone.now()
    until = timezone.localdate() + dt.timedelta(days=90)
    return {"state": "published", "published_at": now, "submitted_at": now, "expires_on": until}


def _bits(masks: Any, ids: Sequence[int]) -> Iterator[tuple[int, int]]:
    for row, mask in enumerate(masks.tolist()):
        for bit, pk in enumerate(ids):
            if mask >> bit & 1:
                yield row + 1, pk


def _copy(model: type[models.Model], rows: Iterable[dict[str, Any]]) -> None:
    """COPY rows, what they do not say by the model's defaults."""
    now = timezone.now()
    fields = [f for f in model._meta.concrete_fields if not f.generated]
    rest = {}
    blank = model(created_at=now, updated_at=now)
    for field in fields:
        value = field.get_db_prep_save(getattr(blank, field.attname), connection)
        if isinstance(value, list):
            value = "{" + ",".join(map(str, value)) + "}"
        rest[field.column] = getattr(value, "obj", value)
    names = ", ".join(f'"{name}"' for name in rest)
    with (
        connection.cursor() as cursor,
        cursor.copy(f"copy {model._meta.db_table} ({names}) from stdin") as copy,
    ):
        for row in rows:
            copy.write_row((rest | {"code": uuid.uuid4()} | row).values())


def _links(through: Any, pairs: Iterable[tuple[int, int]]) -> None:
    columns = ", ".join(f.column for f in through._meta.concrete_fields[1:])
    with (
        connection.cursor() as cursor,
        cursor.copy(f"copy {through._meta.db_table} ({columns}) from stdin") as copy,
    ):
        for pair in pairs:
            copy.write_row(pair)
