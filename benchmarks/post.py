"""``make bench-post``: one changed post against a large open market, from rows to lists.

Measured is what the worker does between taking the message and writing rows: reading the
post, COPY of every counterpart that could serve it, ranking of matches and near misses.
The relay before it and the writing after it are not in the figures.
"""

import os
import random
import sys
import time

import django
import numpy as np

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "matchmaking.settings")
django.setup()

from django.core.management import call_command  # noqa: E402 - after setup

from benchmarks import database, market  # noqa: E402
from benchmarks.results import Report  # noqa: E402
from matchmaking.engine import ranking  # noqa: E402
from matchmaking.matching.handlers import market_time  # noqa: E402
from matchmaking.matching.market import Scene  # noqa: E402
from matchmaking.matching.run import NEAR_MISSES_PER_POST, Run  # noqa: E402

POSTS = int(os.environ.get("BENCH_POSTS", "100000"))
TRIES = 60
K = 10
TOGETHER = (1, 10)


def one(run: Run, posts: list[int]) -> tuple[float, float, int]:
    """Score orders that changed together; give seconds of loading, of ranking, counterparts."""
    begun = time.perf_counter()
    own = run.loader.orders(sorted(posts))
    scene = Scene.of(own, run.loader.offers_for(own))
    loaded = time.perf_counter()
    for near, k in ((False, K), (True, NEAR_MISSES_PER_POST)):
        run.rank(scene, k, near=near, offers=[])
    return loaded - begun, time.perf_counter() - loaded, len(scene.offers)


def main() -> None:
    """Print the table and the line of figures."""
    report = Report("One post against the open market")
    call_command("migrate", verbosity=0)
    database.fill(market.orders(POSTS), market.offers(POSTS))
    ranking.warm()
    run = Run.start(market_time())
    dice = random.Random(market.SEED)
    rows, alone = [], np.empty(0)
    for together in TOGETHER:
        tries = [
            one(run, dice.sample(range(1, POSTS + 1), together))
            for _ in range(max(10, TRIES // together))
        ]
        load, rank, counterparts = (np.array(column) for column in zip(*tries, strict=True))
        whole = (load + rank) * 1000
        alone = whole if together == 1 else alone
        rows.append(
            (
                together,
                f"{counterparts.mean():,.0f}",
                *(f"{np.percentile(load * 1000, part):.0f}" for part in (50, 99)),
                *(f"{np.percentile(rank * 1000, part):.0f}" for part in (50, 99)),
                *(f"{np.percentile(whole, part):.0f}" for part in (50, 99)),
                f"{np.median(whole) / together:.0f}",
            )
        )
    report.table(
        f"Orders that changed, {POSTS:,} offers open",
        (
            "together", "counterparts loaded", "load p50 ms", "load p99", "engine p50 ms",
            "engine p99", "both p50 ms", "both p99", "ms a post",
        ),
        rows,
    )  # fmt: skip
    p50, p99 = np.percentile(alone, (50, 99))
    report.save("post.md", f"post_p50_ms={p50:.0f} post_p99_ms={p99:.0f}")
    sys.exit(0)


if __name__ == "__main__":
    main()
