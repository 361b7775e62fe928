"""The engine's input and output as frozen values.

Weeks count from Monday 1970-01-05, days from that Monday, pairs are integers, prices
are yuan a pair. ``nan`` is a price that was not said, 0 a group or place not known.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

Number: TypeAlias = int | float | None
Likeness: TypeAlias = NDArray[np.float32] | NDArray[np.float64]
BlockedPairs: TypeAlias = NDArray[np.int64]

NAN = math.nan
ANY_CONSTRUCTION = -1


class Gate(StrEnum):
    """Hard conditions, in the order in which they are judged and shown."""

    CATEGORY = "category"
    CONSTRUCTION = "construction"
    CERTIFICATES = "certificates"
    OWN_COMPANY = "own_company"
    WINDOW = "window"
    CAPACITY = "capacity"
    MINIMUM_ORDER = "minimum_order"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A brand's demand. Weeks ``start_week`` to ``due_week`` may both be used.

    An order that may not be split has ``smallest_part == pairs`` and
    ``most_factories == 1``.

    :raises ValueError: for zero pairs, or a part larger than the order
    """

    code: str
    company: int
    group: int = 0
    category: int
    construction: int = ANY_CONSTRUCTION
    certificates: int = 0
    pairs: int
    smallest_part: int
    most_factories: int = 1
    start_week: int
    due_week: int
    price_cny: float = NAN
    cluster: int = 0
    province: int = 0

    def __post_init__(self) -> None:
        if not 1 <= self.smallest_part <= self.pairs:
            raise ValueError("1 <= smallest_part <= pairs must hold")
        if self.most_factories < 1:
            raise ValueError("most_factories must be at least 1")

    @property
    def is_splittable(self) -> bool:
        return self.smallest_part < self.pairs


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A factory's supply: ``free[i]`` pairs in week ``first_week + i``.

    ``constructions`` is a bit mask, 0 for any; ``age_days`` the days since the figures
    were confirmed. ``free`` may be given as a numpy row and is kept as a tuple.

    :raises ValueError: for no category, or negative figures
    """

    code: str
    company: int
    group: int = 0
    categories: tuple[int, ...]
    constructions: int = 0
    certificates: int = 0
    first_week: int
    free: tuple[int, ...]
    min_order: int = 0
    lead_days: int = 0
    price_low_cny: float = NAN
    price_high_cny: float = NAN
    cluster: int = 0
    province: int = 0
    age_days: int = 0

    def __post_init__(self) -> None:
        if not isinstance(self.free, tuple):
            row = np.asarray(self.free).tolist()
            object.__setattr__(self, "free", tuple(row))
        if not self.categories:
            raise ValueError("an offer has at least one category")
        if min(self.min_order, self.lead_days, self.age_days) < 0:
            raise ValueError("min_order, lead_days and age_days are not negative")
        if min(self.free, default=0) < 0:
            raise ValueError("free pairs are not negative")


@dataclass(frozen=True, kw_only=True)
class Profile:
    """Weights and thresholds of one scoring version. Weights need not sum to 1.

    :raises ValueError: for a negative or endless weight, no weight at all, or a
        threshold out of its range
    """

    version: int = 1
    volume: float = 0.30
    category: float = 0.20
    lead_time: float = 0.25
    price: float = 0.10
    place: float = 0.08
    freshness: float = 0.07
    wished_buffer_days: int = 21
    stale_days: int = 14
    fresh_horizon_days: int = 14
    stale_volume_share: float = 0.5
    price_tolerance: float = 0.30
    min_score: float = 0.0

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
        if not 0 < self.price_tolerance <= 10:  # noqa: PLR2004 - ten times the price
            raise ValueError("price_tolerance lies above 0 and at most at 10")
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


class GateResult(NamedTuple):
    """A gate judged: what was wanted, what was found.

    ========== ===================================== ==============================
    code       wanted                                found
    ========== ===================================== ==============================
    category   index of the order's category         index of the best of the offer
    construction index, -1 for any                   bit mask, 0 for any
    certificates bit mask                            bit mask
    own_company 0                                    1 same, 2 group, 3 blocked
    window     the due week, the latest possible     the earliest week possible
    capacity   pairs that must be free               pairs free in the window
    minimum_order pairs that the factory wants       largest part it could get
    ========== ===================================== ==============================
    """

    code: Gate
    passed: bool
    wanted: int
    found: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """A factor with its value in [0, 1], its weight in [0, 1] and its numbers.

    volume: pairs, free_pairs, counted_pairs (half of them when stale), first_week and
    due_week of the window, is_stale. category: wanted, found (indexes).
    lead_time: part_pairs, part_week, part_slack_days (the smallest part), whole_week,
    whole_slack_days (the whole order; None when it never fits), slack_days (of the
    whole, else of the part), buffer_days. price: target_cny, low_cny, high_cny (None
    when not said). place: same_cluster, same_province. freshness: age_days,
    stale_days, is_stale.
    """

    code: FactorCode
    value: float
    weight: float
    numbers: Mapping[str, Number] = field(hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """One order against one offer: gates, factors, score in [0, 100].

    ``passed`` says that every gate passed; ``proposed`` that the score also reaches
    the profile's ``min_score``. A failing pair keeps the score it would have.
    ``hard_pairs`` are the pairs that splitting may count on: 0 when stale.
    """

    gates: tuple[GateResult, ...]
    factors: tuple[Factor, ...]
    score: float
    passed: bool
    proposed: bool
    is_stale: bool
    hard_pairs: int
    profile_version: int

    def gate(self, code: Gate | str) -> GateResult:
        return next(gate for gate in self.gates if gate.code == code)

    def factor(self, code: FactorCode | str) -> Factor:
        return next(factor for factor in self.factors if factor.code == code)

    @property
    def failed_gates(self) -> tuple[GateResult, ...]:
        return tuple(gate for gate in self.gates if not gate.passed)

    def as_dict(self) -> dict[str, Any]:
        """Give plain values that JSON can hold."""
        values = {name.name: getattr(self, name.name) for name in fields(self)}
        values["gates"] = [gate._asdict() | {"code": gate.code.value} for gate in self.gates]
        values["factors"] = [
            {
                "code": factor.code.value,
                "value": factor.value,
                "weight": factor.weight,
                "numbers": dict(factor.numbers),
            }
            for factor in self.factors
        ]
        return values

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "Assessment":
        """Rebuild what as_dict gave."""
        gates = tuple(
            GateResult(**(gate | {"code": Gate(gate["code"])})) for gate in values["gates"]
        )
        factors = tuple(
            Factor(**(factor | {"code": FactorCode(factor["code"])}))
            for factor in values["factors"]
        )
        return cls(**(dict(values) | {"gates": gates, "factors": factors}))
