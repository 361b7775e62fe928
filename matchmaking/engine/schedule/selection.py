"""Choice of the meetings that are held: musts first, then every company's minimum, then value.

Two models for CP-SAT. The *relaxed* one has a variable a meeting and counts: an agenda's slots,
a company's maximum, the tables of the day and of its sessions. It is solved in a moment, and
what it promises bounds every schedule. The *exact* one has a variable a meeting and slot. It is
only asked when the slots for the relaxed choice cannot all be found (``timetable``).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matchmaking.engine.schedule.types import Day, Meeting, Slots


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Meetings to hold, and proved bounds: musts, meetings toward the minima, value beside them.

    ``value_bound`` holds for schedules that reach ``musts`` and ``minima`` as chosen here.
    """

    meetings: tuple[Meeting, ...]
    slots: Slots
    musts: int
    must_bound: int
    minima: int
    minima_bound: int
    value: int
    value_bound: int


def eligible(day: Day) -> tuple[Meeting, ...]:
    """Give the meetings that some slot could hold; a vetoed one is never among them."""
    return tuple(meeting for meeting in day.meetings if day.open_slots(meeting))


def measure(day: Day, codes: Iterable[str]) -> tuple[int, int, int]:
    """Count musts, meetings toward the companies' minima, and the value of the others."""
    held = [day.meeting[code] for code in codes]
    musts = sum(meeting.is_must for meeting in held)
    per_company: dict[str, int] = defaultdict(int)
    for meeting in held:
        for company in day.companies(meeting):
            per_company[company] += 1
    minima = sum(
        min(per_company[company], limits.minimum) for company, limits in day.limits.items()
    )
    return musts, minima, sum(meeting.value for meeting in held if not meeting.is_must)


class _Relaxed:
    """A variable a meeting; every bound that counts alone."""

    def __init__(self, day: Day, meetings: Sequence[Meeting]) -> None:
        from ortools.sat.python import cp_model  # noqa: PLC0415 - the worker alone loads solvers

        self.model = cp_model.CpModel()
        self.held: dict[str, Any] = {
            meeting.code: self.model.new_bool_var("") for meeting in meetings
        }
        open_slots = {meeting.code: day.open_slots(meeting) for meeting in meetings}
        spans = [frozenset(range(day.slots))]
        if day.morning_slots is not None:
            noon = day.morning_slots
            spans += [frozenset(range(noon)), frozenset(range(noon, day.slots))]
        for span in spans:
            inside = [meeting for meeting in meetings if open_slots[meeting.code] <= span]
            self._at_most(inside, sum(day.tables[slot] for slot in span))
            for own in _by_agenda(inside).values():
                possible = frozenset().union(*(open_slots[meeting.code] for meeting in own))
                self._at_most(own, len(possible & span))
        for own in _by_agenda(meetings).values():
            for slot in {meeting.pinned for meeting in own} - {None}:
                self._at_most([meeting for meeting in own if meeting.pinned == slot], 1)

    def _at_most(self, meetings: Sequence[Meeting], bound: int) -> None:
        if len(meetings) > bound:
            self.model.add(sum(self.held[meeting.code] for meeting in meetings) <= bound)


class Exact:
    """A variable a meeting and slot: agendas, tables and precedences as they are.

    Used here to choose, in ``replanning`` to change, in ``clashes`` to refuse. ``only`` narrows
    meetings to some of their slots.
    """

    def __init__(
        self,
        day: Day,
        meetings: Sequence[Meeting],
        *,
        only: Mapping[str, frozenset[int]] | None = None,
    ) -> None:
        from ortools.sat.python import cp_model  # noqa: PLC0415 - the worker alone loads solvers

        self.day = day
        self.model = cp_model.CpModel()
        self.held: dict[str, Any] = {}
        self.lies: dict[str, dict[int, Any]] = {}
        tables: dict[int, list[Any]] = defaultdict(list)
        for meeting in meetings:
            self.held[meeting.code] = self.model.new_bool_var("")
            self.lies[meeting.code] = {
                slot: self.model.new_bool_var("")
                for slot in sorted(_open_slots(day, meeting, only or {}))
            }
            self.model.add_exactly_one(
                [*self.lies[meeting.code].values(), self.held[meeting.code].negated()]
            )
            for slot, here in self.lies[meeting.code].items():
                tables[slot].append(here)
        for own in _by_agenda(meetings).values():
            for slot in range(day.slots):
                here = [self.lies[each.code][slot] for each in own if slot in self.lies[each.code]]
                if len(here) > 1:
                    self.model.add_at_most_one(here)
        for slot, used in tables.items():
            if len(used) > day.tables[slot]:
                self.model.add(sum(used) <= day.tables[slot])
        self._add_order()

    def _add_order(self) -> None:
        for earlier, later in self.day.precedences:
            if earlier in self.held and later in self.held:
                first, second = (
                    sum(slot * here for slot, here in self.lies[code].items())
                    for code in (earlier, later)
                )
                self.model.add(first + 1 <= second).only_enforce_if(
                    [self.held[earlier], self.held[later]]
                )

    def hint(self, slots: Slots) -> None:
        """Begin the search from this schedule, and from none that was hinted before."""
        self.model.clear_hints()  # type: ignore[no-untyped-call]
        for code, place in self.lies.items():
            self.model.add_hint(self.held[code], code in slots)
            for slot, here in place.items():
                self.model.add_hint(here, slots.get(code) == slot)

    def read(self, solver: Any) -> dict[str, int]:
        return {
            code: next(slot for slot, here in place.items() if solver.boolean_value(here))
            for code, place in self.lies.items()
            if solver.boolean_value(self.held[code])
        }


