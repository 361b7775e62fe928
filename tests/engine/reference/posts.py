"""One order, one offer, and what an assessment of the two says, as frozen values.

Weeks count from Monday 1970-01-05, days from that Monday, pairs are integers, prices
are yuan a pair. ``nan`` is a price that was not said, 0 a group or place not known.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from matchmaking.engine.formula import NOT_SAID
from matchmaking.engine.market import Market, OfferColumns, OrderColumns
from matchmaking.engine.types import ANY_CONSTRUCTION, FactorCode, Gate

Number: TypeAlias = int | float | None

NAN = math.nan


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
    min_order: int = NOT_SAID
    lead_days: int = NOT_SAID
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
        if min(self.min_order, self.lead_days) < NOT_SAID or self.age_days < 0:
            raise ValueError("min_order, lead_days and age_days are not negative")
        if min(self.free, default=0) < 0:
            raise ValueError("free pairs are not negative")

    @property
    def line(self) -> int:
        return max(self.free, default=0)


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
    price      cents that a band may begin at        cents of its lower end
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
    due_week of the window, is_stale, line_pairs (the factory's best week), min_order (None
    when not said). category: wanted, found (indexes), class_said (both say a
    construction). lead_time: lead_days (None when not said), part_pairs, part_week, part_slack_days (the smallest part), whole_week,
    whole_slack_days (the whole order; None when it never fits), slack_days (of the
    whole, else of the part), buffer_days. price: target_cny, low_cny, high_cny (None
    when not said). place: same_cluster, same_province, is_known. freshness: age_days,
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


RAGGED = ("category_starts", "category_values", "free", "line")


def market_of(orders: Sequence[Order], offers: Sequence[Offer]) -> Market:
    return Market.from_columns(_order_columns(orders), _offer_columns(offers))


def order_at(market: Market, row: int) -> Order:
    return Order(**_values(market.orders, row))


def offer_at(market: Market, row: int) -> Offer:
    """Give a row as a value; the weeks of every offer are as many as the longest has."""
    low, high = market.offers.category_starts[row : row + 2]
    return Offer(
        **_values(market.offers, row, apart=RAGGED),
        categories=tuple(market.offers.category_values[low:high].tolist()),
        free=tuple(market.offers.free[row].tolist()),
    )


def _values(
    columns: OrderColumns | OfferColumns, row: int, apart: Sequence[str] = ()
) -> dict[str, Any]:
    names = [field.name for field in fields(columns) if field.name not in apart]
    values = {name: getattr(columns, name)[row].item() for name in names if name != "code"}
    return values | {"code": str(columns.code[row])}


def _column(posts: Sequence[Any], name: str) -> np.ndarray:
    return np.array([getattr(post, name) for post in posts])


def _order_columns(orders: Sequence[Order]) -> OrderColumns:
    names = [field.name for field in fields(OrderColumns)]
    return OrderColumns(**{name: _column(orders, name) for name in names})


def _offer_columns(offers: Sequence[Offer]) -> OfferColumns:
    names = [field.name for field in fields(OfferColumns) if field.name not in RAGGED]
    counts = [len(offer.categories) for offer in offers]
    free = np.zeros((len(offers), max((len(o.free) for o in offers), default=0)), dtype=np.int32)
    for row, offer in enumerate(offers):
        free[row, : len(offer.free)] = offer.free
    return OfferColumns(
        **{name: _column(offers, name) for name in names},
        category_starts=np.concatenate(([0], np.cumsum(counts))).astype(np.int64),
        category_values=np.array([c for o in offers for c in o.categories], dtype=np.int64),
        free=free,
        line=free.max(axis=1, initial=0),
    )
