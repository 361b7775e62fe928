"""The least change of a schedule after the day has changed: proved, and told before it is done.

A late arrival, a cut table, a pin: meetings that can no longer stand find another slot, nothing
that can still be held is dropped, and as few agendas as possible change beside those that the
change itself concerns.
"""

import math
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from matchmaking.engine.schedule.changes import pinned
from matchmaking.engine.schedule.instance import Instance
from matchmaking.engine.schedule.selection import Exact, add_limits, choose, new_solver
from matchmaking.engine.schedule.timetable import NOWHERE, Timetable, place_the_rest
from matchmaking.engine.schedule.types import Day, Meeting, Slots
from matchmaking.engine.schedule.verification import violations

_LARGEST_EXACT = 30_000  # meetings that may move x slots
_PUSHES = 20_000
_ROUNDING = 1e-6


@dataclass(frozen=True, kw_only=True)
class Replan:
    """A schedule after a change and what it costs.

    ``concerned`` are the agendas of what had to change, ``others`` those that change beside
    them, ``others_bound`` how many have to for any schedule that drops no more. ``moved`` gives
    the slot before and after, ``dropped`` what stood and can be held no longer.
    """

    slots: Slots
    moved: dict[str, tuple[int, int]]
    added: tuple[str, ...]
    dropped: tuple[str, ...]
    concerned: frozenset[str]
    others: frozenset[str]
    others_bound: int

    @property
    def is_least(self) -> bool:
        return len(self.others) == self.others_bound


def replan(
    day: Day,
    standing: Slots,
    *,
    required: Collection[str] = (),
    concerned: Collection[str] = (),
    seconds: float,
) -> Replan:
    """Reschedule ``standing`` on the changed ``day`` with the fewest other agendas changed.

    Pins of the day are kept. ``required`` are meetings to place besides; ``concerned`` are
    agendas that asked for the change and may be given any slot. Meetings that stood and are no
    longer in the day are dropped. In order: the most musts held, the most meetings held, the
    fewest other agendas changed, the fewest meetings moved.

    :raises ValueError: for a required meeting that the day does not know
    """
    unknown = sorted(set(required) - set(day.meeting))
    if unknown:
        raise ValueError(f"meeting {unknown[0]} is not known")
    wanted = [each for each in day.meetings if each.code in standing or each.code in required]
    wanted += [each for each in day.meetings if each.pinned is not None and each not in wanted]
    free = _concerned(day, standing, wanted) | set(concerned)
    change = _Change(day, standing, wanted, free)
    change.solve(time.monotonic() + seconds)
    return _told(day, standing, change.slots, free, min(change.bound, change.rank(change.slots)[2]))


def move(day: Day, standing: Slots, code: str, slot: int, *, seconds: float) -> tuple[Day, Replan]:
    """Pin a meeting to another slot; give the day with the pin and what it costs."""
    changed = pinned(day, code, slot)
    return changed, replan(changed, standing, seconds=seconds)


def swap(day: Day, standing: Slots, one: str, other: str, *, seconds: float) -> tuple[Day, Replan]:
    """Pin two meetings to each other's slots; give the day with the pins and what it costs."""
    changed = pinned(pinned(day, one, standing[other]), other, standing[one])
    return changed, replan(changed, standing, seconds=seconds)


def _concerned(day: Day, standing: Slots, wanted: Collection[Meeting]) -> set[str]:
    """Give the agendas of meetings that are new or can stand no longer where they stood."""
    return {
        agenda
        for meeting in wanted
        if standing.get(meeting.code) not in day.open_slots(meeting)
        for agenda in (meeting.a, meeting.b)
    }


