"""``make bench``: the engine, the whole way from database to database, and its peers."""

import gc
import os
import resource
import sys
import time
from collections.abc import Callable
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
from matchmaking.matching.ranking import rescoring  # noqa: E402

SECONDS = float(os.environ.get("BENCH_SECONDS", "60"))
ENGINE_SIZES = ((100_000, 100_000), (100_000, 1_000_000))
DATABASE_SIZE = int(os.environ.get("BENCH_POSTS", "2000"))
PROFILE = Profile()
RUNS = 3


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
    return sorted((work() for _ in range(RUNS)), key=lambda run: run[1].wall)[RUNS // 2]


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


def whole_way(report: Report) -> str:
    """Score from database to database, then again with 1 % changed, beside the bare floor.

    Gives the ratios to the floor, on the wall and in seconds of processor of both sides.
    """
    size = DATABASE_SIZE
    call_command("migrate", verbosity=0)
    _, refilled_lists = timed(
        lambda: database.fill(market.orders(size), market.offers(size)), server=True
    )
    rescoring.SAVED_AT_ONCE = sys.maxsize  # one transaction, as the floor has
    runs = iter(range(RUNS))
    first, full = middle(score_anew)
    _, floor = middle(copy_floor)
    again, repeat = middle(lambda: score_again(next(runs)))
    rows = [
        row("fill by COPY", 2 * size, refilled_lists, None),
        row("floor: COPY posts out, result rows in", written(first), floor, floor),
        row("first full scoring", written(first), full, floor),
        row("again, 1 % changed", written(again), repeat, floor),
    ]
    report.table(
        f"Whole way: {size:,} orders and {size:,} offers in PostgreSQL, middle of {RUNS} runs",
        ("step", "rows", "wall s", "cpu s client", "cpu s server", "times the floor", "by cpu"),
        rows,
    )
    return (
        f"floor_ratio={full.wall / floor.wall:.2f} repeat_ratio={repeat.wall / floor.wall:.2f} "
        f"floor_cpu={full.work / floor.work:.2f} repeat_cpu={repeat.work / floor.work:.2f}"
    )


def row(step: str, rows: int, took: Took, floor: Took | None) -> tuple[object, ...]:
    times = [took.wall / floor.wall, took.work / floor.work] if floor else []
    figures = [f"{figure:.2f}" for figure in (took.wall, took.cpu, took.server, *times)]
    return (step, rows, *figures, *[""] * (5 - len(figures)))


def written(scored: ranking.RescoringResult) -> int:
    return scored.matches.written + scored.near_misses.written


def score_anew() -> tuple[ranking.RescoringResult, Took]:
    with connection.cursor() as cursor:
        cursor.execute("truncate matching_match, matching_nearmiss cascade")
    return timed(lambda: ranking.rescore_market(at=database_now()), server=True)


def score_again(run: int) -> tuple[ranking.RescoringResult, Took]:
    """Change 1 % of all posts, other ones in each run, and score."""
    with connection.cursor() as cursor:
        for change in (
            "update listings_processingorder set pairs = pairs + 100",
            "update listings_capacityoffer set min_order_pairs = min_order_pairs + 10",
        ):
            cursor.execute(f"{change}, version = version + 1 where id %% 100 = %s", [run])
    return timed(lambda: ranking.rescore_market(at=database_now()), server=True)


def copy_floor() -> tuple[None, Took]:
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
                cursor.execute(f"create table floor_{table} (like {table} including indexes)")
                with cursor.copy(f"copy floor_{table} from stdin (format binary)") as into:
                    into.write(results[table])

    return timed(copy, server=True)


def _out(table: str) -> bytes:
    with (
        connection.cursor() as cursor,
        cursor.copy(f"copy {table} to stdout (format binary)") as rows,
    ):
        return b"".join(bytes(part) for part in rows)


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
            tables = peers.tables_of(made, market.likeness(), market.blocked(), market.NOW_DAY)
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
    ratios = whole_way(report)
    times = compare(report, ours)
    figures = " ".join(
        f"{name}={times.get(name, 0):.0f}" for name in ("duckdb", "polars", "sql", "orm")
    )
    report.save(
        "bench.md",
        f"{ratios} {figures} growth={growth:.2f} peak_mb={peak}",
    )


if __name__ == "__main__":
    main()
