"""The orders of one group placed exactly, by HiGHS, while all others stay as they are."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from matchmaking.engine.event_plan.market import Columns, Ints, loads

if TYPE_CHECKING:
    from ortools.linear_solver.python.model_builder import Model

SHORTEST = 0.1
# The last tenths of a per cent of one group cost as long as another group that gains more.
PARAMETERS = "mip_rel_gap=0.002\noutput_flag=false"


def place_group(
    columns: Columns, of_offer: Sequence[Ints], rows: Ints, others: Ints, *, seconds: float
) -> Ints | None:
    """Give the best pairs of the rows beside those of ``others``, as far as the seconds reach.

    ``None`` where nothing was found. The solver has its tolerances: hold the rules against what
    comes back.
    """
    from ortools.linear_solver.python import model_builder  # noqa: PLC0415 - the worker's alone

    model = model_builder.Model()  # type: ignore[no-untyped-call]
    group = _Group(model, columns, of_offer, rows)
    group.keep_orders()
    group.keep_weeks(others)
    group.add_fairness(others)
    group.model.maximize(sum(group.worth))
    solver = model_builder.Solver("highs")
    solver.set_solver_specific_parameters(PARAMETERS)
    solver.set_time_limit_in_seconds(max(SHORTEST, seconds))
    status = solver.solve(group.model)
    if status not in {model_builder.SolveStatus.OPTIMAL, model_builder.SolveStatus.FEASIBLE}:
        return None
    found = np.zeros(len(rows), dtype=np.int64)
    for place, row in enumerate(rows.tolist()):
        if round(solver.value(group.used[row])):
            # Rounded down: a pair less is always within the rules, but for the smallest part.
            pairs = int(solver.value(group.pairs[row]) + 1e-6)
            found[place] = max(pairs, int(columns.least[row]))
    return found


class _Group:
    """A variable for each row that may be used, one for its pairs, and the points of them."""

    def __init__(
        self, model: "Model", columns: Columns, of_offer: Sequence[Ints], rows: Ints
    ) -> None:
        self.model, self.columns, self.of_offer, self.rows = model, columns, of_offer, rows
        self.used: dict[int, Any] = {}
        self.pairs: dict[int, Any] = {}
        self.worth: list[Any] = []
        self.chosen = np.zeros(len(columns), dtype=bool)
        self.chosen[rows] = True
        for row in rows.tolist():
            least, most = int(columns.least[row]), int(columns.most[row])
            used = self.used[row] = model.new_bool_var(None)
            pairs = used * most
            if least < most:
                pairs = model.new_num_var(0, most, None)
                model.add(pairs - used * least >= 0)
                model.add(pairs - used * most <= 0)
            self.pairs[row] = pairs
            self.worth.append(pairs * float(columns.points[row]))

    def keep_orders(self) -> None:
        columns = self.columns
        of_order: dict[int, list[int]] = defaultdict(list)
        for row in self.rows.tolist():
            of_order[int(columns.order[row])].append(row)
        for order, own in of_order.items():
            self.model.add(self._sum(own) <= int(columns.pairs[order]))
            self.model.add(sum(self.used[row] for row in own) <= int(columns.parts[order]))

    def keep_weeks(self, others: Ints) -> None:
        """Add Hall's intervals that the group could overfill, less what the others use of them."""
        columns = self.columns
        fixed = loads(columns, others)
        for offer, free in self._by_offer():
            known = self.of_offer[offer]
            known = known[self.chosen[known] | (others[known] > 0)]
            for start in np.unique(columns.first[known]).tolist():
                for end in np.unique(columns.last[known]).tolist():
                    within = free[(columns.first[free] >= start) & (columns.last[free] <= end)]
                    room = int(columns.rooms[offer, start, end] - fixed[offer, start, end])
                    if len(within) and columns.most[within].sum() > room:
                        self.model.add(self._sum(within.tolist()) <= room)

    def add_fairness(self, others: Ints) -> None:
        columns = self.columns
        made = np.bincount(columns.offer, weights=others, minlength=len(columns.fair))
        for offer, free in self._by_offer():
            left = float(columns.fair[offer] - made[offer])
            if columns.fairness and left > 0:
                fair = self.model.new_num_var(0, left, None)
                self.model.add(fair - self._sum(free.tolist()) <= 0)
                self.worth.append(fair * columns.fairness)

    def _by_offer(self) -> Iterator[tuple[int, Ints]]:
        for offer in np.unique(self.columns.offer[self.rows]).tolist():
            yield offer, self.rows[self.columns.offer[self.rows] == offer]

    def _sum(self, rows: list[int]) -> Any:
        return sum(self.pairs[row] for row in rows)
