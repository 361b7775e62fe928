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


def test_volume_names_what_is_free_in_the_window_and_how_large_the_line_is():
    offer = replace(OFFER, free=(9_000,) * 3 + (4_800,) * 10 + (0,) + (9_000,))

    factor = assessed(splittable(20_000), offer).factor("volume")

    assert factor.numbers == {
        "pairs": 60_000,
        "free_pairs": 48_000,
        "counted_pairs": 48_000,
        "first_week": WEEK + 3,
        "due_week": WEEK + 13,
        "is_stale": 0,
        "line_pairs": 9_000,
        "min_order": 3_000,
    }


@pytest.mark.parametrize(
    ("counted", "share", "reserve"),
    [(0, 0, 0), (3_000, 1 / 2, 0), (6_000, 1, 0), (7_500, 1, 1 / 2), (12_000, 1, 4 / 5)],
)
def test_volume_rises_with_the_share_of_the_order_and_with_a_reserve(counted, share, reserve):
    found = formula.volume(6_000, counted, 6_000, 6_000, 3_000)

    # One week of work for the line is half of 0.21, twice the minimum three quarters of 0.09.
    assert found == pytest.approx(share * (0.5 + 0.2 * reserve + 0.105 + 0.0675))


@pytest.mark.parametrize(
    ("line", "fills"), [(1_500, 16 / 25), (2_000, 1 / 2), (400, 25 / 26), (80_000, 0.000625)]
)
def test_volume_pleases_a_line_by_the_weeks_of_work(line, fills):
    order, least = 2_000, formula.volume(2_000, 2_000, 2_000, 10**9, 2_000)

    found = formula.volume(order, 2_000, 2_000, line, 2_000)

    assert (found - least) / formula.FILLS == pytest.approx(fills, abs=1e-3)


def test_minimum_order_not_said_stands_between_a_low_one_and_the_whole_order():
    values = [formula.volume(1_200, 1_200, 1_200, 2_000, least) for least in (300, -1, 1_200)]

    assert values == sorted(values, reverse=True)
    assert len(set(values)) == 3


def test_volume_counts_half_of_stale_pairs():
    free = (0,) * 3 + (48_000,)

    fresh, stale = (
        assessed(splittable(20_000), replace(OFFER, free=free, age_days=age)).factor("volume")
        for age in (14, 15)
    )

    assert stale.value == pytest.approx(fresh.value / 2)
    assert (stale.numbers["counted_pairs"], stale.numbers["is_stale"]) == (24_000, 1)


@pytest.mark.parametrize(("categories", "like"), [((0,), 1.0), ((3, 1), 0.6), ((1, 0), 1.0)])
def test_category_is_the_best_likeness(categories, like):
    assert value("category", offer=replace(OFFER, categories=categories)) == like


@pytest.mark.parametrize(
    ("asked", "made", "expected"), [(2, 0b100, 1.0), (2, 0, 0.95), (-1, 0, 1.0), (-1, 0b001, 1.0)]
)
def test_construction_that_both_say_counts_a_little_more(asked, made, expected):
    order, offer = replace(ORDER, construction=asked), replace(OFFER, constructions=made)

    factor = assessed(order, offer).factor("category")

    assert factor.value == expected
    assert factor.numbers["class_said"] == int(expected == 1.0)


@pytest.mark.parametrize(
    ("last_free", "expected"),
    [(13, 0.2), (12, 13 / 30), (11, 2 / 3), (10, 0.9), (9, 1 - 0.3 / 4), (3, 0.97)],
)
def test_lead_time_rises_to_the_wished_buffer_and_slowly_beyond(last_free, expected):
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

    assert value("lead_time", order=order, offer=early_part) == pytest.approx(0.97 / 2)
    assert value("lead_time", order=order, offer=late_whole) == pytest.approx((0.97 + 0.2) / 2)
    assert value("lead_time", order=order, offer=early_whole) == pytest.approx(0.97)
    numbers = assessed(order, early_part).factor("lead_time").numbers
    assert (numbers["part_slack_days"], numbers["whole_slack_days"]) == (70, None)
    assert numbers["slack_days"] == 70


