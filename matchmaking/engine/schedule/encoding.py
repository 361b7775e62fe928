"""The question "is there a day with at most so many breaks?" as clauses for a SAT solver.

The problem and its instances: M. Bofill, J. Coll, M. Garcia, J. Giráldez-Cru, G. Pesant, J. Suy,
M. Villaret, "Constraint solving approaches to the business-to-business meeting scheduling
problem", Journal of Artificial Intelligence Research 74 (2022). Totalizers: O. Bailleux and Y.
Boufkhad, "Efficient CNF encoding of Boolean cardinality constraints", CP 2003; those that count
to a bound alone (kmtotalizer): A. Morgado, A. Ignatiev, J. Marques-Silva, "MSCG", JSAT 2014.

What the variables say: a meeting lies in a slot; an agenda is busy in a slot; a block starts in a
slot; at least k blocks have started by a slot (unary, by prefix). k + 1 blocks are k breaks.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from matchmaking.engine.schedule.instance import Instance


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One way to write the question down and the solver that reads it.

    ``is_counted`` adds what follows for the number of people busy in a slot (at most two a table,
    at least what the other slots cannot hold) and for the length of each agenda. Days with hardly
    a free table are proved by it in a second, or not at all without; days with many free tables
    are found sooner without (docs/schedule.md).
    """

    is_counted: bool
    cardinality: str
    solver: str


VARIANTS = (
    Variant(is_counted=True, cardinality="kmtotalizer", solver="cadical195"),
    Variant(is_counted=False, cardinality="totalizer", solver="glucose4"),
)


class Clauses:
    """Clauses under construction, with the number of the last variable."""

    def __init__(self, cardinality: str) -> None:
        from pysat.card import EncType  # noqa: PLC0415 - the worker alone loads solvers

        self.top = 0
        self.rows: list[list[int]] = []
        self._cardinality = getattr(EncType, cardinality)

    def variable(self) -> int:
        self.top += 1
        return self.top

    def add(self, *literals: int) -> None:
        self.rows.append(list(literals))

    def at_most_one(self, literals: Iterable[int]) -> None:
        self.rows.extend([-one, -other] for one, other in combinations(literals, 2))

    def at_most(self, literals: Sequence[int], bound: int) -> None:
        if bound < 0:
            self.add()
        elif bound == 0:
            self.rows.extend([-literal] for literal in literals)
        elif bound < len(literals):
            self._count("atmost", literals, bound)

    def at_least(self, literals: Sequence[int], bound: int) -> None:
        if bound > len(literals):
            self.add()
        elif bound == len(literals):
            self.rows.extend([literal] for literal in literals)
        elif bound == 1:
            self.rows.append(list(literals))
        elif bound > 1:
            self._count("atleast", literals, bound)

    def _count(self, name: str, literals: Sequence[int], bound: int) -> None:
        from pysat.card import CardEnc  # noqa: PLC0415 - the worker alone loads solvers

        counted = getattr(CardEnc, name)(
            list(literals), bound, top_id=self.top, encoding=self._cardinality
        )
        self.top = max(self.top, counted.nv)
        self.rows.extend(counted.clauses)


