import json
from dataclasses import replace

import pytest
from hypothesis import given, settings

from matchmaking.engine.types import Change, Profile
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
    random_profile,
    randoms,
    splittable,
)
from tests.engine.reference import oracle
from tests.engine.reference.near_miss import NearMiss, apply_change, near_miss, near_misses
from tests.engine.reference.scoring import assess


def run(profile=PROFILE):
    return {"profile": profile, "likeness": LIKENESS, "blocked": BLOCKED, "now_day": NOW_DAY}


def smallest(order=ORDER, offer=OFFER, profile=PROFILE):
    """The smallest change as (kind, gate, before, after, amount)."""
    found = near_miss(order, offer, **run(profile))
    return (found.kind.value, found.gate, found.before, found.after, found.amount)


def assessed_score(offer):
    return assess(ORDER, offer, **run()).score


def kinds(order=ORDER, offer=OFFER):
    return {miss.kind.value: miss.after for miss in near_misses(order, offer, **run())}


def is_proposed(order, offer, profile):
    failed = oracle.failed_gates(order, offer, profile, LIKENESS, BLOCKED, NOW_DAY)
    return (
        not failed and oracle.score(order, offer, profile, LIKENESS, NOW_DAY) >= profile.min_score
    )


def test_pair_that_is_proposed_has_no_near_miss():
    assert near_misses(ORDER, OFFER, **run()) == ()
    assert near_miss(ORDER, OFFER, **run()) is None


@pytest.mark.parametrize(
    "change", [{"categories": (3,)}, {"company": 1}, {"group": 7}, {"company": 14}]
)
def test_category_and_company_cannot_be_mended(change):
    assert near_miss(ORDER, replace(OFFER, **change), **run()) is None


def test_due_later_when_the_pairs_come_two_weeks_late():
    offer = replace(OFFER, free=(0,) * 10 + (10_000,) * 6)

    assert smallest(offer=offer) == ("due_later", "capacity", WEEK + 13, WEEK + 15, 2)
    assert kinds(offer=offer) == {
        "due_later": WEEK + 15,
        "allow_split": 40_000,
        "fewer_pairs": 40_000,
    }


def test_due_later_opens_a_closed_window():
    offer = replace(OFFER, lead_days=14 * 7, free=(60_000,) * 20)

    assert smallest(offer=offer) == ("due_later", "window", WEEK + 13, WEEK + 14, 1)


def test_start_earlier_when_the_free_weeks_lie_before_the_start():
    order = replace(ORDER, start_week=WEEK + 9)
    offer = replace(OFFER, free=(10_000,) * 13)

    assert smallest(order, offer) == ("start_earlier", "capacity", WEEK + 9, WEEK + 7, 2)


def test_allow_split_when_one_pair_is_missing_and_no_later_week_is_free():
    offer = replace(OFFER, free=(0,) * 3 + (59_999,))

    assert smallest(offer=offer) == ("allow_split", "capacity", 60_000, 59_999, 1)


def test_smaller_part_of_an_order_that_may_be_split():
    offer = replace(OFFER, free=(0,) * 3 + (12_345,))

    assert kinds(splittable(20_000), offer) == {"allow_split": 12_345}


def test_minimum_order_is_lowered_to_the_order():
    offer = replace(OFFER, min_order=75_000)

    found = near_miss(ORDER, offer, **run())

    assert found == NearMiss(
        kind=Change.MINIMUM_ORDER,
        gate="minimum_order",
        before=75_000,
        after=60_000,
        amount=15_000,
        size=0.2,
        score=90.53,
    )


@pytest.mark.parametrize(("low", "after"), [(65.01, 5_100), (91.0, 7_000), (92.0, 7_100)])
def test_target_price_that_would_do_is_the_next_whole_yuan(low, after):
    offer = replace(OFFER, price_low_cny=low, price_high_cny=120.0)

    assert smallest(offer=offer) == ("target_price", "price", 5_000, after, after - 5_000)


def test_floor_that_was_missed_names_the_price_that_would_lift_the_score():
    offer = replace(OFFER, price_low_cny=64.0, price_high_cny=80.0)
    profile = Profile(min_score=assessed_score(offer) + 4)

    found = {miss.kind.value: miss for miss in near_misses(ORDER, offer, **run(profile))}

    assert found["target_price"].gate == "min_score"
    assert found["target_price"].score >= profile.min_score


def test_single_certificate_is_named_by_its_bit():
    offer = replace(OFFER, certificates=0b101)

    assert smallest(offer=offer) == ("add_certificate", "certificates", 0b101, 0b111, 1)


def test_two_missing_certificates_are_no_single_change():
    assert near_miss(ORDER, replace(OFFER, certificates=0), **run()) is None


def test_construction_may_be_left_open():
    offer = replace(OFFER, constructions=0b001)

    assert smallest(offer=offer) == ("any_construction", "construction", 2, -1, 3)


def test_two_causes_are_no_single_change():
    offer = replace(OFFER, constructions=0b001, min_order=75_000)

    assert near_miss(ORDER, offer, **run()) is None


def test_confirming_figures_lifts_a_score_that_was_too_low():
    offer = replace(OFFER, age_days=15)

    profile = Profile(min_score=88)

    assert smallest(offer=offer, profile=profile) == ("confirm_figures", "min_score", 15, 0, 15)


def test_near_miss_survives_json():
    found = near_miss(ORDER, replace(OFFER, min_order=75_000), **run())

    assert NearMiss.from_dict(json.loads(json.dumps(found.as_dict()))) == found


def towards_before(miss):
    """The value one unit closer to what is, None for a change that has no units."""
    if miss.kind in {Change.ADD_CERTIFICATE, Change.ANY_CONSTRUCTION, Change.CONFIRM_FIGURES}:
        return None
    if miss.kind is Change.TARGET_PRICE:
        return max(miss.before, miss.after - 100)
    return miss.after + (1 if miss.before > miss.after else -1)


@given(random=randoms)
@settings(max_examples=200)
def test_named_change_suffices_and_one_unit_less_does_not(random):
    order, offer, profile = random_order(random, 0), random_offer(random, 0), random_profile(random)

    found = near_misses(order, offer, **run(profile))

    assert [miss.size for miss in found] == sorted(miss.size for miss in found)
    for miss in found:
        changed = apply_change(miss.kind, miss.after, order, offer)
        assert is_proposed(*changed, profile)
        assert assess(*changed, **run(profile)).score == miss.score
        less = towards_before(miss)
        if less is not None:
            assert not is_proposed(*apply_change(miss.kind, less, order, offer), profile)


@given(random=randoms)
@settings(max_examples=200)
def test_no_week_nearer_than_the_named_one_suffices_and_none_is_overlooked(random):
    order, offer, profile = random_order(random, 0), random_offer(random, 0), random_profile(random)
    failed = oracle.failed_gates(order, offer, profile, LIKENESS, BLOCKED, NOW_DAY)
    hopeless = failed & {"category", "own_company"} or is_proposed(order, offer, profile)
    last = offer.first_week + len(offer.free)

    found = {miss.kind: miss.after for miss in near_misses(order, offer, **run(profile))}

    for kind, weeks in [
        (Change.DUE_LATER, range(order.due_week + 1, last)),
        (Change.START_EARLIER, range(order.start_week - 1, WEEK - 1, -1)),
    ]:
        enough = (
            week for week in weeks if is_proposed(*apply_change(kind, week, order, offer), profile)
        )
        assert found.get(kind) == (None if hopeless else next(enough, None))
