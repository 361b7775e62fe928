"""The whole market as columns: what a binary COPY loads and the kernel reads."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
PAIRS_LIMIT = 2**31
ROWS_AT_ONCE = 8192  # sums of 64 bits, before they are known to fit into 32
UUID_BYTES = np.dtype("S16")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OrderColumns:
    """Orders, a row each; a column a field.

    ``code`` is any array that sorts as the codes do. Other dtypes are converted.

    :raises ValueError: for columns of unequal length, or a part outside 1..pairs
    """

    code: NDArray[Any]
    company: Ints
    group: Ints
    category: Ints
    construction: Ints
    certificates: Ints
    pairs: Ints
    smallest_part: Ints
    most_factories: Ints
    start_week: Ints
    due_week: Ints
    price_cny: Floats
    cluster: Ints
    province: Ints

    def __post_init__(self) -> None:
        _convert(self, floats=("price_cny",))
        if np.any(self.smallest_part < 1) or np.any(self.smallest_part > self.pairs):
            raise ValueError("1 <= smallest_part <= pairs must hold in every row")

    def __len__(self) -> int:
        return len(self.code)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OfferColumns:
    """Offers, a row each; a column a field.

    ``free`` is int32[n, weeks] from each row's ``first_week``. The categories of row i
    are ``category_values[category_starts[i]:category_starts[i + 1]]``, at least one.

    ``line`` is what the factory makes in its best week: how large it is, whatever is booked.

    :raises ValueError: for columns of unequal length, a row without a category, or
        negative pairs
    """

    code: NDArray[Any]
    company: Ints
    group: Ints
    category_starts: Ints
    category_values: Ints
    constructions: Ints
    certificates: Ints
    first_week: Ints
    free: NDArray[np.int32]
    line: Ints
    min_order: Ints
    lead_days: Ints
    price_low_cny: Floats
    price_high_cny: Floats
    cluster: Ints
    province: Ints
    age_days: Ints

    def __post_init__(self) -> None:
        ragged = ("category_starts", "category_values", "free")
        _convert(self, floats=("price_low_cny", "price_high_cny"), apart=ragged)
        for name in ragged[:2]:
            object.__setattr__(self, name, np.asarray(getattr(self, name), dtype=np.int64))
        starts = self.category_starts
        if len(starts) != len(self) + 1 or starts[-1] != len(self.category_values):
            raise ValueError("category_starts has one entry more than there are offers")
        if np.any(np.diff(starts) < 1):
            raise ValueError("every offer has at least one category")
        if self.free.ndim != 2 or len(self.free) != len(self):  # noqa: PLR2004 - a matrix
            raise ValueError("free has one row of weeks an offer")
        if self.free.size and self.free.min() < 0:
            raise ValueError("free pairs are not negative")

    def __len__(self) -> int:
        return len(self.code)


C = TypeVar("C", OrderColumns, OfferColumns)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Market:
    """Orders and offers with what every ranking needs, computed once.

    ``cumulated[i, w]`` are the pairs that offer i has free from ``base_week`` up to, not
    including, week ``base_week + w``: int32[n, weeks + 1]. ``order_ranks`` and
    ``offer_ranks`` are the places of the rows when sorted by code: they break ties.
    """

    orders: OrderColumns
    offers: OfferColumns
    base_week: int
    cumulated: NDArray[np.int32]
    order_ranks: Ints
    offer_ranks: Ints

    @classmethod
    def from_columns(cls, orders: OrderColumns, offers: OfferColumns) -> "Market":
        """Align the weeks of all offers to one base and sum them up."""
        base_week = int(offers.first_week.min()) if len(offers) else 0
        return cls(
            orders=orders,
            offers=offers,
            base_week=base_week,
            cumulated=_cumulate(offers.free, offers.first_week - base_week),
            order_ranks=_ranks(orders.code),
            offer_ranks=_ranks(offers.code),
        )


def places_of(ids: Ints, wanted: Ints) -> tuple[Ints, NDArray[np.bool_]]:
    """Give the row of each wanted id among rising ids, and whether it is there at all."""
    if not len(ids):
        return np.zeros(len(wanted), dtype=np.int64), np.zeros(len(wanted), dtype=bool)
    rows = np.minimum(np.searchsorted(ids, wanted), len(ids) - 1)
    return rows, ids[rows] == wanted


def taken(known: Sequence[tuple[Ints, C]], wanted: Ints) -> C:
    """Give the rows of rising ids, each from the first of the columns that has it.

    :raises KeyError: when none has it
    """
    left, parts, found = np.ones(len(wanted), dtype=bool), [], []
    for ids, columns in known:
        rows, has = places_of(ids, wanted)
        has &= left
        if has.any():
            parts.append(_rows_of(columns, rows[has]))
            found.append(np.flatnonzero(has))
            left &= ~has
    if left.any():
        raise KeyError(int(wanted[left][0]))
    if len(parts) == 1:
        return parts[0]
    return _rows_of(_joined(parts), np.argsort(np.concatenate(found)))


def _rows_of(columns: C, rows: Ints) -> C:
    values = {field.name: getattr(columns, field.name) for field in fields(columns)}
    if isinstance(columns, OfferColumns):
        starts = values.pop("category_starts")
        counts = np.diff(starts)[rows]
        begins = np.concatenate(([0], np.cumsum(counts)))
        places = np.repeat(starts[rows] - begins[:-1], counts) + np.arange(begins[-1])
        made = values.pop("category_values")[places]
        ragged = {"category_starts": begins, "category_values": made}
        return type(columns)(**{name: value[rows] for name, value in values.items()}, **ragged)
    return type(columns)(**{name: value[rows] for name, value in values.items()})


def _joined(parts: Sequence[C]) -> C:
    names = [field.name for field in fields(parts[0]) if field.name != "category_starts"]
    values = {name: np.concatenate([getattr(part, name) for part in parts]) for name in names}
    if isinstance(parts[0], OfferColumns):
        counts = [np.diff(part.category_starts) for part in parts if isinstance(part, OfferColumns)]
        values["category_starts"] = np.concatenate(([0], np.cumsum(np.concatenate(counts))))
    return type(parts[0])(**values)


def _convert(
    columns: OrderColumns | OfferColumns,
    *,
    floats: Iterable[str],
    apart: Iterable[str] = (),
) -> None:
    length = len(columns.code)
    for name in (field.name for field in fields(columns)):
        if name == "code" or name in apart:
            continue
        dtype = np.float64 if name in floats else np.int64
        column = np.ascontiguousarray(getattr(columns, name), dtype=dtype)
        if column.shape != (length,):
            raise ValueError(f"{name} does not have one value a row")
        object.__setattr__(columns, name, column)


def _cumulate(free: NDArray[np.int32], shifts: Ints) -> NDArray[np.int32]:
    rows, weeks = free.shape
    span = weeks + (int(shifts.max()) if rows else 0)
    cumulated = np.zeros((rows, span + 1), dtype=np.int32)
    if not weeks:
        return cumulated
    for start in range(0, rows, ROWS_AT_ONCE):
        part = slice(start, start + ROWS_AT_ONCE)
        sums = np.cumsum(free[part], axis=1, dtype=np.int64)
        if sums[:, -1].max() >= PAIRS_LIMIT:
            raise ValueError("an offer sums to more than 2**31 pairs")
        for shift in np.unique(shifts[part]).tolist():
            chosen = np.flatnonzero(shifts[part] == shift)
            target = cumulated[start + chosen[0] : start + chosen[-1] + 1]
            places = chosen - chosen[0] if len(chosen) < len(target) else slice(None)
            target[places, shift + 1 : shift + 1 + weeks] = sums[chosen]
            target[places, shift + 1 + weeks :] = sums[chosen, -1:]
    return cumulated


def _ranks(codes: NDArray[Any]) -> Ints:
    ranks = np.empty(len(codes), dtype=np.int64)
    ranks[_sorting(codes)] = np.arange(len(codes))
    return ranks


def _sorting(codes: NDArray[Any]) -> Ints:
    if codes.dtype != UUID_BYTES:
        return np.argsort(codes, kind="stable")
    # Two whole numbers sort several times as fast as sixteen bytes, and in the same order.
    halves = np.ascontiguousarray(codes).view(">u8").reshape(-1, 2).astype(np.uint64)
    return np.lexsort((halves[:, 1], halves[:, 0]))
