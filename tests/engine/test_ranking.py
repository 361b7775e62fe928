from dataclasses import replace
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks import market as drawn
from matchmaking.engine import ranking, tiled
from matchmaking.engine.market import Market
from matchmaking.engine.ranking import warm
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
)
from tests.engine.reference import oracle
from tests.engine.reference.posts import market_of, offer_at, order_at
from tests.engine.reference.scoring import assess

pytestmark = pytest.mark.timeout(600)  # the first run compiles the kernels, a minute of work


@pytest.fixture(autouse=True, scope="module")
def _warm():
    warm()


def posts(random, orders=12, offers=12):
    return (
        [random_order(random, number) for number in range(random.randint(1, orders))],
        [random_offer(random, number) for number in range(random.randint(1, offers))],
    )


def run(profile=PROFILE):
    return {"profile": profile, "likeness": LIKENESS, "blocked": BLOCKED, "now_day": NOW_DAY}


def lists(best):
    return {int(row): best.of(row) for row in best.rows}


def both_ways(find, market, **settings):
    """Rank post by post and over tiles, whatever the size, and hold the two equal."""
    found = []
    for worth in (10**9, -1):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(ranking, "ROWS_WORTH_TILES", worth)
            found.append(find(market, **settings))
    alone, tiled = found
    assert lists(alone.by_order) == lists(tiled.by_order)
    assert lists(alone.by_offer) == lists(tiled.by_offer)
    assert alone.pairs_scored == tiled.pairs_scored
    return tiled


def rank(market, **settings):
    return both_ways(ranking.rank, market, **settings)


def near_candidates(market, **settings):
    return both_ways(ranking.near_candidates, market, **settings)


@given(random=randoms, k=st.integers(1, 4))
@settings(max_examples=150, deadline=None)
def test_ranking_is_exact_both_ways(random, k):
    orders, offers = posts(random)
    profile = random_profile(random)
    of_orders, of_offers, alike = oracle.best(orders, offers, k, **run(profile))

    found = rank(market_of(orders, offers), k=k, **run(profile))

    assert lists(found.by_order) == of_orders
    assert lists(found.by_offer) == of_offers
    assert found.pairs_scored == alike


@given(random=randoms)
@settings(max_examples=50, deadline=None)
def test_lists_of_chosen_rows_are_those_of_the_whole_ranking(random):
    orders, offers = posts(random)
    market = market_of(orders, offers)
    chosen = random.sample(range(len(orders)), random.randint(0, len(orders)))
    picked = random.sample(range(len(offers)), random.randint(0, len(offers)))
    whole = rank(market, k=3, **run())

    found = rank(market, k=3, orders=chosen, offers=picked, **run())

    assert lists(found.by_order) == {row: whole.by_order.of(row) for row in sorted(chosen)}
    assert lists(found.by_offer) == {row: whole.by_offer.of(row) for row in sorted(picked)}


def has_one_mendable_cause(failed, order, offer):
    missing = (order.certificates & ~offer.certificates).bit_count()
    return failed in (
        {"construction"},
        {"minimum_order"},
        {"capacity"},
        {"capacity", "window"},
        {"price"},
        set(),
    ) or (failed == {"certificates"} and missing == 1)


@given(random=randoms, k=st.integers(1, 4))
@settings(max_examples=80, deadline=None)
def test_near_candidates_are_the_best_pairs_with_one_mendable_cause(random, k):
    orders, offers = posts(random)
    profile = random_profile(random)
    of_orders, of_offers, alike = oracle.best(
        orders, offers, k, passes=has_one_mendable_cause, **run(profile)
    )

    found = near_candidates(market_of(orders, offers), k=k, **run(profile))

    assert lists(found.by_order) == of_orders
    assert lists(found.by_offer) == of_offers
    assert found.pairs_scored == alike


def test_ties_break_by_code():
    offers = [replace(OFFER, code=code, company=20 + i) for i, code in enumerate("dbac")]
    orders = [replace(ORDER, code=code) for code in "zyx"]

    found = rank(market_of(orders, offers), k=2, **run())

    assert lists(found.by_order) == {row: [(2, 91.55), (1, 91.55)] for row in range(3)}
    assert lists(found.by_offer) == {row: [(2, 91.55), (1, 91.55)] for row in range(4)}


def test_kernel_scores_every_pair_of_a_large_market_as_the_scalar_functions_do():
    random = Random(7)
    orders = [replace(random_order(random, n), code=f"{n:02}") for n in range(4)]
    offers = [random_offer(random, n) for n in range(1_500)]
    market = market_of(orders, offers)

    found = rank(market, k=len(offers), offers=[], **run())

    for row, order in enumerate(orders):
        scores = {
            at: assessment.score
            for at, offer in enumerate(offers)
            if (assessment := assess(order, offer, **run())).proposed
        }
        assert dict(found.by_order.of(row)) == scores
        ordered = sorted(scores, key=lambda at: (-scores[at], offers[at].code))
        assert [at for at, _ in found.by_order.of(row)] == ordered


