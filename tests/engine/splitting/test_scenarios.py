import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaking.engine.splitting.scenarios import plan, scenarios
from matchmaking.engine.splitting.types import Aim, Factory, Order, PriceBreak
from tests.engine.splitting.cast import cents_of, every_split, factory, random_case

WEEKS = 4
FACTORIES = (
    factory("A", *(12_000,) * WEEKS),
    factory("B", *(10_000,) * WEEKS),
    factory("C", *(4_000,) * WEEKS, is_small=True),
    factory("D", *(30_000,) * WEEKS, obstacle="category"),
)


def order(**rules) -> Order:
    return Order(pairs=100_000, weeks=WEEKS, **rules)


def parts(plan) -> dict[str, int]:
    return {part.factory: part.pairs for part in plan.parts}


@pytest.mark.parametrize("smallest", [10_000, 15_000])
@pytest.mark.parametrize("aim", Aim)
def test_three_factories_place_all_pairs_in_parts_that_are_large_enough(aim, smallest):
    found = plan(aim, order(smallest_part=smallest, most_factories=3), FACTORIES)

    assert found.short == 0
    assert set(parts(found)) == {"A", "B", "C"}
    assert min(parts(found).values()) >= smallest
    assert found.is_proved


@pytest.mark.parametrize("aim", Aim)
def test_two_factories_place_what_the_two_largest_can(aim):
    found = plan(aim, order(smallest_part=10_000, most_factories=2), FACTORIES)

    assert (found.placed, found.short) == (88_000, 12_000)
    assert parts(found) == {"A": 48_000, "B": 40_000}


def test_table_has_a_plan_for_each_aim_that_all_place_the_same_pairs():
    table = scenarios(order(smallest_part=10_000, most_factories=3), FACTORIES)

    assert [each.aim for each in table] == list(Aim)
    assert {each.placed for each in table} == {100_000}


def test_weeks_of_a_part_add_up_to_it_and_stay_within_what_is_free():
    found = plan(Aim.EARLIEST, order(most_factories=3), FACTORIES)

    for part in found.parts:
        free = next(each.free for each in FACTORIES if each.code == part.factory)
        assert sum(part.weeks) == part.pairs
        assert all(0 <= pairs <= room for pairs, room in zip(part.weeks, free, strict=True))


def test_cheapest_plan_makes_a_part_larger_to_reach_its_price_break():
    breaks = (PriceBreak(pairs=0, cents=100), PriceBreak(pairs=60, cents=80))
    factories = (
        Factory(code="A", free=(100,), prices=breaks),
        factory("B", 100, cents=95),
    )

    found = plan(Aim.CHEAPEST, Order(pairs=100, weeks=1, smallest_part=40), factories)

    assert parts(found) == {"A": 100}
    assert found.cents == 8_000


def test_earliest_plan_ends_in_the_first_week_that_can_hold_the_order():
    factories = (factory("A", 10, 10, 10, 10, cents=10), factory("B", 0, 30, 0, 0, cents=90))

    found = plan(Aim.EARLIEST, Order(pairs=40, weeks=4), factories)

    assert found.last_week == 1
    assert parts(found) == {"B": 30, "A": 10} or parts(found) == {"A": 20, "B": 20}
    assert found.cents == 20 * 10 + 20 * 90


def test_most_small_firms_have_a_part_each_and_the_rest_goes_where_it_is_cheapest():
    factories = (
        factory("A", 100, cents=10),
        factory("B", 30, cents=20, is_small=True),
        factory("C", 30, cents=30, is_small=True),
    )

    found = plan(Aim.MOST_SMALL_FIRMS, Order(pairs=100, weeks=1, smallest_part=10), factories)

    assert parts(found) == {"A": 40, "B": 30, "C": 30}
    assert found.small_pairs(factories) == 60


def test_one_colourway_is_made_by_one_factory():
    rules = Order(pairs=100, weeks=1, colourways=(60, 30, 10))
    factories = (factory("A", 65, cents=10), factory("B", 50, cents=20))

    found = plan(Aim.CHEAPEST, rules, factories)

    assert found.short == 0
    assert {part.factory: part.colourways for part in found.parts} == {"A": (0,), "B": (1, 2)}


def test_nothing_is_placed_where_nobody_may_take_part():
    found = plan(Aim.CHEAPEST, order(), (FACTORIES[3],))

    assert (found.parts, found.short, found.is_proved) == ((), 100_000, True)
    assert (found.average_cents, found.last_week) == (None, None)


@settings(max_examples=15, deadline=None, derandomize=True)
@given(st.integers(0, 10**6))
def test_plans_are_as_good_as_the_best_of_all_splits(seed):
    rules, factories = random_case(seed)
    splits = list(every_split(rules, factories, rules.weeks))
    most = max(map(sum, splits))
    best = [split for split in splits if sum(split) == most]

    table = {each.aim: each for each in scenarios(rules, factories)}

    assert {each.placed for each in table.values()} == {most}
    assert table[Aim.CHEAPEST].cents == min(
        cents_of(factories, split, rules.weeks) for split in best
    )
    assert len(table[Aim.FEWEST_FACTORIES].parts) == min(
        sum(pairs > 0 for pairs in split) for split in best
    )
    assert (
        table[Aim.MOST_SMALL_FIRMS].measure
        == max(
            sum(bool(p) and each.is_small for each, p in zip(factories, split, strict=True))
            for split in best
        )
        or not most
    )
    assert sum(
        part.pairs * next(each.fit for each in factories if each.code == part.factory)
        for part in table[Aim.BEST_FIT].parts
    ) == max(sum(each.fit * p for each, p in zip(factories, split, strict=True)) for split in best)
    if most:
        assert table[Aim.EARLIEST].measure == min(
            weeks
            for weeks in range(1, rules.weeks + 1)
            if max(map(sum, every_split(rules, factories, weeks))) == most
        )


def test_same_order_gives_the_same_plans():
    rules, factories = random_case(7)

    assert scenarios(rules, factories) == scenarios(rules, factories)
