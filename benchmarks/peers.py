"""The same question put to others: the ten best offers of each order, same formula, same data.

Each peer gets the market as flat tables and the join of categories ready made, in memory,
and is asked for one side only; the engine is timed for both sides. Every answer is
compared with the engine's.
"""

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

from matchmaking.engine import formula
from matchmaking.engine.market import Market
from matchmaking.engine.types import Profile

K = 10
Table: TypeAlias = dict[str, Any]
Tables: TypeAlias = dict[str, Table]
Answer: TypeAlias = dict[int, list[tuple[int, int]]]
"""By order: places of offers by code with hundredths of a point, best first."""

INTS = "company grp construction certificates pairs part start_week due_week cluster province"
OFFER_INTS = "company grp constructions certificates first_week lead_week min_order cluster province age_days"


def tables_of(market: Market, likeness: Any, blocked: Any, now_day: int) -> Tables:
    """Lay the market out as flat tables: orders, offers, fits (category, offer, likeness), blocked."""
    orders, offers = market.orders, market.offers
    counts = np.diff(offers.category_starts)
    owners = np.repeat(np.arange(len(offers)), counts)
    fits: Table = {"category": [], "offer": [], "likeness": []}
    for category in range(len(likeness)):
        best = np.zeros(len(offers))
        values = np.array([formula.likeness_of(float(value)) for value in likeness[category]])
        np.maximum.at(best, owners, values[offers.category_values])
        rows = np.flatnonzero(best > 0)
        fits["category"].append(np.full(len(rows), category))
        fits["offer"].append(rows)
        fits["likeness"].append(best[rows])
    return {
        "orders": {
            "id": np.arange(len(orders)), "company": orders.company, "grp": orders.group,
            "category": orders.category, "construction": orders.construction,
            "certificates": orders.certificates, "pairs": orders.pairs,
            "part": orders.smallest_part, "start_week": orders.start_week,
            "due_week": orders.due_week, "target": orders.price_cny,
            "cluster": orders.cluster, "province": orders.province,
        },
        "offers": {
            "id": np.arange(len(offers)), "rank": market.offer_ranks, "company": offers.company,
            "grp": offers.group, "constructions": offers.constructions,
            "certificates": offers.certificates, "first_week": offers.first_week,
            "lead_week": formula.earliest_week(now_day, offers.lead_days),
            "min_order": offers.min_order, "cluster": offers.cluster,
            "province": offers.province, "age_days": offers.age_days,
            "asked": np.where(
                np.isnan(offers.price_low_cny), offers.price_high_cny, offers.price_low_cny
            ),
            "cum": market.cumulated,
        },
        "fits": {name: np.concatenate(parts) for name, parts in fits.items()},
        "blocked": {"one": blocked >> 32, "other": blocked & 0xFFFFFFFF},
    }  # fmt: skip


