"""``make bench-workers``: a full scoring in parts, by one worker and by two."""

import os
import sys
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "matchmaking.settings")
django.setup()

from django.core.management import call_command  # noqa: E402 - after setup
from django.db import connection  # noqa: E402

from benchmarks import database, market, site  # noqa: E402
from benchmarks.results import Report  # noqa: E402
from matchmaking.core.database_clock import database_now  # noqa: E402
from matchmaking.core.models import Job  # noqa: E402
from matchmaking.core.states import JobState  # noqa: E402
from matchmaking.engine import ranking  # noqa: E402
from matchmaking.matching.services import profiles  # noqa: E402

POSTS = int(os.environ.get("BENCH_POSTS", "6000"))
WORKERS = (1, 2)
EMPTY = """
    truncate matching_match, matching_nearmiss, notifications_outboxmessage cascade;
    update matching_scoring set basis = '', scored_at = null, run = '', "left" = '{}';
"""
STATE = """
    select md5(string_agg(format('%s %s %s %s %s', order_id, offer_id, score, order_rank, offer_rank), ','
        order by order_id, offer_id))
    from matching_match where state = 'proposed'
"""


def score() -> tuple[Job, float]:
    """Ask for a full scoring and wait for its end; give the job and the seconds."""
    job = profiles.request_rescoring(by=None, at=database_now())
    begun = time.perf_counter()
    while job.state in {JobState.QUEUED, JobState.RUNNING}:
        time.sleep(0.05)
        job.refresh_from_db()
    if job.state != JobState.DONE:
        raise RuntimeError(f"the scoring ended as {job.state}")
    return job, time.perf_counter() - begun


def state() -> str:
    with connection.cursor() as cursor:
        cursor.execute(STATE)
        return str(cursor.fetchone()[0])


def main() -> None:
    """Print the table and the line of figures."""
    report = Report("A full scoring by one worker and by two")
    call_command("migrate", verbosity=0)
    database.fill(market.orders(POSTS), market.offers(POSTS))
    ranking.warm()
    rows, seconds, states = [], [], set()
    for workers in WORKERS:
        with connection.cursor() as cursor:
            cursor.execute(EMPTY)
        with site.running(workers):
            job, first = score()
            states.add(state())
            again, repeat = score()
        seconds.append(first)
        rows.append(
            (workers, job.total, f"{job.result['new']:,}", f"{first:.1f}", f"{seconds[0] / first:.2f}",
             f"{repeat:.1f}", again.result["new"] + again.result["changed"])
        )  # fmt: skip
    report.table(
        f"{POSTS:,} orders and {POSTS:,} offers, nothing stands before",
        ("workers", "parts", "new matches", "first s", "times as fast", "again s", "rows again"),
        rows,
    )
    same = "yes" if len(states) == 1 else "NO"
    report.say(f"The same matches, scores and places after either: {same}.", "")
    report.save("workers.md", f"workers_speedup={seconds[0] / seconds[-1]:.2f} same={same}")
    sys.exit(0)


if __name__ == "__main__":
    main()
