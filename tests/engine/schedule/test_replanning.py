import random

import pytest

from matchmaking.engine.schedule import replanning
from matchmaking.engine.schedule.changes import (
    absent,
    pinned,
    with_tables,
    without_agenda,
    without_slot,
)
from matchmaking.engine.schedule.replanning import move, replan, swap
from matchmaking.engine.schedule.selection import choose_with_slots
from matchmaking.engine.schedule.types import Limits
from tests.engine.schedule.days import day, every_schedule, must, random_day, would, wrongs

SECONDS = 5


def fewest_others(wanted, standing, concerned):
    """Over all schedules: (musts missed, meetings missed, other agendas changed), the least."""
    kept = {code for code in standing if code in wanted.meeting}
    kept |= {each.code for each in wanted.meetings if each.pinned is not None}
    ranks = []
    for slots in every_schedule(wanted):
        if not set(slots) <= kept:
            continue
        changed = {
            agenda
            for code in kept & set(standing)
            if slots.get(code) != standing[code]
            for agenda in (wanted.meeting[code].a, wanted.meeting[code].b)
        }
        missed = kept - set(slots)
        musts = sum(wanted.meeting[code].is_must for code in missed)
        ranks.append((musts, len(missed), len(changed - concerned)))
    return min(ranks)


def changed_at_random(wanted, seed):
    rng = random.Random(seed)
    agenda = rng.choice(wanted.agendas).code
    slot = rng.randrange(wanted.slots)
    return rng.choice(
        [
            lambda: absent(wanted, agenda, {slot}),
            lambda: without_slot(wanted, slot),
            lambda: with_tables(wanted, "east", slot, 0),
            lambda: without_agenda(wanted, agenda),
            lambda: pinned(wanted, wanted.meetings[0].code, slot),
        ]
    )()


@pytest.mark.parametrize("seed", range(20))
def test_change_is_the_least_of_all(seed):
    wanted = random_day(seed, largest=4)
    standing = choose_with_slots(wanted, {}, seconds=SECONDS).slots
    changed = changed_at_random(wanted, seed)

    found = replan(changed, standing, seconds=SECONDS)

    assert wrongs(changed, found.slots) == []
    rank = fewest_others(changed, standing, found.concerned)
    missed = [
        each
        for each in changed.meetings
        if (each.code in standing or each.pinned is not None) and each.code not in found.slots
    ]
    assert (sum(each.is_must for each in missed), len(missed), len(found.others)) == rank
    assert found.others_bound <= len(found.others)


STANDING = {"ab": 0, "cd": 0, "ad": 1, "cb": 1}
SQUARE = day(must("a", "b"), must("c", "d"), must("a", "d"), must("c", "b"), slots=3)


def test_move_tells_whom_it_moves():
    changed, found = move(SQUARE, STANDING, "ab", 2, seconds=SECONDS)

    assert changed.meeting["ab"].pinned == 2
    assert found.moved == {"ab": (0, 2)}
    assert (found.concerned, found.others, found.is_least) == ({"a", "b"}, set(), True)


def test_swap_trades_two_slots():
    _, found = swap(SQUARE, STANDING, "ab", "ad", seconds=SECONDS)

    assert (found.slots["ab"], found.slots["ad"]) == (1, 0)
    assert set(found.moved) == {"ab", "ad", "cb", "cd"}
    assert (found.others, found.is_least) == ({"c"}, True)


def test_cancelled_agenda_drops_its_meetings_and_moves_nobody():
    found = replan(without_agenda(SQUARE, "a"), STANDING, seconds=SECONDS)

    assert found.dropped == ("ab", "ad")
    assert (found.moved, found.others, found.is_least) == ({}, frozenset(), True)


def test_cut_slot_reschedules_what_stood_there():
    found = replan(without_slot(SQUARE, 0), STANDING, seconds=SECONDS)

    assert found.dropped == ()
    assert set(found.moved) == {"ab", "cd"}
    assert found.others == frozenset()


def test_cut_table_moves_one_meeting_of_that_slot():
    found = replan(with_tables(SQUARE, "hall", 0, 1), STANDING, seconds=SECONDS)

    assert len(found.moved) == 1
    assert (len(found.others), found.is_least) == (2, True)


def test_pin_is_kept_when_others_change():
    wanted = pinned(SQUARE, "cd", 0)

    found = replan(absent(wanted, "a", {0}), STANDING, seconds=SECONDS)

    assert found.slots["cd"] == 0
    assert found.moved == {"ab": (0, 2)}


def test_required_meeting_is_added_and_its_agendas_are_concerned():
    wanted = day(*SQUARE.meetings, would("a", "c"), slots=3)

    found = replan(wanted, STANDING, required={"ac"}, seconds=SECONDS)

    assert found.added == ("ac",)
    assert found.concerned == {"a", "c"}
    assert found.moved == {}


def test_maximum_of_a_company_that_was_lowered_drops_one_meeting():
    wanted = day(*SQUARE.meetings, slots=3, limits={"A": Limits(maximum=1)})

    found = replan(wanted, STANDING, seconds=SECONDS)

    assert len(found.dropped) == 1
    assert wrongs(wanted, found.slots) == []


def test_day_too_large_for_the_exact_model_still_leaves_out_as_few_as_it_can(monkeypatch):
    monkeypatch.setattr(replanning, "_LARGEST_EXACT", 0)
    meetings = [would(f"b{n % 4}", f"f{n % 5}") for n in range(20)]
    wanted = day(*meetings, slots=6, tables=4)
    standing = choose_with_slots(wanted, {}, seconds=SECONDS).slots

    found = replan(without_slot(wanted, 0), standing, seconds=SECONDS)

    assert found.dropped == ()
    assert wrongs(without_slot(wanted, 0), found.slots) == []


def test_unknown_required_meeting_is_refused():
    with pytest.raises(ValueError, match="meeting zz is not known"):
        replan(SQUARE, STANDING, required={"zz"}, seconds=1)