def _open_slots(day: Day, meeting: Meeting, only: Mapping[str, frozenset[int]]) -> frozenset[int]:
    slots = day.open_slots(meeting)
    return slots & only[meeting.code] if meeting.code in only else slots


def _by_agenda(meetings: Iterable[Meeting]) -> dict[str, list[Meeting]]:
    own: dict[str, list[Meeting]] = defaultdict(list)
    for meeting in meetings:
        own[meeting.a].append(meeting)
        own[meeting.b].append(meeting)
    return own


def add_limits(day: Day, model: Any, held: Mapping[str, Any]) -> list[Any]:
    """Keep every company's maximum; give one count toward its minimum for each that has one."""
    per_company: dict[str, list[Any]] = defaultdict(list)
    for code, here in held.items():
        for company in day.companies(day.meeting[code]):
            per_company[company].append(here)
    counts = []
    for company, limits in day.limits.items():
        own = per_company[company]
        if limits.maximum is not None and len(own) > limits.maximum:
            model.add(sum(own) <= limits.maximum)
        if limits.minimum and own:
            count = model.new_int_var(0, min(limits.minimum, len(own)), "")
            model.add(count <= sum(own))
            counts.append(count)
    return counts


def new_solver(seconds: float) -> Any:
    """Give a CP-SAT solver that stops after so many seconds."""
    from ortools.sat.python import cp_model  # noqa: PLC0415 - the worker alone loads solvers

    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = max(0.01, seconds)
    # One worker on the whole linear relaxation: 0.2 s where two on the usual one found no proof
    # in 4 s (150 meetings on 12 slots, 108 tables).
    solver.parameters.num_workers = 1
    solver.parameters.linearization_level = 2
    return solver


def _optimise(
    day: Day, model: "_Relaxed | Exact", meetings: Sequence[Meeting], seconds: float
) -> tuple[Any, list[int]]:
    """Maximise musts, minima and value one after the other; give the last solver and the bounds."""
    from ortools.sat.python import cp_model  # noqa: PLC0415 - the worker alone loads solvers

    counts = add_limits(day, model.model, model.held)
    goals = [
        sum(model.held[meeting.code] for meeting in meetings if meeting.is_must),
        sum(counts),
        sum(
            meeting.value * model.held[meeting.code]
            for meeting in meetings
            if not meeting.is_must and meeting.value
        ),
    ]
    bounds = []
    found = None
    for goal in goals:
        if isinstance(goal, int):
            bounds.append(0)
            continue
        model.model.maximize(goal)
        solver = new_solver(seconds / 3)
        status = solver.solve(model.model)
        if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
            break
        found = solver
        bounds.append(int(solver.best_objective_bound + 1e-6))
        model.model.add(goal >= round(solver.objective_value))
    return found, bounds


def choose(day: Day, *, seconds: float) -> Choice:
    """Choose by the relaxed model. The choice has no slots yet, and may not fit into them."""
    meetings = eligible(day)
    model = _Relaxed(day, meetings)
    solver, bounds = _optimise(day, model, meetings, seconds)
    chosen = (
        () if solver is None else [m for m in meetings if solver.boolean_value(model.held[m.code])]
    )
    return _choice(day, chosen, {}, bounds)


def choose_with_slots(day: Day, known: Slots, *, seconds: float) -> Choice:
    """Choose by the exact model, from a schedule that is known; the choice is never worse.

    Its bounds say what this model proved in its time.
    """
    meetings = eligible(day)
    model = Exact(day, meetings)
    model.hint(known)
    solver, bounds = _optimise(day, model, meetings, seconds)
    slots = {} if solver is None else model.read(solver)
    if measure(day, slots) < measure(day, known):
        slots = dict(known)
    return _choice(day, [day.meeting[code] for code in slots], slots, bounds)


def _choice(day: Day, chosen: Sequence[Meeting], slots: Slots, bounds: Sequence[int]) -> Choice:
    reached = measure(day, (meeting.code for meeting in chosen))
    # A goal that was not looked at for want of time is bounded by all that there is of it.
    every = (
        sum(meeting.is_must for meeting in day.meetings),
        sum(limits.minimum for limits in day.limits.values()),
        sum(meeting.value for meeting in day.meetings if not meeting.is_must),
    )
    must_bound, minima_bound, value_bound = (
        max(one, bound)
        for one, bound in zip(reached, [*bounds, *every[len(bounds) :]], strict=True)
    )
    return Choice(
        meetings=tuple(chosen),
        slots=slots,
        musts=reached[0],
        must_bound=must_bound,
        minima=reached[1],
        minima_bound=minima_bound,
        value=reached[2],
        value_bound=value_bound,
    )
