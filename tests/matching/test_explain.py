"""Numbers in words, word by word."""

import copy
import datetime as dt

import numpy as np
import pytest
import time_machine
from django.utils import translation

from matchmaking.core import weeks
from matchmaking.engine.types import Change, Profile, blocked_pairs
from matchmaking.matching.presentation import explain
from tests.engine.reference.posts import Offer, Order
from tests.engine.reference.scoring import assess

WEEK = weeks.week_number(weeks.parse_label("2027-W05"))
TERMS = {
    "is_splittable": False,
    "category": "athletic",
    "offer_category": "casual_sport",
    "same_family": True,
    "construction": "cemented",
    "certificates": ["bsci"],
    "missing_certificates": ["bsci"],
}
NAMES = {"bsci": "BSCI", "cemented": "Cemented"}


@pytest.fixture(autouse=True)
def _november():
    """Months of the coming year are named without it."""
    with time_machine.travel(dt.datetime(2026, 11, 25, 4, tzinfo=dt.UTC), tick=False):
        yield


def assessment(order=None, offer=None, **terms):
    values = {
        "code": "a",
        "company": 1,
        "category": 0,
        "pairs": 60_000,
        "smallest_part": 60_000,
        "start_week": WEEK - 11,
        "due_week": WEEK,
        "price_cny": 46.5,
        "cluster": 1,
        "province": 35,
    }
    supply = {
        "code": "b",
        "company": 2,
        "categories": (1,),
        "first_week": WEEK - 11,
        "free": (4_000,) * 104,
        "min_order": 3_000,
        "lead_days": 7,
        "price_low_cny": 42.0,
        "cluster": 2,
        "province": 35,
        "age_days": 5,
    }
    found = assess(
        Order(**values | (order or {})),
        Offer(**supply | (offer or {})),
        profile=Profile(),
        likeness=np.array([[1, 0.6], [0.6, 1]], dtype=np.float32),
        blocked=blocked_pairs(),
        now_day=(WEEK - 12) * 7,
    )
    return found.as_dict() | {"terms": copy.deepcopy(TERMS) | terms}


def sentences(**kwargs):
    return {line.code: line.sentence for line in explain.factor_lines(assessment(**kwargs))}


def test_reasons_name_the_three_that_carry_the_weight():
    found = assessment(order={"smallest_part": 20_000})

    assert explain.reasons(found) == (
        "48,000 of 60,000 pairs free by early Feb (W05); same family of categories; "
        "20,000 pairs can be done with 49 days of slack, the whole order cannot"
    )


def test_factor_lines_say_everything_of_a_good_match():
    assert sentences(
        offer={"free": (10_000,) * 104, "cluster": 1, "age_days": 0, "categories": (0,)},
        offer_category="athletic",
    ) == {
        "volume": "all 60,000 pairs free by early Feb (W05)",
        "category": "the same category",
        "lead_time": "42 days of slack",
        "price": "from ¥42.00 a pair, within the target of ¥46.50",
        "place": "in the same cluster",
        "freshness": "capacity confirmed today",
    }


def test_factor_lines_say_everything_of_a_poor_match():
    assert sentences(
        order={"price_cny": 40.0},
        offer={"free": (5_000,) * 104, "province": 44, "age_days": 15},
        same_family=False,
    ) == {
        "volume": "all 60,000 pairs free by early Feb (W05), with little to spare "
        "(counted less because the figures are out of date)",
        "category": "a related category (60% alike)",
        "lead_time": "done in the due week itself, without slack",
        "price": "from ¥42.00 a pair, above the target of ¥40.00",
        "place": "in another province",
        "freshness": "capacity last confirmed 15 days ago, out of date",
    }


def test_prices_that_were_not_said_are_called_so():
    nan = float("nan")

    assert sentences(offer={"price_low_cny": nan})["price"] == "the factory states no price"
    assert sentences(order={"price_cny": nan})["price"] == "the order states no target price"


def lines(**kwargs):
    return {line.code: line for line in explain.factor_lines(assessment(**kwargs))}


def test_what_was_not_said_is_marked_with_the_side_that_left_it_out():
    found = lines(
        order={"price_cny": float("nan"), "construction": 2},
        offer={"min_order": -1, "lead_days": -1, "province": 0, "cluster": 0},
    )

    assert {code: line.unsaid for code, line in found.items()} == {
        "volume": ("offer",),
        "category": ("offer",),
        "lead_time": ("offer",),
        "price": ("order",),
        "place": (),
        "freshness": (),
    }
    assert found["lead_time"].sentence.endswith("needs no days of preparation: it does not say")
    assert found["category"].sentence.endswith("does not say which constructions it makes")
    assert found["place"].sentence == "a place was not said"


