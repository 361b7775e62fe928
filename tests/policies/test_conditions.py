"""The language of conditions: reading, three values, alternatives, how far."""

from decimal import Decimal
from itertools import product

import pytest

from matchmaking.policies.conditions import Answer, ConditionError, FieldKind, judge, read

FIELDS = {
    "revenue": FieldKind.MONEY,
    "sets": FieldKind.NUMBER,
    "price": FieldKind.MONEY,
    "kind": FieldKind.WORD,
    "first": FieldKind.FLAG,
}


def answer(text, **facts):
    return judge(read(text, FIELDS), facts).answer


def test_all_lines_must_hold_and_unknown_is_never_no():
    text = "revenue >= 100\nkind in brand, factory"

    assert answer(text, revenue=100, kind="brand") == Answer.YES
    assert answer(text, revenue=99, kind="brand") == Answer.NO
    assert answer(text, kind="brand") == Answer.UNKNOWN
    # One line that fails settles it, whatever nobody told.
    assert answer(text, revenue=99) == Answer.NO
    assert answer("") == Answer.YES


def test_alternatives_are_joined_by_or_in_three_values():
    text = "sets >= 80 | price >= 300"
    worth = {Answer.YES: 90, Answer.NO: 10, Answer.UNKNOWN: None}
    for one, other in product(Answer, repeat=2):
        facts = {"sets": worth[one], "price": worth[other] and worth[other] * 10}
        expected = (
            Answer.YES
            if Answer.YES in {one, other}
            else Answer.UNKNOWN
            if Answer.UNKNOWN in {one, other}
            else Answer.NO
        )
        assert answer(text, **facts) == expected


@pytest.mark.parametrize(
    ("op", "below", "at", "above"),
    [(">=", 0, 1, 1), (">", 0, 0, 1), ("<=", 1, 1, 0), ("<", 1, 0, 0), ("=", 0, 1, 0)],
)
def test_comparisons(op, below, at, above):
    found = [answer(f"sets {op} 5", sets=number) == Answer.YES for number in (4, 5, 6)]

    assert found == [bool(below), bool(at), bool(above)]


def test_flags_and_words():
    assert answer("first = yes", first=True) == Answer.YES
    assert answer("first = yes", first=False) == Answer.NO
    assert answer("kind = brand", kind=["both", "brand"]) == Answer.YES
    assert answer("kind = supplier", kind="brand") == Answer.NO


def test_what_a_person_judges_is_unknown_until_it_is_told():
    text = "? selected in the year"
    (group,) = read(text, FIELDS)

    assert answer(text) == Answer.UNKNOWN
    assert judge([group], {group[0].key: True}).answer == Answer.YES
    assert judge([group], {group[0].key: False}).answer == Answer.NO


def test_how_far_names_the_nearest_alternative_of_each_group_that_fails():
    groups = read("revenue >= 1000; sets >= 80 | price >= 300", FIELDS)

    found = judge(groups, {"revenue": Decimal(880), "sets": 60, "price": Decimal(290)})

    assert found.answer == Answer.NO
    assert [(one.condition.field, one.missing) for one in found.gaps] == [
        ("revenue", Decimal(120)),
        ("price", Decimal(10)),
    ]
    assert found.is_in_reach


def test_what_is_not_a_number_is_out_of_reach():
    found = judge(read("kind = supplier; revenue >= 10", FIELDS), {"kind": "brand", "revenue": 1})

    assert not found.is_in_reach


def test_to_tell_leaves_out_what_is_settled():
    groups = read("revenue >= 10; sets >= 80 | price >= 300; first = yes", FIELDS)

    found = judge(groups, {"revenue": 20, "sets": 90})

    assert [condition.key for condition in found.to_tell] == ["first"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("?", "empty"),
        ("revenue", "form"),
        ("turnover >= 10", "field"),
        ("first = perhaps", "flag"),
        ("first >= yes", "flag"),
        ("kind >= brand", "word"),
        ("revenue >= a lot", "number"),
    ],
)
def test_text_that_is_no_condition_names_its_part(text, reason):
    with pytest.raises(ConditionError) as refused:
        read(f"revenue >= 1; {text}", FIELDS)

    assert (refused.value.part, refused.value.reason) == (text, reason)