class Question:
    """An instance with at most ``budget`` breaks; ``None`` asks for any day that is fair."""

    def __init__(self, instance: Instance, budget: int | None, variant: Variant) -> None:
        self.instance = instance
        self.variant = variant
        self.clauses = Clauses(variant.cardinality)
        self.budget = budget
        self.lies = [
            {slot: self.clauses.variable() for slot in allowed} for allowed in instance.open
        ]
        self.busy: list[dict[int, int]] = []
        self.breaks: list[list[int]] = []  # of each agenda: at least 1, 2, … breaks
        self._write()

    def _write(self) -> None:
        for place in self.lies:
            self.clauses.at_least(list(place.values()), 1)
            self.clauses.at_most_one(place.values())
        most = _most_breaks(self.instance, self.budget)
        for agenda, meetings in enumerate(self.instance.meetings_of):
            self.busy.append(self._write_busy(meetings))
            self.breaks.append(self._write_blocks(agenda, len(meetings), most))
        if self.budget is not None:
            self.clauses.at_most([each for row in self.breaks for each in row], self.budget)
        self._write_fairness()
        self._write_tables()
        self._write_order()

    def _write_busy(self, meetings: Sequence[int]) -> dict[int, int]:
        busy = {}
        for slot in range(self.instance.slots):
            here = [self.lies[each][slot] for each in meetings if slot in self.lies[each]]
            if here:
                busy[slot] = self.clauses.variable()
                self.clauses.add(-busy[slot], *here)
                self.clauses.rows.extend([-each, busy[slot]] for each in here)
                self.clauses.at_most_one(here)
        if self.variant.is_counted:
            self.clauses.at_most(list(busy.values()), len(meetings))
            self.clauses.at_least(list(busy.values()), len(meetings))
        return busy

    def _write_blocks(self, agenda: int, meetings: int, most: int | None) -> list[int]:
        """Count the starts of blocks by prefix; return the agenda's "at least k breaks"."""
        most = meetings - 1 if most is None else min(most, meetings - 1)
        if meetings == 0:
            return []
        starts = self._write_starts(self.busy[agenda])
        by_now: list[int | None] = [None] * (most + 2)  # at least 1, 2, … starts by this slot
        for start in starts.values():
            by_now = [
                self._write_count(start, by_now, place, is_first=place == 0)
                for place in range(most + 2)
            ]
        self.clauses.rows.extend([-each] for each in by_now[most + 1 :] if each is not None)
        breaks = [each for each in by_now[1 : most + 1] if each is not None]
        self._write_whole_block(agenda, meetings, starts, breaks)
        return breaks

    def _write_starts(self, busy: dict[int, int]) -> dict[int, int]:
        starts = {}
        for slot, here in busy.items():
            before = busy.get(slot - 1)
            if before is None:
                starts[slot] = here
                continue
            starts[slot] = self.clauses.variable()
            self.clauses.add(-here, before, starts[slot])
            self.clauses.add(-starts[slot], here)
            self.clauses.add(-starts[slot], -before)
        return starts

    def _write_count(
        self, start: int, by_now: list[int | None], place: int, *, is_first: bool
    ) -> int | None:
        """Define "at least place + 1 starts so far" from the counts up to the slot before."""
        same = by_now[place]
        fewer = None if is_first else by_now[place - 1]
        if same is None and fewer is None and not is_first:
            return None
        count = self.clauses.variable()
        same_or = [] if same is None else [same]
        if same is not None:
            self.clauses.add(-same, count)
        self.clauses.add(-count, start, *same_or)
        if is_first:
            self.clauses.add(-start, count)
        else:
            if fewer is not None:
                self.clauses.add(-fewer, -start, count)
            self.clauses.add(-count, *same_or, *([] if fewer is None else [fewer]))
        return count

    def _write_whole_block(
        self, agenda: int, meetings: int, starts: dict[int, int], breaks: list[int]
    ) -> None:
        """Whoever has no break sits in one block: its start decides all of its slots."""
        busy = self.busy[agenda]
        for slot, start in starts.items():
            if_so = [-start, *breaks[:1]]
            block = range(slot, slot + meetings)
            if not all(each in busy for each in block):
                self.clauses.add(*if_so)
                continue
            for each, here in busy.items():
                self.clauses.add(*if_so, here if each in block else -here)

    def _write_fairness(self) -> None:
        """Whoever has k + fairness breaks is excused when everybody has k."""
        fairness = self.instance.fairness
        if fairness is None:
            return
        longest = max(map(len, self.breaks), default=0)
        for least in range(1, longest - fairness + 1):
            all_have = self.clauses.variable()
            for row in self.breaks:
                if len(row) >= least + fairness:
                    self.clauses.add(-row[least + fairness - 1], all_have)
                self.clauses.add(-all_have, *row[least - 1 : least])

    def _write_tables(self) -> None:
        least = least_meetings(self.instance) if self.variant.is_counted else None
        for slot, tables in enumerate(self.instance.tables):
            here = [place[slot] for place in self.lies if slot in place]
            self.clauses.at_most(here, tables)
            if least is not None:
                people = [row[slot] for row in self.busy if slot in row]
                self.clauses.at_most(people, 2 * tables)
                self.clauses.at_least(people, 2 * least[slot])

    def _write_order(self) -> None:
        for earlier, later in self.instance.before:
            first, second = self.lies[earlier], self.lies[later]
            for slot, here in second.items():
                self.clauses.add(-here, *(first[each] for each in first if each < slot))
            for slot, here in first.items():
                self.clauses.add(-here, *(second[each] for each in second if each > slot))

    def answer(self) -> list[int] | None:
        """Solve; return the slot of each meeting, or ``None`` with the solver's proof that none is."""
        from pysat.solvers import Solver  # noqa: PLC0415 - the worker alone loads solvers

        if not all(self.clauses.rows):
            return None  # an empty clause: refused before any search
        with Solver(self.variant.solver, bootstrap_with=self.clauses.rows) as solver:
            if not solver.solve():
                return None
            true = set(solver.get_model())
        return [next(slot for slot, here in place.items() if here in true) for place in self.lies]


