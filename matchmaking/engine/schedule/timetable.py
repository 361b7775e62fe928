"""A day under construction: meetings put into slots, with Kempe chains to make room.

Meetings are the edges of a graph of agendas, slots their colours. In a graph of two sides the
chain of D. König, "Über Graphen und ihre Anwendung auf Determinantentheorie und Mengenlehre",
Mathematische Annalen 77 (1916), places every meeting in as many slots as the busiest agenda has
meetings. Closed slots, sessions and precedences take that promise away; then a meeting may push
out those in its way, which for some steps may not come back to where they were (A. Hertz and
D. de Werra, "Using tabu search techniques for graph coloring", Computing 39 (1987)).
"""

from collections import deque
from collections.abc import Sequence
from itertools import product
from random import Random

from matchmaking.engine.schedule.instance import Instance

NOWHERE = -1
_TENURE = 10


class Timetable:
    """``slot[m]`` of every meeting, ``at[agenda][slot]`` its meeting, ``held[slot]`` how many.

    An agenda never has two meetings in a slot, nor does a meeting lie in a slot that is closed
    to it; the tables of a slot may be exceeded until ``level`` is called.
    """

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.open = [frozenset(allowed) for allowed in instance.open]
        self.slot = [NOWHERE] * len(instance.ends)
        self.at = [[NOWHERE] * instance.slots for _ in range(instance.agendas)]
        self.held = [0] * instance.slots
        self.later: list[list[int]] = [[] for _ in instance.ends]
        self.earlier: list[list[int]] = [[] for _ in instance.ends]
        for first, second in instance.before:
            self.later[first].append(second)
            self.earlier[second].append(first)

    @classmethod
    def of(cls, instance: Instance, slots: Sequence[int]) -> "Timetable":
        """Put every meeting where it lies, those at NOWHERE aside."""
        table = cls(instance)
        for meeting, slot in enumerate(slots):
            if slot != NOWHERE:
                table.place(meeting, slot)
        return table

    def place(self, meeting: int, slot: int) -> None:
        for agenda in self.instance.ends[meeting]:
            self.at[agenda][slot] = meeting
        self.slot[meeting] = slot
        self.held[slot] += 1

    def remove(self, meeting: int) -> None:
        slot = self.slot[meeting]
        for agenda in self.instance.ends[meeting]:
            self.at[agenda][slot] = NOWHERE
        self.slot[meeting] = NOWHERE
        self.held[slot] -= 1

    def has_room(self, slot: int) -> bool:
        return self.held[slot] < self.instance.tables[slot]

    def is_free(self, meeting: int, slot: int) -> bool:
        a, b = self.instance.ends[meeting]
        return self.at[a][slot] == NOWHERE and self.at[b][slot] == NOWHERE

    def keeps_order(self, meeting: int, slot: int) -> bool:
        return all(
            self.slot[each] == NOWHERE or self.slot[each] > slot for each in self.later[meeting]
        ) and all(self.slot[each] < slot for each in self.earlier[meeting])

    def chain(self, meeting: int, slot: int, other: int) -> list[int]:
        """Give the meetings of ``slot`` and ``other`` that hang together with this one."""
        found = [meeting]
        seen = {meeting}
        for each in found:
            for agenda in self.instance.ends[each]:
                for here in (slot, other):
                    neighbour = self.at[agenda][here]
                    if neighbour != NOWHERE and neighbour not in seen:
                        seen.add(neighbour)
                        found.append(neighbour)
        return found

    def can_swap(self, chain: Sequence[int], slot: int, other: int) -> bool:
        """Say whether each meeting of a chain may lie in the other of both slots, by open and order."""
        for meeting in chain:
            goal = other if self.slot[meeting] == slot else slot
            if goal not in self.open[meeting]:
                return False
            if (self.later[meeting] or self.earlier[meeting]) and not self.keeps_order(
                meeting, goal
            ):
                return False
        if any(self.later[meeting] for meeting in chain):
            inside = set(chain)  # both move: compared with where the other was, not goes
            return not any(later in inside for each in chain for later in self.later[each])
        return True

    def swap(self, chain: Sequence[int], slot: int, other: int) -> None:
        goals = [other if self.slot[meeting] == slot else slot for meeting in chain]
        for meeting in chain:
            self.remove(meeting)
        for meeting, goal in zip(chain, goals, strict=True):
            self.place(meeting, goal)

    def insert(self, meeting: int) -> bool:
        """Place a meeting without pushing another out, by one chain if need be."""
        slots = [
            slot
            for slot in self.instance.open[meeting]
            if self.is_free(meeting, slot) and self.keeps_order(meeting, slot)
        ]
        if slots:
            self.place(meeting, min(slots, key=lambda slot: (self._load(slot), slot)))
            return True
        a, b = self.instance.ends[meeting]
        free_a = [slot for slot, held in enumerate(self.at[a]) if held == NOWHERE]
        free_b = [slot for slot, held in enumerate(self.at[b]) if held == NOWHERE]
        return any(
            self._insert_by_chain(meeting, own, slot, other)
            for own, (slot, other) in [
                *((b, pair) for pair in product(free_a, free_b)),
                *((a, pair) for pair in product(free_b, free_a)),
            ]
        )

    def _load(self, slot: int) -> float:
        return self.held[slot] / self.instance.tables[slot]

    def _insert_by_chain(self, meeting: int, agenda: int, slot: int, other: int) -> bool:
        """Free ``slot`` for the agenda by a chain into ``other``, unless the chain comes back."""
        if slot not in self.open[meeting] or not self.keeps_order(meeting, slot):
            return False
        blocker = self.at[agenda][slot]
        if blocker == NOWHERE:
            return False
        chain = self.chain(blocker, slot, other)
        if not self.can_swap(chain, slot, other):
            return False
        self.swap(chain, slot, other)
        if self.is_free(meeting, slot) and self.keeps_order(meeting, slot):
            self.place(meeting, slot)
            return True
        self.swap(chain, slot, other)
        return False

    def insert_gently(self, meeting: int) -> bool:
        """Place a meeting where a table is free, by the shortest chain where no slot is."""
        if self.fit(meeting):
            return True
        a, b = self.instance.ends[meeting]
        chains = [
            (len(chain), own, slot, other)
            for own, free in ((b, a), (a, b))
            for slot in self.instance.open[meeting]
            if self.at[free][slot] == NOWHERE != self.at[own][slot]
            for other in range(self.instance.slots)
            if self.at[own][other] == NOWHERE and self.has_room(other)
            for chain in [self.chain(self.at[own][slot], slot, other)]
            if self.can_swap(chain, slot, other) and len(chain) % 2
        ]
        return any(
            self._insert_by_chain(meeting, own, slot, other)
            for _, own, slot, other in sorted(chains)
        )

    def fit(self, meeting: int) -> bool:
        """Place a meeting in the first slot that is free for it, with a table."""
        for slot in self.instance.open[meeting]:
            if (
                self.has_room(slot)
                and self.is_free(meeting, slot)
                and self.keeps_order(meeting, slot)
            ):
                self.place(meeting, slot)
                return True
        return False

    def level(self) -> None:
        """Move chains from slots with too many meetings to others; push out what is left over.

        Among two slots one of which holds more, some chain holds more of it too (de Werra);
        what is closed may still forbid to swap it.
        """
        for slot in range(self.instance.slots):
            while not self.held[slot] <= self.instance.tables[slot]:
                if not self._relieve(slot):
                    self.remove(next(m for m, here in enumerate(self.slot) if here == slot))

    def _relieve(self, slot: int) -> bool:
        others = sorted(
            (other for other in range(self.instance.slots) if self.has_room(other)),
            key=self._load,
        )
        here = [meeting for meeting, place in enumerate(self.slot) if place == slot]
        for other in others:
            seen: set[int] = set()
            for meeting in here:
                if meeting in seen:
                    continue
                chain = self.chain(meeting, slot, other)
                seen.update(chain)
                leaving = sum(1 if self.slot[each] == slot else -1 for each in chain)
                fits = self.held[other] + leaving <= self.instance.tables[other]
                if leaving > 0 and fits and self.can_swap(chain, slot, other):
                    self.swap(chain, slot, other)
                    return True
        return False

    def push_in(self, meeting: int, tabu: dict[tuple[int, int], int], step: int) -> list[int]:
        """Place a meeting where it pushes out the fewest; return those that it pushed out."""
        best: tuple[int, int, int] | None = None
        for slot in self.instance.open[meeting]:
            out = self._in_the_way(meeting, slot)
            late = tabu.get((meeting, slot), 0) > step
            rank = (len(out) + 3 * late, tabu.get((meeting, slot), 0), slot)
            if best is None or rank < best:
                best = rank
        if best is None:
            return []
        slot = best[2]
        out = self._in_the_way(meeting, slot)
        for each in out:
            tabu[each, self.slot[each]] = step + _TENURE + len(out)
            self.remove(each)
        self.place(meeting, slot)
        return out

    def _in_the_way(self, meeting: int, slot: int) -> list[int]:
        out = {self.at[agenda][slot] for agenda in self.instance.ends[meeting]} - {NOWHERE}
        out |= {each for each in self.later[meeting] if NOWHERE != self.slot[each] <= slot}
        out |= {each for each in self.earlier[meeting] if self.slot[each] >= slot}
        if not out and not self.has_room(slot):
            here = (each for each, place in enumerate(self.slot) if place == slot)
            out = {max(here, key=lambda each: len(self.open[each]))}
        return sorted(out)


