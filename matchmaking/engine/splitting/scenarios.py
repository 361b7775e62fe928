"""The scenario table of one order: a plan for each aim, each a proved optimum."""

from collections.abc import Sequence

from matchmaking.engine.splitting.laying import cost, lay
from matchmaking.engine.splitting.model import Answer, Model, least_of, may_take_part
from matchmaking.engine.splitting.types import Aim, Factory, Order, Part, Plan


def scenarios(order: Order, factories: Sequence[Factory]) -> tuple[Plan, ...]:
    """Give the best plan in each aim, in the order of ``Aim``.

    All place the same pairs: the most that the order's rules let them place.
    """
    placed = most_pairs(order, factories, order.weeks)
    return tuple(_plan(aim, order, factories, placed) for aim in Aim)


def plan(aim: Aim, order: Order, factories: Sequence[Factory]) -> Plan:
    return _plan(aim, order, factories, most_pairs(order, factories, order.weeks))


def most_pairs(order: Order, factories: Sequence[Factory], weeks: int) -> int:
    """Count the most pairs that can be placed in the first ``weeks`` weeks."""
    obvious = None if order.colourways else _obvious_pairs(order, factories, weeks)
    if obvious is not None:
        return obvious
    model = Model(order, factories, weeks)
    return model.best(model.placed, is_most=True).value if model.made else 0


def _plan(aim: Aim, order: Order, factories: Sequence[Factory], placed: int) -> Plan:
    if not placed:
        return Plan(aim=aim, parts=(), short=order.pairs, is_proved=True)
    weeks = _fewest_weeks(order, factories, placed) if aim is Aim.EARLIEST else order.weeks
    model = Model(order, factories, weeks)
    model.keep(model.placed, placed)
    answers = []
    for expression, is_most in _objectives(aim, model):
        answers.append(model.best(expression, is_most=is_most))
        model.keep(expression, answers[-1].value)
    return Plan(
        aim=aim,
        parts=_parts(answers[-1], factories, weeks),
        short=order.pairs - placed,
        is_proved=all(answer.is_proved for answer in answers),
        measure=weeks if aim is Aim.EARLIEST else answers[0].value,
    )


def _fewest_weeks(order: Order, factories: Sequence[Factory], placed: int) -> int:
    """Find the fewest weeks in which so many pairs can be placed, by halving.

    More weeks never place fewer pairs. The largest capacities alone give a first bound that is
    mostly the answer, which saves the solves of the weeks before it.
    """
    low = 1
    while low < order.weeks and _room(order, factories, low) < placed:
        low += 1
    if most_pairs(order, factories, low) == placed:
        return low
    high = order.weeks
    while low + 1 < high:
        middle = (low + high) // 2
        if most_pairs(order, factories, middle) == placed:
            high = middle
        else:
            low = middle
    return high


def _obvious_pairs(order: Order, factories: Sequence[Factory], weeks: int) -> int | None:
    """Count the same where the largest factories settle it, which spares most orders a solve.

    They settle it when together they have too little, or when the fewest of them that have
    enough may each make so little that all of their least parts fit into the order.
    """
    able = [each for each in factories if may_take_part(order, each, weeks)]
    able.sort(key=lambda each: each.capacity(weeks), reverse=True)
    room = least = 0
    for factory in able[: order.most_factories]:
        room += factory.capacity(weeks)
        least += least_of(order, factory)
        if room >= order.pairs:
            return order.pairs if least <= order.pairs else None
    return room


def _room(order: Order, factories: Sequence[Factory], weeks: int) -> int:
    rooms = sorted(
        (each.capacity(weeks) for each in factories if may_take_part(order, each, weeks)),
        reverse=True,
    )
    return sum(rooms[: order.most_factories])


def _objectives(aim: Aim, model: Model) -> list[tuple[object, bool]]:
    """Give what is best in turn, (expression, whether the most); equal plans are told by price."""
    factories = model.factories
    small = [model.used[place] for place in model.used if factories[place].is_small]
    small_made = [model.made[place] for place in model.made if factories[place].is_small]
    fit = sum(made * factories[place].fit for place, made in model.made.items())
    first: dict[Aim, list[tuple[object, bool]]] = {
        Aim.CHEAPEST: [],
        Aim.EARLIEST: [],
        Aim.FEWEST_FACTORIES: [(sum(model.used.values()), False)],
        Aim.MOST_SMALL_FIRMS: [(sum(small), True), (sum(small_made), True)],
        Aim.BEST_FIT: [(fit, True)],
    }
    return [*first[aim], (model.cost, False)]


def _parts(answer: Answer, factories: Sequence[Factory], weeks: int) -> tuple[Part, ...]:
    parts = []
    for factory, pairs, colours in zip(factories, answer.pairs, answer.colourways, strict=True):
        if not pairs:
            continue
        laid = lay(factory, pairs, weeks)
        parts.append(
            Part(
                factory=factory.code,
                pairs=pairs,
                cents=cost(factory, laid),
                weeks=laid,
                colourways=colours,
            )
        )
    return tuple(sorted(parts, key=lambda part: (-part.pairs, part.factory)))
