"""The empty table of a no-show, offered to the best free pair that consented to stand by."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import combinations

from matchmaking.engine.schedule.types import Day, Slots, Wish, pair_of


@dataclass(frozen=True, slots=True, kw_only=True)
class StandbyPair:
    """Two agendas that could sit down now. ``meeting`` is the wish they share, if there is one."""

    a: str
    b: str
    meeting: str | None
    is_must: bool
    value: int


def standby_pairs(
    day: Day,
    slots: Slots,
    *,
    slot: int,
    present: Collection[str],
    consented: Collection[str],
    met: Collection[frozenset[str]] = (),
    values: Mapping[frozenset[str], int] | None = None,
) -> list[StandbyPair]:
    """Rank the pairs of agendas that may take an empty table in ``slot``, the best first.

    Both are here, stand by, and are free in the slot by the running schedule ``slots`` and by
    their own absences. Their companies have not met, have no meeting left in the schedule, veto
    nothing, and keep their maximum. ``met`` and ``values`` are by pairs of companies: a wish of
    its own stands before a value that nobody asked for. Ties go by code, so a repeat offers the
    same table to the same pair. Precedences and pins of a wish hold here too.
    """
    values = values or {}
    ready = _free_agendas(day, slots, slot, set(present) & set(consented))
    held = Counter(company for code in slots for company in set(_companies(day, code)))
    closed = {pair_of(*_companies(day, code)) for code in slots} | set(met) | day.vetoes
    wishes = {pair_of(each.a, each.b): each.code for each in day.meetings}
    found = []
    for a, b in combinations(ready, 2):
        companies = day.agenda[a].company, day.agenda[b].company
        if companies[0] == companies[1] or pair_of(*companies) in closed:
            continue
        if any(_is_full(day, company, held[company]) for company in companies):
            continue
        code = wishes.get(pair_of(a, b))
        if code is not None and not _may_be_held(day, slots, code, slot):
            continue
        value = day.meeting[code].value if code else values.get(pair_of(*companies), 0)
        is_must = code is not None and day.meeting[code].wish is Wish.MUST
        if code is None and value == 0:
            continue
        found.append(StandbyPair(a=a, b=b, meeting=code, is_must=is_must, value=value))
    return sorted(
        found,
        key=lambda each: (not each.is_must, each.meeting is None, -each.value, each.a, each.b),
    )


def _companies(day: Day, code: str) -> tuple[str, str]:
    return day.companies(day.meeting[code])


def _free_agendas(day: Day, slots: Slots, slot: int, ready: set[str]) -> list[str]:
    busy = {
        agenda
        for code, here in slots.items()
        if here == slot
        for agenda in (day.meeting[code].a, day.meeting[code].b)
    }
    return sorted(
        code for code in ready - busy if code in day.agenda and slot not in day.agenda[code].closed
    )


def _is_full(day: Day, company: str, held: int) -> bool:
    limits = day.limits.get(company)
    return limits is not None and limits.maximum is not None and held >= limits.maximum


def _may_be_held(day: Day, slots: Slots, code: str, slot: int) -> bool:
    if slot not in day.open_slots(day.meeting[code]):
        return False
    return not any(
        (later == code and slots.get(earlier, -1) >= slot)
        or (earlier == code and slots.get(later, day.slots) <= slot)
        for earlier, later in day.precedences
    )
