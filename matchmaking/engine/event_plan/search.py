"""Whole pairs placed: a first plan along the prices, then group after group of orders anew.

The first plan gives each order the offers of most gain beside the relaxation's prices. Then
HiGHS places a group of orders exactly, while all others stay as they are; a group that ends
better takes the place of the old. Every plan on the way is whole and keeps every rule.
"""

import random
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

import numpy as np

from matchmaking.engine.event_plan.group import place_group
from matchmaking.engine.event_plan.market import Columns, Floats, Ints, loads, points_of

CANDIDATES = 12  # offers that an order of a group may move to
GROUP = 12
GROUP_SECONDS = 3.0
THREADS = 2


class Search:
    """The pairs of each row, which always are a plan, and the loads of each offer's weeks."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self.made = np.zeros(len(columns), dtype=np.int64)
        self.loads = np.zeros(columns.rooms.shape, dtype=np.int64)
        self.of_order = _places(columns.order, len(columns.pairs))
        self.of_offer = _places(columns.offer, len(columns.fair))

    @property
    def points(self) -> float:
        return points_of(self.columns, self.made)

    def start(self, gains: Floats) -> None:
        """Place the orders one after another along the gains, the least flexible first."""
        columns = self.columns
        self.made[:] = 0
        self.loads[:] = 0
        due = np.zeros(len(columns.pairs), dtype=np.int64)
        least = np.zeros(len(columns.pairs), dtype=np.int64)
        np.maximum.at(due, columns.order, columns.last)
        np.maximum.at(least, columns.order, columns.least)
        for order in np.lexsort((-least, due)):
            self._place(int(order), gains)

    def _place(self, order: int, gains: Floats) -> None:
        columns, own = self.columns, self.of_order[order]
        own = own[np.argsort(-gains[own], kind="stable")]
        left, parts = int(columns.pairs[order]), int(columns.parts[order])
        for row in own.tolist():
            least = int(columns.least[row])
            if not parts or left < least:
                break
            room = min(self._room(row), left)
            if 0 < left - room < least and room - (least - (left - room)) >= least:
                room -= least - (left - room)  # leave the next part as much as a part needs
            if room >= least:
                self._make(row, room)
                left -= room
                parts -= 1

    def _room(self, row: int) -> int:
        columns = self.columns
        offer, first, last = columns.offer[row], columns.first[row], columns.last[row]
        free = columns.rooms[offer, : first + 1, last:] - self.loads[offer, : first + 1, last:]
        return int(free.min())

    def _make(self, row: int, pairs: int) -> None:
        columns = self.columns
        self.made[row] += pairs
        self.loads[columns.offer[row], : columns.first[row] + 1, columns.last[row] :] += pairs

    def improve(
        self, gains: Floats, *, seconds: float, is_over: Callable[[], bool]
    ) -> Iterator[float]:
        """Yield the points after each group; ends when time is over.

        Two groups are placed at a time, since the solver lets another thread work beside it;
        the second is only kept where it still fits to what the first has changed.
        """
        ends = time.monotonic() + seconds
        rng = random.Random(0)  # noqa: S311 - the same draws for the same event
        with ThreadPoolExecutor(THREADS) as threads:
            asked: set[Future[tuple[Ints, Ints | None]]] = set()
            while time.monotonic() < ends and not is_over():
                while len(asked) < THREADS:
                    rows = self._candidates(self._group(rng, gains), gains)
                    others = self.made.copy()
                    others[rows] = 0
                    limit = min(GROUP_SECONDS, ends - time.monotonic())
                    asked.add(threads.submit(self._placed, rows, others, limit))
                done, asked = wait(asked, return_when=FIRST_COMPLETED)
                for one in done:
                    self._take(*one.result())
                yield self.points

    def _placed(self, rows: Ints, others: Ints, seconds: float) -> tuple[Ints, Ints | None]:
        return rows, place_group(self.columns, self.of_offer, rows, others, seconds=seconds)

    def _take(self, rows: Ints, found: Ints | None) -> None:
        """Keep what was found where it is better and, in whole numbers, within every rule."""
        if found is None:
            return
        before, old = self.points, self.made[rows].copy()
        self.made[rows] = found
        if self.points <= before or not self._holds():
            self.made[rows] = old
            return
        self.loads = loads(self.columns, self.made).astype(np.int64)

    def _group(self, rng: random.Random, gains: Floats) -> Ints:
        """Choose an order, rather one that loses much, and orders that stand in its way."""
        columns = self.columns
        loss = np.maximum(self._losses(), 1e-9)
        start = rng.choices(range(len(loss)), weights=loss.tolist())[0]
        own = self.of_order[start]
        if not len(own):
            return np.array([start])
        tickets = np.zeros(len(columns.pairs))
        near = own[np.argsort(-gains[own], kind="stable")[: 3 * CANDIDATES]]
        for offer in np.unique(columns.offer[near]).tolist():
            rows = self.of_offer[offer]
            rows = rows[self.made[rows] > 0]
            tickets[columns.order[rows]] += 1
        tickets[start] = 0
        tickets = tickets * (0.1 + np.array([rng.random() for _ in tickets]))
        others = np.argsort(-tickets, kind="stable")[: GROUP - 1]
        return np.append(others[tickets[others] > 0], start)

    def _losses(self) -> Floats:
        """Give what each order earns less than the relaxation's prices would let it, about."""
        columns = self.columns
        best = np.zeros(len(columns.pairs))
        np.maximum.at(best, columns.order, columns.points)
        got = np.bincount(columns.order, weights=columns.points * self.made, minlength=len(best))
        return best * columns.pairs - got

    def _candidates(self, group: Ints, gains: Floats) -> Ints:
        found = []
        for order in group.tolist():
            own = self.of_order[order]
            best = own[
                np.argsort(-gains[own], kind="stable")[
                    : CANDIDATES + int(self.columns.parts[order])
                ]
            ]
            found += [best, own[self.made[own] > 0]]
        return np.unique(np.concatenate(found)) if found else np.zeros(0, dtype=np.int64)

    def _holds(self) -> bool:
        """Say whether every rule is kept, in whole numbers; the solver has its tolerances."""
        columns, made = self.columns, self.made
        has = made > 0
        placed = np.bincount(columns.order, weights=made, minlength=len(columns.pairs))
        parts = np.bincount(columns.order, weights=has, minlength=len(columns.pairs))
        return bool(
            (placed <= columns.pairs).all()
            and (parts <= columns.parts).all()
            and ((made >= columns.least) & (made <= columns.most))[has].all()
            and (loads(columns, made) <= columns.rooms).all()
        )


def _places(keys: Ints, count: int) -> list[Ints]:
    ranked = np.argsort(keys, kind="stable")
    ends = np.searchsorted(keys[ranked], np.arange(count + 1))
    return [ranked[ends[key] : ends[key + 1]] for key in range(count)]
