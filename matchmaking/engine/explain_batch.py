"""Reasons of many pairs at once, as records."""

import numpy as np

from matchmaking.engine.market import Ints, Market
from matchmaking.engine.market_arrays import market_arrays_of
from matchmaking.engine.records import ASSESSMENT, CHANGE, FORM, Records
from matchmaking.engine.request import Request


def assess_pairs(request: Request, orders: Ints, offers: Ints) -> Records:
    """Judge every gate and every factor of pairs of the market's rows, as ``ASSESSMENT`` records."""
    # numba is 200 MB and seconds to load: only a process that judges pays for it.
    from matchmaking.engine import explain_kernel  # noqa: PLC0415

    findings = np.empty((explain_kernel.FINDINGS, len(orders)), dtype=np.int64)
    values = np.empty((len(orders), len(request.profile.weights)))
    explain_kernel.assess(findings, values, np.stack([orders, offers]), market_arrays_of(request))
    found = np.zeros(len(orders), dtype=ASSESSMENT)
    _copy_terms(found, request.market, orders, offers)
    for name in ("found", "kin", "failed", "first", "free", "largest", "counted", "hundredths"):
        found[name] = findings[getattr(explain_kernel, name.upper())]
    found["lower"] = findings[explain_kernel.LOWER]
    found["highest"] = findings[explain_kernel.HIGHEST]
    found["part_slack"] = findings[explain_kernel.PART_SLACK]
    found["whole_slack"] = findings[explain_kernel.WHOLE_SLACK]
    profile = request.profile
    found["is_stale"] = found["age_days"] > profile.stale_days
    hard = np.minimum(found["pairs"], found["free"])
    found["hard_pairs"] = np.where(found["is_stale"], 0, hard)
    found["proposed"] = (found["failed"] == 0) & (found["hundredths"] >= profile.least_hundredths)
    found["stale_days"], found["buffer_days"] = profile.stale_days, profile.wished_buffer_days
    found["profile_version"] = profile.version
    found["values"], found["weights"] = values, profile.weights
    return found


def suggest_changes(request: Request, orders: Ints, offers: Ints) -> Records:
    """Find the smallest single change that makes each pair a proposal, as ``CHANGE`` records.

    ``kind`` is -1 for a pair that is one already, or that no one change makes one.
    """
    from matchmaking.engine import explain_kernel  # noqa: PLC0415 - as above

    suggestions = np.zeros((explain_kernel.SUGGESTIONS, len(orders)), dtype=np.int64)
    sizes = np.zeros(len(orders))
    explain_kernel.suggest(
        suggestions, sizes, np.stack([orders, offers]), market_arrays_of(request)
    )
    found = np.zeros(len(orders), dtype=CHANGE)
    found["form"], found["size"] = FORM, sizes
    for name in ("kind", "before", "after", "amount"):
        found[name] = suggestions[getattr(explain_kernel, name.upper())]
    found["gate"], found["hundredths"] = (
        suggestions[explain_kernel.CAUSE],
        suggestions[explain_kernel.SCORE],
    )
    found["found"] = suggestions[explain_kernel.BEST_CATEGORY]
    return found


def warm(request: Request) -> None:
    rows = np.zeros(1, dtype=np.int64)
    assess_pairs(request, rows, rows)
    suggest_changes(request, rows, rows)


def _copy_terms(found: Records, market: Market, orders: Ints, offers: Ints) -> None:
    """Take over what the posts of each pair say."""
    made, asked = market.offers, market.orders
    found["form"] = FORM
    found["category"], found["construction"] = asked.category[orders], asked.construction[orders]
    found["asked"], found["due"] = asked.certificates[orders], asked.due_week[orders]
    found["pairs"], found["part"] = asked.pairs[orders], asked.smallest_part[orders]
    found["target"] = asked.price_cny[orders]
    found["constructions"], found["held"] = made.constructions[offers], made.certificates[offers]
    found["min_order"], found["age_days"] = made.min_order[offers], made.age_days[offers]
    found["line"], found["lead_days"] = made.line[offers], made.lead_days[offers]
    found["is_place_known"] = (asked.province[orders] != 0) & (made.province[offers] != 0)
    found["low"], found["high"] = made.price_low_cny[offers], made.price_high_cny[offers]
    for name, one, other in (
        ("same_cluster", asked.cluster, made.cluster),
        ("same_province", asked.province, made.province),
    ):
        found[name] = (one[orders] == other[offers]) & (one[orders] != 0)
