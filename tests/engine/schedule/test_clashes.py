import pytest

from matchmaking.engine.schedule.clashes import ClashKind, find_clashes
from matchmaking.engine.schedule.planning import plan
from matchmaking.engine.schedule.relaxations import Relaxation, RelaxationKind, relaxations
from matchmaking.engine.schedule.types import Agenda, Limits, Session, pair_of
from tests.engine.schedule.days import agenda, day, every_schedule, must, random_day, would

SECONDS = 5


def stars(hub, count, **given):
    return [must(hub, f"{hub}{n}", **given) for n in range(count)]


CASES = {
    ClashKind.VETO: (
        day(must("a", "b"), must("a", "c"), vetoes=frozenset({pair_of("A", "B")})),
        {"ab"},
    ),
    ClashKind.OWN_COMPANY: (
        day(must("a", "b"), agendas=(Agenda(code="a", company="A"), Agenda(code="b", company="A"))),
        {"ab"},
    ),
    ClashKind.NO_SLOT: (
        day(
            must("a", "b", session=Session.MORNING), must("b", "c"), slots=4, morning_slots=2,
            agendas=(agenda("a", absences=(frozenset({0, 1}),)),),
        ),
        {"ab"},
    ),
    ClashKind.SAME_PIN: (
        day(must("a", "b", pinned=1), must("a", "c", pinned=1), must("a", "d")),
        {"ab", "ac"},
    ),
    ClashKind.AGENDA: (day(*stars("a", 5), must("x", "y"), slots=4), None),
    ClashKind.MAXIMUM: (
        day(*stars("a", 3), slots=9, limits={"A": Limits(maximum=2)}),
        {"aa0", "aa1", "aa2"},
    ),
    ClashKind.TABLES: (
        day(must("a", "b"), must("c", "d"), must("e", "f"), slots=2, tables=1),
        {"ab", "cd", "ef"},
    ),
    ClashKind.ORDER: (
        day(
            must("a", "b", pinned=2), must("c", "d", session=Session.MORNING), must("e", "f"),
            slots=4, morning_slots=2, precedences=(("ab", "cd"), ("cd", "ef")),
        ),
        {"ab", "cd"},
    ),
    ClashKind.TOGETHER: (
        # Three agendas that all meet each other, in two slots: each alone has one for each.
        day(must("a", "b"), must("b", "c"), must("a", "c"), must("x", "y"), slots=2, tables=9),
        {"ab", "bc", "ac"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", CASES)
def test_clash_is_named_by_a_smallest_set(kind):
    wanted, meetings = CASES[kind]

    clash, *others = find_clashes(wanted, seconds=SECONDS)

    assert others == []
    assert clash.kind is kind
    assert meetings is None or set(clash.meetings) == meetings


def test_every_kind_of_clash_has_its_case():
    assert set(CASES) == set(ClashKind)


def test_too_many_musts_of_an_agenda_are_counted_against_its_slots():
    wanted = day(*stars("a", 25), slots=23, agendas=(agenda("a", absences=(frozenset({4}),)),))

    (clash,) = find_clashes(wanted, seconds=SECONDS)

    assert (clash.kind, clash.subject) == (ClashKind.AGENDA, "a")
    assert (clash.needed, clash.available, clash.asked) == (23, 22, 25)
    assert clash.slots == tuple(slot for slot in range(23) if slot != 4)


def test_clashes_that_have_nothing_in_common_are_all_named():
    wanted = day(
        *stars("a", 5), *stars("z", 6), must("p", "q", pinned=0), must("p", "r", pinned=0),
        slots=4, tables=9,
    )  # fmt: skip

    named = {(clash.kind, clash.subject) for clash in find_clashes(wanted, seconds=SECONDS)}

    assert named == {
        (ClashKind.AGENDA, "a"), (ClashKind.AGENDA, "z"), (ClashKind.SAME_PIN, "p"),
    }  # fmt: skip


def test_wishes_that_are_no_musts_never_clash():
    assert find_clashes(day(*(would("a", other) for other in "bcdef")), seconds=SECONDS) == ()


def musts_fit(wanted, codes):
    return any(set(codes) <= set(slots) for slots in every_schedule(wanted))


@pytest.mark.parametrize("seed", range(15))
def test_clash_is_true_and_one_wish_fewer_is_none(seed):
    wanted = random_day(seed, largest=4)
    musts = [meeting.code for meeting in wanted.meetings if meeting.is_must]

    clashes = find_clashes(wanted, seconds=SECONDS)

    assert bool(clashes) == (not musts_fit(wanted, musts))
    for clash in clashes:
        assert not musts_fit(wanted, clash.meetings)
        for code in clash.meetings:
            assert musts_fit(wanted, set(clash.meetings) - {code})


def test_no_answer_in_time_gives_no_clash():
    wanted, _ = CASES[ClashKind.TOGETHER]

    assert find_clashes(wanted, seconds=0) == ()


def test_three_relaxations_are_named_with_their_yield():
    wanted = day(
        *stars("a", 6), slots=5, tables=9, agendas=(agenda("a", absences=(frozenset({0}),)),)
    )
    (clash,) = find_clashes(wanted, seconds=SECONDS)

    assert relaxations(wanted, clash, seconds=SECONDS) == (
        Relaxation(kind=RelaxationKind.SECOND_AGENDA, subject="a", gain=2),
        Relaxation(kind=RelaxationKind.MORE_SLOTS, subject="2", gain=2),
        Relaxation(kind=RelaxationKind.ATTEND, subject="a", gain=1),
    )


@pytest.mark.parametrize(
    ("kind", "best"),
    [
        (ClashKind.VETO, {RelaxationKind.GIVE_UP}),
        (ClashKind.OWN_COMPANY, {RelaxationKind.GIVE_UP}),
        (
            ClashKind.NO_SLOT,
            {RelaxationKind.ANY_SESSION, RelaxationKind.ATTEND, RelaxationKind.GIVE_UP},
        ),
        (
            ClashKind.SAME_PIN,
            {RelaxationKind.UNPIN, RelaxationKind.SECOND_AGENDA, RelaxationKind.GIVE_UP},
        ),
        (ClashKind.MAXIMUM, {RelaxationKind.RAISE_MAXIMUM, RelaxationKind.GIVE_UP}),
        (
            ClashKind.TABLES,
            {RelaxationKind.MORE_TABLES, RelaxationKind.MORE_SLOTS, RelaxationKind.GIVE_UP},
        ),
        (
            ClashKind.ORDER,
            {RelaxationKind.UNPIN, RelaxationKind.DROP_ORDER, RelaxationKind.GIVE_UP},
        ),
        (ClashKind.TOGETHER, {RelaxationKind.MORE_SLOTS, RelaxationKind.GIVE_UP}),
    ],
)
def test_relaxation_that_is_named_helps(kind, best):
    wanted, _ = CASES[kind]
    (clash,) = find_clashes(wanted, seconds=SECONDS)

    named = relaxations(wanted, clash, seconds=SECONDS)

    assert {each.kind for each in named} == best
    assert all(each.gain == 1 for each in named)


def test_plan_places_all_musts_but_the_clash():
    wanted, _ = CASES[ClashKind.TOGETHER]

    schedule = plan(wanted, seconds=SECONDS)

    assert (schedule.must_placed, schedule.must_bound) == (3, 3)
