"""The scheduler asked about an event's day: in the worker alone, since it loads the solvers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matchmaking.docking.choices import RunKind
from matchmaking.docking.day_model import EventDay
from matchmaking.engine.schedule import changes
from matchmaking.engine.schedule.clashes import find_clashes
from matchmaking.engine.schedule.halls import seat
from matchmaking.engine.schedule.planning import plan
from matchmaking.engine.schedule.relaxations import relaxations
from matchmaking.engine.schedule.replanning import replan
from matchmaking.engine.schedule.types import Day, Seat, Slots

PLAN_SECONDS = 12.0
LEAST_SECONDS, SIZE_PER_SECOND = 2.0, 400  # a small day is proved in less
CHANGE_SECONDS = 8.0
CLASH_SECONDS = 4.0
RELAXATION_SECONDS = 2.0
MOST_CLASHES = 5


def solve(day: EventDay, kind: RunKind, request: Mapping[str, Any]) -> dict[str, Any]:
    """Return places, moves and figures of a whole schedule or of a change, as plain JSON.

    :raises ValueError: for a day without slots or halls
    :raises RuntimeError: when a result breaks a promise of the day
    """
    if not day.slots or not day.halls:
        raise ValueError("a day has at least one slot and one hall")
    return _planned(day) if kind == RunKind.PLAN else _changed(day, kind, request)


def _planned(event: EventDay) -> dict[str, Any]:
    day = event.day()
    size = len(day.meetings) * day.slots
    found = plan(day, seconds=min(PLAN_SECONDS, LEAST_SECONDS + size / SIZE_PER_SECOND))
    clashes = []
    for clash in find_clashes(day, seconds=CLASH_SECONDS)[:MOST_CLASHES]:
        ways = relaxations(day, clash, seconds=RELAXATION_SECONDS)
        clashes.append(
            {
                "kind": str(clash.kind),
                "subject": clash.subject,
                "meetings": list(clash.meetings),
                "needed": clash.needed,
                "available": clash.available,
                "asked": clash.asked,
                "ways": [
                    {"kind": str(way.kind), "subject": way.subject, "gain": way.gain}
                    for way in ways
                ],
            }
        )
    return {
        **_told(event, day, found.slots, found.seats),
        "figures": {
            "must_placed": found.must_placed,
            "must_bound": found.must_bound,
            "value": found.value,
            "value_bound": found.value_bound,
            "breaks": found.breaks,
            "breaks_bound": found.breaks_bound,
            "is_fair": found.is_fair,
            "rounds": found.rounds,
            "rounds_bound": found.rounds_bound,
            "walk_minutes": found.walk_minutes,
        },
        "clashes": clashes,
    }


def _changed(event: EventDay, kind: RunKind, request: Mapping[str, Any]) -> dict[str, Any]:
    standing = event.standing_slots
    day = event.day()
    codes = {row.pk: code for code, row in event.standing.items()}
    if kind == RunKind.MOVE:
        day = changes.pinned(day, codes[request["meeting"]], event.place[request["slot"]])
    elif kind == RunKind.SWAP:
        one, other = codes[request["meeting"]], codes[request["other"]]
        day = changes.pinned(changes.pinned(day, one, standing[other]), other, standing[one])
    elif kind == RunKind.CUT:
        day = changes.without_slot(day, event.place[request["slot"]])
    elif kind == RunKind.TABLES:
        for slot in range(day.slots):
            day = changes.with_tables(day, str(request["hall"]), slot, request["tables"])
    found = replan(day, standing, seconds=CHANGE_SECONDS)
    seats = seat(day, found.slots)
    return {
        **_told(event, day, found.slots, seats),
        "figures": {
            "others": len(found.others),
            "others_bound": found.others_bound,
            "is_least": found.is_least,
        },
        "clashes": [],
    }


def _told(event: EventDay, day: Day, slots: Slots, seats: Mapping[str, Seat]) -> dict[str, Any]:
    """Return the place of every meeting, and what differs from the schedule that stands."""
    places = {
        code: {
            "slot": event.slots[slot].pk,
            "hall": int(seats[code].hall),
            "table": seats[code].table + 1,
            "a": int(day.meeting[code].a),
            "b": int(day.meeting[code].b),
        }
        for code, slot in slots.items()
    }
    _prefer_old_tables(event, day, places)
    before = event.standing
    moved = [
        code
        for code, place in places.items()
        if code in before and before[code].slot_id != place["slot"]
    ]
    return {
        "places": places,
        "moved": sorted(moved),
        "added": sorted(code for code in places if code not in before),
        "dropped": sorted(code for code in before if code not in places),
        "left_out": sorted(code for code in event.by_code if code not in places),
    }


def _prefer_old_tables(event: EventDay, day: Day, places: dict[str, dict[str, int]]) -> None:
    """Let a meeting that keeps its slot keep its table, by swapping with who was given it."""
    at = {(one["slot"], one["hall"], one["table"]): code for code, one in places.items()}
    # Of the changed day: a hall that loses tables keeps nobody at those that are gone.
    tables = {int(hall.code): min(hall.tables) for hall in day.halls}
    for code, row in event.standing.items():
        here = places.get(code)
        if here is None or here["slot"] != row.slot_id or row.table > tables[row.hall_id]:
            continue
        wanted = (row.slot_id, row.hall_id, row.table)
        present = (here["slot"], here["hall"], here["table"])
        if wanted == present:
            continue
        there = at.get(wanted)
        if there is not None:
            places[there].update(hall=present[1], table=present[2])
            at[present] = there
        else:
            at.pop(present)
        here.update(hall=wanted[1], table=wanted[2])
        at[wanted] = code
