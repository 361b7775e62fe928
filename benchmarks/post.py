"""``make bench-post``: posts that are approved on a large open market, until their matches show.

First the engine's part alone, in this process: what a changed post lists, and whose lists
it comes into. Then the whole way: posts are approved through the service at a steady pace
while relay and worker run as processes of their own, and a reader asks again and again
which of them have matches, as their page would.
"""

import os
import random
import sys
import threading
import time

import django
import numpy as np

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "matchmaking.settings")
django.setup()

from django.core.management import call_command  # noqa: E402 - after setup
from django.db import connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import User  # noqa: E402
from benchmarks import database, market, site  # noqa: E402
from benchmarks.results import Report  # noqa: E402
from matchmaking.core.database_clock import database_now  # noqa: E402
from matchmaking.engine.ranking import warm  # noqa: E402
from matchmaking.listings.models import ProcessingOrder  # noqa: E402
from matchmaking.listings.services import transitions  # noqa: E402
from matchmaking.matching import queries, ranking  # noqa: E402
from matchmaking.matching.models import NEAR_MISSES_PER_POST  # noqa: E402
from matchmaking.matching.ranking import rescoring  # noqa: E402
from matchmaking.matching.ranking.candidates import CachedSearch  # noqa: E402
from matchmaking.matching.ranking.context import ScoringContext  # noqa: E402
from matchmaking.matching.ranking.market_cache import MarketCache  # noqa: E402

POSTS = int(os.environ.get("BENCH_POSTS", "100000"))
RATE = float(os.environ.get("BENCH_RATE", "20"))
SECONDS = float(os.environ.get("BENCH_SECONDS", "60"))
WARM_UP = 40  # posts before the clock counts
DRAIN_SECONDS = 60
TRIES = 100
K = 10
LOOK_SECONDS = 0.02
VISIBLE = """
    select distinct order_id from matching_match
    where order_id = any(%s::bigint[]) and state = 'proposed'
"""
QUIET = "truncate notifications_outboxmessage cascade"


