import random
from collections import Counter

import pytest

from matchmaking.engine.schedule.annealing import anneal
from matchmaking.engine.schedule.breaks import count_breaks
from matchmaking.engine.schedule.instance import Instance
from matchmaking.engine.schedule.timetable import NOWHERE, assign_slots, fill, place_the_rest


def two_sided(seed, *, slots=None, tables=99, closed=0.0):
    """Meetings of 8 brands with 14 factories; as many slots as the busiest has meetings."""
    rng = random.Random(seed)
    ends = sorted({(rng.randrange(8), 8 + rng.randrange(14)) for _ in range(60)})
    degree = max(Counter(agenda for pair in ends for agenda in pair).values())
    slots = slots or degree
    away = [{slot for slot in range(slots) if rng.random() < closed} for _ in range(22)]
    return Instance(
        slots=slots,
        agendas=22,
        ends=ends,
        open=[[slot for slot in range(slots) if slot not in away[a] | away[b]] for a, b in ends],
        tables=[tables] * slots,
    )


def wrong_in(instance, slots):
    placed = [(each, slot) for each, slot in enumerate(slots) if slot != NOWHERE]
    sitting = Counter((agenda, slot) for each, slot in placed for agenda in instance.ends[each])
    held = Counter(slot for _, slot in placed)
    return (
        [key for key, count in sitting.items() if count > 1]
        + [slot for slot, count in held.items() if count > instance.tables[slot]]
        + [each for each, slot in placed if slot not in instance.open[each]]
        + [pair for pair in instance.before if not slots[pair[0]] < slots[pair[1]]]
    )


@pytest.mark.parametrize("seed", range(12))
def test_rounds_are_the_busiest_agendas_meetings(seed):
    instance = two_sided(seed)

    slots = assign_slots(instance, steps=0)

    assert NOWHERE not in slots
    assert len(set(slots)) == instance.degree
    assert wrong_in(instance, slots) == []


@pytest.mark.parametrize("seed", range(6))
def test_rounds_are_levelled_over_the_tables(seed):
    instance = two_sided(seed)
    tables = -(-len(instance.ends) // instance.degree)
    instance = two_sided(seed, tables=tables)

    slots = assign_slots(instance, steps=500)

    assert NOWHERE not in slots
    assert wrong_in(instance, slots) == []


@pytest.mark.parametrize("seed", range(6))
def test_absences_are_kept(seed):
    instance = two_sided(seed, slots=14, closed=0.1)

    slots = assign_slots(instance, steps=2000)

    assert NOWHERE not in slots
    assert wrong_in(instance, slots) == []


def test_the_least_worth_is_left_out():
    instance = Instance(
        slots=2, agendas=4, ends=[(0, 1), (0, 2), (0, 3)], open=[[0, 1]] * 3, tables=[9, 9]
    )

    assert assign_slots(instance, [1, 5, 5], steps=50)[0] == NOWHERE
    assert assign_slots(instance, [5, 1, 5], steps=50)[1] == NOWHERE


def test_precedences_are_kept():
    instance = Instance(
        slots=3,
        agendas=4,
        ends=[(0, 1), (0, 2), (0, 3)],
        open=[[0, 1, 2]] * 3,
        tables=[1, 1, 1],
        before=[(2, 1), (1, 0)],
    )

    assert assign_slots(instance, steps=100) == [2, 1, 0]


def test_filling_moves_nothing_that_stands():
    instance = Instance(
        slots=2, agendas=4, ends=[(0, 1), (0, 2), (2, 3)], open=[[0, 1]] * 3, tables=[1, 2]
    )

    assert fill(instance, [1, NOWHERE, NOWHERE], [1, 2]) == [1, 0, 1]


def test_the_rest_pushes_out_what_is_worth_less():
    instance = Instance(slots=1, agendas=3, ends=[(0, 1), (0, 2)], open=[[0]] * 2, tables=[1])

    assert place_the_rest(instance, [0, NOWHERE], [1, 9], steps=5) == [NOWHERE, 0]


def test_annealing_removes_breaks_and_keeps_the_rest():
    instance = two_sided(1, slots=16, tables=5)
    slots = assign_slots(instance, steps=500)

    better = anneal(instance, slots, seconds=0.2)

    assert sum(count_breaks(instance, better)) < sum(count_breaks(instance, slots))
    assert wrong_in(instance, better) == []
    assert NOWHERE not in better
