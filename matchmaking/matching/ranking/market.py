"""The market, from PostgreSQL into the engine's columns: one binary COPY a side."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from matchmaking.core import protections, weeks
from matchmaking.core.protections import Protection
from matchmaking.engine.market import Market, OfferColumns, OrderColumns
from matchmaking.matching.ranking.pgcopy import copy_rows, week_values
from matchmaking.matching.ranking.taxonomy import Taxonomy

C = TypeVar("C", OrderColumns, OfferColumns)

ORDER_COLUMNS = [
    *((name, "bigint") for name in ("id", "version", "company", "group", "category")),
    *((name, "bigint") for name in ("construction", "certificates", "pairs", "smallest_part")),
    *((name, "bigint") for name in ("most_factories", "start_week", "due_week", "cluster")),
    ("province", "bigint"),
    ("price_cny", "float"),
    ("code", "uuid"),
]
OFFER_COLUMNS = [
    *((name, "bigint") for name in ("id", "version", "company", "group", "constructions")),
    *((name, "bigint") for name in ("certificates", "first_week", "min_order", "lead_days")),
    *((name, "bigint") for name in ("age_days", "cluster", "province")),
    ("price_low_cny", "float"),
    ("price_high_cny", "float"),
    ("code", "uuid"),
    ("free", "weeks"),
]

# Bits stand in the order of the ids that the parameters name. A division code names the
# province by its first two digits; the cluster's code stands in where a company has none.
# No column is NULL, and each is of the width that its list above says: copy_rows() reads rows of
# one length. Rows come by id, since posts are found in them by halving.
ORDER_SQL = """
with bits as (
    select id, 1::bigint << (place - 1)::int as bit
    from unnest(%(certifications)s::bigint[]) with ordinality as known(id, place)
)
select o.id, o.version::bigint, o.company_id, coalesce(c.group_id, 0), o.category_id,
    coalesce(o.construction_id, 0),
    coalesce((
        select bit_or(bit) from listings_processingorder_certifications asked
        join bits on bits.id = asked.certification_id
        where asked.processingorder_id = o.id
    ), 0),
    o.pairs::bigint, coalesce(o.smallest_part, o.pairs)::bigint,
    coalesce(o.most_factories, 1)::bigint,
    coalesce((o.earliest_start - date '1970-01-05') / 7, 0)::bigint,
    ((o.due_week - date '1970-01-05') / 7)::bigint,
    coalesce(c.cluster_id, 0),
    coalesce(nullif(left(c.division_code, 2), ''), left(p.code, 2), '0')::bigint,
    coalesce(o.target_unit_price_cny::float8, 'NaN'), o.code
from listings_processingorder o
join accounts_company c on c.id = o.company_id
left join accounts_cluster p on p.id = c.cluster_id
where o.state = 'published' and c.status = 'active' and {scope}
order by o.id
"""
OFFER_SQL = """
with bits as (
    select id, 1::bigint << (place - 1)::int as bit
    from unnest(%(certifications)s::bigint[]) with ordinality as known(id, place)
), ways as (
    select id, 1::bigint << (place - 1)::int as bit
    from unnest(%(constructions)s::bigint[]) with ordinality as known(id, place)
)
select o.id, o.version::bigint, o.company_id, coalesce(c.group_id, 0),
    coalesce((
        select bit_or(bit) from listings_capacityoffer_constructions made
        join ways on ways.id = made.construction_id
        where made.capacityoffer_id = o.id
    ), 0),
    coalesce((
        select bit_or(bit) from accounts_certificate held
        join bits on bits.id = held.certification_id
        where held.company_id = o.company_id and held.expires_on >= %(today)s
            and (held.reviewed_at is not null or %(counts_unchecked)s)
    ), 0),
    ((o.anchor_week - date '1970-01-05') / 7)::bigint,
    coalesce(o.min_order_pairs, -1)::bigint, coalesce(o.lead_days, -1)::bigint,
    greatest(0, %(today)s - (o.confirmed_at at time zone %(zone)s)::date)::bigint,
    coalesce(c.cluster_id, 0),
    coalesce(nullif(left(c.division_code, 2), ''), left(p.code, 2), '0')::bigint,
    coalesce(o.price_low_cny::float8, 'NaN'), coalesce(o.price_high_cny::float8, 'NaN'),
    o.code, o.free
from listings_capacityoffer o
join accounts_company c on c.id = o.company_id
left join accounts_cluster p on p.id = c.cluster_id
where o.state = 'published' and c.status = 'active' and {scope}
    and exists (select from listings_capacityoffer_categories k where k.capacityoffer_id = o.id)