class _Change:
    """Meetings that are wanted on the changed day, and the best new schedule so far.

    A schedule in which one other agenda changes moves nothing but meetings of concerned agendas.
    So when those alone may move and two others change at the least, fewer is not possible at
    all: most proofs need that small model only (``_ask`` with the meetings near by).
    """

    def __init__(
        self, day: Day, standing: Slots, wanted: Sequence[Meeting], free: Collection[str]
    ) -> None:
        self.day = day
        self.standing = standing
        self.wanted = [meeting for meeting in wanted if day.open_slots(meeting)]
        self.free = set(free)
        self.instance = Instance.of(day, self.wanted)
        self.staying = {
            each.code for each in self.wanted if standing.get(each.code) in day.open_slots(each)
        }
        self.slots = self._insert_all()
        self.bound = self._least_by_tables()

    def _insert_all(self) -> dict[str, int]:
        """Let all that can stand do so, then insert the rest by the shortest chains."""
        table = Timetable(self.instance)
        rest = []
        for number, meeting in enumerate(self.wanted):
            slot = self.standing.get(meeting.code, NOWHERE)
            if meeting.code in self.staying and self._may_lie(table, number, slot):
                table.place(number, slot)
            else:
                rest.append(number)
        for number in sorted(rest, key=lambda each: not self.wanted[each].is_must):
            table.insert_gently(number)
        slots = {
            meeting.code: slot
            for meeting, slot in zip(self.wanted, table.slot, strict=True)
            if slot != NOWHERE
        }
        return {} if violations(self.day, slots) else slots  # a company's maximum may be passed

    def _may_lie(self, table: Timetable, number: int, slot: int) -> bool:
        return (
            table.has_room(slot) and table.is_free(number, slot) and table.keeps_order(number, slot)
        )

    def _least_by_tables(self) -> int:
        """Count agendas that change for certain since a slot has lost tables.

        Meetings of one slot share no agenda, so those that leave change all of their agendas.
        """
        least = 0
        for slot, tables in enumerate(self.day.tables):
            here = sorted(
                len({meeting.a, meeting.b} - self.free)
                for meeting in self.wanted
                if meeting.code in self.staying and self.standing[meeting.code] == slot
            )
            least = max(least, sum(here[: max(0, len(here) - tables)]))
        return least

    def rank(self, slots: Slots) -> tuple[int, int, int, int]:
        """Order schedules: musts left out, meetings left out, others changed, meetings moved."""
        musts = sum(each.is_must for each in self.wanted if each.code not in slots)
        moved = sum(slots.get(code) != slot for code, slot in self.standing.items())
        return musts, len(self.wanted) - len(slots), len(self.others(slots)), moved

    def others(self, slots: Slots) -> set[str]:
        return {
            agenda
            for meeting in self.wanted
            if meeting.code in self.staying
            and slots.get(meeting.code) != self.standing[meeting.code]
            for agenda in (meeting.a, meeting.b)
        } - self.free

    def solve(self, deadline: float) -> None:
        """Better the schedule in growing neighbourhoods until it is proved or the time is up."""
        held = self._most_held(0.2 * (deadline - time.monotonic()))
        for near in self._neighbourhoods():
            left = deadline - time.monotonic()
            rank = self.rank(self.slots)
            if left <= 0 or (rank[:2] == held and rank[2] <= self.bound):
                return
            only = {
                code: frozenset({self.standing[code]}) for code in self.staying if code not in near
            }
            size = sum(len(each) for each in self.instance.open) - len(only) * self.day.slots
            if size > _LARGEST_EXACT:
                self._push_in_the_rest()
                return
            self._ask(only, left * 0.8, held)

    def _push_in_the_rest(self) -> None:
        """Too large for the exact model: still leave out as few as the search finds."""
        most = 1 + len(self.wanted)
        slots = place_the_rest(
            self.instance,
            [self.slots.get(each.code, NOWHERE) for each in self.wanted],
            [most if each.is_must else 1 for each in self.wanted],
            steps=_PUSHES,
        )
        found = {
            each.code: slot
            for each, slot in zip(self.wanted, slots, strict=True)
            if slot != NOWHERE
        }
        if self.rank(found) < self.rank(self.slots) and not violations(self.day, found):
            self.slots = found

    def _most_held(self, seconds: float) -> tuple[int, int]:
        """Bound the musts and meetings left out from below, by counting alone."""
        if len(self.slots) == len(self.wanted):
            return 0, 0
        counted = replace(
            self.day,
            meetings=tuple(replace(meeting, value=1) for meeting in self.wanted),
            precedences=(),
            limits={company: replace(each, minimum=0) for company, each in self.day.limits.items()},
        )
        most = choose(counted, seconds=seconds)
        musts = sum(meeting.is_must for meeting in self.wanted)
        others = len(self.wanted) - musts
        left_out = max(0, musts - most.must_bound)
        return left_out, left_out + max(0, others - most.value_bound)

    def _neighbourhoods(self) -> Iterator[set[str]]:
        """Give the meetings that may move: those of the concerned, of their partners, all."""
        crowded = {
            slot
            for slot, tables in enumerate(self.day.tables)
            if sum(self.standing[code] == slot for code in self.staying) > tables
        }
        near = {code for code in self.staying if self.standing[code] in crowded}
        agendas = set(self.free)
        for _ in range(2):
            near |= {each.code for each in self.wanted if {each.a, each.b} & agendas}
            yield near
            agendas |= {a for each in self.wanted if each.code in near for a in (each.a, each.b)}
        yield set(self.staying)

    def _ask(
        self, only: Mapping[str, frozenset[int]], seconds: float, held: tuple[int, int]
    ) -> None:
        from ortools.sat.python import cp_model  # noqa: PLC0415 - the worker alone loads solvers

        exact = Exact(self.day, self.wanted, only=only)
        add_limits(self.day, exact.model, exact.held)
        changed = self._changed(exact)
        exact.hint(self.slots)
        is_whole = not only
        for place, cost in enumerate(self._costs(exact, changed)):
            if isinstance(cost, int):
                continue
            exact.model.minimize(cost)
            solver = new_solver(seconds / 3)
            status = solver.solve(exact.model)
            if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
                return
            slots = exact.read(solver)
            exact.model.add(cost <= round(solver.objective_value))
            exact.hint(slots)
            if self.rank(slots) < self.rank(self.slots):
                self.slots = slots
            if place == 1 and self.rank(slots)[:2] == held:
                least = math.ceil(solver.best_objective_bound - _ROUNDING)
                self.bound = max(self.bound, least if is_whole else min(least, 2))

    def _changed(self, exact: Exact) -> dict[str, Any]:
        changed: dict[str, Any] = {}
        for meeting in self.wanted:
            if meeting.code not in self.staying:
                continue
            stands = exact.lies[meeting.code][self.standing[meeting.code]]
            for agenda in sorted({meeting.a, meeting.b} - self.free):
                if agenda not in changed:
                    changed[agenda] = exact.model.new_bool_var("")
                exact.model.add_implication(changed[agenda].negated(), stands)
        return changed

    def _costs(self, exact: Exact, changed: Mapping[str, Any]) -> list[Any]:
        musts = [exact.held[each.code] for each in self.wanted if each.is_must]
        every = list(exact.held.values())
        return [
            -((len(every) + 1) * sum(musts) + sum(every)),
            sum(changed.values()),
            sum(1 - exact.lies[code][self.standing[code]] for code in sorted(self.staying)),
        ]


def _told(day: Day, standing: Slots, slots: Slots, free: Collection[str], bound: int) -> Replan:
    changed = {code for code in slots if slots[code] != standing.get(code)}
    changed |= {code for code in standing if code in day.meeting and code not in slots}
    agendas = {a for code in changed for a in (day.meeting[code].a, day.meeting[code].b)}
    return Replan(
        slots=slots,
        moved={
            code: (standing[code], slots[code])
            for code in sorted(changed)
            if code in standing and code in slots
        },
        added=tuple(sorted(code for code in slots if code not in standing)),
        dropped=tuple(sorted(code for code in standing if code not in slots)),
        concerned=frozenset(free),
        others=frozenset(agendas - set(free)),
        others_bound=bound,
    )
