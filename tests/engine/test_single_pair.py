"""A page's score is the worker's, to the last digit, where both read the same figures."""

from hypothesis import given, settings

from matchmaking.engine import formula
from matchmaking.engine.single_pair import PairTerms, measure, numbers_of
from matchmaking.engine.types import Profile
from tests.engine.cast import (
    BLOCKED,
    LIKENESS,
    NOW_DAY,
    random_offer,
    random_order,
    random_profile,
    randoms,
)
from tests.engine.reference.scoring import assess


def terms_of(order, offer, category, place):
    return PairTerms(
        pairs=order.pairs,
        part=order.smallest_part,
        start_week=order.start_week,
        due_week=order.due_week,
        target_cny=order.price_cny,
        first_week=offer.first_week,
        free=offer.free,
        line=offer.line,
        min_order=offer.min_order,
        lead_days=offer.lead_days,
        age_days=offer.age_days,
        low_cny=offer.price_low_cny,
        high_cny=offer.price_high_cny,
        category=category,
        place=place,
    )


@given(randoms)
@settings(max_examples=200, deadline=None)
def test_exact_figures_give_the_stored_score(random):
    order, offer, profile = random_order(random, 1), random_offer(random, 2), random_profile(random)
    stored = assess(
        order, offer, profile=profile, likeness=LIKENESS, blocked=BLOCKED, now_day=NOW_DAY
    )
    terms = terms_of(order, offer, stored.factor("category").value, stored.factor("place").value)

    found = measure(terms, profile, now_day=NOW_DAY)

    assert found.score == stored.score
    assert {code: found.values[code] for code in found.values} == {
        factor.code: factor.value for factor in stored.factors
    }
    for code, numbers in numbers_of(terms, found, profile).items():
        assert numbers == {name: stored.factor(code).numbers[name] for name in numbers}


def test_what_was_proposed_has_room_for_its_part_whatever_bands_say():
    terms = PairTerms(
        pairs=6_000,
        part=6_000,
        start_week=0,
        due_week=10,
        target_cny=50.0,
        first_week=0,
        free=(100,) * 20,
        line=100,
        min_order=formula.NOT_SAID,
        lead_days=0,
        age_days=0,
        low_cny=45.0,
        high_cny=48.0,
        category=1.0,
        place=1.0,
        is_fit=True,
    )

    found = measure(terms, Profile(), now_day=0)

    assert (found.free_pairs, found.whole_slack_days) == (6_000, 0)
