from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaking.engine.types import Gate, blocked_pairs
from tests.engine.cast import (
    BLOCKED,
    LIKENESS,
    NOW_DAY,
    OFFER,
    ORDER,
    PROFILE,
    WEEK,
    random_offer,
    random_order,
    randoms,
    splittable,
)
from tests.engine.reference import oracle
from tests.engine.reference.posts import NAN
from tests.engine.reference.scoring import assess, judge_gates


def assessed(order=ORDER, offer=OFFER, profile=PROFILE, blocked=BLOCKED, now_day=NOW_DAY):
    return assess(
        order, offer, profile=profile, likeness=LIKENESS, blocked=blocked, now_day=now_day
    )


def only_failure(*, order=ORDER, offer=OFFER, blocked=BLOCKED):
    """The one gate that fails, as (code, wanted, found)."""
    found = assessed(order, offer, blocked=blocked)
    assert found.passed is False
    assert found.proposed is False
    [gate] = found.failed_gates
    return gate.code.value, gate.wanted, gate.found


def test_pair_that_fits_passes_every_gate_in_order():
    found = assessed()

    assert [gate.code for gate in found.gates] == list(Gate)
    assert [gate.passed for gate in found.gates] == [True] * 8
    assert found.passed is True


def test_category_without_likeness_fails():
    offer = replace(OFFER, categories=(3, 2))

    assert only_failure(offer=offer) == ("category", 0, 3)


def test_category_of_the_same_family_passes_by_the_most_alike():
    offer = replace(OFFER, categories=(3, 1))

    gate = assessed(offer=offer).gate("category")

    assert (gate.passed, gate.wanted, gate.found) == (True, 0, 1)


def test_construction_that_the_factory_lacks_fails():
    offer = replace(OFFER, constructions=0b011)

    assert only_failure(offer=offer) == ("construction", 2, 0b011)


@pytest.mark.parametrize(
    "change",
    [{"order": replace(ORDER, construction=-1)}, {"offer": replace(OFFER, constructions=0)}],
)
def test_construction_not_named_by_one_side_passes(change):
    pair = {"offer": replace(OFFER, constructions=0b001)} | change

    assert assessed(**pair).gate("construction").passed is True


def test_certificate_missing_fails():
    offer = replace(OFFER, certificates=0b101)

    assert only_failure(offer=offer) == ("certificates", 0b011, 0b101)


@pytest.mark.parametrize(
    ("change", "kin"), [({"company": 1}, 1), ({"group": 7}, 2), ({"company": 14}, 3)]
)
def test_own_company_its_group_and_a_blocked_partner_fail(change, kin):
    assert only_failure(offer=replace(OFFER, **change)) == ("own_company", 0, kin)


def test_companies_of_no_group_are_not_of_one_group():
    order, offer = replace(ORDER, group=0), replace(OFFER, group=0)

    assert assessed(order, offer).gate("own_company").passed is True


def test_blocking_works_whichever_side_blocked():
    for pair in [(1, 11), (11, 1)]:
        assert only_failure(blocked=blocked_pairs([pair])) == ("own_company", 0, 3)


def test_window_closed_by_lead_days_fails_with_capacity():
    offer = replace(OFFER, lead_days=14 * 7)

    failed = [(g.code, g.wanted, g.found) for g in assessed(offer=offer).failed_gates]

    assert failed == [(Gate.WINDOW, WEEK + 13, WEEK + 14), (Gate.CAPACITY, 60_000, 0)]


@pytest.mark.parametrize(
    ("now_day", "lead_days", "first"),
    [(NOW_DAY, 14, 2), (NOW_DAY, 15, 3), (NOW_DAY, 21, 3), (NOW_DAY + 1, 21, 4), (NOW_DAY, 0, 2)],
)
def test_window_opens_on_the_first_monday_after_lead_days(now_day, lead_days, first):
    offer = replace(OFFER, lead_days=lead_days)

    assert assessed(offer=offer, now_day=now_day).gate("window").found == WEEK + first


def test_window_is_open_when_one_week_is_left():
    order = replace(ORDER, due_week=WEEK + 3, pairs=10_000, smallest_part=10_000)

    assert assessed(order).passed is True


def test_capacity_one_pair_short_fails_whole_order():
    free = (10_000,) * 8 + (9_999,) + (0,) * 20

    assert only_failure(offer=replace(OFFER, free=free)) == ("capacity", 60_000, 59_999)


def test_capacity_of_the_smallest_part_is_enough_when_splittable():
    offer = replace(OFFER, free=(0,) * 13 + (10_000,))

    assert assessed(splittable(10_000), offer).passed is True
    assert only_failure(order=splittable(10_001), offer=offer) == ("capacity", 10_001, 10_000)


def test_minimum_order_above_the_order_fails():
    assert only_failure(offer=replace(OFFER, min_order=60_001)) == ("minimum_order", 60_001, 60_000)


def test_minimum_order_is_compared_with_the_largest_part_when_splittable():
    offer = replace(OFFER, free=(5_000,) * 20)

    order = splittable(20_000)

    assert assessed(order, replace(offer, min_order=55_000)).passed is True
    found = only_failure(order=order, offer=replace(offer, min_order=55_001))
    assert found == ("minimum_order", 55_001, 55_000)


@pytest.mark.parametrize(("low", "passed"), [(65.0, True), (65.01, False), (500.0, False)])
def test_band_that_begins_beyond_the_tolerated_gap_fails(low, passed):
    offer = replace(OFFER, price_low_cny=low, price_high_cny=600.0)

    gate = assessed(offer=offer).gate("price")

    assert gate == ("price", passed, 6_500, round(low * 100))


@pytest.mark.parametrize(
    "change",
    [
        {"order": replace(ORDER, price_cny=NAN)},
        {"offer": replace(OFFER, price_low_cny=NAN, price_high_cny=500.0)},
    ],
)
def test_price_of_which_the_lower_end_or_the_target_is_not_said_passes(change):
    pair = {"offer": replace(OFFER, price_low_cny=500.0)} | change

    assert assessed(**pair).gate("price").passed is True


@pytest.mark.parametrize("least", [-1, 0])
def test_minimum_order_that_is_not_said_passes(least):
    order = replace(ORDER, pairs=1, smallest_part=1)

    assert assessed(order, replace(OFFER, min_order=least)).gate("minimum_order").passed is True


def test_days_of_preparation_that_are_not_said_do_not_close_the_window():
    order = replace(ORDER, start_week=WEEK, due_week=WEEK + 6)

    assert assessed(order, replace(OFFER, lead_days=-1)).gate("window").found == WEEK
    assert assessed(order, replace(OFFER, lead_days=49)).gate("window").passed is False


def test_stale_figures_stay_a_proposal_but_no_hard_capacity():
    stale = assessed(offer=replace(OFFER, age_days=15))

    assert (stale.passed, stale.is_stale, stale.hard_pairs) == (True, True, 0)
    fresh = assessed(offer=replace(OFFER, age_days=14))
    assert (fresh.passed, fresh.is_stale, fresh.hard_pairs) == (True, False, 60_000)


@given(random=randoms, now=st.integers(-20, 20))
def test_gates_agree_with_the_oracle(random, now):
    order, offer = random_order(random, 0), random_offer(random, 0)

    gates = judge_gates(
        order, offer, profile=PROFILE, likeness=LIKENESS, blocked=BLOCKED, now_day=NOW_DAY + now
    )

    failed = {gate.code.value for gate in gates if not gate.passed}
    assert failed == oracle.failed_gates(order, offer, PROFILE, LIKENESS, BLOCKED, NOW_DAY + now)