def _most_breaks(instance: Instance, budget: int | None) -> int | None:
    """Bound one agenda's breaks: the fewest are at most the mean, and fairness caps the rest."""
    if budget is None:
        return None
    if instance.fairness is None:
        return budget
    return min(budget, budget // max(1, instance.agendas) + instance.fairness)


def least_meetings(instance: Instance) -> list[int]:
    """Give for each slot how many meetings it has to take since the others cannot hold more.

    Looked at for all meetings, and for those that fit into the first n or the last n slots
    alone (a session).
    """
    slots = range(instance.slots)
    room = [
        min(instance.tables[slot], sum(slot in allowed for allowed in instance.open))
        for slot in slots
    ]
    spans = {(allowed[0], allowed[-1]) for allowed in instance.open if allowed}
    first = min((low for low, _ in spans), default=0)
    last = max((high for _, high in spans), default=0)
    ends = {span for span in spans if span[0] == first or span[1] == last} | {(first, last)}
    least = [0] * instance.slots
    for low, high in ends:
        within = sum(low <= allowed[0] and allowed[-1] <= high for allowed in instance.open)
        held = sum(room[low : high + 1])
        for slot in range(low, high + 1):
            least[slot] = max(least[slot], within - (held - room[slot]))
    return least


def fewest_alone(instance: Instance) -> int:
    """Bound the breaks from below: each agenda for itself, with its pinned and closed slots.

    By dynamic programming over the slots: (meetings so far, busy in the slot before) to the
    fewest blocks.
    """
    return sum(_fewest_blocks(instance, held) - 1 for held in instance.meetings_of if held)


def _fewest_blocks(instance: Instance, meetings: Sequence[int]) -> int:
    possible = {slot for meeting in meetings for slot in instance.open[meeting]}
    pinned = {instance.open[each][0] for each in meetings if len(instance.open[each]) == 1}
    blocks = {(0, False): 0}
    for slot in range(instance.slots):
        after: dict[tuple[int, bool], int] = {}
        for (held, was_busy), count in blocks.items():
            steps = []
            if slot in possible and held < len(meetings):
                steps.append(((held + 1, True), count + (not was_busy)))
            if slot not in pinned:
                steps.append(((held, False), count))
            for state, so_far in steps:
                after[state] = min(so_far, after.get(state, so_far))
        blocks = after
    whole = [count for (held, _), count in blocks.items() if held == len(meetings)]
    return min(whole, default=1)  # none: the solver says that no day holds them
