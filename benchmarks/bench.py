"""``make bench``: the engine, the whole way from database to database, and its peers."""

import gc
import itertools
import os
import resource
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import django
import numpy as np

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "matchmaking.settings")
django.setup()

from django.core.management import call_command  # noqa: E402 - after setup
from django.db import connection, transaction  # noqa: E402

from benchmarks import database, loop, market, peers  # noqa: E402
from benchmarks.results import Report  # noqa: E402
from matchmaking.core.database_clock import database_now  # noqa: E402
from matchmaking.engine import ranking as engine_ranking  # noqa: E402
from matchmaking.engine.market import Market  # noqa: E402
from matchmaking.engine.types import Profile  # noqa: E402
from matchmaking.matching import ranking  # noqa: E402
from matchmaking.matching.ranking import market_cache, rescoring  # noqa: E402

SECONDS = float(os.environ.get("BENCH_SECONDS", "60"))
ENGINE_SIZES = ((100_000, 100_000), (100_000, 1_000_000))
DATABASE_SIZES = [int(size) for size in os.environ.get("BENCH_POSTS", "2000,20000").split(",")]
PROFILE = Profile()
RUNS = 3
HUNDRED = itertools.cycle(range(100))
KEYS = "for each statement execute function matching_keys_of_rows()"
FLOORS = {
    "heap: COPY posts out, result rows in": "create table floor_{table} (like {table})",
    "bare: the same with all indexes": "create table floor_{table} (like {table} including indexes)",
    "keyed: with indexes, checks and keys": (
        "create table floor_{table} (like {table} including indexes including constraints);"
        f" create trigger keys after insert on floor_{{table}} referencing new table as made {KEYS}"
    ),
}


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds on the wall, of this process's processors and of the database's."""

    wall: float
    cpu: float
    server: float = 0.0

    @property
    def work(self) -> float:
        """The seconds of processor on either side: what other load does not lengthen."""
        return self.cpu + self.server


def timed(work: Callable[[], Any], *, server: bool = False) -> tuple[Any, Took]:
    """Do the work once."""
    gc.collect()
    busy = database.server_seconds() if server else 0.0
    wall, cpu = time.perf_counter(), time.process_time()
    found = work()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return found, Took(wall, cpu, (database.server_seconds() - busy) if server else 0.0)


def middle(work: Callable[[], tuple[Any, Took]]) -> tuple[Any, Took]:
    return _middle([work() for _ in range(RUNS)])


def settings() -> dict[str, Any]:
    """Give what every ranking shares."""
    return {
        "profile": PROFILE,
        "likeness": market.likeness(),
        "blocked": market.blocked(),
        "now_day": market.NOW_DAY,
    }


def peak_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def engine(report: Report) -> tuple[float, float]:
    """Rank both ways at the sizes of the goals; give nanoseconds a pair, and the growth."""
    engine_ranking.warm()
    rows, best = [], []
    for orders, offers in ENGINE_SIZES:
        drawn = market.orders(orders), market.offers(offers)
        made, laid = timed(lambda drawn=drawn: Market.from_columns(*drawn))
        found, took = min(
            (timed(lambda made=made: engine_ranking.rank(made, **settings())) for _ in range(RUNS)),
            key=lambda run: run[1].wall,
        )
        best.append((took, found.pairs_scored))
        rows.append(
            (f"{orders:,}", f"{offers:,}", f"{found.pairs_scored:,}", f"{laid.wall:.2f}",
             f"{took.wall:.2f}", f"{took.cpu:.2f}", f"{found.pairs_scored / took.wall / 1e9:.2f}", peak_mb())
        )  # fmt: skip
        del drawn, made, found
    report.table(
        f"Ranking: ten best both ways, exact, two threads, best of {RUNS}",
        ("orders", "offers", "pairs of like categories", "columns s", "wall s", "cpu s", "G pairs/s", "peak MB"),
        rows,
    )  # fmt: skip
    (first, pairs), (tenfold, _) = best
    return first.wall / pairs * 1e9, tenfold.cpu / first.cpu


def whole_way(report: Report, size: int) -> dict[str, Took]:
    """Score from database to database, then again with 1 % changed, beside three floors."""
    database.empty()
    _, filled = timed(lambda: database.fill(market.orders(size), market.offers(size)), server=True)
    rescoring.SAVED_AT_ONCE = sys.maxsize  # one transaction, as the floors have
    # One after the other, so that other load on the machine meets all of them.
    rounds = [(score_anew(), *(copy_floor(ddl) for ddl in FLOORS.values())) for _ in range(RUNS)]
    (first, full), *floors = (_middle(runs) for runs in zip(*rounds, strict=True))
    heap, bare, keyed = (took for _, took in floors)
    market_cache.preload_market()
    changed, repeat = middle(lambda: score_again(ranking.start_rescoring))
    compared, whole = middle(lambda: score_again(ranking.rescore_market))
    steps = [
        ("fill by COPY", 2 * size, filled),
        *zip(FLOORS, [written(first)] * 3, (heap, bare, keyed), strict=True),
        ("first full scoring", written(first), full),
        ("again, 1 % changed: what changed", written(changed), repeat),
        ("again, 1 % changed: everything compared", written(compared), whole),
    ]
    report.table(
        f"Whole way: {size:,} orders and {size:,} offers in PostgreSQL, middle of {RUNS} runs",
        ("step", "rows", "wall s", "cpu s client", "cpu s server",
         "times heap", "times bare", "by cpu", "times keyed", "by cpu"),
        [
            (step, f"{rows:,}", *(f"{figure:.2f}" for figure in (
                took.wall, took.cpu, took.server, took.wall / heap.wall,
                took.wall / bare.wall, took.work / bare.work,
                took.wall / keyed.wall, took.work / keyed.work,
            )))
            for step, rows, took in steps
        ],
    )  # fmt: skip
    return {"full": full, "repeat": repeat, "whole": whole, "bare": bare, "keyed": keyed}


def figures_of(took: dict[str, Took]) -> str:
    """Give the line of ratios to the bare floor, and to that with keys."""
    full, repeat, bare, keyed = (took[name] for name in ("full", "repeat", "bare", "keyed"))
    return (
        f"floor_ratio={full.wall / bare.wall:.2f} repeat_ratio={repeat.wall / bare.wall:.2f} "
        f"floor_cpu={full.work / bare.work:.2f} repeat_cpu={repeat.work / bare.work:.2f} "
        f"keyed_ratio={full.wall / keyed.wall:.2f} keyed_cpu={full.work / keyed.work:.2f}"
    )


def written(scored: ranking.RescoringResult) -> int:
    return scored.matches.written + scored.near_misses.written


def score_anew() -> tuple[ranking.RescoringResult, Took]:
    with connection.cursor() as cursor:
        cursor.execute("truncate matching_match, matching_nearmiss cascade")
    return timed(lambda: ranking.rescore_market(at=database_now()), server=True)


def score_again(
    score: Callable[..., ranking.RescoringResult | None],
) -> tuple[ranking.RescoringResult, Took]:
    """Change 1 % of all posts, other ones in each run, and score."""
    with connection.cursor() as cursor:
        for change in (
            "update listings_processingorder set pairs = pairs + 100",
            "update listings_capacityoffer set min_order_pairs = min_order_pairs + 10",
        ):
            cursor.execute(f"{change}, version = version + 1 where id %% 100 = %s", [next(HUNDRED)])
    found, took = timed(lambda: score(at=database_now()), server=True)
    if found is None:
        raise RuntimeError("what changed is not known: all would be scored in partitions")
    return found, took


def copy_floor(ddl: str) -> tuple[None, Took]:
    """Copy the posts out and all result rows into empty twins, in binary, and nothing else."""
    tables = "matching_match", "matching_nearmiss"
    posts = "listings_processingorder", "listings_capacityoffer"
    results = {table: _out(table) for table in tables}

    def copy() -> None:
        for table in posts:
            _out(table)
        with transaction.atomic(), connection.cursor() as cursor:
            for table in tables:
                cursor.execute(f"drop table if exists floor_{table}")
                cursor.execute(ddl.format(table=table))
                with cursor.copy(f"copy floor_{table} from stdin (format binary)") as into:
                    into.write(results[table])

    return timed(copy, server=True)


def _out(table: str) -> bytes:
    with (
        connection.cursor() as cursor,
        cursor.copy(f"copy {table} to stdout (format binary)") as rows,
    ):
        return b"".join(bytes(part) for part in rows)


def _middle(runs: Sequence[tuple[Any, Took]]) -> tuple[Any, Took]:
    return sorted(runs, key=lambda run: run[1].wall)[len(runs) // 2]


def ladder(name: str, report_row: Callable[[int], tuple[int, Took, bool]]) -> list[object]:
    """Climb sizes by doubling while the next step should end within the time."""
    size, spent = 250, 0.0
    row: list[object] = []
    while True:
        pairs, took, is_equal = report_row(size)
        spent += took.wall
        row = [name, size, f"{pairs:,}", f"{took.wall:.2f}", took.wall / pairs * 1e9, is_equal]
        if spent + 4 * took.wall > SECONDS or size >= 64_000:
            return row
        size *= 2


def compare(report: Report, ours: float) -> dict[str, float]:
    """Ask the peers; give how many times as long as the engine each takes per pair."""
    askers = {
        "numpy": peers.ask_numpy,
        "duckdb": peers.ask_duckdb,
        "polars": peers.ask_polars,
        "sql": lambda *given: peers.ask_postgres(connection, *given),
    }
    rows = []
    for name, prepare in askers.items():

        def climb(size: int, prepare: Any = prepare) -> tuple[int, Took, bool]:
            made = Market.from_columns(market.orders(size), market.offers(size))
            found = engine_ranking.rank(made, **settings())
            tables = peers.tables_of(
                made, market.likeness(), market.blocked(), market.NOW_DAY, PROFILE.price_tolerance
            )
            ask = prepare(tables, PROFILE, made.base_week)
            answer, took = timed(ask)
            return found.pairs_scored, took, answer == engine_answer(made, found)

        try:
            rows.append(ladder(name, climb))
        except ImportError:
            report.say(f"{name} is not installed: `make bench` installs it.", "")
    rows.append(ladder("orm", loop.climb))
    report.table(
        f"Peers: ten best offers of each order, the largest size within {SECONDS:.0f} s",
        (
            "peer",
            "orders = offers",
            "pairs of like categories",
            "wall s",
            "ns a pair",
            "times ours",
            "same answer",
        ),
        [
            (*row[:4], f"{row[4]:,.0f}", f"{row[4] / ours:,.0f}", "yes" if row[5] else "NO")
            for row in rows
        ],
    )
    report.say(
        f"Ours, both ways at {ENGINE_SIZES[0][0]:,} x {ENGINE_SIZES[0][1]:,}: {ours:.2f} ns a pair.",
        "",
    )
    return {str(row[0]): float(str(row[4])) / ours for row in rows}


def engine_answer(made: Market, found: engine_ranking.Ranking) -> peers.Answer:
    """Give the engine's lists of orders as the peers give theirs."""
    hundredths = np.rint(found.by_order.scores * 100).astype(int).tolist()
    lists = zip(found.by_order.others.tolist(), hundredths, strict=True)
    ranks = made.offer_ranks.tolist()
    answer = {
        row: [(ranks[at], score) for at, score in zip(*entry, strict=True) if at >= 0]
        for row, entry in enumerate(lists)
    }
    return {row: entries for row, entries in answer.items() if entries}


def main() -> None:
    """Print all tables and the line of figures."""
    report = Report("Benchmark of the matching engine")
    report.say(
        f"Seed {market.SEED}. Load of other work on the machine shows in wall, hardly in cpu.", ""
    )
    ours, growth = engine(report)
    peak = peak_mb()
    call_command("migrate", verbosity=0)
    took = {size: whole_way(report, size) for size in DATABASE_SIZES}
    times = compare(report, ours)
    figures = " ".join(
        f"{name}={times.get(name, 0):.0f}" for name in ("duckdb", "polars", "sql", "orm")
    )
    report.save(
        "bench.md",
        f"{figures_of(took[DATABASE_SIZES[-1]])} {figures} growth={growth:.2f} peak_mb={peak}",
    )


if __name__ == "__main__":
    main()
