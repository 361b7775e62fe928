"""The same question put to others: the ten best offers of each order, same formula, same data.

Each peer gets the market as flat tables and the join of categories ready made, in memory,
and is asked for one side only; the engine is timed for both sides. Every answer is
compared with the engine's. The drawn market says every minimum order, day of preparation and
place, so the questions leave out what the formula makes of those that are not said.
"""

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

from matchmaking.engine import formula
from matchmaking.engine.market import Market
from matchmaking.engine.types import Profile

K = 10
LONGEST_WINDOW = 30  # weeks from start to due of the drawn orders
Table: TypeAlias = dict[str, Any]
Tables: TypeAlias = dict[str, Table]
Answer: TypeAlias = dict[int, list[tuple[int, int]]]
"""By order: places of offers by code with hundredths of a point, best first."""

INTS = "company grp construction certificates pairs part start_week due_week cluster province"
OFFER_INTS = "company grp constructions certificates first_week lead_week min_order cluster province age_days"


def tables_of(
    market: Market, likeness: Any, blocked: Any, now_day: int, tolerance: float
) -> Tables:
    """Lay the market out as flat tables: orders, offers, fits (category, offer, likeness), blocked."""
    orders, offers = market.orders, market.offers
    counts = np.diff(offers.category_starts)
    owners = np.repeat(np.arange(len(offers)), counts)
    bands = list(zip(offers.price_low_cny.tolist(), offers.price_high_cny.tolist(), strict=True))
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
            "highest": np.array(
                [formula.highest_cents(each, tolerance) for each in orders.price_cny.tolist()]
            ),
            "cluster": orders.cluster, "province": orders.province,
        },
        "offers": {
            "id": np.arange(len(offers)), "rank": market.offer_ranks, "company": offers.company,
            "grp": offers.group, "constructions": offers.constructions,
            "certificates": offers.certificates, "first_week": offers.first_week,
            "lead_week": formula.earliest_week(now_day, offers.lead_days),
            "min_order": offers.min_order, "cluster": offers.cluster,
            "province": offers.province, "age_days": offers.age_days,
            "line": offers.line,
            "cents": np.array([formula.cents(low) for low, _ in bands]),
            "lower": np.array([formula.lower_end(*band) for band in bands]),
            "peak": np.array([formula.peak(*band) for band in bands]),
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
    weights, share = profile.weights, profile.stale_volume_share
    before, after = f"cum[first_week - {base_week} + 1]", f"cum[due_week + 1 - {base_week} + 1]"
    terms = [
        f"(case when first_week < due_week - {s - 1} "
        f"and cum[due_week + 1 - {s} - {base_week} + 1] - {before} >= {{0}} then 1 else 0 end)"
        for s in range(1, LONGEST_WINDOW + 1)
    ]
    slack = f"(({' + '.join(terms)}) * 7.0::float8)"
    return f"""
with pairs as (
    select o.id as order_id, f.rank, x.likeness, o.pairs, o.part, o.due_week, f.cum,
        greatest(o.start_week, f.lead_week, f.first_week) as first_week, f.min_order, f.age_days,
        o.target, f.lower, f.peak, f.line,
        case when o.construction >= 0 and f.constructions = 0 then x.likeness * {formula.CLASS_NOT_SAID}::float8
            else x.likeness end as kind,
        case when o.cluster <> 0 and o.cluster = f.cluster then 1.0::float8
            when o.province <> 0 and o.province = f.province then {formula.SAME_PROVINCE}::float8
            else {formula.ELSEWHERE}::float8 end as place
    from orders o
    join fits x on x.category = o.category
    join offers f on f.id = x.offer
    where (o.construction < 0 or f.constructions = 0 or (f.constructions >> o.construction::int) & 1 = 1)
        and (o.certificates & ~f.certificates) = 0
        and (f.cents < 0 or f.cents <= o.highest)
        and o.company <> f.company and (o.grp = 0 or o.grp <> f.grp)
        and not exists (select 1 from blocked b where b.one = {least}(o.company, f.company)
            and b.other = {greatest}(o.company, f.company))
), windows as (
    select *, case when first_week > due_week then 0 else {after} - {before} end as free from pairs
), open as (
    select *, {least}(pairs, free) as given,
        (case when age_days > {profile.stale_days} then free * {share}::float8 else free * 1.0::float8 end)
            / pairs as share,
        pairs / {greatest}(1, line)::float8 as weeks
    from windows where free >= part and {least}(pairs, free) >= min_order
), measured as (
    select *, {greatest}(0.0::float8, share - 1.0::float8) as spare,
        case when free >= part then {slack.format("part")} else -7.0::float8 end as part_slack,
        case when free >= pairs then {slack.format("pairs")} else -7.0::float8 end as whole_slack
    from open
), scored as (
    select order_id, rank, floor((
        {least}(1.0::float8, share) * ({formula.COVERED}::float8
            + {formula.RESERVE}::float8 * (spare / (spare + {formula.RESERVE_HALF}::float8))
            + {formula.FILLS}::float8 * (1.0::float8 - 1.0::float8 / (1.0::float8 + weeks * weeks))
            + {formula.ABOVE_MINIMUM}::float8
                * {greatest}(0.0::float8, 1.0::float8 - 0.5::float8 * min_order / given)) * {weights[0]!r}::float8
        + kind * {weights[1]!r}::float8
        + 0.5::float8 * ({_slack_sql("part_slack", profile)} + {_slack_sql("whole_slack", profile)}) * {weights[2]!r}::float8
        + {_price_sql(profile, greatest)} * {weights[3]!r}::float8
        + place * {weights[4]!r}::float8
        + {greatest}(0.0::float8, 1.0::float8 - age_days / {profile.fresh_horizon_days}::float8) * {weights[5]!r}::float8
    ) * 10000.0::float8 + 0.5::float8)::int as score
    from measured
), placed as (
    select *, row_number() over (partition by order_id order by score desc, rank) as place
    from scored where score >= {profile.least_hundredths}
)
select order_id, rank, score from placed where place <= {K} order by order_id, place
"""  # noqa: S608 - figures of our own


def _slack_sql(days: str, profile: Profile) -> str:
    buffer, steep = profile.wished_buffer_days, formula.WITH_BUFFER - formula.JUST_IN_TIME
    return (
        f"(case when {days} < 0 then 0.0::float8 when {days} < {buffer} "
        f"then {formula.JUST_IN_TIME}::float8 + {steep!r}::float8 * {days} / {buffer} "
        f"else 1.0::float8 - {1.0 - formula.WITH_BUFFER!r}::float8 * {buffer} / {days} end)"
    )


def _price_sql(profile: Profile, greatest: str) -> str:
    low, rise = formula.AT_LOWER_END, 1.0 - formula.AT_LOWER_END
    return (
        f"(case when lower is null then {formula.NEUTRAL_PRICE}::float8 when target < lower then "
        f"{greatest}(0.0::float8, {low}::float8 * (1.0::float8 - (lower / target - 1.0::float8) / {profile.price_tolerance}::float8)) "
        f"when target <= peak then {low}::float8 + {rise!r}::float8 * (target - lower) / (peak - lower) "
        f"else {greatest}(0.0::float8, 1.0::float8 - {formula.CHEAP_FALL}::float8 * (target / peak - 1.0::float8)) end)"
    )


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
    connection.execute("update offers set lower = null, peak = null where isnan(lower)")
    question = sql(profile, base_week)
    return lambda: answer_of(connection.execute(question).fetchall())


def ask_postgres(
    connection: Any, tables: Tables, profile: Profile, base_week: int
) -> Callable[[], Answer]:
    """Fill tables of their own in PostgreSQL, and give what asks it."""
    kinds = {
        **dict.fromkeys(("likeness", "target", "lower", "peak"), "float8"),
        "cum": "int[]",
    }
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
        pl.col("lower").fill_nan(None),
    )
    orders, fits = pl.DataFrame(tables["orders"]), pl.DataFrame(tables["fits"])
    blocked = pl.DataFrame(tables["blocked"])
    col, weights = pl.col, profile.weights
    last, buffer = tables["offers"]["cum"].shape[1] - 1, profile.wished_buffer_days

    def at(week: Any) -> Any:
        return col("cum").arr.get((week - base_week).clip(0, last), null_on_oob=True)

    def slack(pairs: str) -> Any:
        weeks = [
            (
                (col("first") < col("due_week") - (s - 1))
                & (at(col("due_week") + 1 - s) - at(col("first")) >= col(pairs))
            ).cast(pl.Int64)
            for s in range(1, LONGEST_WINDOW + 1)
        ]
        days = pl.sum_horizontal(weeks) * 7.0
        steep = formula.WITH_BUFFER - formula.JUST_IN_TIME
        return (
            pl.when(col("free") < col(pairs))
            .then(0.0)
            .when(days < buffer)
            .then(formula.JUST_IN_TIME + steep * days / buffer)
            .otherwise(1.0 - (1.0 - formula.WITH_BUFFER) * buffer / days)
        )

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
                (col("cents") < 0) | (col("cents") <= col("highest")),
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
        low, gap = formula.AT_LOWER_END, col("lower") / col("target") - 1.0
        cost = (
            pl.when(col("lower").is_null())
            .then(0.5)
            .when(col("target") < col("lower"))
            .then((low * (1.0 - gap / profile.price_tolerance)).clip(0.0))
            .when(col("target") <= col("peak"))
            .then(low + (1.0 - low) * (col("target") - col("lower")) / (col("peak") - col("lower")))
            .otherwise((1.0 - formula.CHEAP_FALL * (col("target") / col("peak") - 1.0)).clip(0.0))
        )
        share = counted / col("pairs")
        spare, work = (share - 1.0).clip(0.0), col("pairs") / col("line")
        given = pl.min_horizontal("pairs", "free")
        volume = pl.min_horizontal(1.0, share) * (
            formula.COVERED
            + formula.RESERVE * (spare / (spare + formula.RESERVE_HALF))
            + formula.FILLS * (1.0 - 1.0 / (1.0 + work * work))
            + formula.ABOVE_MINIMUM * (1.0 - 0.5 * col("min_order") / given).clip(0.0)
        )
        is_open = (col("construction") >= 0) & (col("constructions") == 0)
        kind = (
            pl.when(is_open)
            .then(col("likeness") * formula.CLASS_NOT_SAID)
            .otherwise(col("likeness"))
        )
        total = (
            volume * weights[0]
            + kind * weights[1]
            + 0.5 * (slack("part") + slack("pairs")) * weights[2]
            + cost * weights[3]
            + place * weights[4]
            + (1.0 - col("age_days") / profile.fresh_horizon_days).clip(0.0) * weights[5]
        )
        best = (
            joined.select("id", "rank", score=(total * 10000.0 + 0.5).floor().cast(pl.Int64))
            .filter(col("score") >= profile.least_hundredths)
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
    buffer, low = profile.wished_buffer_days, formula.AT_LOWER_END

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
                for s in range(1, LONGEST_WINDOW + 1)
            )
            days = np.asarray(weeks) * 7.0
            rising = (
                formula.JUST_IN_TIME + (formula.WITH_BUFFER - formula.JUST_IN_TIME) * days / buffer
            )
            beyond = 1.0 - (1.0 - formula.WITH_BUFFER) * buffer / np.maximum(days, 1.0)
            return np.where(free < pairs, 0.0, np.where(days < buffer, rising, beyond))

        fits_in = (
            ((o["construction"] < 0) | (f["constructions"] == 0)
             | ((f["constructions"] >> max(0, int(o["construction"]))) & 1 == 1))
            & ((o["certificates"] & ~f["certificates"]) == 0)
            & ((f["cents"] < 0) | (f["cents"] <= o["highest"]))
            & (f["company"] != o["company"])
            & ((o["grp"] == 0) | (f["grp"] != o["grp"]))
            & (free >= o["part"]) & (np.minimum(o["pairs"], free) >= f["min_order"])
        )  # fmt: skip
        counted = np.where(
            f["age_days"] > profile.stale_days, free * profile.stale_volume_share, free * 1.0
        )
        target, lower, peak = o["target"], f["lower"], f["peak"]
        dear = low * (1.0 - (lower / target - 1.0) / profile.price_tolerance)
        inside = low + (1.0 - low) * (target - lower) / (peak - lower)
        cheap = 1.0 - formula.CHEAP_FALL * (target / peak - 1.0)
        cost = np.maximum(
            0.0, np.where(target < lower, dear, np.where(target <= peak, inside, cheap))
        )
        share = counted / o["pairs"]
        spare, work = np.maximum(0.0, share - 1.0), o["pairs"] / f["line"]
        given = np.maximum(np.minimum(o["pairs"], free), 1)
        volume = np.minimum(1.0, share) * (
            formula.COVERED
            + formula.RESERVE * (spare / (spare + formula.RESERVE_HALF))
            + formula.FILLS * (1.0 - 1.0 / (1.0 + work * work))
            + formula.ABOVE_MINIMUM * np.maximum(0.0, 1.0 - 0.5 * f["min_order"] / given)
        )
        is_open = (o["construction"] >= 0) & (f["constructions"] == 0)
        kind = np.where(is_open, likeness * formula.CLASS_NOT_SAID, likeness)
        same = (f["cluster"] == o["cluster"]) & (o["cluster"] != 0)
        place = np.where(same, 1.0, np.where(f["province"] == o["province"], 0.6, 0.2))
        total = (
            volume * weights[0] + kind * weights[1]
            + 0.5 * (lead(o["part"]) + lead(o["pairs"])) * weights[2]
            + np.where(np.isnan(lower), 0.5, cost) * weights[3] + place * weights[4]
            + np.maximum(0.0, 1.0 - f["age_days"] / profile.fresh_horizon_days) * weights[5]
        )  # fmt: skip
        score = np.floor(total * 10000.0 + 0.5).astype(np.int64)
        chosen = np.flatnonzero(fits_in & (score >= profile.least_hundredths))
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
