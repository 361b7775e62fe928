"""Pairs that were answered are not proposed again, until one side changes its terms."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection

from matchmaking.matching.lists import Lists, lists_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from matchmaking.engine.ranking import Best
    from matchmaking.matching.lists import Entry, Pair
    from matchmaking.matching.market import Scene, Side
    from matchmaking.matching.run import Run

# A live answer vetoes whatever the versions say: the services end it when the terms change.
ANSWERED = """
    select m.order_id, m.offer_id
    from matching_match m
    join listings_processingorder o on o.id = m.order_id
    join listings_capacityoffer f on f.id = m.offer_id
    where (
        m.state in ('interested', 'mutual')
        or (
            (m.state in ('declined', 'expired')
                or m.state = 'ended' and m.end_cause in ('partner', 'officer'))
            and o.terms_version <= m.order_version
            and f.terms_version <= m.offer_version
        )
    )
"""
OF_POSTS = " and (m.order_id = any(%s::bigint[]) or m.offer_id = any(%s::bigint[]))"


@dataclass(frozen=True, slots=True, kw_only=True)
class Vetoes:
    """Whom each post is not to list, by post id."""

    orders: Mapping[int, frozenset[int]]
    offers: Mapping[int, frozenset[int]]

    @classmethod
    def of(cls, pairs: Iterable[Pair]) -> Vetoes:
        """Sort pairs by either post."""
        sides: tuple[dict[int, set[int]], dict[int, set[int]]] = defaultdict(set), defaultdict(set)
        for order, offer in pairs:
            sides[0][order].add(offer)
            sides[1][offer].add(order)
        orders, offers = ({pk: frozenset(ids) for pk, ids in side.items()} for side in sides)
        return cls(orders=orders, offers=offers)

    @classmethod
    def load(
        cls, orders: Collection[int] | None = None, offers: Collection[int] | None = None
    ) -> Vetoes:
        """Read the vetoes that concern any of these posts, or all of them when None."""
        with connection.cursor() as cursor:
            if orders is None or offers is None:
                cursor.execute(ANSWERED)
            else:
                cursor.execute(ANSWERED + OF_POSTS, [sorted(orders), sorted(offers)])
            return cls.of(cursor.fetchall())


@dataclass(frozen=True, slots=True, kw_only=True)
class BestLists:
    """The best lists of a scene without vetoed pairs, and the pairs that were scored."""

    orders: Lists
    offers: Lists
    pairs_scored: int


def best_lists(
    run: Run,
    scene: Scene,
    k: int,
    *,
    near: bool,
    vetoes: Vetoes,
    only: str = "",
) -> BestLists:
    """Find the k best counterparts of each post that neither side has answered.

    ``only`` names the one side whose lists are wanted, empty for both. Lists that lose an
    entry to a veto are ranked again, longer by as many as were vetoed: so they are exact.
    """
    wanted: dict[str, list[int] | None] = {"orders": None, "offers": None}
    if only:
        wanted["offers" if only == "orders" else "orders"] = []
    ranking = run.rank(scene, k, near=near, **wanted)
    lists = {}
    for name, best, vetoed in (
        ("orders", ranking.by_order, vetoes.orders),
        ("offers", ranking.by_offer, vetoes.offers),
    ):
        lists[name], short = _without(_lists(scene, name, best), vetoed, k)
        if short:
            longer = k + max(len(vetoed[post]) for post in short)
            again = _rank_some(run, scene, longer, name, short, near=near)
            refilled, _ = _without(_lists(scene, name, again), vetoed, longer)
            lists[name] |= {post: entries[:k] for post, entries in refilled.items()}
    return BestLists(
        orders=_filled(lists["orders"]),
        offers=_filled(lists["offers"]),
        pairs_scored=ranking.pairs_scored,
    )


def _filled(lists: Lists) -> Lists:
    """Leave out posts without a pair, as :func:`lists_of` does."""
    return {post: entries for post, entries in lists.items() if entries}


def _without(lists: Lists, vetoed: Mapping[int, frozenset[int]], k: int) -> tuple[Lists, list[int]]:
    """Drop vetoed entries; give also the posts whose list held k and so may hide others."""
    short = []
    for post in lists.keys() & vetoed.keys():
        entries = lists[post]
        kept: list[Entry] = [known for known in entries if known.other not in vetoed[post]]
        if len(kept) < len(entries) and len(entries) >= k:
            short.append(post)
        lists[post] = kept
    return lists, sorted(short)


def _rank_some(
    run: Run, scene: Scene, k: int, name: str, posts: Collection[int], *, near: bool
) -> Best:
    side: Side = scene.orders if name == "orders" else scene.offers  # type: ignore[type-arg]
    rows = [row for post in posts if (row := side.row(post)) is not None]
    if name == "orders":
        return run.rank(scene, k, near=near, orders=rows, offers=[]).by_order
    return run.rank(scene, k, near=near, orders=[], offers=rows).by_offer


def _lists(scene: Scene, name: str, best: Best) -> Lists:
    if name == "orders":
        return lists_of(best, scene.orders, scene.offers)
    return lists_of(best, scene.offers, scene.orders)
