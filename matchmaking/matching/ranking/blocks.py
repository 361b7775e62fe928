"""Blocks as the ranking heeds them: no new pair, and none that stands taken away.

A pair that left a list because of a block would name the company behind an anonymous match: block the
numbers of a public list one by one and see what goes. So what was proposed before a block stays until
it ends as any other, and only pairs that would be new are left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection

from accounts import queries
from matchmaking.core.protections import Protection, is_on

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

# From the companies, which are few, by their posts: never over all matches.
WITH_SOMETHING_STANDING = """
    select b.one, b.other
    from unnest(%(ones)s::bigint[], %(others)s::bigint[]) as b (one, other)
    where exists (
        select from listings_processingorder o
        join listings_capacityoffer f
            on f.company_id = b.other and o.company_id = b.one
            or f.company_id = b.one and o.company_id = b.other
        where o.company_id in (b.one, b.other) and (
            exists (
                select from matching_match m
                where m.order_id = o.id and m.offer_id = f.id and m.state = 'proposed'
            )
            or exists (
                select from matching_nearmiss n where n.order_id = o.id and n.offer_id = f.id
            )
        )
    )
"""
NEW_PAIRS = """
    select o.id, f.id
    from unnest(%(ones)s::bigint[], %(others)s::bigint[]) as b (one, other)
    join listings_processingorder o on o.company_id in (b.one, b.other)
    join listings_capacityoffer f
        on f.company_id = case when o.company_id = b.one then b.other else b.one end
    where not exists (
            select from matching_match m
            where m.order_id = o.id and m.offer_id = f.id and m.state = 'proposed'
        )
        and not exists (
            select from matching_nearmiss n where n.order_id = o.id and n.offer_id = f.id
        )
"""
OF_POSTS = " and (o.id = any(%(orders)s::bigint[]) or f.id = any(%(offers)s::bigint[]))"


@dataclass(frozen=True, slots=True)
class Blocks:
    """Pairs of companies: ``apart`` have nothing between them, between ``standing`` something stands."""

    apart: set[tuple[int, int]]
    standing: set[tuple[int, int]]

    def new_pairs(self, posts: tuple[Sequence[int], Sequence[int]] | None) -> list[tuple[int, int]]:
        """Return the pairs of posts between companies of ``standing`` that do not stand yet.

        ``posts`` are ids of orders and of offers, any of which a pair must have; None asks for all.
        """
        if not self.standing:
            return []
        params = _columns(self.standing)
        if posts is not None:
            params |= {"orders": list(posts[0]), "offers": list(posts[1])}
        with connection.cursor() as cursor:
            cursor.execute(NEW_PAIRS + (OF_POSTS if posts else ""), params)
            return [(int(order), int(offer)) for order, offer in cursor.fetchall()]


def blocks_of(on: dt.date) -> Blocks:
    """Read the blocks that the market heeds on that day of the trade."""
    pairs = queries.blocked_pairs(on)
    if not pairs or not is_on(Protection.EXCLUSIONS_WITH_THE_DAY):
        return Blocks(apart=pairs, standing=set())
    with connection.cursor() as cursor:
        cursor.execute(WITH_SOMETHING_STANDING, _columns(pairs))
        standing = set(cursor.fetchall())
    return Blocks(apart=pairs - standing, standing=standing)


def _columns(pairs: set[tuple[int, int]]) -> dict[str, list[int]]:
    rows = sorted(pairs)
    return {"ones": [one for one, _ in rows], "others": [other for _, other in rows]}
