"""Small days for tests, and a check of a schedule that shares no line with the engine."""

import random
from collections import Counter
from itertools import product

from matchmaking.engine.schedule.types import (
    Agenda,
    Day,
    Hall,
    Limits,
    Meeting,
    Session,
    Wish,
    pair_of,
)


def agenda(code, **given):
    return Agenda(**({"code": code, "company": code.upper()} | given))


def must(a, b, **given):
    return Meeting(**({"code": f"{a}{b}", "a": a, "b": b, "wish": Wish.MUST} | given))


def would(a, b, value=1, **given):
    return Meeting(**({"code": f"{a}{b}", "a": a, "b": b, "value": value} | given))


def day(*meetings, slots=3, tables=2, agendas=(), **given):
    """A day whose agendas are those that the meetings name, but for those given."""
    known = {each.code for each in agendas}
    named = dict.fromkeys(code for each in meetings for code in (each.a, each.b))
    return Day(
        slots=slots,
        halls=given.pop("halls", (Hall(code="hall", tables=(tables,) * slots),)),
        agendas=(*agendas, *(agenda(code) for code in named if code not in known)),
        meetings=meetings,
        **given,
    )


def random_day(seed, *, largest=7):
    """A day with everything in it: absences, sessions, pins, limits, vetoes, precedences."""
    rng = random.Random(seed)
    slots = rng.randint(2, 5)
    brands = [f"b{n}" for n in range(rng.randint(1, 3))]
    others = [f"f{n}" for n in range(rng.randint(2, 4))]
    pairs = [(a, b) for a, b in product(brands, others)]
    rng.shuffle(pairs)
    meetings = tuple(
        Meeting(
            code=f"{a}{b}",
            a=a,
            b=b,
            wish=rng.choice([Wish.MUST, Wish.WOULD, Wish.WOULD]),
            value=rng.randint(0, 9),
            session=rng.choice([*[Session.ANY] * 4, Session.MORNING, Session.AFTERNOON]),
            pinned=rng.randrange(slots) if rng.random() < 0.1 else None,
        )
        for a, b in pairs[:largest]
    )
    codes = [meeting.code for meeting in meetings]
    return Day(
        slots=slots,
        morning_slots=slots // 2 + 1,
        halls=(
            Hall(code="east", tables=tuple(rng.randint(0, 2) for _ in range(slots))),
            Hall(code="west", tables=tuple(rng.randint(0, 1) for _ in range(slots))),
        ),
        walks={pair_of("east", "west"): 4},
        agendas=tuple(
            Agenda(
                code=code,
                company=code.upper(),
                is_seated=code.startswith("b"),
                absences=tuple(
                    frozenset(slot for slot in range(slots) if rng.random() < 0.15)
                    for _ in range(rng.randint(1, 2))
                ),
            )
            for code in brands + others
        ),
        meetings=meetings,
        limits={others[0].upper(): Limits(minimum=1, maximum=2)},
        vetoes=frozenset({pair_of(brands[0].upper(), others[1].upper())}),
        precedences=((codes[0], codes[-1]),) if len(codes) > 1 and rng.random() < 0.4 else (),
    )


def wrongs(day, slots, seats=None):
    """What is wrong, read off the day's raw values: an independent check, without the engine's."""
    meetings = {each.code: each for each in day.meetings}
    held = [(meetings[code], slot) for code, slot in slots.items()]
    found = [wrong for each, slot in held for wrong in wrongs_of_meeting(day, each, slot)]
    sitting = Counter((end, slot) for each, slot in held for end in (each.a, each.b))
    found += [f"{end} twice in {slot}" for (end, slot), count in sitting.items() if count > 1]
    found += [
        f"slot {slot}: {count} meetings"
        for slot, count in Counter(slots.values()).items()
        if count > sum(hall.tables[slot] for hall in day.halls)
    ]
    company = {each.code: each.company for each in day.agendas}
    shares = Counter(company[end] for each, _ in held for end in (each.a, each.b))
    found += [
        f"{name}: over its maximum"
        for name, limits in day.limits.items()
        if limits.maximum is not None and shares[name] > limits.maximum
    ]
    found += [
        f"{later}: not after {earlier}"
        for earlier, later in day.precedences
        if earlier in slots and later in slots and not slots[earlier] < slots[later]
    ]
    return found if seats is None else found + wrongs_of_seats(day, slots, seats)


def wrongs_of_meeting(day, meeting, slot):
    agendas = {each.code: each for each in day.agendas}
    ends = agendas[meeting.a], agendas[meeting.b]
    noon = day.slots if day.morning_slots is None else day.morning_slots
    rules = {
        "away": any(all(slot in away for away in end.absences) for end in ends),
        "vetoed": frozenset(end.company for end in ends) in day.vetoes,
        "own company": ends[0].company == ends[1].company,
        "not in the morning": meeting.session == "morning" and slot >= noon,
        "not in the afternoon": meeting.session == "afternoon" and slot < noon,
        "pin broken": meeting.pinned not in {None, slot},
        "outside its hours": meeting.slots is not None and slot not in meeting.slots,
    }
    return [f"{meeting.code}: {name}" for name, is_broken in rules.items() if is_broken]


def wrongs_of_seats(day, slots, seats):
    tables = {hall.code: hall.tables for hall in day.halls}
    found = [f"{code}: no table" for code in slots if code not in seats]
    found += [
        f"{code}: no such table"
        for code, seat in seats.items()
        if not 0 <= seat.table < tables[seat.hall][slots[code]]
    ]
    taken = Counter((seats[code], slot) for code, slot in slots.items() if code in seats)
    return found + [f"{where}: double table" for where, count in taken.items() if count > 1]


def gaps(day, slots):
    """Breaks of each agenda, by walking through the day slot by slot."""
    meetings = {each.code: each for each in day.meetings}
    counts = {}
    for agenda_ in day.agendas:
        line = "".join(
            "x"
            if any(
                here == slot and agenda_.code in {meetings[code].a, meetings[code].b}
                for code, here in slots.items()
            )
            else " "
            for slot in range(day.slots)
        )
        counts[agenda_.code] = max(0, len(line.split()) - 1)
    return counts


def every_schedule(day):
    """All sound schedules of a very small day."""
    codes = [each.code for each in day.meetings]
    for places in product([None, *range(day.slots)], repeat=len(codes)):
        slots = {code: slot for code, slot in zip(codes, places, strict=True) if slot is not None}
        if not wrongs(day, slots):
            yield slots
