"""Faults of a schedule, found by looking at it and at nothing that made it."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from matchmaking.engine.schedule.types import Day, Seat, Slots


class Fault(StrEnum):
    """Each breaks a promise of the day; ``subject`` of a violation is of the kind named here."""

    DOUBLE_AGENDA = "double_agenda"  # agenda
    CLOSED_SLOT = "closed_slot"  # meeting: session, absence, pin, hours
    VETOED = "vetoed"  # meeting
    OWN_COMPANY = "own_company"  # meeting
    TOO_FEW_TABLES = "too_few_tables"  # slot
    DOUBLE_TABLE = "double_table"  # hall and table
    NO_TABLE = "no_table"  # meeting
    OUT_OF_ORDER = "out_of_order"  # the later meeting
    OVER_MAXIMUM = "over_maximum"  # company


@dataclass(frozen=True, slots=True, order=True)
class Violation:
    """One broken promise; ``slot`` is ``None`` where it concerns the whole day."""

    fault: Fault
    subject: str
    slot: int | None = None


def violations(day: Day, slots: Slots, seats: Mapping[str, Seat] | None = None) -> list[Violation]:
    """Give every broken promise of a schedule; none for a sound one."""
    found = [*_of_meetings(day, slots), *_of_slots(day, slots), *_of_companies(day, slots)]
    if seats is not None:
        found += _of_seats(day, slots, seats)
    for earlier, later in day.precedences:
        if earlier in slots and later in slots and slots[earlier] >= slots[later]:
            found.append(Violation(Fault.OUT_OF_ORDER, later, slots[later]))
    return sorted(set(found), key=lambda each: (each.fault, each.subject, each.slot or 0))


def _of_meetings(day: Day, slots: Slots) -> list[Violation]:
    found = []
    for code, slot in slots.items():
        meeting = day.meeting[code]
        if day.is_vetoed(meeting):
            found.append(Violation(Fault.VETOED, code, slot))
        elif day.is_own(meeting):
            found.append(Violation(Fault.OWN_COMPANY, code, slot))
        elif slot not in day.open_slots(meeting):
            found.append(Violation(Fault.CLOSED_SLOT, code, slot))
    return found


def _of_slots(day: Day, slots: Slots) -> list[Violation]:
    used = Counter(slots.values())
    sitting = Counter(
        (agenda, slot)
        for code, slot in slots.items()
        for agenda in (day.meeting[code].a, day.meeting[code].b)
    )
    return [
        Violation(Fault.TOO_FEW_TABLES, str(slot), slot)
        for slot, count in used.items()
        if not 0 <= slot < day.slots or count > day.tables[slot]
    ] + [
        Violation(Fault.DOUBLE_AGENDA, agenda, slot)
        for (agenda, slot), count in sitting.items()
        if count > 1
    ]


def _of_companies(day: Day, slots: Slots) -> list[Violation]:
    held: dict[str, int] = defaultdict(int)
    for code in slots:
        for company in day.companies(day.meeting[code]):
            held[company] += 1
    return [
        Violation(Fault.OVER_MAXIMUM, company)
        for company, limits in day.limits.items()
        if limits.maximum is not None and held[company] > limits.maximum
    ]


def _of_seats(day: Day, slots: Slots, seats: Mapping[str, Seat]) -> list[Violation]:
    halls = {hall.code: hall for hall in day.halls}
    taken = Counter((seats[code], slot) for code, slot in slots.items() if code in seats)
    found = [
        Violation(Fault.NO_TABLE, code, slot)
        for code, slot in slots.items()
        if code not in seats or not 0 <= seats[code].table < halls[seats[code].hall].tables[slot]
    ]
    return found + [
        Violation(Fault.DOUBLE_TABLE, f"{seat.hall} {seat.table}", slot)
        for (seat, slot), count in taken.items()
        if count > 1
    ]