@pytest.mark.parametrize("find", [rank, near_candidates])
def test_tiles_rule_out_nothing_that_belongs_into_a_list(find):
    random = Random(5)
    bits = [1 << random.randrange(62) for _ in range(50)]
    orders = [
        replace(random_order(random, n), certificates=random.choice([0, 0, *bits]))
        for n in range(500)
    ]
    offers = [
        replace(
            random_offer(random, n), certificates=random.getrandbits(62) | random.getrandbits(62)
        )
        for n in range(1_200)
    ]

    found = find(market_of(orders, offers), k=5, **run())

    assert (found.by_order.others >= 0).any()
    assert (found.by_offer.others >= 0).any()


def test_two_threads_find_what_one_finds(monkeypatch):
    monkeypatch.setattr(tiled, "POSTS_A_TASK", 7)
    random = Random(11)
    market = market_of(
        [random_order(random, n) for n in range(60)], [random_offer(random, n) for n in range(90)]
    )

    one, two = (rank(market, threads=threads, **run()) for threads in (1, 2))

    assert lists(one.by_order) == lists(two.by_order)
    assert lists(one.by_offer) == lists(two.by_offer)
    assert one.pairs_scored == two.pairs_scored > 0


def test_offers_below_the_least_score_are_not_proposed():
    market = market_of([ORDER], [replace(OFFER, categories=(1,))])

    assert rank(market, **run(Profile(min_score=81.15))).by_order.of(0) == [(0, 81.15)]
    below = rank(market, **run(Profile(min_score=81.16)))
    assert (below.by_order.of(0), below.pairs_scored) == ([], 1)


def test_pairs_that_miss_the_least_score_alone_are_near():
    market = market_of([ORDER], [replace(OFFER, categories=(1,))])

    assert near_candidates(market, **run(Profile(min_score=81.15))).by_order.of(0) == []
    missed = near_candidates(market, **run(Profile(min_score=81.16)))
    assert missed.by_order.of(0) == [(0, 81.15)]
    assert missed.by_offer.of(0) == [(0, 81.15)]


@pytest.mark.parametrize("find", [rank, near_candidates])
def test_tiles_of_a_drawn_market_list_what_its_posts_list_one_by_one(find):
    market = Market.from_columns(drawn.orders(1_500), drawn.offers(1_500))

    found = find(
        market,
        k=10,
        profile=Profile(),
        likeness=drawn.likeness(),
        blocked=drawn.blocked(),
        now_day=drawn.NOW_DAY,
    )

    assert (found.by_order.others >= 0).any()
    assert (found.by_offer.others >= 0).any()


@pytest.mark.parametrize(("orders", "offers"), [([], [OFFER]), ([ORDER], []), ([], [])])
def test_market_without_a_side_has_empty_lists(orders, offers):
    found = rank(market_of(orders, offers), **run())

    assert lists(found.by_order) == {row: [] for row in range(len(orders))}
    assert lists(found.by_offer) == {row: [] for row in range(len(offers))}


def test_row_that_was_not_ranked_is_refused():
    found = rank(market_of([ORDER], [OFFER]), orders=[], **run())

    with pytest.raises(KeyError):
        found.by_order.of(0)


@given(random=randoms)
@settings(deadline=None)
def test_market_gives_back_the_posts_that_it_was_built_from(random):
    orders, offers = posts(random, 3, 3)

    market = market_of(orders, offers)

    for row, order in enumerate(orders):
        assert repr(order_at(market, row)) == repr(order)
    longest = max(len(offer.free) for offer in offers)
    for row, offer in enumerate(offers):
        padded = offer.free + (0,) * (longest - len(offer.free))
        assert repr(offer_at(market, row)) == repr(replace(offer, free=padded))


def test_market_aligns_offers_of_different_first_weeks():
    early = replace(OFFER, first_week=OFFER.first_week - 2, free=(1, 2, 3))
    late = replace(OFFER, first_week=OFFER.first_week, free=(5, 6, 7))

    market = market_of([ORDER], [early, late])

    assert market.base_week == OFFER.first_week - 2
    assert market.cumulated.tolist() == [[0, 1, 3, 6, 6, 6], [0, 0, 0, 5, 11, 18]]


@pytest.mark.parametrize(
    ("name", "wrong", "sentence"),
    [
        ("free", np.array([[-1]]), "not negative"),
        ("free", np.array([1]), "one row of weeks"),
        ("company", np.array([1, 2]), "one value a row"),
        ("category_starts", np.array([0]), "one entry more"),
        ("category_starts", np.array([0, 0]), "one entry more"),
    ],
)
def test_offer_columns_refuse_what_does_not_fit(name, wrong, sentence):
    columns = market_of([], [OFFER]).offers

    with pytest.raises(ValueError, match=sentence):
        replace(columns, **{name: wrong})


def test_order_columns_refuse_a_part_larger_than_the_order():
    columns = market_of([ORDER], []).orders

    with pytest.raises(ValueError, match="smallest_part"):
        replace(columns, smallest_part=np.array([60_001]))


def test_offer_beyond_two_thousand_million_pairs_is_refused():
    with pytest.raises(ValueError, match="pairs"):
        market_of([], [replace(OFFER, free=(2**30, 2**30))])
