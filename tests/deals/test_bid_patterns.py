"""Questions about quotes: each pattern, and the neighbour that is none."""

import datetime as dt
from decimal import Decimal

import pytest

from matchmaking.deals.bid_patterns import Bid, Pattern, findings

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)


def bid(factory, price, *, order="o", won=False, **more):
    return Bid(
        order=order, factory=factory, price=Decimal(str(price)), won=won, decided_at=NOON, **more
    )


def patterns(*bids):
    return [(one.pattern, one.factories) for one in findings(bids)]


def test_ordinary_round_raises_no_question():
    assert patterns(bid("a", 45, won=True), bid("b", 47), bid("c", 49)) == []


def test_only_quote_of_a_decided_order():
    assert patterns(bid("a", 45, won=True)) == [(Pattern.ONLY_ONE, ("a",))]
    assert patterns(bid("a", 45)) == []


def test_equal_prices():
    found = findings([bid("a", 44, won=True), bid("b", 46), bid("c", "46.00")])

    assert [(one.pattern, one.factories, one.figures) for one in found] == [
        (Pattern.EQUAL_PRICES, ("b", "c"), {"price": Decimal(46)})
    ]


@pytest.mark.parametrize(("price", "asked"), [("45.45", True), ("45.46", False), ("44", False)])
def test_price_just_above_the_winner(price, asked):
    found = patterns(bid("a", 45, won=True), bid("b", price))

    assert ((Pattern.JUST_ABOVE_WINNER, ("b", "a")) in found) is asked


@pytest.mark.parametrize(
    ("hours", "before", "asked"), [(3, 48, True), (30, 48, False), (3, "45.5", False)]
)
def test_late_revision_that_won(hours, before, asked):
    winner = bid(
        "a",
        45,
        won=True,
        revised_at=NOON - dt.timedelta(hours=hours),
        price_before=Decimal(str(before)),
    )

    found = patterns(winner, bid("b", 47))

    assert ((Pattern.LATE_REVISION_WON, ("a",)) in found) is asked


@pytest.mark.parametrize(("price", "asked"), [(40, True), ("40.01", False)])
def test_heavy_discount_is_measured_from_the_median_of_the_others(price, asked):
    found = patterns(bid("a", price, won=True), bid("b", 48), bid("c", 52), bid("d", 50))

    assert ((Pattern.HEAVY_DISCOUNT, ("a",)) in found) is asked


def test_always_second_behind_one_winner():
    rounds = [
        row
        for number in range(3)
        for row in (
            bid("a", 45, order=number, won=True),
            bid("b", 47, order=number),
            bid("c", 49, order=number),
        )
    ]

    (found,) = findings(rounds)

    assert (found.pattern, found.factories) == (Pattern.ALWAYS_SECOND, ("b", "a"))
    assert found.orders == (0, 1, 2)
    assert found.figures == {"times": 3, "of": 3}
    assert findings(rounds[:6]) == []


def test_second_now_and_then_is_no_pattern():
    rounds = []
    for number in range(6):
        is_second = number < 3
        rounds += [
            bid("a", 45, order=number, won=True),
            bid("b", 47 if is_second else 52, order=number),
            bid("c", 49, order=number),
        ]

    assert not [one for one in findings(rounds) if one.factories == ("b", "a")]


def test_split_order_asks_once_about_its_cheapest_winner():
    found = patterns(bid("a", 45, won=True), bid("b", 46, won=True), bid("c", "45.2"))

    assert found == [(Pattern.JUST_ABOVE_WINNER, ("c", "a"))]
