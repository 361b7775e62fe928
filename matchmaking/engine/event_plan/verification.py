"""Rules of a plan, checked anew from the event's own values and nothing of the search."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from matchmaking.engine.event_plan.types import FAIR_SHARE, PLACED_POINTS, Event, EventPart, Pairing


def wrongs(event: Event, parts: Sequence[EventPart]) -> Iterator[str]:
    """Yield a line for every rule that the parts break."""
    pairings = {(each.order, each.offer): each for each in event.pairings}
    for part in parts:
        if (part.order, part.offer) not in pairings:
            yield f"order {part.order} and offer {part.offer} do not fit"
            return
        yield from _of_part(event, part, pairings[part.order, part.offer])
    for place, order in enumerate(event.orders):
        own = [part for part in parts if part.order == place]
        if sum(part.pairs for part in own) > order.pairs:
            yield f"order {place} has too many pairs"
        if len(own) > (order.most_factories or len(own)):
            yield f"order {place} has too many factories"
        if len({part.offer for part in own}) != len(own):
            yield f"order {place} has one offer twice"
    for place, offer in enumerate(event.offers):
        made = [part.weeks for part in parts if part.offer == place]
        for week, (free, *rows) in enumerate(zip(offer.free, *made, strict=True)):
            if sum(rows) > free:
                yield f"offer {place} has too many pairs in week {week}"


def _of_part(event: Event, part: EventPart, pairing: Pairing) -> Iterator[str]:
    least = max(event.orders[part.order].smallest_part, event.offers[part.offer].min_order)
    if part.pairs < least or sum(part.weeks) != part.pairs or min(part.weeks) < 0:
        yield f"order {part.order} has {part.pairs} pairs at offer {part.offer}"
    for week, pairs in enumerate(part.weeks):
        if pairs and not pairing.first <= week <= pairing.last:
            yield f"order {part.order} is made in week {week}"


def points(event: Event, parts: Sequence[EventPart]) -> float:
    """Count the points of the parts one by one."""
    pairings = {(each.order, each.offer): each for each in event.pairings}
    weights, total = event.weights, 0.0
    made: dict[int, int] = defaultdict(int)
    for part in parts:
        pairing = pairings[part.order, part.offer]
        each = PLACED_POINTS + (weights.fit * pairing.fit + weights.price * pairing.price) / 100
        total += part.pairs * (each + weights.small * event.offers[part.offer].is_small)
        made[part.offer] += part.pairs
    for offer, pairs in made.items():
        total += weights.fairness * min(pairs, sum(event.offers[offer].free) / FAIR_SHARE)
    return total
