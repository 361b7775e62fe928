import json
from dataclasses import replace

import pytest
from hypothesis import given

from matchmaking.engine.types import Profile
from tests.engine.cast import (
    BLOCKED,
    LIKENESS,
    NOW_DAY,
    OFFER,
    ORDER,
    PROFILE,
    random_offer,
    random_order,
    random_profile,
    randoms,
    splittable,
)
from tests.engine.reference import oracle
from tests.engine.reference.posts import NAN, Assessment, Offer, Order
from tests.engine.reference.scoring import assess


def assessed(order=ORDER, offer=OFFER, profile=PROFILE):
    return assess(
        order, offer, profile=profile, likeness=LIKENESS, blocked=BLOCKED, now_day=NOW_DAY
    )


def test_score_of_a_pair_that_fits_in_everything_is_high():
    # 100 x (.24 x .9425 + .26 + .20 x .94 + .17 x .65 + .07 + .06)
    assert assessed().score == 91.55


def test_score_is_the_weighted_mean_in_points_of_two_decimals():
    offer = replace(
        OFFER, categories=(1,), free=(0,) * 12 + (48_000,), cluster=0, age_days=7, price_low_cny=NAN,
        price_high_cny=NAN,
    )  # fmt: skip
    found = assessed(splittable(20_000), offer)

    # Weights .24, .26, .20, .17, .07, .06; four fifths of the pairs, a week in hand for a part.
    values = {factor.code.value: factor.value for factor in found.factors}
    assert values == {
        "volume": pytest.approx(0.8 * (0.5 + 0.21 * 1.5625 / 2.5625 + 0.09 * (1 - 1.5 / 48))),
        "category": 0.6,
        "lead_time": pytest.approx(13 / 60),
        "price": 0.5,
        "place": 0.6,
        "freshness": 0.5,
    }
    assert found.score == 49.37


def test_score_does_not_depend_on_the_scale_of_the_weights():
    tenfold = Profile(volume=2.4, category=2.6, lead_time=2, price=1.7, place=0.7, freshness=0.6)
    offer = replace(OFFER, categories=(1,), cluster=0)

    assert assessed(offer=offer, profile=tenfold).score == assessed(offer=offer).score


def test_min_score_keeps_a_passing_pair_from_being_proposed():
    offer = replace(OFFER, categories=(1,))
    score = assessed(offer=offer).score

    found = assessed(offer=offer, profile=Profile(min_score=score + 0.01))

    assert (found.passed, found.proposed) == (True, False)
    assert assessed(offer=offer, profile=Profile(min_score=score)).proposed is True


def test_failing_pair_keeps_the_score_it_would_have():
    found = assessed(offer=replace(OFFER, min_order=90_000))

    assert (found.passed, found.score) == (False, 89.99)


@given(randoms)
def test_score_agrees_with_the_oracle(random):
    order, offer, profile = random_order(random, 0), random_offer(random, 0), random_profile(random)

    found = assessed(order, offer, profile)

    assert found.score == oracle.score(order, offer, profile, LIKENESS, NOW_DAY)


@given(randoms)
def test_assessment_survives_json(random):
    found = assessed(random_order(random, 0), random_offer(random, 0), random_profile(random))

    written = json.dumps(found.as_dict(), allow_nan=False)

    assert Assessment.from_dict(json.loads(written)) == found


@pytest.mark.parametrize(
    "wrong", [{"pairs": 0}, {"smallest_part": 0}, {"smallest_part": 60_001}, {"most_factories": 0}]
)
def test_order_refuses_impossible_figures(wrong):
    values = {name: getattr(ORDER, name) for name in Order.__slots__} | wrong

    with pytest.raises(ValueError, match="must"):
        Order(**values)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"categories": ()}, "one category"),
        ({"free": (5, -1)}, "free pairs are not negative"),
        ({"lead_days": -2}, "lead_days"),
    ],
)
def test_offer_refuses_impossible_figures(wrong, sentence):
    values = {name: getattr(OFFER, name) for name in Offer.__slots__} | wrong

    with pytest.raises(ValueError, match=sentence):
        Offer(**values)
