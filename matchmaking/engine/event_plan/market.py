"""An event as columns of numbers: one row a pairing that may have a part at all."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matchmaking.engine.event_plan.types import FAIR_SHARE, PLACED_POINTS, Event

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns of an event. ``rooms[f, a, b]`` are the free pairs of offer f in weeks a to b.

    ``least`` and ``most`` bound a part, ``points`` is what a pair of it earns besides fairness,
    ``places`` the row of ``Event.pairings`` that it is.
    """

    event: Event
    order: Ints
    offer: Ints
    first: Ints
    last: Ints
    least: Ints
    most: Ints
    points: Floats
    places: Ints
    rooms: Ints
    pairs: Ints
    parts: Ints
    fair: Floats

    @property
    def fairness(self) -> int:
        return self.event.weights.fairness

    @property
    def most_points(self) -> float:
        """Give what no plan exceeds, before anything is solved."""
        best = float(self.points.max(initial=0)) + self.fairness
        return best * float(self.pairs.sum())

    def __len__(self) -> int:
        return len(self.order)


def columns_of(event: Event) -> Columns:
    """Give the columns; a pairing is left out whose factory cannot make the smallest part."""
    rows = event.pairings
    order, offer, first, last, fit, price = (
        np.array([getattr(each, name) for each in rows], dtype=np.int64)
        for name in ("order", "offer", "first", "last", "fit", "price")
    )
    free = np.array([each.free for each in event.offers], dtype=np.int64)
    free = free.reshape(len(event.offers), event.weeks)
    rooms = _rooms(free)
    pairs = np.array([each.pairs for each in event.orders], dtype=np.int64)
    smallest = np.array([each.smallest_part for each in event.orders], dtype=np.int64)
    minimum = np.array([each.min_order for each in event.offers], dtype=np.int64)
    small = np.array([each.is_small for each in event.offers], dtype=np.int64)
    least = np.maximum(smallest[order], minimum[offer])
    most = np.minimum(pairs[order], rooms[offer, first, last])
    weights = event.weights
    points = PLACED_POINTS + (weights.fit * fit + weights.price * price) / 100
    points = points + weights.small * small[offer]
    able = least <= most
    # As many parts as fit into the order, which a linear program does not see by itself.
    lowest = np.full(len(pairs), np.iinfo(np.int64).max)
    np.minimum.at(lowest, order[able], least[able])
    limits = [each.most_factories or len(event.offers) for each in event.orders]
    parts = np.minimum(np.array(limits, dtype=np.int64), pairs // lowest)
    return Columns(
        event=event,
        order=order[able],
        offer=offer[able],
        first=first[able],
        last=last[able],
        least=least[able],
        most=most[able],
        points=points[able],
        places=np.flatnonzero(able),
        rooms=rooms,
        pairs=pairs,
        parts=parts,
        fair=free.sum(axis=1) / FAIR_SHARE,
    )


def _rooms(free: Ints) -> Ints:
    weeks = free.shape[1]
    until = np.concatenate([np.zeros((len(free), 1), dtype=np.int64), free.cumsum(axis=1)], axis=1)
    rooms = until[:, None, 1:] - until[:, :-1, None]
    return np.where(np.arange(weeks)[:, None] <= np.arange(weeks), rooms, 0)


def loads(columns: Columns, made: Floats | Ints, rows: Ints | None = None) -> Floats:
    """Give the pairs that must be made within weeks a to b, [offer, a, b], for the rows' pairs.

    An offer can hold its pairs when none of these exceeds its room (Hall).
    """
    rows = np.flatnonzero(made) if rows is None else rows
    found = np.zeros(columns.rooms.shape)
    np.add.at(found, (columns.offer[rows], columns.first[rows], columns.last[rows]), made[rows])
    found = found[:, ::-1].cumsum(axis=1)[:, ::-1]
    return found.cumsum(axis=2)


def points_of(columns: Columns, made: Floats | Ints) -> float:
    """Give the points of so many pairs in each row."""
    each = np.bincount(columns.offer, weights=made, minlength=len(columns.fair))
    fair = np.minimum(each, columns.fair).sum() * columns.fairness
    return float(columns.points @ made + fair)
