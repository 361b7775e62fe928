"""Splitting measured: the five plans of one order, and plans of whole events with their bounds.

``python -m benchmarks.splitting`` prints its tables and ends with one line of figures. Gaps are
fractions of a bound that holds for every plan; an event whose plan breaks a rule ends the run
with an error.
"""

import random
import sys
import time

from benchmarks.event_market import REPLAY_SHARE, make_event
from benchmarks.results import Report
from matchmaking.engine.event_plan.planning import Progress, plan_event
from matchmaking.engine.event_plan.verification import points, wrongs
from matchmaking.engine.splitting.scenarios import plan
from matchmaking.engine.splitting.types import Aim, Factory, Order, PriceBreak

SINGLE_ORDERS = 20
FACTORIES, WEEKS = 60, 30
SMALL = (200, 300, 15)
LARGE = (1_000, 1_500, 120)
SCARCE_SHARE = 1.2


def main() -> int:
    report = Report("Orders split over factories")
    single = measure_single(report)
    rows = []
    small, is_small_wrong = measure_event(report, rows, *SMALL)
    large, is_large_wrong = measure_event(report, rows, *LARGE)
    measure_event(report, rows, *SMALL, share=SCARCE_SHARE)
    heads = (
        "orders", "offers", "pairings", "asked of free", "placed", "points", "bound", "gap", "seconds",
        "gap at a third of the time",
    )  # fmt: skip
    report.table("Whole events on the replay's market", heads, rows)
    last = (
        f"single_ms={single:.0f} event_orders={SMALL[0]} event_offers={SMALL[1]} "
        f"gap={small[0]:.4f} seconds={small[1]:.1f} "
        f"large_gap={large[0]:.4f} large_seconds={large[1]:.1f}"
    )
    report.save("splitting.md", last)
    return is_small_wrong or is_large_wrong


def measure_single(report: Report) -> float:
    """Plan orders in each aim; give the milliseconds within which 95 of 100 plans are proved."""
    plan(Aim.CHEAPEST, *single_order(-1))  # loads the solver
    rows, slowest = [], 0.0
    for aim in Aim:
        taken, proved = [], 0
        for seed in range(SINGLE_ORDERS):
            order, factories = single_order(seed)
            started = time.perf_counter()
            proved += plan(aim, order, factories).is_proved
            taken.append((time.perf_counter() - started) * 1_000)
        taken.sort()
        high = taken[len(taken) * 95 // 100 - 1]
        slowest = max(slowest, high)
        middle = taken[len(taken) // 2]
        cells = (middle, high, taken[-1])
        rows.append((aim, *(f"{each:.0f}" for each in cells), f"{proved} of {len(taken)}"))
    heads = ("aim", "median ms", "95 % within ms", "slowest ms", "proved")
    report.table(f"One order, {FACTORIES} factories, {WEEKS} weeks", heads, rows)
    return slowest


def single_order(seed: int) -> tuple[Order, list[Factory]]:
    """Make an order of 100,000 to 400,000 pairs in parts of at least 5,000, up to 12 factories."""
    rng = random.Random(seed)
    pairs = rng.randrange(100_000, 400_000, 1_000)
    factories = []
    for number in range(FACTORIES):
        rate, cents = rng.randrange(200, 3_000, 50), rng.randrange(4_200, 4_900, 50)
        prices = [PriceBreak(pairs=0, cents=cents)]
        if rng.random() < 0.5:
            prices.append(PriceBreak(pairs=20_000, cents=cents - 100))
        factories.append(
            Factory(
                code=f"f{number}",
                free=tuple(rate if rng.random() < 0.9 else 0 for _ in range(WEEKS)),
                prices=tuple(prices),
                min_order=rng.choice((0, 3_000, 8_000)),
                fit=rng.randint(30, 100),
                is_small=rng.random() < 0.4,
            )
        )
    return Order(pairs=pairs, weeks=WEEKS, smallest_part=5_000, most_factories=12), factories


def measure_event(
    report: Report,
    rows: list,
    orders: int,
    offers: int,
    seconds: int,
    *,
    share: float = REPLAY_SHARE,
) -> tuple[tuple[float, float], bool]:
    """Plan an event; give (gap, seconds), and whether the plan breaks a rule."""
    event = make_event(orders, offers, share=share)
    started = time.monotonic()
    early: list[Progress] = []

    def hear(now: Progress) -> None:
        if time.monotonic() - started <= seconds / 3:
            early[:] = [now]

    found = plan_event(event, seconds=seconds, report=hear)
    taken = time.monotonic() - started
    faults = [*wrongs(event, found.parts)]
    if abs(points(event, found.parts) - found.points) > 1e-6 * max(found.points, 1):
        faults.append("the points do not add up")
    report.say(*faults[:5])
    asked = sum(order.pairs for order in event.orders)
    placed = sum(found.placed.values())
    rows.append(
        (
            f"{orders:,}", f"{offers:,}", f"{len(event.pairings):,}", f"{share:.0%}",
            f"{placed / asked:.1%}", f"{found.points:,.0f}", f"{found.bound:,.0f}", f"{found.gap:.2%}",
            f"{taken:.1f}", f"{early[0].gap:.2%}" if early else "-",
        )
    )  # fmt: skip
    return (found.gap, taken), bool(faults)


if __name__ == "__main__":
    sys.exit(main())
