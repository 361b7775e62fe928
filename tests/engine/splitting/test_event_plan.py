"""Plans of whole events, held against every plan of tiny ones and the LP written another way."""

import random
from itertools import product

import pytest
from ortools.linear_solver.python import model_builder as mb

from matchmaking.engine.event_plan.laying import lay
from matchmaking.engine.event_plan.market import columns_of
from matchmaking.engine.event_plan.planning import families, plan_event
from matchmaking.engine.event_plan.relaxation import relax
from matchmaking.engine.event_plan.types import Event, EventOffer, EventOrder, Pairing, Weights
from matchmaking.engine.event_plan.verification import points, wrongs


def event(seed: int, orders: int, offers: int, *, weeks: int = 4, share: float = 0.8) -> Event:
    rng = random.Random(seed)
    lines = tuple(
        EventOffer(
            code=f"f{n}",
            free=tuple(rng.randint(0, 60) for _ in range(weeks)),
            min_order=rng.choice((0, 0, 20)),
            is_small=rng.random() < 0.4,
        )
        for n in range(offers)
    )
    asked = [rng.randint(20, 200) for _ in range(orders)]
    made = tuple(
        EventOrder(
            code=f"o{n}",
            pairs=pairs,
            smallest_part=rng.choice((1, max(1, pairs // 3), pairs)),
            most_factories=rng.choice((None, 1, 2, 3)),
        )
        for n, pairs in enumerate(asked)
    )
    pairings = []
    for order, offer in product(range(orders), range(offers)):
        if rng.random() < share:
            first = rng.randrange(weeks)
            last = rng.randrange(first, weeks)
            fit, price = rng.randint(0, 100), rng.randint(0, 100)
            pairings.append(
                Pairing(order=order, offer=offer, first=first, last=last, fit=fit, price=price)
            )
    return Event(weeks=weeks, orders=made, offers=lines, pairings=tuple(pairings))


def program_by_weeks(given: Event, *, whole: bool) -> float:
    """Solve the plan with a variable for each pairing and week: no interval, no price."""
    model = mb.Model()
    made, used = {}, {}
    worth = []
    weights = given.weights
    able = columns_of(given).places.tolist()
    for place in able:
        each = given.pairings[place]
        order, offer = given.orders[each.order], given.offers[each.offer]
        made[place] = [
            model.new_num_var(0, free if each.first <= week <= each.last else 0, None)
            for week, free in enumerate(offer.free)
        ]
        most = min(order.pairs, sum(offer.free[each.first : each.last + 1]))
        least = max(order.smallest_part, offer.min_order)
        used[place] = model.new_bool_var(None) if whole else model.new_num_var(0, 1, None)
        model.add(sum(made[place]) <= most * used[place])
        model.add(sum(made[place]) >= least * used[place])
        value = 100 + (weights.fit * each.fit + weights.price * each.price) / 100
        worth.append((value + weights.small * offer.is_small) * sum(made[place]))
    for place, order in enumerate(given.orders):
        own = [one for one in able if given.pairings[one].order == place]
        if not own:
            continue
        model.add(sum(sum(made[one]) for one in own) <= order.pairs)
        least = min(
            max(order.smallest_part, given.offers[given.pairings[one].offer].min_order)
            for one in own
        )
        parts = min(order.most_factories or len(given.offers), order.pairs // least)
        model.add(sum(used[one] for one in own) <= parts)
    for place, offer in enumerate(given.offers):
        own = [one for one in able if given.pairings[one].offer == place]
        if not own:
            continue
        for week, free in enumerate(offer.free):
            model.add(sum(made[one][week] for one in own) <= free)
        fair = model.new_num_var(0, sum(offer.free) / 4, None)
        model.add(fair <= sum(sum(made[one]) for one in own))
        worth.append(weights.fairness * fair)
    model.maximize(sum(worth))
    solver = mb.Solver("highs" if whole else "glop")
    solver.solve(model)
    return solver.objective_value


@pytest.mark.parametrize("seed", range(6))
def test_bound_is_the_value_of_the_program_written_by_weeks(seed):
    given = event(seed, 12, 10)
    *_, last = relax(columns_of(given), seconds=20)

    assert last.is_closed
    assert last.bound == pytest.approx(program_by_weeks(given, whole=False), rel=3e-4)


@pytest.mark.parametrize("seed", range(6))
def test_no_state_of_the_relaxation_bounds_less_than_the_best_plan(seed):
    given = event(seed, 8, 6)
    best = program_by_weeks(given, whole=True)

    for state in relax(columns_of(given), seconds=20):
        assert state.bound >= best * (1 - 1e-6)


@pytest.mark.parametrize("seed", range(6))
def test_plan_keeps_every_rule_and_is_the_best_of_a_small_event(seed):
    given = event(seed, 8, 6)

    found = plan_event(given, seconds=8)

    assert list(wrongs(given, found.parts)) == []
    assert found.points == pytest.approx(points(given, found.parts))
    assert found.points <= found.bound * (1 + 1e-9)
    # Pairs are whole here and not in the program: less than a pair for each part.
    assert found.points >= 0.99 * program_by_weeks(given, whole=True)


def test_plan_that_is_stopped_at_once_keeps_every_rule_and_has_a_bound():
    given = event(3, 20, 15)

    found = plan_event(given, seconds=30, is_over=lambda: True)

    assert list(wrongs(given, found.parts)) == []
    assert found.parts
    assert 0 < found.points <= found.bound


def test_progress_never_falls_and_its_bound_never_rises():
    seen = []

    plan_event(event(1, 20, 15), seconds=4, report=seen.append)

    assert [each.points for each in seen] == sorted(each.points for each in seen)
    bounds = [each.bound for each in seen]
    assert bounds == sorted(bounds, reverse=True)
    assert all(each.points <= each.bound * (1 + 1e-9) for each in seen)


def test_families_share_no_offer_and_their_plans_stand_in_the_places_of_the_whole():
    one, two = event(1, 4, 3), event(2, 5, 4)
    moved = tuple(
        Pairing(order=p.order + 4, offer=p.offer + 3, first=p.first, last=p.last, fit=p.fit)
        for p in two.pairings
    )
    both = Event(
        weeks=4,
        orders=one.orders + two.orders,
        offers=one.offers + two.offers,
        pairings=one.pairings + moved,
    )
    groups = families(both)

    offers = [set(offers) for _, _, offers in groups]
    assert sum(map(len, offers)) == len(set().union(*offers))
    assert sum(len(part.pairings) for part, _, _ in groups) == len(both.pairings)
    assert list(wrongs(both, plan_event(both, seconds=4).parts)) == []


def test_fairness_gives_the_second_order_to_the_factory_that_has_none():
    def planned(fairness: int) -> list[int]:
        rows = [Pairing(order=o, offer=f, first=0, last=0, fit=60 - 10 * f)
                for o in range(2) for f in range(2)]  # fmt: skip
        given = Event(
            weeks=1,
            orders=(EventOrder(code="x", pairs=50, smallest_part=50),) * 2,
            offers=(EventOffer(code="f", free=(200,)),) * 2,
            pairings=tuple(rows),
            weights=Weights(fit=30, price=0, fairness=fairness, small=0),
        )
        return sorted(part.offer for part in plan_event(given, seconds=5).parts)

    assert planned(0) == [0, 0]
    assert planned(10) == [0, 1]


def test_nothing_to_pair_is_a_plan_without_a_gap():
    given = Event(weeks=2, orders=(EventOrder(code="a", pairs=5),), offers=(), pairings=())

    found = plan_event(given, seconds=1)

    assert (found.parts, found.points, found.gap) == ((), 0.0, 0.0)


def test_part_due_first_is_laid_first():
    assert lay((10, 10), [(10, 0, 1), (10, 0, 0)]) == [(0, 10), (10, 0)]
    with pytest.raises(ValueError, match="do not fit"):
        lay((10, 10), [(15, 0, 0)])


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: EventOrder(code="a", pairs=5, smallest_part=6),
        lambda: EventOrder(code="a", pairs=5, most_factories=0),
        lambda: EventOffer(code="a", free=(1, -1)),
        lambda: Weights(fit=101),
        lambda: Event(weeks=2, orders=(), offers=(EventOffer(code="a", free=(1,)),), pairings=()),
    ],
)
def test_values_that_are_no_market_are_refused(wrong):
    with pytest.raises(ValueError, match=r".+"):
        wrong()


def test_verification_names_a_plan_that_breaks_a_rule():
    given = event(5, 6, 5)
    part = plan_event(given, seconds=3).parts[0]
    twice = (part, part)

    assert any("twice" in line for line in wrongs(given, twice))
