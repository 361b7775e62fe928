"""Sync of stored pairs with new rankings: matches and near misses in the same way.

A :class:`RankingSync` reads the stored lists, and changes the rows to what new lists say:
only rows that changed are written.
"""

from __future__ import annotations

import abc
import datetime as dt
import math
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
from django.conf import settings
from django.db import connection
from django.db.models import Q
from django.utils import timezone

from matchmaking.matching.ranking.pair_rows import OUT, PairRows, StoredPairRows, difference
from matchmaking.matching.ranking.pgcopy import copy_rows
from matchmaking.matching.ranking.ranked_lists import Entry, Pair, Placement, RankedLists, entry

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from uuid import UUID

    from django.db.models import QuerySet
    from numpy.typing import NDArray

    from matchmaking.matching.ranking.context import ScoringContext
    from matchmaking.matching.ranking.stored_assessments import PairAssessments

BATCH = 10_000
HUNDREDTH = Decimal("0.01")
EPOCH = dt.date(1970, 1, 1)
NEW = -1
STANDING = """
    select order_id, offer_id, ({score} * 100)::bigint,
        coalesce(order_rank, 0)::bigint, coalesce(offer_rank, 0)::bigint,
        id, order_version::bigint, offer_version::bigint, profile_id,
        ((scored_at at time zone %(zone)s)::date - date '1970-01-01')::bigint
    from {table} where {standing}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPair:
    """A row that stands, without its reasons."""

    pk: int
    pair: Pair
    place: Placement
    codes: tuple[UUID, UUID]
    versions: tuple[int, int]
    profile_id: int
    scored_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedPosts:
    """Posts that changed, in the market or gone from it; ``every`` means all of them."""

    orders: frozenset[int] = frozenset()
    offers: frozenset[int] = frozenset()
    every: bool = False

    def has(self, pair: Pair) -> bool:
        return pair[0] in self.orders or pair[1] in self.offers


@dataclass(slots=True, kw_only=True)
class SyncResult:
    """What one bringing-up-to-date did. ``new`` are the pairs that stand since.

    ``to_announce`` are the ids of their rows, where people are told of them.
    ``judged`` rows were looked at for their reasons. It may have ended before all was
    written, with so many ``left``: the same again writes the rest.
    """

    new: list[Pair] = field(default_factory=list)
    changed: int = 0
    moved: int = 0
    gone: int = 0
    to_announce: list[int] = field(default_factory=list)
    judged: int = 0
    left: int = 0

    @property
    def is_partial(self) -> bool:
        return self.left > 0

    @property
    def written(self) -> int:
        return len(self.new) + self.changed + self.moved + self.gone


class RankingSync(abc.ABC):
    """Keeps the rows of one model in step with lists of ``k`` entries."""

    near: bool
    table: str
    score_field: str
    standing_sql: str

    def __init__(self, k: int) -> None:
        self.k = k

    @abc.abstractmethod
    def rows(self) -> QuerySet[Any]:
        """Give the rows that stand."""

    @abc.abstractmethod
    def judge(self, context: ScoringContext, rows: PairRows) -> PairAssessments:
        """Find the reasons of pairs."""

    @abc.abstractmethod
    def reasons(self, pks: Sequence[int]) -> dict[int, bytes]:
        """Give the stored reasons of rows, as ``judge`` would."""

    @abc.abstractmethod
    def insert(self, context: ScoringContext, rows: PairRows, judged: PairAssessments) -> list[int]:
        """Let pairs stand that did not; give the ids of the rows to tell people of."""

    @abc.abstractmethod
    def update(self, context: ScoringContext, rows: PairRows, judged: PairAssessments) -> None:
        """Write rows that stand for other reasons than before."""

    @abc.abstractmethod
    def drop(self, context: ScoringContext, pks: Sequence[int]) -> None:
        """End rows that no longer stand."""

    def standing(
        self, orders: Collection[int] | None = None, offers: Collection[int] | None = None
    ) -> dict[Pair, StoredPair]:
        """Read what stands on any of these posts, or everything when None."""
        names = ["pk", "order_id", "offer_id", self.score_field, "order_rank", "offer_rank"]
        names += ["order__code", "offer__code", "order_version", "offer_version"]
        names += ["profile_id", "scored_at"]
        rows = self.rows().values_list(*names)
        if orders is None or offers is None:
            given = rows.iterator(chunk_size=BATCH)
        else:
            given = iter(rows.filter(Q(order__in=list(orders)) | Q(offer__in=list(offers))))
        found = {}
        for row in given:
            pair = (row[1], row[2])
            found[pair] = StoredPair(
                pk=row[0],
                pair=pair,
                place=Placement(int(row[3] / HUNDREDTH), row[4], row[5]),
                codes=(row[6], row[7]),
                versions=(row[8], row[9]),
                profile_id=row[10],
                scored_at=row[11],
            )
        return found

    def affected_posts(
        self, side: str, changed: Collection[int], new_candidates: RankedLists
    ) -> set[int]:
        """Give the posts of one side whose lists may change.

        Those that list a changed counterpart, and those whose list is short or ends no
        better than the best pair with a changed counterpart.
        """
        if not changed and not new_candidates:
            return set()
        other = "offer" if side == "order" else "order"
        # Names of our own tables and columns; all values are parameters.
        sql = f"""
            select {side}_id from {self.table}
            where {other}_id = any(%s::bigint[]) and {side}_rank is not null
                and {self.standing_sql}
            union
            select brought.id
            from unnest(%s::bigint[], %s::int[]) as brought (id, hundredths)
            where not exists (
                select from {self.table}
                where {side}_id = brought.id and {side}_rank >= %s
                    and {self.score_field} * 100 > brought.hundredths and {self.standing_sql}
            )
        """  # noqa: S608
        best = [entries[0].hundredths for entries in new_candidates.values()]
        with connection.cursor() as cursor:
            cursor.execute(sql, [sorted(changed), list(new_candidates), best, self.k])
            return {row[0] for row in cursor.fetchall()}

    def stored_rows(self, side: str = "", posts: Collection[int] = ()) -> StoredPairRows:
        """Read everything that stands, or that of some posts, without a Python object a row."""
        names = [name.name for name in fields(StoredPairRows)]
        sql = STANDING.format(table=self.table, score=self.score_field, standing=self.standing_sql)
        if side:
            sql += f" and {side}_id = any(%(posts)s::bigint[])"
        params = {"zone": settings.TIME_ZONE, "posts": list(posts)}
        found = copy_rows(sql, params, [(name, "bigint") for name in names])
        return StoredPairRows(**{name: found[name].astype(np.int64) for name in names})

    def sync(
        self,
        context: ScoringContext,
        places: Mapping[Pair, Placement],
        standing: Mapping[Pair, StoredPair],
        changed: ChangedPosts,
        most: float = math.inf,
    ) -> SyncResult:
        return self.sync_rows(context, _rows(places), _stored_pair_rows(standing), changed, most)

    def sync_rows(
        self,
        context: ScoringContext,
        rows: PairRows,
        standing: StoredPairRows,
        changed: ChangedPosts,
        most: float = math.inf,
    ) -> SyncResult:
        """Write the difference between what stands and what should.

        Ends early, at a whole batch, once ``most`` rows or more were saved with reasons.
        """
        synced = SyncResult()
        found = difference(rows, standing)
        gone = np.sort(standing.pks[found.gone]).tolist()
        if gone:
            self.drop(context, gone)
        synced.gone = len(gone)
        stood = np.full(len(rows), NEW, dtype=np.int64)  # the place in ``standing`` of each row
        stood[found.known] = found.standing
        doubtful = self._doubtful(
            context, rows.at(found.known), standing.at(found.standing), changed
        )
        sure = found.known[~doubtful]
        self._move(synced, rows.at(sure), standing.at(stood[sure]))
        wanted = np.concatenate([found.new, found.known[doubtful]])
        wanted = wanted[np.lexsort((rows.offers[wanted], rows.orders[wanted]))]
        if len(wanted) and most > 0:
            lock_posts_for_key_share(rows.at(found.new))
        for start in range(0, len(wanted), BATCH):
            if len(synced.new) + synced.changed >= most:
                synced.left = len(wanted) - start
                break
            partition = wanted[start : start + BATCH]
            self._save(context, synced, rows.at(partition), standing, stood[partition])
            synced.judged += len(partition)
        return synced

    def _save(
        self,
        context: ScoringContext,
        synced: SyncResult,
        rows: PairRows,
        standing: StoredPairRows,
        stood: NDArray[np.int64],
    ) -> None:
        """Judge pairs, and write those that are new or no longer what they were."""
        judged = self.judge(context, rows)
        known = np.flatnonzero(stood != NEW)
        is_same = self._is_same(
            context, rows.at(known), standing.at(stood[known]), judged.at(known)
        )
        same, changed = known[is_same], known[~is_same]
        self._move(synced, rows.at(same), standing.at(stood[same]))
        if len(changed):
            self.update(context, rows.at(changed), judged.at(changed))
            synced.changed += len(changed)
        new = np.flatnonzero(stood == NEW)
        if len(new):
            synced.to_announce += self.insert(context, rows.at(new), judged.at(new))
            synced.new += rows.at(new).pairs()

    def _doubtful(
        self, context: ScoringContext, rows: PairRows, was: StoredPairRows, changed: ChangedPosts
    ) -> NDArray[np.bool_]:
        """Tell which pairs' reasons have to be looked at again."""
        doubtful: NDArray[np.bool_] = rows.hundredths != was.hundredths
        if not changed.every:
            doubtful |= np.isin(rows.orders, list(changed.orders))
            doubtful |= np.isin(rows.offers, list(changed.offers))
            return doubtful
        versions = context.versions(rows.orders, rows.offers)
        doubtful |= (was.order_versions != versions[0]) | (was.offer_versions != versions[1])
        today = (context.loader.today - EPOCH).days
        doubtful |= (was.profiles != context.profile_id) | (was.days != today)
        return doubtful

    def _is_same(
        self, context: ScoringContext, rows: PairRows, was: StoredPairRows, judged: PairAssessments
    ) -> NDArray[np.bool_]:
        """Tell which rows would be written as they stand, but for their ranks."""
        same: NDArray[np.bool_] = rows.hundredths == was.hundredths
        same &= was.profiles == context.profile_id
        same &= was.order_versions == judged.order_versions
        same &= was.offer_versions == judged.offer_versions
        places = np.flatnonzero(same).tolist()
        pks = was.pks[same].tolist()
        stored = self.reasons(pks) if pks else {}
        for place, pk in zip(places, pks, strict=True):
            same[place] = stored.get(pk) == judged.stored[place]
        return same

    def _move(self, synced: SyncResult, rows: PairRows, was: StoredPairRows) -> None:
        """Write the ranks of rows that still stand for the same reasons."""
        moved = np.flatnonzero(rows.ranks_differ(was))
        synced.moved += len(moved)
        if not len(moved):
            return
        moved = moved[np.argsort(was.pks[moved])]
        sql = f"""
            update {self.table} as kept
            set order_rank = nullif(place.order_rank, {OUT}),
                offer_rank = nullif(place.offer_rank, {OUT})
            from unnest(%s::bigint[], %s::smallint[], %s::smallint[])
                as place (id, order_rank, offer_rank)
            where kept.id = place.id and {self.standing_sql}
        """  # noqa: S608
        columns = (was.pks, rows.order_ranks, rows.offer_ranks)
        with connection.cursor() as cursor:
            cursor.execute(sql, [column[moved].tolist() for column in columns])