def test_days_of_preparation_not_said_count_as_the_mean_of_none_and_six_weeks():
    quick, unsaid, slow = (
        value("lead_time", offer=replace(OFFER, lead_days=days)) for days in (0, -1, 42)
    )

    assert unsaid == pytest.approx((quick + slow) / 2)
    assert quick > unsaid > slow


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (50, 60, 0.55),  # the target is where the band begins
        (40, 50, 0.775),
        (42, 58, 0.55 + 0.45 * 8 / 27.6),
        (57.5, 99, 0.275),  # 15 % above the target
        (65, 99, 0),
        (80, 99, 0),
        (30, 41 + 2 / 3, 1),  # the peak lies a fifth above the upper end
        (20, 25, 0),  # twice the upper end: another grade
        (25, 31.25, 0.5),
        (40, NAN, 0.775),  # one end alone: the band is a quarter of it wide
        (NAN, 50, 0.775),
        (40, 41, 0.775),  # and no narrower where both are said
    ],
)
def test_price_places_the_target_in_the_band(low, high, expected):
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
    [(350582, 35, 1.0), (350300, 35, 0.6), (330300, 33, 0.2), (0, 0, 0.4)],
)
def test_place_prefers_the_cluster_then_the_province(cluster, province, expected):
    assert value("place", offer=replace(OFFER, cluster=cluster, province=province)) == expected


def test_place_not_known_on_both_sides_is_not_the_same_place():
    order, offer = (replace(post, cluster=0, province=0) for post in (ORDER, OFFER))

    assert value("place", order=order, offer=offer) == 0.4


@pytest.mark.parametrize(("age", "expected"), [(0, 1.0), (7, 0.5), (14, 0.0), (400, 0.0)])
def test_freshness_falls_to_nothing_when_figures_are_stale(age, expected):
    assert value("freshness", offer=replace(OFFER, age_days=age)) == expected


@given(pairs, pairs, pairs, pairs, st.integers(-1, 10_000))
def test_volume_never_falls_with_more_free_pairs(asked, free, more, line, least):
    few, many = (
        formula.volume(asked, counted, asked, line, least) for counted in (free, free + more)
    )

    assert 0 <= few <= many <= 1


@given(st.integers(-7, 800), st.integers(0, 90), st.integers(1, 120))
def test_lead_time_never_falls_with_more_slack(days, more, buffer):
    assert 0 <= formula.slack(days, buffer) <= formula.slack(days + more, buffer) <= 1


@given(prices, prices, prices, st.floats(0.01, 1))
def test_price_rises_with_the_target_up_to_the_peak_and_falls_behind_it(low, one, other, tolerance):
    peak = formula.peak(low, NAN)
    least, most = sorted((one, other))
    values = [formula.price(target, low, peak, tolerance) for target in (least, most)]

    assert all(0 <= found <= 1 for found in values)
    if most <= peak:
        assert values[0] <= values[1] + 1e-12
    if least >= peak:
        assert values[0] >= values[1] - 1e-12


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
    """As long as the best week stays: a larger line is another line, which wants larger orders."""
    order, offer = random_order(random, 0), random_offer(random, 0)
    free = list(offer.free)
    free[week % len(free)] = min(offer.line, free[week % len(free)] + more)
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
        ({"price_tolerance": 1.1}, "at most at 1"),
        ({"min_score": 101}, "between 0 and 100"),
    ],
)
def test_profile_refuses_what_would_break_the_score(wrong, sentence):
    with pytest.raises(ValueError, match=sentence):
        Profile(**wrong)


def test_default_profile_gives_seven_tenths_to_the_three_that_matter():
    assert PROFILE.core_share == pytest.approx(0.70)
    assert sum(PROFILE.weights) == pytest.approx(1.0)