def sql(
    profile: Profile, base_week: int, *, least: str = "least", greatest: str = "greatest"
) -> str:
    """Give the question as one statement that PostgreSQL and DuckDB both read.

    Lists count from 1 in both: ``cum[w - base + 1]`` are the pairs free before week w.
    """
    weights = profile.weights
    most = -(-profile.wished_buffer_days // formula.DAYS_A_WEEK)
    before, after = f"cum[first_week - {base_week} + 1]", f"cum[due_week + 1 - {base_week} + 1]"
    slack = " + ".join(
        f"(case when first_week < due_week - {s - 1} "
        f"and cum[due_week + 1 - {s} - {base_week} + 1] - {before} >= {{0}} then 1 else 0 end)"
        for s in range(1, most + 1)
    )
    lead = f"{least}(1.0::float8, ({slack}) * 7.0::float8 / {profile.wished_buffer_days})"
    share, tolerance = profile.stale_volume_share, profile.price_tolerance
    return f"""
with pairs as (
    select o.id as order_id, f.rank, x.likeness, o.pairs, o.part, o.due_week, f.cum,
        greatest(o.start_week, f.lead_week, f.first_week) as first_week, f.min_order, f.age_days,
        o.target, f.asked,
        case when o.cluster <> 0 and o.cluster = f.cluster then 1.0::float8
            when o.province <> 0 and o.province = f.province then 0.6::float8 else 0.2::float8 end as place
    from orders o
    join fits x on x.category = o.category
    join offers f on f.id = x.offer
    where (o.construction < 0 or f.constructions = 0 or (f.constructions >> o.construction::int) & 1 = 1)
        and (o.certificates & ~f.certificates) = 0
        and o.company <> f.company and (o.grp = 0 or o.grp <> f.grp)
        and not exists (select 1 from blocked b where b.one = {least}(o.company, f.company)
            and b.other = {greatest}(o.company, f.company))
), windows as (
    select *, case when first_week > due_week then 0 else {after} - {before} end as free from pairs
), open as (
    select * from windows where free >= part and {least}(pairs, free) >= min_order
), scored as (
    select order_id, rank, floor((
        {least}(1.0::float8, (case when age_days > {profile.stale_days} then free * {share}::float8
            else free * 1.0::float8 end) / pairs) * {weights[0]!r}::float8
        + likeness * {weights[1]!r}::float8
        + 0.5::float8 * ({lead.format("part")} + {lead.format("pairs")}) * {weights[2]!r}::float8
        + (case when asked is null then 0.5::float8 else {least}(1.0::float8, {greatest}(0.0::float8,
            1.0::float8 - (asked / target - 1.0::float8) / {tolerance}::float8)) end) * {weights[3]!r}::float8
        + place * {weights[4]!r}::float8
        + {greatest}(0.0::float8, 1.0::float8 - age_days / {profile.fresh_horizon_days}::float8) * {weights[5]!r}::float8
    ) * 10000.0::float8 + 0.5::float8)::int as score
    from open
), placed as (
    select *, row_number() over (partition by order_id order by score desc, rank) as place from scored
)
select order_id, rank, score from placed where place <= {K} order by order_id, place
"""  # noqa: S608 - figures of our own


def answer_of(rows: Any) -> Answer:
    """Gather rows of order, place by code and hundredths."""
    answer: Answer = {}
    for order, rank, score in rows:
        answer.setdefault(int(order), []).append((int(rank), int(score)))
    return answer


def ask_duckdb(tables: Tables, profile: Profile, base_week: int) -> Callable[[], Answer]:
    """Load DuckDB, two threads, and give what asks it."""
    import duckdb  # noqa: PLC0415 - installed for benchmarks alone

    connection = duckdb.connect(config={"threads": 2})
    for name, table in tables.items():
        flat = {key: value for key, value in table.items() if key != "cum"}
        connection.register("numbers", flat)
        connection.execute(f"create table {name} as select * from numbers")  # noqa: S608
        connection.unregister("numbers")
        if "cum" in table:
            rows, weeks = table["cum"].shape
            long = {
                "id": np.repeat(np.arange(rows), weeks),
                "week": np.tile(np.arange(weeks), rows),
                "pairs": table["cum"].reshape(-1),
            }
            connection.register("numbers", long)
            connection.execute(
                f"create table joined as select {name}.*, cum from {name} join ("  # noqa: S608
                "select id, list(pairs::int order by week) as cum from numbers group by id) using (id);"
                f"drop table {name}; alter table joined rename to {name}"
            )
            connection.unregister("numbers")
    connection.execute("update offers set asked = null where isnan(asked)")
    question = sql(profile, base_week)
    return lambda: answer_of(connection.execute(question).fetchall())


def ask_postgres(
    connection: Any, tables: Tables, profile: Profile, base_week: int
) -> Callable[[], Answer]:
    """Fill tables of their own in PostgreSQL, and give what asks it."""
    kinds = {"likeness": "float8", "target": "float8", "asked": "float8", "cum": "int[]"}
    with connection.cursor() as cursor:
        cursor.execute("create schema if not exists peer; set search_path = peer, public")
        for name, table in tables.items():
            columns = ", ".join(f"{key} {kinds.get(key, 'bigint')}" for key in table)
            cursor.execute(
                f"drop table if exists peer.{name}; create table peer.{name} ({columns})"
            )
            values = [[_plain(value) for value in column.tolist()] for column in table.values()]
            with cursor.copy(f"copy peer.{name} from stdin") as copy:
                for row in zip(*values, strict=True):
                    copy.write_row(row)
            cursor.execute(f"analyze peer.{name}")
        cursor.execute("create index on peer.fits (category); create index on peer.offers (id)")

    def ask() -> Answer:
        with connection.cursor() as cursor:
            cursor.execute("set max_parallel_workers_per_gather = 1")
            cursor.execute(sql(profile, base_week))
            return answer_of(cursor.fetchall())

    return ask


def _plain(value: Any) -> Any:
    return None if isinstance(value, float) and value != value else value  # noqa: PLR0124 - nan


def ask_polars(tables: Tables, profile: Profile, base_week: int) -> Callable[[], Answer]:
    """Load Polars and give what asks it."""
    import polars as pl  # noqa: PLC0415 - installed for benchmarks alone

    offers = pl.DataFrame({k: v for k, v in tables["offers"].items() if k != "cum"}).with_columns(
        pl.Series(
            "cum",
            tables["offers"]["cum"].astype(np.int64),
            dtype=pl.Array(pl.Int64, tables["offers"]["cum"].shape[1]),
        ),
        pl.col("asked").fill_nan(None),
    )
    orders, fits = pl.DataFrame(tables["orders"]), pl.DataFrame(tables["fits"])
    blocked = pl.DataFrame(tables["blocked"])
    col, weights = pl.col, profile.weights
    last = tables["offers"]["cum"].shape[1] - 1
    most = -(-profile.wished_buffer_days // formula.DAYS_A_WEEK)

    def at(week: Any) -> Any:
        return col("cum").arr.get((week - base_week).clip(0, last), null_on_oob=True)

    def slack(pairs: str) -> Any:
        weeks = [
            (
                (col("first") < col("due_week") - (s - 1))
                & (at(col("due_week") + 1 - s) - at(col("first")) >= col(pairs))
            ).cast(pl.Int64)
            for s in range(1, most + 1)
        ]
        return pl.min_horizontal(1.0, pl.sum_horizontal(weeks) * 7.0 / profile.wished_buffer_days)

    def ask() -> Answer:
        joined = (
            orders.lazy()
            .join(fits.lazy(), on="category")
            .join(offers.lazy(), left_on="offer", right_on="id", suffix="_of")
            .filter(
                (col("construction") < 0)
                | (col("constructions") == 0)
                | (
                    (col("constructions") // (2 ** col("construction").clip(0)).cast(pl.Int64)) % 2
                    == 1
                ),
                (col("certificates") & ~col("certificates_of")) == 0,
                col("company") != col("company_of"),
                (col("grp") == 0) | (col("grp") != col("grp_of")),
            )
            .with_columns(
                one=pl.min_horizontal("company", "company_of"),
                other=pl.max_horizontal("company", "company_of"),
                first=pl.max_horizontal("start_week", "lead_week", "first_week"),
            )
            .join(blocked.lazy(), on=["one", "other"], how="anti")
            .with_columns(
                free=pl.when(col("first") > col("due_week"))
                .then(0)
                .otherwise(at(col("due_week") + 1) - at(col("first")))
            )
            .filter(
                col("free") >= col("part"),
                pl.min_horizontal("pairs", "free") >= col("min_order"),
            )
        )
        stale = col("age_days") > profile.stale_days
        counted = (
            pl.when(stale)
            .then(col("free") * profile.stale_volume_share)
            .otherwise(col("free") * 1.0)
        )
        place = (
            pl.when((col("cluster") != 0) & (col("cluster") == col("cluster_of")))
            .then(1.0)
            .when((col("province") != 0) & (col("province") == col("province_of")))
            .then(0.6)
            .otherwise(0.2)
        )
        cost = (
            pl.when(col("asked").is_null())
            .then(0.5)
            .otherwise(
                (1.0 - (col("asked") / col("target") - 1.0) / profile.price_tolerance).clip(
                    0.0, 1.0
                )
            )
        )
        total = (
            pl.min_horizontal(1.0, counted / col("pairs")) * weights[0]
            + col("likeness") * weights[1]
            + 0.5 * (slack("part") + slack("pairs")) * weights[2]
            + cost * weights[3]
            + place * weights[4]
            + (1.0 - col("age_days") / profile.fresh_horizon_days).clip(0.0) * weights[5]
        )
        best = (
            joined.select("id", "rank", score=(total * 10000.0 + 0.5).floor().cast(pl.Int64))
            .sort("id", "score", "rank", descending=[False, True, False])
            .group_by("id", maintain_order=True)
            .head(K)
            .collect()
        )
        return answer_of(best.select("id", "rank", "score").iter_rows())

    return ask


def ask_numpy(tables: Tables, profile: Profile, base_week: int) -> Callable[[], Answer]:
    """Give what asks numpy: one vector of offers an order."""
    orders, offers, fits = tables["orders"], tables["offers"], tables["fits"]
    pairs_blocked = set(
        zip(tables["blocked"]["one"].tolist(), tables["blocked"]["other"].tolist(), strict=True)
    )
    of_category = {
        int(category): np.flatnonzero(fits["category"] == category)
        for category in np.unique(fits["category"])
    }
    weights, last = profile.weights, offers["cum"].shape[1] - 1
    most = -(-profile.wished_buffer_days // formula.DAYS_A_WEEK)

    def one(i: int) -> list[tuple[int, int]]:
        o = {name: column[i] for name, column in orders.items()}
        fit = of_category.get(int(o["category"]), np.empty(0, dtype=np.int64))
        rows, likeness = fits["offer"][fit], fits["likeness"][fit]
        f = {name: column[rows] for name, column in offers.items()}
        first = np.maximum(np.maximum(f["lead_week"], f["first_week"]), o["start_week"])
        lanes = np.arange(len(rows))

        def at(week: Any) -> Any:
            return f["cum"][lanes, np.clip(week - base_week, 0, last)]

        before = at(first)
        free = np.where(
            first > o["due_week"], 0, at(np.full(len(rows), o["due_week"] + 1)) - before
        )

        def lead(pairs: int) -> Any:
            weeks = sum(
                (first < o["due_week"] - (s - 1))
                & (at(np.full(len(rows), o["due_week"] + 1 - s)) - before >= pairs)
                for s in range(1, most + 1)
            )
            return np.minimum(1.0, np.asarray(weeks) * 7.0 / profile.wished_buffer_days)

        fits_in = (
            ((o["construction"] < 0) | (f["constructions"] == 0)
             | ((f["constructions"] >> max(0, int(o["construction"]))) & 1 == 1))
            & ((o["certificates"] & ~f["certificates"]) == 0)
            & (f["company"] != o["company"])
            & ((o["grp"] == 0) | (f["grp"] != o["grp"]))
            & (free >= o["part"]) & (np.minimum(o["pairs"], free) >= f["min_order"])
        )  # fmt: skip
        counted = np.where(
            f["age_days"] > profile.stale_days, free * profile.stale_volume_share, free * 1.0
        )
        cost = np.clip(1.0 - (f["asked"] / o["target"] - 1.0) / profile.price_tolerance, 0.0, 1.0)
        same = (f["cluster"] == o["cluster"]) & (o["cluster"] != 0)
        place = np.where(same, 1.0, np.where(f["province"] == o["province"], 0.6, 0.2))
        total = (
            np.minimum(1.0, counted / o["pairs"]) * weights[0] + likeness * weights[1]
            + 0.5 * (lead(o["part"]) + lead(o["pairs"])) * weights[2]
            + np.where(np.isnan(f["asked"]), 0.5, cost) * weights[3] + place * weights[4]
            + np.maximum(0.0, 1.0 - f["age_days"] / profile.fresh_horizon_days) * weights[5]
        )  # fmt: skip
        score = np.floor(total * 10000.0 + 0.5).astype(np.int64)
        chosen = np.flatnonzero(fits_in)
        chosen = chosen[np.lexsort((f["rank"][chosen], -score[chosen]))][: K + len(pairs_blocked)]
        found = [
            (int(f["rank"][lane]), int(score[lane]))
            for lane in chosen
            if (
                int(min(o["company"], f["company"][lane])),
                int(max(o["company"], f["company"][lane])),
            )
            not in pairs_blocked
        ]
        return found[:K]

    def ask() -> Answer:
        answer = {row: one(row) for row in range(len(orders["id"]))}
        return {row: found for row, found in answer.items() if found}

    return ask
