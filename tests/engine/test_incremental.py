"""A few changed posts list and enter exactly as the ranking of everything says."""

from random import Random

import numpy as np
import pytest
from hypothesis import given, settings

from matchmaking.engine.incremental import (
    CLOSED,
    OPEN,
    index_offers,
    index_orders,
    rank_offers,
    rank_orders,
)
from matchmaking.engine.ranking import near_candidates, rank, warm
from matchmaking.engine.request import Request
from tests.engine.cast import BLOCKED, LIKENESS, NOW_DAY, PROFILE, randoms
from tests.engine.reference.posts import market_of
from tests.engine.test_ranking import posts

pytestmark = pytest.mark.timeout(600)
K = 4
RULES = {"profile": PROFILE, "likeness": LIKENESS, "blocked": BLOCKED, "now_day": NOW_DAY}


@pytest.fixture(autouse=True, scope="module")
def _warm():
    warm()


def hundredths(best, row):
    return [(other, round(score * 100)) for other, score in best.of(row)]


def own_lists(found, near):
    return {
        int(row): [
            (other, score)
            for other, score in zip(
                found.others[near, slot].tolist(), found.scores[near, slot].tolist(), strict=True
            )
            if other >= 0
        ]
        for slot, row in enumerate(found.rows)
    }


@settings(max_examples=60, deadline=None)
@given(randoms)
def test_entering_agrees_with_the_ranking_of_everything(random):
    market = market_of(*posts(random))
    request = Request.of(market, PROFILE, LIKENESS, BLOCKED, NOW_DAY, k=1, near=False)
    sides = len(market.orders), len(market.offers)
    every = max(sides)
    for near, find in ((0, rank), (1, near_candidates)):
        whole = find(market, k=every, **RULES)
        for enter, category_index, best, own, others in (
            (
                rank_orders,
                index_offers(market.offers, len(LIKENESS)),
                whole.by_order,
                sides[0],
                sides[1],
            ),
            (
                rank_offers,
                index_orders(market.orders, len(LIKENESS)),
                whole.by_offer,
                sides[1],
                sides[0],
            ),
        ):
            rows = np.array(sorted(random.sample(range(own), random.randint(1, own))))
            cutoffs = np.array(
                [
                    [random.choice([OPEN, CLOSED, random.randint(0, 10_000)])] * 2
                    for _ in range(others)
                ],
                dtype=np.int32,
            )

            found = enter(request, rows, category_index, cutoffs, K)

            lists = {row: hundredths(best, row) for row in rows.tolist()}
            assert own_lists(found, near) == {row: pairs[:K] for row, pairs in lists.items()}
            entered = {tuple(line) for line in found.found.tolist() if line[2] == near}
            assert entered == {
                (row, other, near, score)
                for row, pairs in lists.items()
                for other, score in pairs
                if score >= cutoffs[other, near]
            }


def test_room_for_what_is_found_grows(monkeypatch):
    monkeypatch.setattr("matchmaking.engine.incremental.ROOM", 1)
    market = market_of(*posts(Random(3)))
    request = Request.of(market, PROFILE, LIKENESS, BLOCKED, NOW_DAY, k=1, near=False)
    cutoffs = np.full((len(market.offers), 2), OPEN, dtype=np.int32)
    rows = np.arange(len(market.orders))

    category_index = index_offers(market.offers, len(LIKENESS))
    found = rank_orders(request, rows, category_index, cutoffs, 50)

    assert len(found.found) == int((found.others >= 0).sum()) > len(rows)
