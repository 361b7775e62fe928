from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaking.engine import formula
from matchmaking.engine.types import FactorCode, Profile
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
from tests.engine.reference.posts import NAN
from tests.engine.reference.scoring import assess

pairs = st.integers(1, 10_000_000)
days = st.integers(0, 800)
prices = st.floats(0.5, 5_000, allow_nan=False)


def assessed(order=ORDER, offer=OFFER, profile=PROFILE):
    return assess(
        order, offer, profile=profile, likeness=LIKENESS, blocked=BLOCKED, now_day=NOW_DAY
    )


def value(code, **pair):
    return assessed(**pair).factor(code).value


def test_volume_is_the_share_of_the_pairs_free_in_the_window():
    offer = replace(OFFER, free=(99_000,) * 3 + (4_800,) * 10 + (0,) + (99_000,))

    factor = assessed(splittable(20_000), offer).factor("volume")

    assert factor.value == 0.8
    assert factor.numbers == {
        "pairs": 60_000,
        "free_pairs": 48_000,
        "counted_pairs": 48_000,
        "first_week": WEEK + 3,
        "due_week": WEEK + 13,
        "is_stale": 0,
    }


def test_volume_counts_half_of_stale_pairs():
    free = (0,) * 3 + (48_000,)

    factor = assessed(splittable(20_000), replace(OFFER, free=free, age_days=15)).factor("volume")

    assert factor.value == 0.4
    assert (factor.numbers["counted_pairs"], factor.numbers["is_stale"]) == (24_000, 1)


@pytest.mark.parametrize(("categories", "like"), [((0,), 1.0), ((3, 1), 0.6), ((1, 0), 1.0)])
def test_category_is_the_best_likeness(categories, like):
    assert value("category", offer=replace(OFFER, categories=categories)) == like


@pytest.mark.parametrize(
    ("last_free", "expected"), [(13, 0), (12, 1 / 3), (11, 2 / 3), (10, 1), (9, 1)]
)
def test_lead_time_is_the_slack_over_the_wished_buffer(last_free, expected):
    offer = replace(OFFER, free=(0,) * last_free + (60_000,))

    factor = assessed(offer=offer).factor("lead_time")

    assert factor.value == pytest.approx(expected)
    assert factor.numbers["slack_days"] == (13 - last_free) * 7
    assert factor.numbers["whole_week"] == WEEK + last_free


def test_lead_time_of_a_split_order_is_the_mean_of_part_and_whole():
    early_part = replace(OFFER, free=(0,) * 3 + (20_000,))
    late_whole = replace(OFFER, free=(0,) * 3 + (20_000,) + (0,) * 9 + (40_000,))
    early_whole = replace(OFFER, free=(0,) * 3 + (60_000,))

    order = splittable(20_000)

    assert value("lead_time", order=order, offer=early_part) == 0.5
    assert value("lead_time", order=order, offer=late_whole) == 0.5
    assert value("lead_time", order=order, offer=early_whole) == 1.0
    numbers = assessed(order, early_part).factor("lead_time").numbers
    assert (numbers["part_slack_days"], numbers["whole_slack_days"]) == (70, None)
    assert numbers["slack_days"] == 70


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (45, 99, 1),
        (50, 99, 1),
        (57.5, 99, 0.5),
        (65, 99, 0),
        (80, 99, 0),
        (NAN, 57.5, 0.5),
        (NAN, 40, 1),
    ],
)
def test_price_falls_to_nothing_at_thirty_percent_above_the_target(low, high, expected):
    offer = replace(OFFER, price_low_cny=low, price_high_cny=high)

    assert value("price", offer=offer) == pytest.approx(expected)


def test_price_is_neutral_when_a_side_is_silent():
    silent = replace(OFFER, price_low_cny=NAN, price_high_cny=NAN)

    assert value("price", offer=silent) == 0.5
    assert value("price", order=replace(ORDER, price_cny=NAN)) == 0.5
    assert assessed(offer=silent).factor("price").numbers == {
        "target_cny": 50.0,
        "low_cny": None,
        "high_cny": None,
    }


