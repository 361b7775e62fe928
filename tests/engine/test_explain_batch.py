"""Pairs judged at once say what each says alone, and records keep every number of it."""

import numpy as np
import pytest
from hypothesis import given, settings

from matchmaking.engine.explain_batch import assess_pairs, suggest_changes
from matchmaking.engine.records import ASSESSMENTS, assessment_of, change_of
from matchmaking.engine.request import Request
from matchmaking.engine.types import Gate
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
from tests.engine.reference.near_miss import near_miss
from tests.engine.reference.posts import market_of, offer_at, order_at
from tests.engine.reference.scoring import assess

SIDE = 6


def every_pair(random):
    """A small market, its rows crossed, and the settings of a run."""
    market = market_of(
        [random_order(random, number) for number in range(SIDE)],
        [random_offer(random, number) for number in range(SIDE)],
    )
    orders, offers = (side.ravel() for side in np.mgrid[:SIDE, :SIDE])
    rules = {
        "profile": random_profile(random),
        "likeness": LIKENESS,
        "blocked": BLOCKED,
        "now_day": NOW_DAY,
    }
    return market, orders, offers, rules


def asked_of(market, rules):
    """What the engine is asked of single pairs."""
    return Request.of(market, **rules, k=1, near=False)


@given(randoms)
@settings(max_examples=60, deadline=None)
def test_assessments_at_once_are_those_of_each_pair(random):
    market, orders, offers, rules = every_pair(random)

    found = assess_pairs(asked_of(market, rules), orders, offers)

    for record, order, offer in zip(found, orders.tolist(), offers.tolist(), strict=True):
        alone = assess(order_at(market, order), offer_at(market, offer), **rules)
        assert assessment_of(record.tobytes()) == alone.as_dict()


@given(randoms)
@settings(max_examples=60, deadline=None)
def test_near_misses_at_once_are_those_of_each_pair(random):
    market, orders, offers, rules = every_pair(random)

    found = suggest_changes(asked_of(market, rules), orders, offers)

    for record, order, offer in zip(found, orders.tolist(), offers.tolist(), strict=True):
        alone = near_miss(order_at(market, order), offer_at(market, offer), **rules)
        assert (record["kind"] < 0) == (alone is None)
        if alone is not None:
            assert change_of(record.tobytes()) == alone.as_dict()


def test_record_of_another_form_is_refused():
    market = market_of([ORDER], [OFFER])
    rows = np.zeros(1, dtype=np.int64)
    rules = {"profile": PROFILE, "likeness": LIKENESS, "blocked": BLOCKED, "now_day": NOW_DAY}
    record = assess_pairs(asked_of(market, rules), rows, rows)[0].tobytes()

    with pytest.raises(ValueError, match="form 9"):
        assessment_of(b"\x09" + record[1:])


def test_records_written_before_prices_were_a_gate_are_read_as_they_said():
    market = market_of([ORDER], [OFFER])
    rows = np.zeros(1, dtype=np.int64)
    rules = {"profile": PROFILE, "likeness": LIKENESS, "blocked": BLOCKED, "now_day": NOW_DAY}
    now = assess_pairs(asked_of(market, rules), rows, rows)[0]
    then = np.zeros((), dtype=ASSESSMENTS[1])
    for name in then.dtype.names:
        then[name] = now[name]
    then["form"] = 1

    read, known = assessment_of(then.tobytes()), assessment_of(now.tobytes())

    assert [gate["code"] for gate in read["gates"]] == [gate.value for gate in list(Gate)[:7]]
    assert read["gates"] == known["gates"][:7]
    assert (read["score"], read["passed"]) == (known["score"], True)
    numbers = read["factors"][0]["numbers"]
    assert (numbers["pairs"], numbers["line_pairs"]) == (60_000, None)
    change = suggest_changes(asked_of(market, rules), rows, rows)[0]
    change["form"], change["gate"], change["kind"] = 1, 7, 0
    assert change_of(change.tobytes())["gate"] == "min_score"