class Reader(threading.Thread):
    """Asks, from its own connection, which of the approved orders have matches by now."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.approved: dict[int, float] = {}
        self.took: dict[int, float] = {}
        self.is_over = False

    def run(self) -> None:
        """Look until told that it is over."""
        while not self.is_over:
            time.sleep(LOOK_SECONDS)
            waiting = self.approved.keys() - self.took.keys()
            if not waiting:
                continue
            with connection.cursor() as cursor:
                cursor.execute(VISIBLE, [list(waiting)])
                visible = [row[0] for row in cursor.fetchall()]
            for order in visible:
                list(queries.matches_for_order(ProcessingOrder.objects.get(pk=order)))
                self.took[order] = time.perf_counter() - self.approved[order]
        connection.close()


def fill(report: Report) -> list[int]:
    """Fill the market and score it; give the orders that wait for approval."""
    waiting = WARM_UP + int(RATE * SECONDS)
    database.fill(market.orders(POSTS + waiting), market.offers(POSTS))
    with connection.cursor() as cursor:
        cursor.execute(
            "update listings_processingorder set state = 'pending', published_at = null"
            " where id > %s",
            [POSTS],
        )
    begun = time.perf_counter()
    rescoring.SAVED_AT_ONCE = sys.maxsize
    done = ranking.rescore_market(at=database_now())
    rows = done.matches.written + done.near_misses.written
    with connection.cursor() as cursor:
        cursor.execute(QUIET)
        cursor.execute("vacuum analyze")
    report.say(
        f"{POSTS:,} orders and {POSTS:,} offers are open, {rows:,} matches and near misses stand "
        f"(scored in {time.perf_counter() - begun:.0f} s).",
        "",
    )
    return list(range(POSTS + 1, POSTS + waiting + 1))


def engine_part(report: Report) -> float:
    """Time what the engine does for posts that changed together; give the 99th percentile of one."""
    run = ScoringContext.start(database_now())
    begun = time.perf_counter()
    kept = MarketCache(run)
    loaded = time.perf_counter() - begun
    dice = random.Random(market.SEED)
    rows, alone = [], np.empty(0)
    for side, together in (("orders", 1), ("offers", 1), ("orders", 10)):
        took = []
        for _ in range(max(20, TRIES // together)):
            posts = np.array(sorted(dice.sample(range(1, POSTS + 1), together)))
            begun = time.perf_counter()
            none = np.empty(0, dtype=np.int64)
            asked = (posts, none) if side == "orders" else (none, posts)
            search = CachedSearch(run, kept, *asked)
            for near, k in ((False, K), (True, NEAR_MISSES_PER_POST)):
                search.new_candidates(k, near=near)
            took.append((time.perf_counter() - begun) * 1000)
        times = np.array(took)
        alone = times if not len(alone) else alone
        rows.append(
            (side, together, *(f"{np.percentile(times, part):.1f}" for part in (50, 99)),
             f"{np.median(times) / together:.1f}")
        )  # fmt: skip
    report.table(
        f"The engine's part, {POSTS:,} counterparts in memory (loaded in {loaded:.1f} s)",
        ("changed", "together", "p50 ms", "p99 ms", "ms a post"),
        rows,
    )
    return float(np.percentile(alone, 99))


def approve(orders: list[int], reader: Reader, officer: User) -> float:
    """Approve at the pace that is asked for; give the seconds that it took."""
    begun = time.perf_counter()
    for number, pk in enumerate(orders):
        time.sleep(max(0.0, begun + number / RATE - time.perf_counter()))
        order = ProcessingOrder.objects.get(pk=pk)
        with transaction.atomic():
            transitions.approve_post(post=order, by=officer, at=timezone.now())
        reader.approved[pk] = time.perf_counter()
    return time.perf_counter() - begun


def whole_way(report: Report, orders: list[int]) -> tuple[float, float]:
    """Approve posts for a minute and see when their matches show; give p50 and p99 in ms."""
    officer = User.objects.create_user(email="officer@example.com", is_staff=True)
    reader = Reader()
    with site.running(1, children=2):
        reader.start()
        approve(orders[:WARM_UP], reader, officer)
        drain(reader)
        took = approve(orders[WARM_UP:], reader, officer)
        drain(reader)
    reader.is_over = True
    reader.join()
    measured = [pk for pk in orders[WARM_UP:] if pk in reader.took]
    times = np.array([reader.took[pk] for pk in measured]) * 1000
    p50, p90, p99 = (float(np.percentile(times, part)) for part in (50, 90, 99))
    without = len(orders) - WARM_UP - len(measured)
    report.table(
        "The whole way: commit of the approval, relay, worker, rows, the page's query",
        ("posts", "a second", "p50 ms", "p90 ms", "p99 ms", "worst ms", "without a match"),
        [
            (len(measured), f"{(len(orders) - WARM_UP) / took:.1f}", f"{p50:.0f}", f"{p90:.0f}",
             f"{p99:.0f}", f"{times.max():.0f}", without)
        ],
    )  # fmt: skip
    return p50, p99


def drain(reader: Reader) -> None:
    """Wait until what was approved has matches, or nothing is left to be worked."""
    end = time.monotonic() + DRAIN_SECONDS
    while time.monotonic() < end and reader.approved.keys() - reader.took.keys():
        time.sleep(0.2)
        with connection.cursor() as cursor:
            cursor.execute(
                "select count(*) from notifications_outboxmessage"
                " where kind = 'listings.post_changed' and state <> 'done'"
            )
            if not cursor.fetchone()[0]:
                time.sleep(1)
                return


def main() -> None:
    """Print the tables and the line of figures."""
    report = Report("One post against the open market")
    call_command("migrate", verbosity=0)
    orders = fill(report)
    warm()
    engine = engine_part(report)
    p50, p99 = whole_way(report, orders)
    report.save(
        "post.md", f"post_p50_ms={p50:.0f} post_p99_ms={p99:.0f} post_engine_p99_ms={engine:.0f}"
    )
    sys.exit(0)


if __name__ == "__main__":
    main()
