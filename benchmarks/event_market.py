"""Events of any size on the replay's market: its factories and orders drawn anew."""

import random

from matchmaking.demonstration.replay.factories import read_factories
from matchmaking.demonstration.replay.orders import WHOLE_UP_TO, make_orders
from matchmaking.engine.event_plan.types import Event, EventOffer, EventOrder, Pairing

WEEKS = 36
REPLAY_SHARE = 0.59  # pairs asked for each pair that its shoe factories have free
MOST_FACTORIES = 12
MIN_ORDERS = (500, 1_000, 2_000, 3_000)


def make_event(
    orders: int,
    offers: int,
    *,
    share: float = REPLAY_SHARE,
    seed: int = 0,
) -> Event:
    """Draw factories and orders from the replay's; ``share`` of what is free is asked for.

    Orders keep their sizes relative to one another; all are scaled together, and with them
    what counts as too small to be split.
    """
    rng = random.Random(seed)
    makers = [each for each in read_factories() if each.makes_shoes]
    drawn = [rng.choice(makers) for _ in range(offers)]
    free = sum(each.weekly_pairs for each in drawn) * WEEKS
    templates = list(make_orders())
    wished = [rng.choice(templates) for _ in range(orders)]
    scale = share * free / sum(each.pairs for each in wished)
    made = tuple(
        _order(
            number,
            round(each.pairs * scale),
            whole_up_to=round(WHOLE_UP_TO * scale),
            smallest=round(5_000 * scale),
            most=MOST_FACTORIES,
        )
        for number, each in enumerate(wished)
    )
    lines = tuple(
        EventOffer(
            code=f"f{number}",
            free=(each.weekly_pairs,) * WEEKS,
            min_order=min(rng.choice(MIN_ORDERS), each.weekly_pairs * 2),
            is_small=each.workers < 300,
        )
        for number, each in enumerate(drawn)
    )
    leads = [rng.choice((12, 15, 20, 25, 30)) for _ in drawn]
    asks = [rng.randint(84, 96) / 2 for _ in drawn]
    pairings = []
    for place, order in enumerate(wished):
        due, price = order.due_in, order.price_cny
        for other, factory in enumerate(drawn):
            last = min(due - 1 - leads[other] // 7, WEEKS - 1)
            if order.category not in factory.categories or last < order.start_in:
                continue
            main = factory.categories[0] == order.category
            pairings.append(
                Pairing(
                    order=place,
                    offer=other,
                    first=order.start_in,
                    last=last,
                    fit=min(100, (70 if main else 45) + rng.randint(0, 30)),
                    price=max(0, min(100, round(50 + (price - asks[other]) * 10))),
                )
            )
    return Event(weeks=WEEKS, orders=made, offers=lines, pairings=tuple(pairings))


def _order(number: int, pairs: int, *, whole_up_to: int, smallest: int, most: int) -> EventOrder:
    if pairs <= whole_up_to:
        return EventOrder(code=f"o{number}", pairs=pairs, smallest_part=pairs, most_factories=1)
    part = max(smallest, pairs // 12)
    return EventOrder(code=f"o{number}", pairs=pairs, smallest_part=part, most_factories=most)
