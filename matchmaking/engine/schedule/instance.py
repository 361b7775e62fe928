"""The meetings of a day by number, as the solvers read them.

Small enough to be sent to a process as JSON: two agendas a meeting, its slots, the tables of a
slot, and which meeting goes before which.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property

from matchmaking.engine.schedule.types import Day, Meeting


@dataclass(frozen=True, kw_only=True)
class Instance:
    """Meetings that are all to be held. ``ends[m]`` are two agendas, ``open[m]`` ascending slots."""

    slots: int
    agendas: int
    ends: Sequence[Sequence[int]]
    open: Sequence[Sequence[int]]
    tables: Sequence[int]
    before: Sequence[Sequence[int]] = ()
    fairness: int | None = None

    @classmethod
    def of(cls, day: Day, meetings: Sequence[Meeting]) -> "Instance":
        """Number the day's agendas in their order and these meetings in theirs."""
        number = {agenda.code: place for place, agenda in enumerate(day.agendas)}
        place = {meeting.code: index for index, meeting in enumerate(meetings)}
        return cls(
            slots=day.slots,
            agendas=len(day.agendas),
            ends=[(number[meeting.a], number[meeting.b]) for meeting in meetings],
            open=[sorted(day.open_slots(meeting)) for meeting in meetings],
            tables=day.tables,
            before=[
                (place[earlier], place[later])
                for earlier, later in day.precedences
                if earlier in place and later in place
            ],
            fairness=day.fairness,
        )

    @cached_property
    def meetings_of(self) -> list[list[int]]:
        held: list[list[int]] = [[] for _ in range(self.agendas)]
        for meeting, ends in enumerate(self.ends):
            for agenda in ends:
                held[agenda].append(meeting)
        return held

    @property
    def degree(self) -> int:
        """Give the largest number of meetings of one agenda: no schedule has fewer rounds."""
        return max(map(len, self.meetings_of), default=0)

    def as_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "Instance":
        return cls(**json.loads(text))

    def narrowed(self) -> "Instance | None":
        """Drop slots that pinned neighbours and precedences rule out; ``None`` when none is left."""
        slots = [set(allowed) for allowed in self.open]
        changed = True
        while changed:
            changed = _narrow_by_neighbours(self, slots) | _narrow_by_order(self.before, slots)
            if not all(slots):
                return None
        return Instance(
            slots=self.slots,
            agendas=self.agendas,
            ends=self.ends,
            open=[sorted(allowed) for allowed in slots],
            tables=self.tables,
            before=self.before,
            fairness=self.fairness,
        )


def _narrow_by_neighbours(instance: Instance, slots: list[set[int]]) -> bool:
    changed = False
    for meetings in instance.meetings_of:
        taken = [slots[meeting] for meeting in meetings if len(slots[meeting]) == 1]
        for pinned in taken:
            for meeting in meetings:
                if slots[meeting] is not pinned and slots[meeting] & pinned:
                    slots[meeting] -= pinned
                    changed = True
    return changed


def _narrow_by_order(before: Iterable[Sequence[int]], slots: list[set[int]]) -> bool:
    changed = False
    for earlier, later in before:
        if not slots[earlier] or not slots[later]:
            return False
        first, last = min(slots[earlier]), max(slots[later])
        late = {slot for slot in slots[earlier] if slot >= last}
        early = {slot for slot in slots[later] if slot <= first}
        changed |= bool(late or early)
        slots[earlier] -= late
        slots[later] -= early
    return changed
