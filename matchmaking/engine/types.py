"""The engine's vocabulary: gates, factors, changes, and the profile that weighs them.

Weeks count from Monday 1970-01-05, days from that Monday, pairs are integers, prices
are yuan a pair. ``nan`` is a price that was not said, 0 a group or place not known.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Likeness: TypeAlias = NDArray[np.float32] | NDArray[np.float64]
BlockedPairs: TypeAlias = NDArray[np.int64]

ANY_CONSTRUCTION = -1
MIN_SCORE = "min_score"
"""Stands where a gate's code stands when every gate passed and the score was too low."""


class Gate(StrEnum):
    """Hard conditions, in the order in which they are judged and shown."""

    CATEGORY = "category"
    CONSTRUCTION = "construction"
    CERTIFICATES = "certificates"
    OWN_COMPANY = "own_company"
    WINDOW = "window"
    CAPACITY = "capacity"
    MINIMUM_ORDER = "minimum_order"
    PRICE = "price"


class FactorCode(StrEnum):
    """Soft measures, in the order in which the score sums them."""

    VOLUME = "volume"
    CATEGORY = "category"
    LEAD_TIME = "lead_time"
    PRICE = "price"
    PLACE = "place"
    FRESHNESS = "freshness"


def blocked_pairs(pairs: Iterable[tuple[int, int]] = ()) -> BlockedPairs:
    """Build the sorted ``low << 32 | high`` array of companies that never match.

    The order within a pair does not matter; company ids lie below 2**31.
    """
    keys = {min(a, b) << 32 | max(a, b) for a, b in pairs}
    return np.array(sorted(keys), dtype=np.int64)


class Change(StrEnum):
    """What may be changed. Of two changes of one size the earlier named is preferred.

    ================== ===== ============================= =========================
    kind               whose before and after              size
    ================== ===== ============================= =========================
    confirm_figures    offer age in days, 0                0: one tap
    due_later          order due week                      weeks / weeks to the due
    start_earlier      order start week                    weeks / weeks to the due
    minimum_order      offer pairs                         share of it given up
    allow_split        order smallest part                 share of the order
    fewer_pairs        order pairs                         share of the order
    any_construction   order construction index, -1        1
    add_certificate    offer bit mask held, with one more  1
    target_price       order cents, the latter whole yuan  share of the target
    ================== ===== ============================= =========================
    """

    CONFIRM_FIGURES = "confirm_figures"
    DUE_LATER = "due_later"
    START_EARLIER = "start_earlier"
    MINIMUM_ORDER = "minimum_order"
    ALLOW_SPLIT = "allow_split"
    FEWER_PAIRS = "fewer_pairs"
    ANY_CONSTRUCTION = "any_construction"
    ADD_CERTIFICATE = "add_certificate"
    TARGET_PRICE = "target_price"


@dataclass(frozen=True, kw_only=True)
class Profile:
    """Weights and thresholds of one scoring version. Weights need not sum to 1.

    ``price_tolerance`` is how far the lower end of a factory's band may lie above the
    target, as a share of the target: at it the price counts nothing, beyond it is a gate.

    :raises ValueError: for a negative or endless weight, no weight at all, or a
        threshold out of its range
    """

    version: int = 1
    volume: float = 0.24
    category: float = 0.26
    lead_time: float = 0.20
    price: float = 0.17
    place: float = 0.07
    freshness: float = 0.06
    wished_buffer_days: int = 21
    stale_days: int = 14
    fresh_horizon_days: int = 14
    stale_volume_share: float = 0.5
    price_tolerance: float = 0.30
    min_score: float = 60.0

    def __post_init__(self) -> None:
        raw = [getattr(self, code) for code in FactorCode]
        if any(not math.isfinite(weight) or weight < 0 for weight in raw):
            raise ValueError("weights are finite and not negative")
        if sum(raw) <= 0:
            raise ValueError("at least one weight is above 0")
        if self.wished_buffer_days < 1 or self.stale_days < 1:
            raise ValueError("wished_buffer_days and stale_days are at least 1")
        if not 1 <= self.fresh_horizon_days <= self.stale_days:
            raise ValueError("1 <= fresh_horizon_days <= stale_days must hold")
        if not 0 <= self.stale_volume_share <= 1:
            raise ValueError("stale_volume_share lies between 0 and 1")
        if not 0 < self.price_tolerance <= 1:
            raise ValueError("price_tolerance lies above 0 and at most at 1")
        if not 0 <= self.min_score <= 100:  # noqa: PLR2004 - scores end at 100
            raise ValueError("min_score lies between 0 and 100")

    @cached_property
    def weights(self) -> tuple[float, ...]:
        raw = [float(getattr(self, code)) for code in FactorCode]
        total = sum(raw)
        return tuple(weight / total for weight in raw)

    @property
    def core_share(self) -> float:
        return sum(self.weights[:3])

    @property
    def least_hundredths(self) -> int:
        """Give min_score in hundredths of a point, rounded up, as the kernels compare."""
        return math.ceil(round(self.min_score * 100, 6))