def assign_slots(
    instance: Instance, worth: Sequence[int] = (), *, steps: int, seed: int = 0
) -> list[int]:
    """Give every meeting a slot, NOWHERE for those that found none within ``steps`` pushes.

    Meetings with the fewest slots and the busiest agendas go first. Where every slot is open to
    all and the graph has two sides, all are placed in ``instance.degree`` slots. Of the days
    seen, the one with the least worth left out is given; without ``worth`` all count the same.
    """
    table = Timetable(instance)
    busy = [len(held) for held in instance.meetings_of]
    order = sorted(
        (meeting for meeting, allowed in enumerate(instance.open) if allowed),
        key=lambda each: (len(instance.open[each]), -sum(busy[a] for a in instance.ends[each])),
    )
    for meeting in order:
        table.insert(meeting)
    table.level()
    worth = worth or [1] * len(instance.ends)
    return _push_in_the_rest(table, order, worth, steps, Random(seed))  # noqa: S311 - seeded


def _push_in_the_rest(
    table: Timetable, order: Sequence[int], worth: Sequence[int], steps: int, rng: Random
) -> list[int]:
    waiting = deque(meeting for meeting in order if table.slot[meeting] == NOWHERE)
    loss = sum(worth[meeting] for meeting in waiting)
    best, least = list(table.slot), loss
    tabu: dict[tuple[int, int], int] = {}
    for step in range(steps):
        if not waiting:
            break
        waiting.rotate(rng.randrange(len(waiting)))
        meeting = waiting.popleft()
        out = [] if table.fit(meeting) else table.push_in(meeting, tabu, step)
        waiting.extend(out)
        loss += sum(worth[each] for each in out) - worth[meeting]
        if loss < least:
            best, least = list(table.slot), loss
    return best


def place_the_rest(
    instance: Instance, slots: Sequence[int], worth: Sequence[int], *, steps: int, seed: int = 0
) -> list[int]:
    """Find slots for what lies NOWHERE; what stands may be moved, and pushed out when worth less."""
    order = [meeting for meeting, allowed in enumerate(instance.open) if allowed]
    rng = Random(seed)  # noqa: S311 - a seeded search
    return _push_in_the_rest(Timetable.of(instance, slots), order, worth, steps, rng)


def fill(instance: Instance, slots: Sequence[int], order: Sequence[int]) -> list[int]:
    """Add meetings that still find a slot and a table, in this order; move none that stands."""
    table = Timetable.of(instance, slots)
    for meeting in order:
        if table.slot[meeting] == NOWHERE:
            table.fit(meeting)
    return table.slot