def stored_lists(standing: Iterable[StoredPair]) -> tuple[RankedLists, RankedLists]:
    """Give the lists that stand, by order and by offer, best first."""
    orders: RankedLists = {}
    offers: RankedLists = {}
    for row in standing:
        order, offer = row.pair
        if row.place.order_rank is not None:
            orders.setdefault(order, []).append(_entry(row, 1))
        if row.place.offer_rank is not None:
            offers.setdefault(offer, []).append(_entry(row, 0))
    for entries in (*orders.values(), *offers.values()):
        entries.sort()
    return orders, offers


def _entry(row: StoredPair, other: int) -> Entry:
    return entry(row.place.hundredths, row.codes[other], row.pair[other])


def _rows(places: Mapping[Pair, Placement]) -> PairRows:
    columns = [(*pair, *_numbers(place)) for pair, place in places.items()]
    return PairRows(**_columns(PairRows, columns))


def _stored_pair_rows(standing: Mapping[Pair, StoredPair]) -> StoredPairRows:
    columns = [
        (
            *row.pair,
            *_numbers(row.place),
            row.pk,
            *row.versions,
            row.profile_id,
            (timezone.localdate(row.scored_at) - EPOCH).days,
        )
        for row in standing.values()
    ]
    return StoredPairRows(**_columns(StoredPairRows, columns))


def _numbers(place: Placement) -> tuple[int, int, int]:
    return place.hundredths, place.order_rank or OUT, place.offer_rank or OUT


def _columns(kind: type[PairRows], rows: Sequence[tuple[int, ...]]) -> dict[str, Any]:
    names = [one.name for one in fields(kind)]
    table = np.array(rows, dtype=np.int64).reshape(len(rows), len(names))
    return dict(zip(names, table.T, strict=True))


def lock_posts_for_key_share(rows: PairRows) -> None:
    """Take the locks that new rows take on their posts, in the order that all others use.

    Services lock orders, then offers by id; a foreign key would lock pair by pair and
    could end in a deadlock with one of them. Other scorings may hold the same locks.
    """
    sides = (("listings_processingorder", rows.orders), ("listings_capacityoffer", rows.offers))
    for table, posts in sides if len(rows) else ():
        sql = f"select from {table} where id = any(%s::bigint[]) order by id for key share"
        with connection.cursor() as cursor:
            cursor.execute(sql, [np.unique(posts).tolist()])