order by o.id
"""
CATEGORIES_SQL = """
select k.capacityoffer_id, k.category_id
from listings_capacityoffer_categories k
where k.capacityoffer_id = any(%(ids)s::bigint[])
order by k.capacityoffer_id, k.category_id
"""
EVERY = "true"
BY_ID = "o.id = any(%(chosen)s::bigint[])"
OF_COMPANIES = "o.id = any(%(chosen)s::bigint[] || array(select p.id from {table} p where p.company_id = any(%(companies)s::bigint[])))"
ORDERS_ALIKE = "o.category_id = any(%(chosen)s::bigint[])"
OFFERS_ALIKE = (
    "o.id in (select capacityoffer_id from listings_capacityoffer_categories"
    " where category_id = any(%(chosen)s::bigint[]))"
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PostArrays(Generic[C]):
    """One side of the market, rows by rising id."""

    ids: NDArray[np.int64]
    versions: NDArray[np.int64]
    columns: C

    def __len__(self) -> int:
        return len(self.ids)

    def row(self, pk: int) -> int | None:
        place = int(np.searchsorted(self.ids, pk))
        return place if place < len(self.ids) and self.ids[place] == pk else None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MarketSlice:
    """Some orders and some offers, as the engine's market."""

    orders: PostArrays[OrderColumns]
    offers: PostArrays[OfferColumns]
    market: Market

    @classmethod
    def of(
        cls, orders: PostArrays[OrderColumns], offers: PostArrays[OfferColumns]
    ) -> "MarketSlice":
        market = Market.from_columns(orders.columns, offers.columns)
        return cls(orders=orders, offers=offers, market=market)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loader:
    """Loads sides of the market as of one local day. Each side is one or two queries."""

    taxonomy: Taxonomy
    today: dt.date

    @property
    def now_day(self) -> int:
        return weeks.day_number(self.today)

    def orders(self, chosen: Sequence[int] | None = None) -> PostArrays[OrderColumns]:
        return self._orders(EVERY if chosen is None else BY_ID, chosen or ())

    def offers(self, chosen: Sequence[int] | None = None) -> PostArrays[OfferColumns]:
        return self._offers(EVERY if chosen is None else BY_ID, chosen or ())

    def orders_of(
        self, ids: Collection[int], companies: Collection[int]
    ) -> PostArrays[OrderColumns]:
        scope = OF_COMPANIES.format(table="listings_processingorder")
        return self._orders(scope, sorted(ids), sorted(companies))

    def offers_of(
        self, ids: Collection[int], companies: Collection[int]
    ) -> PostArrays[OfferColumns]:
        scope = OF_COMPANIES.format(table="listings_capacityoffer")
        return self._offers(scope, sorted(ids), sorted(companies))

    def orders_for(self, offers: PostArrays[OfferColumns]) -> PostArrays[OrderColumns]:
        made = offers.columns.category_values.tolist()
        return self._orders(ORDERS_ALIKE, self.taxonomy.alike(made, to_orders=False))

    def offers_for(self, orders: PostArrays[OrderColumns]) -> PostArrays[OfferColumns]:
        asked = orders.columns.category.tolist()
        return self._offers(OFFERS_ALIKE, self.taxonomy.alike(asked, to_orders=True))

    def _params(self, chosen: Sequence[int], companies: Sequence[int]) -> dict[str, Any]:
        return {
            "chosen": list(chosen),
            "companies": list(companies),
            "certifications": list(self.taxonomy.certification_ids),
            "constructions": list(self.taxonomy.construction_ids),
            "today": self.today,
            "counts_unchecked": not protections.is_on(Protection.CHECKED_CERTIFICATES),
            "zone": settings.TIME_ZONE,
        }

    def _orders(
        self, scope: str, chosen: Sequence[int], companies: Sequence[int] = ()
    ) -> PostArrays[OrderColumns]:
        rows = copy_rows(
            ORDER_SQL.format(scope=scope), self._params(chosen, companies), ORDER_COLUMNS
        )
        names = [name for name, _ in ORDER_COLUMNS if name not in {"id", "version"}]
        values = {name: rows[name] for name in names} | {
            "category": self.taxonomy.category_index(rows["category"]),
            "construction": self.taxonomy.construction_index(rows["construction"]),
        }
        return PostArrays(
            ids=rows["id"].astype(np.int64),
            versions=rows["version"].astype(np.int64),
            columns=OrderColumns(**values),
        )

    def _offers(
        self, scope: str, chosen: Sequence[int], companies: Sequence[int] = ()
    ) -> PostArrays[OfferColumns]:
        rows = copy_rows(
            OFFER_SQL.format(scope=scope),
            self._params(chosen, companies),
            OFFER_COLUMNS,
            weeks=weeks.HORIZON_WEEKS,
        )
        ids = rows["id"].astype(np.int64)
        apart = {"id", "version", "free"}
        values = {name: rows[name] for name, _ in OFFER_COLUMNS if name not in apart}
        starts, categories = self._categories(ids)
        free = week_values(rows, "free")
        return PostArrays(
            ids=ids,
            versions=rows["version"].astype(np.int64),
            columns=OfferColumns(
                **values,
                free=free,
                line=free.max(axis=1, initial=0),
                category_starts=starts,
                category_values=categories,
            ),
        )

    def _categories(self, ids: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        columns = [("offer", "bigint"), ("category", "bigint")]
        rows = copy_rows(CATEGORIES_SQL, {"ids": ids.tolist()}, columns)
        starts = np.searchsorted(rows["offer"], np.append(ids, np.iinfo(np.int64).max))
        return starts, self.taxonomy.category_index(rows["category"])
