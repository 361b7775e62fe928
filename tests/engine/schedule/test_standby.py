import pytest

from matchmaking.engine.schedule.standby import StandbyPair, standby_pairs
from matchmaking.engine.schedule.types import Agenda, Limits, pair_of
from tests.engine.schedule.days import agenda, day, must, would

ALL = frozenset("abcdef")
WANTED = day(
    must("a", "b"), would("c", "d", 50), would("c", "b", 80), must("e", "f"), would("a", "d", 7)
)


def offered(wanted=WANTED, slots=None, **given):
    pairs = standby_pairs(
        wanted, {} if slots is None else slots,
        **({"slot": 1, "present": ALL, "consented": ALL} | given),
    )  # fmt: skip
    return [each.a + each.b for each in pairs]


def test_musts_come_first_then_value():
    assert offered() == ["ab", "ef", "bc", "cd", "ad"]


def test_pair_that_nobody_wished_is_offered_last_and_by_its_value():
    values = {pair_of("A", "C"): 90, pair_of("A", "F"): 95}

    assert offered(values=values)[-2:] == ["af", "ac"]


@pytest.mark.parametrize(
    "given",
    [
        {"present": ALL - {"a"}},
        {"consented": ALL - {"b"}},
        {"met": {pair_of("A", "B")}},
        {"slots": {"ab": 0}},
        {"slots": {"ad": 1}},
        {"slots": {"cb": 1}},
        {"wanted": day(*WANTED.meetings, vetoes=frozenset({pair_of("A", "B")}))},
        {"wanted": day(*WANTED.meetings, limits={"A": Limits(maximum=0)})},
        {"wanted": day(*WANTED.meetings, agendas=(agenda("a", absences=(frozenset({1}),)),))},
        {"wanted": day(must("a", "b", pinned=2))},
        {"wanted": day(*WANTED.meetings, precedences=(("ef", "ab"),)), "slots": {"ef": 2}},
        {"wanted": day(*WANTED.meetings, precedences=(("ab", "ef"),)), "slots": {"ef": 0}},
    ],
)
def test_pair_is_not_offered_where_it_is(given):
    assert "ab" not in offered(**given)


def test_two_agendas_of_one_company_are_no_pair():
    own = (Agenda(code="a", company="X"), Agenda(code="b", company="X"))

    assert offered(day(must("a", "b"), agendas=own)) == []


def test_offer_tells_the_wish_behind_it():
    (pair,) = standby_pairs(
        day(would("a", "b", 3)), {}, slot=0, present={"a", "b"}, consented={"a", "b"}
    )

    assert pair == StandbyPair(a="a", b="b", meeting="ab", is_must=False, value=3)
