from matchmaking.engine.splitting.explaining import Reason, explain_unused
from matchmaking.engine.splitting.relaxations import RelaxationKind, relaxations
from matchmaking.engine.splitting.scenarios import plan
from matchmaking.engine.splitting.types import Aim, Order
from tests.engine.splitting.cast import factory

WEEKS = 6
FACTORIES = (
    factory("A", *(12_000,) * WEEKS),
    factory("B", *(10_000,) * WEEKS),
    factory("C", *(4_000,) * WEEKS, cents=5_000),
    factory("D", *(30_000,) * WEEKS, obstacle="category"),
    factory("E", *(0,) * WEEKS),
    factory("F", *(5_000,) * WEEKS, min_order=40_000),
    factory("G", *(1_000,) * WEEKS),
)


def advice(**rules):
    order = Order(pairs=100_000, weeks=4, **rules)
    return order, plan(Aim.CHEAPEST, order, FACTORIES)


def test_every_factory_without_a_part_has_its_reason():
    order, found = advice(smallest_part=10_000, most_factories=2)

    reasons = {each.factory: each.reason for each in explain_unused(order, FACTORIES, found)}

    assert reasons == {
        "C": Reason.NOT_NEEDED,
        "D": Reason.OBSTACLE,
        "E": Reason.NO_FREE_PAIRS,
        "F": Reason.BELOW_MINIMUM_ORDER,
        "G": Reason.BELOW_SMALLEST_PART,
    }


def test_factory_that_is_not_needed_is_told_what_the_plan_with_it_would_cost_more():
    order = Order(pairs=40_000, weeks=4, smallest_part=10_000)
    found = plan(Aim.CHEAPEST, order, FACTORIES)

    unused = {each.factory: each for each in explain_unused(order, FACTORIES, found)}

    assert unused["C"].cents == 10_000 * 200


def test_short_order_is_told_a_third_factory_and_one_more_week_with_their_yield():
    order, found = advice(smallest_part=10_000, most_factories=2)

    told = {each.kind: each for each in relaxations(order, FACTORIES, found)}

    assert found.short == 12_000
    assert told[RelaxationKind.MORE_FACTORIES].pairs == 12_000
    assert (told[RelaxationKind.MORE_WEEKS].after, told[RelaxationKind.MORE_WEEKS].pairs) == (
        5,
        12_000,
    )


def test_smaller_part_is_the_roundest_that_yields_all_that_giving_up_the_rule_would():
    order, found = advice(smallest_part=17_000, most_factories=3)

    told = {each.kind: each for each in relaxations(order, FACTORIES, found)}

    part = told[RelaxationKind.SMALLER_PART]
    assert (part.before, part.after, part.pairs) == (17_000, 16_000, 12_000)


def test_minimum_order_that_alone_keeps_a_factory_out_is_named():
    factories = (factory("A", 10_000), factory("F", 8_000, min_order=9_000))
    order = Order(pairs=18_000, weeks=1, smallest_part=1_000)

    told = relaxations(order, factories, plan(Aim.CHEAPEST, order, factories))

    assert [(each.kind, each.factory, each.after, each.pairs) for each in told] == [
        (RelaxationKind.MINIMUM_ORDER, "F", 8_000, 8_000)
    ]


def test_plan_that_nothing_betters_is_told_nothing():
    order = Order(pairs=10_000, weeks=4)

    assert relaxations(order, FACTORIES[:1], plan(Aim.CHEAPEST, order, FACTORIES[:1])) == ()
