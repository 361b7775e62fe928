"""Fewer breaks by simulated annealing over Kempe chains: quick on days of any size, no proof.

S. Kirkpatrick, C. D. Gelatt, M. P. Vecchi, "Optimization by simulated annealing", Science 220
(1983). Only agendas at the end of a chain become busy at another time, so a step costs the length
of its chain and no more.
"""

import math
import time
from collections.abc import Sequence
from random import Random

from matchmaking.engine.schedule.instance import Instance
from matchmaking.engine.schedule.timetable import NOWHERE, Timetable

_HOT, _COLD = 0.9, 0.12
_UNFAIR = 3  # a break beyond what is fair weighs as much as so many
_LOOK_AT_THE_CLOCK = 128


def anneal(
    instance: Instance, slots: Sequence[int], *, seconds: float, goal: int = 0, seed: int = 0
) -> list[int]:
    """Give a day with the same meetings, as few breaks as were found, tables kept.

    Stops at ``goal`` breaks or after ``seconds``. Never worse than ``slots``.
    """
    search = _Annealing(Timetable.of(instance, slots), Random(seed))  # noqa: S311 - a seeded search
    search.run(seconds, goal)
    return search.best


class _Annealing:
    def __init__(self, table: Timetable, rng: Random) -> None:
        self.table = table
        self.rng = rng
        self.busy = [
            sum(1 << slot for slot, meeting in enumerate(row) if meeting != NOWHERE)
            for row in table.at
        ]
        self.agendas = [agenda for agenda, busy in enumerate(self.busy) if busy]
        self.costs = [self._cost(busy) for busy in self.busy]
        self.best = list(table.slot)

    def _cost(self, busy: int) -> int:
        if not busy:
            return 0
        breaks = (busy & ~(busy << 1)).bit_count() - 1
        fairness = self.table.instance.fairness
        beyond = 0 if fairness is None else max(0, breaks - fairness)
        return breaks + _UNFAIR * beyond

    def run(self, seconds: float, goal: int) -> None:
        start = time.monotonic()
        cost = least = sum(self.costs)
        heat = _HOT
        step = 0
        while least > goal and self.agendas:
            if step % _LOOK_AT_THE_CLOCK == 0:
                share = (time.monotonic() - start) / seconds if seconds > 0 else 1.0
                if share >= 1:
                    return
                heat = _HOT * (_COLD / _HOT) ** share
            step += 1
            cost += self._step(heat)
            if cost < least:
                least = cost
                self.best = list(self.table.slot)

    def _step(self, heat: float) -> int:
        """Try one chain that moves a meeting of an agenda with breaks; give the change in cost."""
        agenda = self.agendas[int(self.rng.random() * len(self.agendas))]
        if self.costs[agenda] == 0 and self.rng.random() < 0.8:  # noqa: PLR2004 - mostly where it hurts
            return 0
        row = self.table.at[agenda]
        held = [slot for slot, meeting in enumerate(row) if meeting != NOWHERE]
        slot = held[int(self.rng.random() * len(held))]
        other = int(self.rng.random() * len(row))
        if other == slot:
            return 0
        chain = self.table.chain(row[slot], slot, other)
        if not self._has_room(chain, slot, other) or not self.table.can_swap(chain, slot, other):
            return 0
        changed = self._changed(chain, slot, other)
        change = sum(cost - self.costs[each] for each, (_, cost) in changed.items())
        if change > 0 and self.rng.random() >= math.exp(-change / heat):
            return 0
        self.table.swap(chain, slot, other)
        for each, (busy, cost) in changed.items():
            self.busy[each], self.costs[each] = busy, cost
        return change

    def _has_room(self, chain: Sequence[int], slot: int, other: int) -> bool:
        moving = sum(1 if self.table.slot[each] == slot else -1 for each in chain)
        held, tables = self.table.held, self.table.instance.tables
        return held[other] + moving <= tables[other] and held[slot] - moving <= tables[slot]

    def _changed(self, chain: Sequence[int], slot: int, other: int) -> dict[int, tuple[int, int]]:
        """Give the new busy slots and cost of the agendas that have one of both slots alone."""
        both = 1 << slot | 1 << other
        changed = {}
        for meeting in chain:
            for agenda in self.table.instance.ends[meeting]:
                busy = self.busy[agenda]
                if (busy & both).bit_count() == 1:
                    changed[agenda] = (busy ^ both, self._cost(busy ^ both))
        return changed
