"""The partitions into which a scoring of the whole market is cut, so that workers share it.

Every list is made in one part: those of orders first, then those of offers. Rows of two
parts of one side differ, for each has its own orders or its own offers; so parts of one
side may be scored at the same moment. A group are categories that are like each other,
directly or over others; an order belongs to its category's, an offer to the group of all
its categories, or to none (0) where they lie in several.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from django.db import connection

from matchmaking.engine.tiles import groups
from matchmaking.matching.ranking.taxonomy import Taxonomy

LISTS_PER_PARTITION = 2_500  # about 37,000 rows where none stood before
ACROSS = 0
SMALL = 5_000  # posts that one transaction scores in a few seconds

SideName = Literal["order", "offer"]
OTHER: Mapping[SideName, SideName] = {"order": "offer", "offer": "order"}
Numbers = Mapping[int, int]

# Each arm stops at the limit: the question is asked at every scoring, and only whether there are
# more matters.
IS_LARGE = """
    select count(*) > %(small)s
    from (
        (select from listings_processingorder where state = 'published' limit %(small)s + 1)
        union all
        (select from listings_capacityoffer where state = 'published' limit %(small)s + 1)
    ) as posts
"""
COUNT_ORDERS = """
    select coalesce(g.number, 0), count(*)
    from listings_processingorder o
    left join unnest(%(categories)s::bigint[], %(numbers)s::bigint[]) as g (category, number)
        on g.category = o.category_id
    where o.state = 'published'
    group by 1
"""
ORDERS = """
    select o.id, coalesce(g.number, 0)
    from listings_processingorder o
    left join unnest(%(categories)s::bigint[], %(numbers)s::bigint[]) as g (category, number)
        on g.category = o.category_id
"""
OFFERS = """
    select o.id, case when min(g.number) = max(g.number) then min(g.number) else 0 end as number
    from listings_capacityoffer o
    left join listings_capacityoffer_categories k on k.capacityoffer_id = o.id
    left join unnest(%(categories)s::bigint[], %(numbers)s::bigint[]) as g (category, number)
        on g.category = k.category_id
"""
COUNT_OFFERS = f"""
    select number, count(*)
    from ({OFFERS} where o.state = 'published' group by o.id) as home
    group by 1
"""  # noqa: S608 - our own text
# By the id and not by a rank: a post that comes or goes moves no other into another partition.
OF_PARTITION = "o.id %% %(of)s = %(chunk)s"
BY_ID = "o.id = any(%(ids)s::bigint[])"


@dataclass(frozen=True, slots=True, kw_only=True)
class Partition:
    """The posts of one side and group whose id leaves ``chunk`` when divided by ``of``."""

    side: SideName
    group: int
    chunk: int
    of: int

    @property
    def key(self) -> str:
        return f"{self.side}:{self.group}:{self.chunk}/{self.of}"

    @classmethod
    def named(cls, key: str) -> "Partition":
        """Give the partition of that name."""
        side, group, place = key.split(":")
        chunk, of = place.split("/")
        return cls(
            side="order" if side == "order" else "offer",
            group=int(group),
            chunk=int(chunk),
            of=int(of),
        )


def group_numbers(taxonomy: Taxonomy) -> Numbers:
    """Number the group of each category, by ids: a group has the number of its lowest one."""
    numbers = {}
    for group in groups(taxonomy.likeness.astype(np.float64)):
        ids = [int(number) for number in taxonomy.category_ids[group]]
        numbers.update(dict.fromkeys(ids, min(ids)))
    return numbers


def is_large(small: int | None = None) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(IS_LARGE, {"small": SMALL if small is None else small})
        return bool(cursor.fetchone()[0])


def partition_market(numbers: Numbers) -> list[Partition]:
    """Cut the market: partitions of orders, then of offers, the largest groups first.

    Each group has a partition of either side, also where it has no post: what no longer belongs
    there has to go too.
    """
    parts: list[Partition] = []
    sides: tuple[tuple[SideName, str], ...] = (("order", COUNT_ORDERS), ("offer", COUNT_OFFERS))
    for side, sql in sides:
        counts = dict.fromkeys([ACROSS, *numbers.values()], 0) | dict(_rows(sql, numbers))
        for group in sorted(counts, key=lambda number: (-counts[number], number)):
            of = max(1, -(-counts[group] // LISTS_PER_PARTITION))
            parts += [Partition(side=side, group=group, chunk=chunk, of=of) for chunk in range(of)]
    return parts


def posts_of(partition: Partition, numbers: Numbers) -> list[int]:
    """Give the ids of a partition's posts, also of those that are not in the market."""
    chosen = {"of": partition.of, "chunk": partition.chunk}
    return [
        pk
        for pk, number in _posts(partition.side, OF_PARTITION, numbers, chosen)
        if number == partition.group
    ]


def unfinished(
    side: SideName, ids: Collection[int], left: Iterable[str], numbers: Numbers
) -> frozenset[int]:
    """Give those of some posts whose lists are made in one of the partitions that are left."""
    wanted = {
        partition.key: partition
        for partition in map(Partition.named, left)
        if partition.side == side
    }
    if not wanted or not ids:
        return frozenset()
    cuts = {partition.group: partition.of for partition in wanted.values()}
    return frozenset(
        pk
        for pk, number in _posts(side, BY_ID, numbers, {"ids": list(ids)})
        if (of := cuts.get(number))
        and Partition(side=side, group=number, chunk=pk % of, of=of).key in wanted
    )


def _posts(
    side: SideName, scope: str, numbers: Numbers, chosen: Mapping[str, Any]
) -> Sequence[tuple[int, int]]:
    if side == "order":
        return _rows(f"{ORDERS} where {scope} order by o.id", numbers, chosen)
    return _rows(f"{OFFERS} where {scope} group by o.id order by o.id", numbers, chosen)


def _rows(
    sql: str, numbers: Numbers, chosen: Mapping[str, Any] | None = None
) -> list[tuple[int, int]]:
    params = {"categories": list(numbers), "numbers": list(numbers.values()), **(chosen or {})}
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows: list[tuple[int, int]] = cursor.fetchall()
    return rows
