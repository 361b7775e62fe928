"""The linear program behind an event's plan, and the bound that its prices prove.

A part is any share of a pairing, each offer's weeks are kept by Hall's intervals: what must be
made within weeks a to b fits into them. Rows of intervals and columns of pairings are added as
they are needed. The bound does not believe the solver: any prices that are not negative bound
every plan (Lagrange), and it is summed here over *all* pairings from prices that are only read.
"""

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from matchmaking.engine.event_plan.market import Columns, Floats, Ints, loads

FIRST_COLUMNS = 14
COLUMNS_A_ROUND = 8
ROWS_A_ROUND = 2
CLOSE_ENOUGH = 2e-4
TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class Relaxed:
    """The state of the program: its bound, its value, its pairs, and each row's gain.

    ``value`` and ``made`` are of the rows and columns that it has so far. ``gains`` is what a
    pair earns beside the prices of what it uses.
    """

    bound: float
    value: float
    made: Floats
    gains: Floats
    is_closed: bool


def relax(
    columns: Columns, *, seconds: float, is_over: Callable[[], bool] = lambda: False
) -> Iterator[Relaxed]:
    """Yield the program's states as it closes in on its value; the bound never rises.

    Ends when value and bound meet to ``CLOSE_ENOUGH``, or time is over.
    """
    program, ends = _Program(columns), time.monotonic() + seconds
    while True:
        solved = program.solve(ends - time.monotonic())
        if solved is None:
            return
        value, made = solved
        bound = program.best_bound()
        cut = program.add_intervals(made)
        priced = program.add_columns()
        is_closed = not cut and (not priced or bound - value <= CLOSE_ENOUGH * bound)
        yield Relaxed(bound, value, made, program.gains, is_closed)
        if is_closed or time.monotonic() >= ends or is_over():
            return


