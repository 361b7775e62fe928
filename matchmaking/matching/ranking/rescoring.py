"""Score posts that changed, or the whole market, and keep what stands.

Both ways end in the same rows: a post scored alone leaves the market as a full scoring
would, which tests prove on random sequences of changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog
from django.conf import settings
from django.db import transaction

from matchmaking.core import jobs
from matchmaking.matching.models import NEAR_MISSES_PER_POST
from matchmaking.matching.ranking import market_changes, partitions
from matchmaking.matching.ranking.candidates import LoadedSearch, ResidentSearch, Search, empty
from matchmaking.matching.ranking.context import Run
from matchmaking.matching.ranking.exclusions import Vetoes, best_of
from matchmaking.matching.ranking.locks import cut_scoring, lock_alone
from matchmaking.matching.ranking.market import Scene
from matchmaking.matching.ranking.market_cache import resident
from matchmaking.matching.ranking.pair_rows import rows_of
from matchmaking.matching.ranking.ranked_lists import Lists, NewLists, Place, merge
from matchmaking.matching.ranking.sync import Changed, Keeper, Kept, old_lists
from matchmaking.matching.ranking.sync_targets import MatchKeeper, NearKeeper
from matchmaking.matching.services.announcements import announce_later

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Sequence

    from matchmaking.core.models import Job
    from matchmaking.matching.models import Scoring

log = structlog.get_logger(__name__)

SAVED_AT_ONCE = 40_000  # rows with reasons in one transaction: far below the time a task has


@dataclass(frozen=True, slots=True, kw_only=True)
class Rescored:
    """What a scoring did: rows of the market read, pairs scored, rows written."""

    full: bool
    orders: int
    offers: int
    pairs_scored: int
    matches: Kept
    near_misses: Kept

    @property
    def is_partial(self) -> bool:
        """Say that the rest is left to another scoring, which has been asked for."""
        return self.matches.is_partial or self.near_misses.is_partial


@dataclass(frozen=True, slots=True)
class Left:
    """The lists that a full scoring under way has not come to yet."""

    keys: Sequence[str]
    numbers: partitions.Numbers

    def has(self, side: partitions.Side, posts: Collection[int]) -> frozenset[int]:
        """Give those of the posts whose lists are left."""
        return partitions.unfinished(side, posts, self.keys, self.numbers)

    def without(self, side: partitions.Side, lists: Lists) -> Lists:
        """Give the lists but for those that are left."""
        return _others(lists, self.has(side, lists))


@transaction.atomic
def rescore_posts(*, orders: Collection[int], offers: Collection[int], at: dt.datetime) -> Rescored:
    """Score posts that changed, came or went, against what could fit them.

    Every list of another post that this changes is made anew too, but for lists that a
    part of a full scoring under way makes anyway. Where the day, the profile or the
    taxonomy is not that of the last full scoring, a small market is scored whole, for a
    large one that is asked for. Publishes one fact per new match. Safe to repeat.
    """
    scoring = lock_alone()
    run = Run.start(at)
    if scoring.basis != run.basis:
        if not partitions.is_large():
            return _rescore_all(scoring, run)
        cut_scoring(scoring, run, None)
    changed = Changed(orders=frozenset(orders), offers=frozenset(offers))
    left = Left(scoring.left, partitions.group_numbers(run.taxonomy))
    market = resident(run)
    search: Search = (
        LoadedSearch(run, orders, offers)
        if market is None
        else ResidentSearch(run, market, orders, offers)
    )
    followed = [_follow(run, keeper, changed, search, left) for keeper in keepers()]
    market_changes.note_lists(
        orders=(order for *_, lists in followed for order in lists.orders),
        offers=(offer for *_, lists in followed for offer in lists.offers),
    )
    return finish(run, full=False, done=[(pairs, kept) for pairs, kept, _ in followed])


@transaction.atomic
def rescore_market(*, at: dt.datetime, job: Job | None = None) -> Rescored:
    """Score every order against every offer, and write what differs from what stands.

    Where that is very much, some of it: the rest follows in parts, each by a message. A
    running ``job`` ends with the last of it.
    """
    rescored = _rescore_all(lock_alone(), Run.start(at), job)
    if job is None:
        return rescored
    result = {"orders": rescored.orders, "offers": rescored.offers, **result_of(rescored)}
    if rescored.is_partial:
        jobs.advance(job, 0, result=job.result | result)
    else:
        jobs.advance(job, job.total)
        jobs.finish(job, result)
    return rescored


@transaction.atomic
def start_rescoring(*, at: dt.datetime, job: Job | None = None) -> None:
    """Score a small market whole, cut a large one into parts that workers share."""
    if partitions.is_large():
        cut_scoring(lock_alone(), Run.start(at), job)
    else:
        rescore_market(at=at, job=job)


def result_of(rescored: Rescored) -> dict[str, int]:
    """Say what a scoring did, as a job keeps it."""
    kept = rescored.matches
    return {
        "pairs_scored": rescored.pairs_scored,
        "new": len(kept.new),
        "changed": kept.changed + kept.moved,
        "withdrawn": kept.gone,
    }


def keepers() -> tuple[Keeper, Keeper]:
    """Give the keeper of matches and that of near misses."""
    return MatchKeeper(settings.MATCHES_PER_POST), NearKeeper(NEAR_MISSES_PER_POST)


def _rescore_all(scoring: Scoring, run: Run, job: Job | None = None) -> Rescored:
    scene = run.set_scene(Scene.of(run.loader.orders(), run.loader.offers()))
    done: list[tuple[int, Kept]] = []
    most, vetoes = SAVED_AT_ONCE, Vetoes.load()
    for keeper in keepers():
        best = best_of(run, scene, keeper.k, near=keeper.near, vetoes=vetoes)
        rows, standing = rows_of(scene, best), keeper.standing_rows()
        kept = keeper.bring_rows(run, rows, standing, Changed(every=True), most)
        most -= len(kept.new) + kept.changed
        done.append((best.pairs_scored, kept))
    market_changes.note_all()
    rescored = finish(run, full=True, done=done)
    if rescored.is_partial:
        cut_scoring(scoring, run, job)
    else:
        scoring.basis, scoring.scored_at, scoring.run, scoring.left = run.basis, run.at, "", []
        scoring.save()
    return rescored


def _follow(
    run: Run, keeper: Keeper, changed: Changed, search: Search, left: Left
) -> tuple[int, Kept, NewLists]:
    """Make anew the lists of changed posts, and those that their change reaches.

    Lists that a full scoring has not come to yet are left to it.
    """
    found = search.brought(keeper.k, near=keeper.near)
    brought_orders = left.without("order", found.orders)
    brought_offers = left.without("offer", found.offers)
    orders = keeper.touched("order", changed.offers, brought_orders) - changed.orders
    offers = keeper.touched("offer", changed.orders, brought_offers) - changed.offers
    orders -= left.has("order", orders)
    offers -= left.has("offer", offers)
    standing = keeper.standing(orders | changed.orders, offers | changed.offers)
    old_orders, old_offers = old_lists(standing.values())
    new_orders, short_orders = _merged(keeper.k, old_orders, changed.offers, brought_orders, orders)
    new_offers, short_offers = _merged(keeper.k, old_offers, changed.orders, brought_offers, offers)
    filled = search.filled(keeper.k, short_orders, short_offers, near=keeper.near)
    lists = NewLists(
        orders=empty(changed.orders) | found.own_orders | new_orders | filled.orders,
        offers=empty(changed.offers) | found.own_offers | new_offers | filled.offers,
    )
    places = lists.places(
        {pair: _known(row.place, changed.has(pair)) for pair, row in standing.items()}
    )
    kept = keeper.bring(run, places, standing, changed)
    return found.pairs_scored, kept, lists


def _known(place: Place, is_changed: bool) -> Place:
    """Forget the ranks of a pair that changed: every list that is made anew says its own."""
    return Place(place.hundredths, None, None) if is_changed else place


def _others(lists: Lists, posts: Collection[int]) -> Lists:
    return {post: entries for post, entries in lists.items() if post not in posts}


def _merged(
    k: int, old: Lists, changed: Collection[int], brought: Lists, posts: Collection[int]
) -> tuple[Lists, list[int]]:
    """Give the new lists of posts that did not change, and those to fill again."""
    lists: Lists = {}
    short = []
    for post in posts:
        merged = merge(old.get(post, []), changed, brought.get(post, []), k)
        if merged is None:
            short.append(post)
        else:
            lists[post] = merged
    return lists, sorted(short)


def finish(run: Run, *, full: bool, done: Sequence[tuple[int, Kept]]) -> Rescored:
    """Announce the new matches, and say what was done."""
    (scored, matches), (_, near_misses) = done
    announce_later(matches.told, run.at)
    rescored = Rescored(
        full=full,
        orders=sum(len(scene.orders) for scene in run.scenes),
        offers=sum(len(scene.offers) for scene in run.scenes),
        pairs_scored=scored,
        matches=matches,
        near_misses=near_misses,
    )
    log.info(
        "market_scored",
        full=full,
        orders=rescored.orders,
        offers=rescored.offers,
        pairs=scored,
        new=len(matches.new),
        written=matches.written,
        near_written=near_misses.written,
    )
    return rescored