def test_a_pair_that_says_everything_asks_for_nothing():
    assert {line.unsaid for line in lines().values()} == {()}


@pytest.mark.parametrize(
    ("pairs", "said"), [(3_000, ", a small order for this factory"), (30_000, "")]
)
def test_an_order_of_less_than_a_week_is_called_small_without_the_size_of_the_line(pairs, said):
    found = sentences(order={"pairs": pairs, "smallest_part": pairs})["volume"]

    assert found == f"all {pairs:,} pairs free by early Feb (W05){said}"


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (14.0, 21.0, "from ¥14.00 a pair, far below the target of ¥46.50: another grade"),
        (float("nan"), 50.0, "up to ¥50.00 a pair, the target is ¥46.50"),
    ],
)
def test_a_band_far_from_the_target_is_called_so(low, high, said):
    assert sentences(offer={"price_low_cny": low, "price_high_cny": high})["price"] == said


def test_gate_sentences_name_a_minimum_order_that_was_not_said():
    assert (
        "the factory states no minimum order, up to 60,000 pairs could be placed"
        in explain.gate_sentences(assessment(offer={"min_order": -1}), NAMES)
    )


def test_gate_sentences_tell_what_was_checked():
    assert explain.gate_sentences(assessment(), NAMES) == [
        "construction asked for: Cemented",
        "holds BSCI",
        "minimum order 3,000 pairs, up to 60,000 pairs could be placed",
        "can start in mid-Nov (W47)",
    ]


@pytest.mark.parametrize(
    ("kind", "before", "after", "sentence"),
    [
        (
            "due_later",
            WEEK,
            WEEK + 2,
            "due 2 weeks later: mid-Feb (W07) instead of early Feb (W05)",
        ),
        (
            "due_later",
            WEEK,
            WEEK + 1,
            "due 1 week later: early Feb (W06) instead of early Feb (W05)",
        ),
        (
            "start_earlier",
            WEEK,
            WEEK - 1,
            "start 1 week earlier: late Jan (W04) instead of early Feb (W05)",
        ),
        ("minimum_order", 15_000, 12_000, "minimum order 12,000 instead of 15,000 pairs"),
        ("allow_split", 60_000, 20_000, "allow a split, with parts of 20,000 pairs"),
        ("fewer_pairs", 60_000, 45_000, "45,000 instead of 60,000 pairs"),
        ("any_construction", 0, -1, "any construction instead of Cemented"),
        ("add_certificate", 0, 1, "the factory adds the certificate BSCI"),
        ("confirm_figures", 16, 0, "the factory confirms its figures, 16 days old"),
        ("target_price", 4_850, 5_300, "a target price of ¥53.00 instead of ¥48.50"),
    ],
)
def test_change_sentence_names_the_smallest_change(kind, before, after, sentence):
    change = {"kind": kind, "before": before, "after": after, "amount": abs(after - before)}

    assert explain.change_sentence(change | {"terms": TERMS}, NAMES) == sentence


def test_change_sentence_of_an_order_that_was_split_names_the_part():
    change = {"kind": "allow_split", "before": 30_000, "after": 20_000, "amount": 10_000}

    assert (
        explain.change_sentence(change | {"terms": TERMS | {"is_splittable": True}})
        == "smallest part 20,000 instead of 30,000 pairs"
    )


def test_changes_belong_to_the_order_or_to_the_offer():
    assert [explain.changes_order({"kind": kind}) for kind in Change] == [
        False,
        True,
        True,
        False,
        True,
        True,
        True,
        False,
        True,
    ]


def test_the_same_numbers_speak_chinese():
    found = assessment(order={"smallest_part": 20_000})
    change = {"kind": "minimum_order", "before": 15_000, "after": 12_000, "amount": 3_000}

    with translation.override("zh-hans"):
        assert explain.reasons(found).startswith(
            "到2月上旬（W05）空闲 48,000 双，订单共 60,000 双；同一大类；其中 20,000 双"
        )
        assert explain.factor_lines(found)[5].sentence == "产能 5 天前确认"
        assert explain.change_sentence(change) == "起订量由 15,000 双降为 12,000 双"
        assert explain.cause_sentence("minimum_order") == "低于起订量"