class _Program:
    """The program with the rows and columns that it has so far, and the prices of its rows."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self.has = np.zeros(len(columns), dtype=bool)
        self.cut = np.zeros(columns.rooms.shape, dtype=bool)
        self.cut[:, 0, -1] = True
        self.prices = _Prices(
            np.zeros(len(columns.pairs)),
            np.zeros(len(columns.pairs)),
            np.full(len(columns.fair), float(columns.fairness)),
            np.zeros(columns.rooms.shape),
        )
        self.best: _Prices | None = None
        self.lowest = math.inf
        self.wanted: list[Ints] = []
        self.best_bound()
        self._add_best(columns.points, FIRST_COLUMNS, least=-np.inf)

    @property
    def gains(self) -> Floats:
        """Give what a pair of each row earns beside the best prices."""
        prices = self.best or self.prices
        return self.gains_at(prices) - prices.whole[self.columns.order]

    @property
    def rows(self) -> Ints:
        return np.flatnonzero(self.has)

    def solve(self, seconds: float) -> tuple[float, Floats] | None:
        """Solve the program and read its prices; ``None`` where time did not suffice."""
        from ortools.linear_solver import pywraplp  # type: ignore[attr-defined]  # noqa: PLC0415 - the worker's alone

        columns, rows = self.columns, self.rows
        solver = pywraplp.Solver.CreateSolver("GLOP")
        solver.SetSolverSpecificParametersAsString("use_dual_simplex:true")
        solver.SetTimeLimit(max(1, int(seconds * 1000)))
        objective, infinity = solver.Objective(), solver.infinity()
        objective.SetMaximization()
        whole = [solver.Constraint(-infinity, each) for each in columns.pairs.tolist()]
        count = [solver.Constraint(-infinity, each) for each in columns.parts.tolist()]
        spread = [solver.Constraint(-infinity, 0) for _ in columns.fair]
        for row, share in zip(spread, columns.fair.tolist(), strict=True):
            fair = solver.NumVar(0, share, "")
            row.SetCoefficient(fair, 1)
            objective.SetCoefficient(fair, columns.fairness)
        keys = np.argwhere(self.cut)
        rooms = columns.rooms[tuple(keys.T)].tolist()
        weeks = [solver.Constraint(-infinity, room) for room in rooms]
        begins = np.searchsorted(keys[:, 0], np.arange(len(columns.fair) + 1)).tolist()
        spans = keys[:, 1:].tolist()
        table = (columns.order, columns.offer, columns.first, columns.last, columns.most)
        fields = zip(*(each[rows].tolist() for each in table), columns.points[rows], strict=True)
        made = []
        for order, offer, first, last, most, points in fields:
            variable = solver.NumVar(0, most, "")
            objective.SetCoefficient(variable, points)
            whole[order].SetCoefficient(variable, 1)
            count[order].SetCoefficient(variable, 1 / most)
            spread[offer].SetCoefficient(variable, -1)
            for place in range(begins[offer], begins[offer + 1]):
                start, end = spans[place]
                if start <= first and last <= end:
                    weeks[place].SetCoefficient(variable, 1)
            made.append(variable)
        if solver.Solve() != solver.OPTIMAL:
            return None

        def read(constraints: list[Any]) -> Floats:
            # Negative by the solver's tolerance counts as nothing: the bound needs no more.
            return np.maximum([each.dual_value() for each in constraints], 0.0)

        found = np.zeros(len(columns))
        found[rows] = [each.solution_value() for each in made]
        self.prices = _Prices(read(whole), read(count), read(spread), np.zeros(columns.rooms.shape))
        self.prices.weeks[tuple(keys.T)] = read(weeks)
        return float(objective.Value()), found

    def best_bound(self) -> float:
        """Lower the bound by the prices read last, and by those half way to the best so far.

        Prices of a program that lacks columns swing from one round to the next; half way
        between two of them is mostly nearer to where they settle.
        """
        tried = [self.prices]
        if self.best is not None:
            tried.append(self.prices.toward(self.best))
        for prices in tried:
            found = self.bound(prices)
            if found < self.lowest:
                self.lowest, self.best = found, prices
        return self.lowest

    def gains_at(self, prices: "_Prices") -> Floats:
        """Give what a pair of each row earns beside the prices, but for that of its order."""
        columns = self.columns
        # A pairing pays for every interval that its own window lies in.
        dear = prices.weeks.cumsum(axis=1)[:, :, ::-1].cumsum(axis=2)[:, :, ::-1]
        worth: Floats = (
            columns.points
            - prices.count[columns.order] / columns.most
            - dear[columns.offer, columns.first, columns.last]
            + prices.spread[columns.offer]
        )
        return worth

    def bound(self, prices: "_Prices") -> float:
        """Sum what no plan exceeds at these prices.

        Each order takes at them what is best for it: its pairs from the rows of most gain, as
        if it were alone (a fractional knapsack). Its rows are wanted in the program.
        """
        columns = self.columns
        worth = self.gains_at(prices)
        fair = np.maximum(columns.fairness - prices.spread, 0) @ columns.fair
        fixed = prices.count @ columns.parts + fair + (prices.weeks * columns.rooms).sum()
        rows = np.flatnonzero(worth > 0)
        rows = rows[np.lexsort((-worth[rows], columns.order[rows]))]
        order, most = columns.order[rows], columns.most[rows]
        before = most.cumsum() - most
        starts = np.searchsorted(order, order)  # place of the first row of the same order
        taken = np.clip(columns.pairs[order] - (before - before[starts]), 0, most)
        self.wanted.append(rows[taken > 0])
        return float(fixed + worth[rows] @ taken)

    def add_intervals(self, made: Floats) -> int:
        """Add for each offer the intervals that are overfull most; return how many."""
        columns = self.columns
        over = loads(columns, made) - columns.rooms
        over[over <= TOLERANCE * np.maximum(columns.rooms, 1)] = 0
        over[self.cut] = 0
        flat, cut = over.reshape(len(over), -1), self.cut.reshape(len(over), -1)
        added = 0
        for _ in range(ROWS_A_ROUND):
            offers = np.flatnonzero(flat.max(axis=1, initial=0) > 0)
            worst = flat[offers].argmax(axis=1)
            cut[offers, worst] = True
            flat[offers, worst] = 0
            added += len(offers)
        return added

    def add_columns(self) -> int:
        """Add what the bounds wanted and the rows of most gain; return how many were new."""
        before = self.has.sum()
        for wanted in self.wanted:
            self.has[wanted] = True
        self.wanted.clear()
        gains = self.gains_at(self.prices) - self.prices.whole[self.columns.order]
        self._add_best(gains, COLUMNS_A_ROUND, least=1e-7)
        return int(self.has.sum() - before)

    def _add_best(self, gains: Floats, count: int, *, least: float) -> None:
        order = self.columns.order
        rows = np.flatnonzero(gains > least)
        rows = rows[np.lexsort((-gains[rows], order[rows]))]
        starts = np.searchsorted(order[rows], order[rows])
        self.has[rows[np.arange(len(rows)) - starts < count]] = True


@dataclass(frozen=True, slots=True)
class _Prices:
    """Prices of an order's pairs, of its parts, of an offer's fair share, and of its weeks."""

    whole: Floats
    count: Floats
    spread: Floats
    weeks: Floats

    def toward(self, other: "_Prices") -> "_Prices":
        return _Prices(
            (self.whole + other.whole) / 2,
            (self.count + other.count) / 2,
            (self.spread + other.spread) / 2,
            (self.weeks + other.weeks) / 2,
        )
