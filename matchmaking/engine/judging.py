"""Reasons of many pairs at once, as records."""

from typing import Any

import numpy as np

from matchmaking.engine import formula, plain
from matchmaking.engine.market import Ints, Market
from matchmaking.engine.records import ASSESSMENT, CHANGE, FORM, Records
from matchmaking.engine.request import Request
from matchmaking.engine.scoring import least_hundredths
from matchmaking.engine.types import BlockedPairs, Likeness, Profile


def assess_pairs(
    market: Market,
    orders: Ints,
    offers: Ints,
    *,
    profile: Profile,
    likeness: Likeness,
    blocked: BlockedPairs,
    now_day: int,
) -> Records:
    """Judge the pairs of the market's rows as ``scoring.assess`` judges one."""
    # numba is 200 MB and seconds to load: only a process that judges pays for it.
    from matchmaking.engine import reasons  # noqa: PLC0415

    request = Request.of(market, profile, likeness, blocked, now_day, k=1, near=False)
    findings = np.empty((reasons.FINDINGS, len(orders)), dtype=np.int64)
    values = np.empty((len(orders), len(profile.weights)))
    reasons.assess(np.stack([orders, offers]), findings, values, *_matrices(request))
    made, asked = market.offers, market.orders
    found = np.zeros(len(orders), dtype=ASSESSMENT)
    found["form"] = FORM
    found["category"], found["construction"] = asked.category[orders], asked.construction[orders]
    found["asked"], found["due"] = asked.certificates[orders], asked.due_week[orders]
    found["pairs"], found["part"] = asked.pairs[orders], asked.smallest_part[orders]
    found["target"] = asked.price_cny[orders]
    found["constructions"], found["held"] = made.constructions[offers], made.certificates[offers]
    found["min_order"], found["age_days"] = made.min_order[offers], made.age_days[offers]
    found["low"], found["high"] = made.price_low_cny[offers], made.price_high_cny[offers]
    for name, one, other in (
        ("same_cluster", asked.cluster, made.cluster),
        ("same_province", asked.province, made.province),
    ):
        found[name] = (one[orders] == other[offers]) & (one[orders] != 0)
    for name in ("found", "kin", "failed", "first", "free", "largest", "counted", "hundredths"):
        found[name] = findings[getattr(reasons, name.upper())]
    found["part_slack"] = findings[reasons.PART_SLACK]
    found["whole_slack"] = findings[reasons.WHOLE_SLACK]
    found["is_stale"] = found["age_days"] > profile.stale_days
    hard = np.minimum(found["pairs"], found["free"])
    found["hard_pairs"] = np.where(found["is_stale"], 0, hard)
    found["proposed"] = (found["failed"] == 0) & (found["hundredths"] >= least_hundredths(profile))
    found["stale_days"], found["buffer_days"] = profile.stale_days, profile.wished_buffer_days
    found["profile_version"] = profile.version
    found["values"], found["weights"] = values, profile.weights
    return found


def mend_pairs(
    market: Market,
    orders: Ints,
    offers: Ints,
    *,
    profile: Profile,
    likeness: Likeness,
    blocked: BlockedPairs,
    now_day: int,
) -> Records:
    """Find for pairs of the market's rows what ``near_miss.near_miss`` finds for one."""
    from matchmaking.engine import reasons  # noqa: PLC0415 - as above

    request = Request.of(market, profile, likeness, blocked, now_day, k=1, near=False)
    mendings = np.zeros((reasons.MENDINGS, len(orders)), dtype=np.int64)
    sizes = np.zeros(len(orders))
    reasons.mend(np.stack([orders, offers]), mendings, sizes, *_matrices(request))
    found = np.zeros(len(orders), dtype=CHANGE)
    found["form"], found["size"] = FORM, sizes
    for name in ("kind", "before", "after", "amount"):
        found[name] = mendings[getattr(reasons, name.upper())]
    found["gate"], found["hundredths"] = mendings[reasons.CAUSE], mendings[reasons.SCORE]
    found["found"] = mendings[reasons.LIKEST]
    return found


def warm(market: Market, **settings: Any) -> None:
    """Load the kernels, or compile them once."""
    rows = np.zeros(1, dtype=np.int64)
    assess_pairs(market, rows, rows, **settings)
    mend_pairs(market, rows, rows, **settings)


def _matrices(request: Request) -> tuple[Any, ...]:
    """Give what both kernels read: a column a row of the market."""
    market, profile = request.market, request.profile
    orders, offers = np.arange(len(market.orders)), np.arange(len(market.offers))
    settings = [
        market.base_week,
        profile.wished_buffer_days,
        profile.stale_days,
        request.least,
        request.near,
        profile.fresh_horizon_days,
        request.now_day // formula.DAYS_A_WEEK,
        market.offers.free.shape[1],
    ]
    return (
        plain.order_matrix(request, orders, orders),
        market.orders.price_cny,
        market.orders.category,
        plain.offer_matrix(request, offers, offers),
        np.stack([market.offers.price_low_cny, market.offers.price_high_cny]),
        market.offers.category_starts,
        market.offers.category_values,
        market.cumulated,
        request.likeness,
        request.blocked,
        np.array(settings),
        np.array(request.fractions),
    )
