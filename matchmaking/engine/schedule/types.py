"""A docking day as frozen values: agendas, wishes, halls, and the schedule that serves them.

Slots count from 0 over the whole day; the first ``morning_slots`` are the morning. Values are
whole numbers (fit x free pairs, scaled by the caller), so that sums compare exactly.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from itertools import pairwise


class Session(StrEnum):
    """The part of the day in which a meeting may be held."""

    ANY = "any"
    MORNING = "morning"
    AFTERNOON = "afternoon"


class Wish(StrEnum):
    """How much a meeting is wanted. A pair that says no stands in ``Day.vetoes``."""

    MUST = "must"
    WOULD = "would"


@dataclass(frozen=True, slots=True, kw_only=True)
class Agenda:
    """One place at a table at a time: a person, or several who share it (sharers).

    ``absences`` holds the slots in which each of its people is away. Sharers stand in for each
    other: the agenda is free while one of them is. A seated agenda keeps its table, the
    visitors walk.
    """

    code: str
    company: str
    absences: tuple[frozenset[int], ...] = (frozenset(),)
    is_seated: bool = False

    def __post_init__(self) -> None:
        if not self.absences:
            raise ValueError(f"agenda {self.code}: no person, no meeting")

    @property
    def closed(self) -> frozenset[int]:
        return frozenset.intersection(*self.absences)


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A meeting that at least one side asked for, between agendas ``a`` and ``b``.

    ``slots`` narrows it to some slots (an interpreter's hours), ``pinned`` to one. Only a
    meeting that would be nice has a use for its value: every must counts the same.
    """

    code: str
    a: str
    b: str
    wish: Wish = Wish.WOULD
    value: int = 0
    session: Session = Session.ANY
    slots: frozenset[int] | None = None
    pinned: int | None = None

    def __post_init__(self) -> None:
        if self.a == self.b:
            raise ValueError(f"meeting {self.code}: an agenda cannot meet itself")
        if self.value < 0:
            raise ValueError(f"meeting {self.code}: a value is never negative")

    @property
    def is_must(self) -> bool:
        return self.wish is Wish.MUST or self.pinned is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Meetings of a company over all its agendas; the minimum is served before any value."""

    minimum: int = 0
    maximum: int | None = None

    def __post_init__(self) -> None:
        if self.minimum < 0 or (self.maximum is not None and self.maximum < self.minimum):
            raise ValueError("0 <= minimum <= maximum must hold")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hall:
    """A hall with so many tables in each slot."""

    code: str
    tables: tuple[int, ...]


def pair_of(a: str, b: str) -> frozenset[str]:
    return frozenset((a, b))


@dataclass(frozen=True, kw_only=True)
class Day:
    """All that a schedule has to keep.

    ``precedences`` are (earlier, later) codes of meetings, strictly one after the other when
    both are held. ``vetoes`` are pairs of companies. ``walks`` gives minutes between halls,
    either way round; a pair of halls that is not named takes none. ``fairness`` is how many
    breaks apart two agendas may be, ``None`` for no bound.

    :raises ValueError: for codes that are doubled or unknown, and slots outside the day
    """

    slots: int
    halls: tuple[Hall, ...]
    agendas: tuple[Agenda, ...]
    meetings: tuple[Meeting, ...]
    morning_slots: int | None = None
    limits: Mapping[str, Limits] = field(default_factory=dict)
    vetoes: frozenset[frozenset[str]] = frozenset()
    precedences: tuple[tuple[str, str], ...] = ()
    walks: Mapping[frozenset[str], int] = field(default_factory=dict)
    fairness: int | None = 2

    def __post_init__(self) -> None:
        _refuse_doubles("agenda", (agenda.code for agenda in self.agendas))
        _refuse_doubles("meeting", (meeting.code for meeting in self.meetings))
        _refuse_doubles("hall", (hall.code for hall in self.halls))
        if self.slots < 1:
            raise ValueError("a day has at least one slot")
        for hall in self.halls:
            if len(hall.tables) != self.slots or min(hall.tables) < 0:
                raise ValueError(f"hall {hall.code}: a number of tables for each of the slots")
        for meeting in self.meetings:
            for code in (meeting.a, meeting.b):
                if code not in self.agenda:
                    raise ValueError(f"meeting {meeting.code}: agenda {code} is not known")
            if meeting.pinned is not None and not 0 <= meeting.pinned < self.slots:
                raise ValueError(f"meeting {meeting.code}: pinned outside the day")
        for code in {code for pair in self.precedences for code in pair}:
            if code not in self.meeting:
                raise ValueError(f"precedence: meeting {code} is not known")

    @cached_property
    def agenda(self) -> dict[str, Agenda]:
        return {agenda.code: agenda for agenda in self.agendas}

    @cached_property
    def meeting(self) -> dict[str, Meeting]:
        return {meeting.code: meeting for meeting in self.meetings}

    @cached_property
    def tables(self) -> tuple[int, ...]:
        """Give the tables of all halls, slot by slot."""
        return tuple(sum(hall.tables[slot] for hall in self.halls) for slot in range(self.slots))

    def companies(self, meeting: Meeting) -> tuple[str, str]:
        return self.agenda[meeting.a].company, self.agenda[meeting.b].company

    def is_vetoed(self, meeting: Meeting) -> bool:
        return pair_of(*self.companies(meeting)) in self.vetoes

    def is_own(self, meeting: Meeting) -> bool:
        a, b = self.companies(meeting)
        return a == b

    def session_slots(self, session: Session) -> frozenset[int]:
        noon = self.slots if self.morning_slots is None else self.morning_slots
        if session is Session.MORNING:
            return frozenset(range(noon))
        if session is Session.AFTERNOON:
            return frozenset(range(noon, self.slots))
        return frozenset(range(self.slots))

    def open_slots(self, meeting: Meeting) -> frozenset[int]:
        """Give the slots in which both sides, the session and a table are there; no slot for a veto."""
        if self.is_vetoed(meeting) or self.is_own(meeting):
            return frozenset()
        slots = self.session_slots(meeting.session)
        if meeting.slots is not None:
            slots &= meeting.slots
        if meeting.pinned is not None:
            slots &= {meeting.pinned}
        slots -= self.agenda[meeting.a].closed | self.agenda[meeting.b].closed
        return frozenset(slot for slot in slots if self.tables[slot] > 0)


def _refuse_doubles(kind: str, codes: Iterable[str]) -> None:
    doubled = sorted(code for code, count in Counter(codes).items() if count > 1)
    if doubled:
        raise ValueError(f"{kind} {doubled[0]} stands twice")


@dataclass(frozen=True, slots=True, order=True)
class Seat:
    """A table of a hall; tables count from 0 in each hall."""

    hall: str
    table: int


Slots = Mapping[str, int]
"""The slot of each meeting that is held, by its code."""


def breaks_of(slots: Iterable[int]) -> int:
    ordered = sorted(slots)
    return sum(later > earlier + 1 for earlier, later in pairwise(ordered))


def agenda_slots(day: Day, slots: Slots) -> dict[str, list[int]]:
    """Give the slots in which each agenda sits; agendas without a meeting have none."""
    held: dict[str, list[int]] = {agenda.code: [] for agenda in day.agendas}
    for code, slot in slots.items():
        meeting = day.meeting[code]
        held[meeting.a].append(slot)
        held[meeting.b].append(slot)
    return held


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """Where and when each meeting is held, and how good that is known to be.

    ``must_bound``, ``value_bound`` and ``breaks_bound`` are proved: no schedule holds more
    musts, more value beside them, or fewer breaks with these meetings. ``rounds_bound`` is the
    largest number of meetings that one agenda has. ``walk_minutes`` sums over all agendas.
    """

    slots: Slots
    seats: Mapping[str, Seat]
    must_placed: int
    must_bound: int
    value: int
    value_bound: int
    breaks: int
    breaks_bound: int
    is_fair: bool
    rounds: int
    rounds_bound: int
    walk_minutes: int

    @property
    def value_gap(self) -> float:
        """Give the share of the bound that is not reached."""
        return 0.0 if self.value_bound == 0 else 1 - self.value / self.value_bound

    @property
    def are_breaks_fewest(self) -> bool:
        return self.breaks == self.breaks_bound
