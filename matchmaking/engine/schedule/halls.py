"""A hall and a table for every meeting of a schedule, with short walks between halls.

A seated agenda keeps its hall, and its table as long as the hall has one for each seated agenda;
the others walk. Walks are shortened by moving and swapping until neither helps: a local optimum
of a quadratic assignment problem (T. C. Koopmans and M. Beckmann, Econometrica 25 (1957)).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations, pairwise

from matchmaking.engine.schedule.types import Day, Seat, Slots, pair_of

_ROUNDS = 20
_SWAPPED_UNITS = 150  # pairs grow by the square: larger days only move


def seat(day: Day, slots: Slots) -> dict[str, Seat]:
    """Give each meeting its table. The slots have to fit into the day's tables."""
    units = _Units(day, slots)
    units.shorten()
    return units.seats()


def walk_minutes(day: Day, slots: Slots, seats: Mapping[str, Seat]) -> int:
    """Sum what the agendas walk from each meeting to their next one."""
    return sum(
        day.walks.get(pair_of(seats[one].hall, seats[other].hall), 0)
        for held in _in_order(day, slots).values()
        for one, other in pairwise(held)
    )


def _in_order(day: Day, slots: Slots) -> dict[str, list[str]]:
    held: dict[str, list[str]] = defaultdict(list)
    for code in sorted(slots, key=lambda each: (slots[each], each)):
        held[day.meeting[code].a].append(code)
        held[day.meeting[code].b].append(code)
    return held


class _Units:
    """What is given to a hall as a whole: all meetings at a seated agenda's table, or one alone."""

    def __init__(self, day: Day, slots: Slots) -> None:
        self.day = day
        self.slots = slots
        self.held: dict[str, list[str]] = defaultdict(list)
        self.unit_of: dict[str, str] = {}
        for code in slots:
            meeting = day.meeting[code]
            at = next((a for a in (meeting.a, meeting.b) if day.agenda[a].is_seated), None)
            self._join(code, f"meeting {code}" if at is None else f"agenda {at}")
        self.load = {hall.code: [0] * day.slots for hall in day.halls}
        self.tables = {hall.code: hall.tables for hall in day.halls}
        self.hall: dict[str, str] = {}
        self._fill()
        self.walks = self._count_walks()

    def _join(self, code: str, unit: str) -> None:
        self.held[unit].append(code)
        self.unit_of[code] = unit

    def _fill(self) -> None:
        """Put the largest units first into the emptiest hall; split one that fits into none."""
        for unit in sorted(self.held, key=lambda each: (-len(self.held[each]), each)):
            if self._put_anywhere(unit):
                continue
            for code in self.held.pop(unit):
                self._join(code, f"meeting {code}")
                if not self._put_anywhere(f"meeting {code}"):
                    raise ValueError(f"meeting {code}: no table in slot {self.slots[code]}")

    def _put_anywhere(self, unit: str) -> bool:
        fitting = [hall for hall in self.load if self._fits(unit, hall)]
        if not fitting:
            return False
        self._put(unit, max(fitting, key=lambda hall: (self._room(hall), hall)))
        return True

    def _room(self, hall: str) -> int:
        return sum(self.tables[hall]) - sum(self.load[hall])

    def _fits(self, unit: str, hall: str) -> bool:
        return all(self.load[hall][slot] < self.tables[hall][slot] for slot in self._slots_of(unit))

    def _slots_of(self, unit: str) -> Iterable[int]:
        return (self.slots[code] for code in self.held[unit])

    def _put(self, unit: str, hall: str) -> None:
        self.hall[unit] = hall
        for slot in self._slots_of(unit):
            self.load[hall][slot] += 1

    def _take(self, unit: str) -> str:
        hall = self.hall.pop(unit)
        for slot in self._slots_of(unit):
            self.load[hall][slot] -= 1
        return hall

    def _count_walks(self) -> dict[str, dict[str, int]]:
        """Count how often somebody goes from one unit to another, either way round."""
        walks: dict[str, dict[str, int]] = {unit: defaultdict(int) for unit in self.held}
        for held in _in_order(self.day, self.slots).values():
            for code, other in pairwise(held):
                one, two = self.unit_of[code], self.unit_of[other]
                if one != two:
                    walks[one][two] += 1
                    walks[two][one] += 1
        return walks

    def _cost(self, unit: str, hall: str) -> int:
        return sum(
            count * self.day.walks.get(pair_of(hall, self.hall[other]), 0)
            for other, count in self.walks[unit].items()
            if other in self.hall
        )

    def shorten(self) -> None:
        if not any(self.day.walks.values()):
            return
        units = sorted(self.held)
        for _ in range(_ROUNDS):
            improved = [self._move(unit) for unit in units]
            if len(units) <= _SWAPPED_UNITS:
                improved += [self._swap(*pair) for pair in combinations(units, 2)]
            if not any(improved):
                return

    def _move(self, unit: str) -> bool:
        before = self._take(unit)
        best = min(
            (hall for hall in self.load if hall == before or self._fits(unit, hall)),
            key=lambda hall: (self._cost(unit, hall), hall != before, hall),
        )
        self._put(unit, best)
        return best != before

    def _swap(self, one: str, other: str) -> bool:
        if self.hall[one] == self.hall[other]:
            return False
        before = self._cost(one, self.hall[one]) + self._cost(other, self.hall[other])
        first, second = self._take(one), self._take(other)
        if self._fits(one, second) and self._fits(other, first):
            self._put(one, second)
            self._put(other, first)
            if self._cost(one, second) + self._cost(other, first) < before:
                return True
            self._take(one)
            self._take(other)
        self._put(one, first)
        self._put(other, second)
        return False

    def seats(self) -> dict[str, Seat]:
        """Number the tables: units with most meetings first, each at one table if it can be."""
        taken: dict[str, list[set[int]]] = {
            hall: [set() for _ in range(self.day.slots)] for hall in self.load
        }
        seats = {}
        for hall, units in self._by_hall().items():
            for place, unit in enumerate(units):
                for code in self.held[unit]:
                    slot = self.slots[code]
                    seats[code] = Seat(
                        hall, _table(place, self.tables[hall][slot], taken[hall][slot])
                    )
        return {code: seats[code] for code in self.slots}

    def _by_hall(self) -> dict[str, Sequence[str]]:
        by_hall: dict[str, list[str]] = {hall: [] for hall in self.load}
        for unit, hall in self.hall.items():
            by_hall[hall].append(unit)
        return {
            hall: sorted(units, key=lambda each: (-len(self.held[each]), each))
            for hall, units in by_hall.items()
        }


def _table(wished: int, tables: int, taken: set[int]) -> int:
    table = (
        wished
        if wished < tables and wished not in taken
        else next(each for each in range(tables) if each not in taken)
    )
    taken.add(table)
    return table
