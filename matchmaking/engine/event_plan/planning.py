"""The plan of an event: family by family, first the bound, then ever better plans."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from matchmaking.engine.event_plan.laying import lay
from matchmaking.engine.event_plan.market import Columns, Ints, columns_of
from matchmaking.engine.event_plan.relaxation import relax
from matchmaking.engine.event_plan.search import Search
from matchmaking.engine.event_plan.types import Event, EventPart, EventPlan

RELAXING = 0.5  # of the seconds, at most
GOOD_ENOUGH = 1e-4  # a gap at which searching on is not worth the wait


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """The points of the best plan so far and the bound on all plans, over all families."""

    points: float
    bound: float

    @property
    def gap(self) -> float:
        return max(0.0, (self.bound - self.points) / self.bound) if self.bound > 0 else 0.0


def plan_event(
    event: Event,
    *,
    seconds: float,
    report: Callable[[Progress], None] = lambda _: None,
    is_over: Callable[[], bool] = lambda: False,
) -> EventPlan:
    """Plan for so many seconds, or until ``is_over``; give the best plan so far with its bound.

    ``report`` hears of every step. The plan keeps every rule at whatever moment it is stopped.
    """
    groups = families(event)
    weights = [len(group.pairings) for group, _, _ in groups]
    plans: list[EventPlan] = []
    done = Progress(points=0.0, bound=0.0)
    left, ends = sum(weights), time.monotonic() + seconds
    for (group, orders, offers), weight in zip(groups, weights, strict=True):
        share = max(0.0, ends - time.monotonic()) * weight / left
        left -= weight
        before = done

        def told(now: Progress, before: Progress = before) -> None:
            report(Progress(points=before.points + now.points, bound=before.bound + now.bound))

        found = _plan_family(group, seconds=share, report=told, is_over=is_over)
        done = Progress(points=done.points + found.points, bound=done.bound + found.bound)
        moved = (
            replace(part, order=orders[part.order], offer=offers[part.offer])
            for part in found.parts
        )
        plans.append(replace(found, parts=tuple(moved)))
    parts = sorted(
        (part for plan in plans for part in plan.parts), key=lambda part: (part.order, part.offer)
    )
    return EventPlan(parts=tuple(parts), points=done.points, bound=done.bound)


def _plan_family(
    event: Event,
    *,
    seconds: float,
    report: Callable[[Progress], None],
    is_over: Callable[[], bool],
) -> EventPlan:
    started = time.monotonic()
    columns = columns_of(event)
    search = Search(columns)
    bound, gains = columns.most_points, columns.points
    if len(columns):
        for state in relax(columns, seconds=seconds * RELAXING, is_over=is_over):
            bound, gains = min(bound, state.bound), state.gains
            report(Progress(points=0.0, bound=bound))
        search.start(gains)
        left = seconds - (time.monotonic() - started)
        report(Progress(points=search.points, bound=bound))

        def enough() -> bool:
            return is_over() or bound - search.points <= GOOD_ENOUGH * bound

        for points in search.improve(gains, seconds=left, is_over=enough):
            report(Progress(points=points, bound=bound))
    return EventPlan(parts=tuple(_parts(columns, search.made)), points=search.points, bound=bound)


def _parts(columns: Columns, made: Ints) -> Iterable[EventPart]:
    of_offer: dict[int, list[int]] = defaultdict(list)
    for row in np.flatnonzero(made).tolist():
        of_offer[int(columns.offer[row])].append(row)
    for offer, rows in of_offer.items():
        wanted = [(int(made[row]), int(columns.first[row]), int(columns.last[row])) for row in rows]
        laid = lay(columns.event.offers[offer].free, wanted)
        for row, weeks in zip(rows, laid, strict=True):
            yield EventPart(
                order=int(columns.order[row]), offer=offer, pairs=int(made[row]), weeks=weeks
            )


def families(event: Event) -> Sequence[tuple[Event, Sequence[int], Sequence[int]]]:
    """Cut the event into parts that share no offer, largest first.

    Each comes with the places that its orders and its offers have in the whole event.
    """
    parent = list(range(len(event.orders) + len(event.offers)))

    def root(node: int) -> int:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for each in event.pairings:
        parent[root(each.order)] = root(len(event.orders) + each.offer)
    members = defaultdict(list)
    for each in event.pairings:
        members[root(each.order)].append(each)
    found = []
    for pairings in sorted(members.values(), key=len, reverse=True):
        orders = sorted({each.order for each in pairings})
        offers = sorted({each.offer for each in pairings})
        order_at = {order: place for place, order in enumerate(orders)}
        offer_at = {offer: place for place, offer in enumerate(offers)}
        own = tuple(
            replace(each, order=order_at[each.order], offer=offer_at[each.offer])
            for each in pairings
        )
        part = replace(
            event,
            orders=tuple(event.orders[order] for order in orders),
            offers=tuple(event.offers[offer] for offer in offers),
            pairings=own,
        )
        found.append((part, orders, offers))
    return found