@pytest.mark.parametrize(
    ("cluster", "province", "expected"),
    [(350582, 35, 1.0), (350300, 35, 0.6), (330300, 33, 0.2), (0, 0, 0.2)],
)
def test_place_prefers_the_cluster_then_the_province(cluster, province, expected):
    assert value("place", offer=replace(OFFER, cluster=cluster, province=province)) == expected


def test_place_not_known_on_both_sides_is_not_the_same_place():
    order, offer = (replace(post, cluster=0, province=0) for post in (ORDER, OFFER))

    assert value("place", order=order, offer=offer) == 0.2


@pytest.mark.parametrize(("age", "expected"), [(0, 1.0), (7, 0.5), (14, 0.0), (400, 0.0)])
def test_freshness_falls_to_nothing_when_figures_are_stale(age, expected):
    assert value("freshness", offer=replace(OFFER, age_days=age)) == expected


@given(pairs, pairs, pairs)
def test_volume_never_falls_with_more_free_pairs(asked, free, more):
    assert 0 <= formula.volume(asked, free) <= formula.volume(asked, free + more) <= 1


@given(st.integers(-7, 800), st.integers(-7, 800), st.integers(0, 90), st.integers(1, 120))
def test_lead_time_never_falls_with_more_slack(part, whole, more, buffer):
    least = formula.lead_time(part, whole, buffer)

    assert 0 <= least <= formula.lead_time(part + more, whole, buffer) <= 1
    assert least <= formula.lead_time(part, whole + more, buffer) <= 1


@given(prices, prices, prices, st.floats(0.01, 10))
def test_price_never_rises_with_a_dearer_offer(target, low, more, tolerance):
    dear = formula.price(target, low + more, NAN, tolerance)

    assert 0 <= dear <= formula.price(target, low, NAN, tolerance) <= 1


@given(days, days, st.integers(1, 60))
def test_freshness_never_rises_with_age(age, more, horizon):
    assert 0 <= formula.freshness(age + more, horizon) <= formula.freshness(age, horizon) <= 1


@given(randoms)
def test_every_factor_lies_between_nothing_and_one(random):
    found = assessed(random_order(random, 0), random_offer(random, 0), random_profile(random))

    assert [factor.code for factor in found.factors] == list(FactorCode)
    assert all(0 <= factor.value <= 1 for factor in found.factors)
    assert 0 <= found.score <= 100


@given(randoms, st.integers(0, 15), st.integers(1, 5_000))
def test_more_free_pairs_never_lower_the_score_nor_close_the_pair(random, week, more):
    order, offer = random_order(random, 0), random_offer(random, 0)
    free = list(offer.free)
    free[week % len(free)] += more
    profile = random_profile(random)

    before = assessed(order, offer, profile)
    after = assessed(order, replace(offer, free=tuple(free)), profile)

    assert after.score >= before.score
    assert after.passed or not before.passed


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"volume": -0.1}, "not negative"),
        ({"price": NAN}, "finite"),
        (dict.fromkeys(FactorCode, 0.0), "at least one weight"),
        ({"wished_buffer_days": 0}, "at least 1"),
        ({"fresh_horizon_days": 15}, "must hold"),
        ({"stale_volume_share": 1.1}, "between 0 and 1"),
        ({"price_tolerance": 0.0}, "above 0"),
        ({"min_score": 101}, "between 0 and 100"),
    ],
)
def test_profile_refuses_what_would_break_the_score(wrong, sentence):
    with pytest.raises(ValueError, match=sentence):
        Profile(**wrong)


def test_default_profile_gives_three_quarters_to_the_three_that_matter():
    assert PROFILE.core_share == pytest.approx(0.75)
    assert sum(PROFILE.weights) == pytest.approx(1.0)
