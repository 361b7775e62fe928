"""The split of one order as a program in whole numbers, solved to proof by CP-SAT.

A factory is in or out; one that is in makes at least the smallest part and its own minimum
order, and pays one price for all of its pairs. Weeks do not stand in the model: a part fits
when it is no more than the sum of its factory's weeks, and weeks of one price level are one
variable.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from matchmaking.engine.splitting.laying import levels_of
from matchmaking.engine.splitting.types import Factory, Order

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import CpModel, IntVar

SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Answer:
    """Pairs of each factory, and of each of its colourways, with the objective and its proof."""

    pairs: tuple[int, ...]
    colourways: tuple[tuple[int, ...], ...]
    value: int
    is_proved: bool


def least_of(order: Order, factory: Factory) -> int:
    return max(order.smallest_part, factory.min_order)


def may_take_part(order: Order, factory: Factory, weeks: int) -> bool:
    room = min(factory.capacity(weeks), order.pairs)
    return factory.obstacle is None and least_of(order, factory) <= room


class Model:
    """The program of one order in the first ``weeks`` weeks; each call of ``best`` is one solve.

    Objectives are met in turn: the value that one reached is kept by ``keep`` before the next.
    """

    def __init__(self, order: Order, factories: Sequence[Factory], weeks: int) -> None:
        from ortools.sat.python import cp_model  # noqa: PLC0415 - the worker's alone

        self.order, self.factories, self.weeks = order, factories, weeks
        self.program: CpModel = cp_model.CpModel()
        self.used: dict[int, IntVar] = {}
        self.made: dict[int, IntVar] = {}
        self.costs: list[Any] = []
        self.takes: dict[int, list[IntVar]] = {}
        for place, factory in enumerate(factories):
            if may_take_part(order, factory, weeks):
                self._add_factory(place, factory)
        self.placed = sum(self.made.values())
        self.program.add(self.placed <= order.pairs)
        if self.used:
            # Follows from the least parts, but a solver that must find it out needs seconds
            # where the order is a multiple of its smallest part.
            least = min(least_of(order, factories[place]) for place in self.used)
            self.program.add(sum(self.used.values()) <= order.pairs // least)
        if order.most_factories is not None:
            self.program.add(sum(self.used.values()) <= order.most_factories)
        for colour in range(len(order.colourways)):
            self.program.add_at_most_one([takes[colour] for takes in self.takes.values()])

    @property
    def cost(self) -> Any:
        return sum(self.costs)

    def keep(self, expression: Any, value: int) -> None:
        self.program.add(expression == value)

    def best(self, expression: Any, *, is_most: bool) -> Answer:
        """Solve for the largest, or smallest, value of an expression over the variables.

        :raises RuntimeError: when what was kept leaves no plan, or time ran out before the first
        """
        answer = self.try_best(expression, is_most=is_most)
        if answer is None:
            raise RuntimeError("the split has no answer")
        return answer

    def try_best(self, expression: Any, *, is_most: bool) -> Answer | None:
        """Solve as ``best`` does; ``None`` where no plan keeps all that was kept."""
        from ortools.sat.python import cp_model  # noqa: PLC0415 - as above

        self.program.clear_objective()  # type: ignore[no-untyped-call]
        (self.program.maximize if is_most else self.program.minimize)(expression)
        solver = cp_model.CpSolver()
        # One worker and a fixed seed: the same order gives the same plan, also among equals.
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = 0
        solver.parameters.max_time_in_seconds = SECONDS
        # Most proofs here are those of a linear relaxation, which level 1 does not carry whole.
        solver.parameters.linearization_level = 2
        status = solver.solve(self.program)
        if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
            return None
        self.program.clear_hints()  # type: ignore[no-untyped-call]
        for variable in (*self.used.values(), *self.made.values()):
            self.program.add_hint(variable, solver.value(variable))
        return Answer(
            pairs=self._by_place(solver.value, self.made),
            colourways=self._colours(solver.value),
            value=round(solver.objective_value),
            is_proved=status == cp_model.OPTIMAL,
        )

    def _add_factory(self, place: int, factory: Factory) -> None:
        most = min(factory.capacity(self.weeks), self.order.pairs)
        program, least = self.program, least_of(self.order, factory)
        used = program.new_bool_var("")
        made = program.new_int_var(0, most, "")
        program.add(made <= most * used)
        program.add(made >= least * used)
        self.used[place], self.made[place] = used, made
        self._add_price(factory, used, made, most)
        self._add_surcharge(factory, made)
        if self.order.colourways:
            takes = [program.new_bool_var("") for _ in self.order.colourways]
            sizes = self.order.colourways
            program.add(made == sum(take * size for take, size in zip(takes, sizes, strict=True)))
            self.takes[place] = takes

    def _add_price(self, factory: Factory, used: "IntVar", made: "IntVar", most: int) -> None:
        """Add what the pairs cost: one break is chosen, and it prices all of them."""
        within = [each for each in factory.prices if each.pairs <= most]
        if len(within) == 1:
            self.costs.append(made * within[0].cents)
            return
        ends = [*(each.pairs - 1 for each in within[1:]), most]
        chosen, counted = [], []
        for each, end in zip(within, ends, strict=True):
            choice = self.program.new_bool_var("")
            pairs = self.program.new_int_var(0, end, "")
            self.program.add(pairs <= end * choice)
            self.program.add(pairs >= each.pairs * choice)
            self.costs.append(pairs * each.cents)
            chosen.append(choice)
            counted.append(pairs)
        self.program.add(sum(chosen) == used)
        self.program.add(sum(counted) == made)

    def _add_surcharge(self, factory: Factory, made: "IntVar") -> None:
        levels = levels_of(factory, self.weeks)
        if len(levels) == 1:
            self.costs.append(made * levels[0][0])
            return
        parts = [self.program.new_int_var(0, pairs, "") for _, pairs in levels]
        self.program.add(sum(parts) == made)
        self.costs += [part * extra for part, (extra, _) in zip(parts, levels, strict=True)]

    def _by_place(self, value: Any, variables: "dict[int, IntVar]") -> tuple[int, ...]:
        return tuple(
            value(variables[place]) if place in variables else 0
            for place in range(len(self.factories))
        )

    def _colours(self, value: Any) -> tuple[tuple[int, ...], ...]:
        return tuple(
            tuple(colour for colour, take in enumerate(self.takes.get(place, [])) if value(take))
            for place in range(len(self.factories))
        )
