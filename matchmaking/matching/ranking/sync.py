"""Sync of stored pairs with new rankings: matches and near misses in the same way.

A :class:`RankingSync` reads the stored pairs, and changes the rows to what new lists say:
only rows that changed are written.
"""

from __future__ import annotations

import abc
import datetime as dt
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from django.db import connection
from django.utils import timezone

from matchmaking.core.trade_day import trade_day
from matchmaking.matching.ranking.pair_rows import (
    OUT,
    PairRows,
    StoredPairRows,
    difference,
    distinct,
)
from matchmaking.matching.ranking.pgcopy import CopyWriter, copy_rows, pg_array, pg_timestamp

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from matchmaking.engine.market import Ints
    from matchmaking.matching.ranking.context import ScoringContext
    from matchmaking.matching.ranking.pgcopy import CopyColumn
    from matchmaking.matching.ranking.ranked_lists import ListEntries
    from matchmaking.matching.ranking.stored_assessments import PairAssessments

BATCH = 10_000  # rows that are judged and copied at a time: about 6 MB
STORED_COLUMNS = {
    "orders": ("order_id", "bigint"),
    "offers": ("offer_id", "bigint"),
    "hundredths": ("({score} * 100)::integer", "integer"),
    "order_ranks": ("coalesce(order_rank, 0::smallint)", "smallint"),
    "offer_ranks": ("coalesce(offer_rank, 0::smallint)", "smallint"),
    "pks": ("id", "bigint"),
    "order_versions": ("order_version", "integer"),
    "offer_versions": ("offer_version", "integer"),
    "profiles": ("profile_id", "bigint"),
    "scored_at": ("scored_at", "bigint"),
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ChangedPosts:
    """Posts that changed, in the market or gone from it, by rising id; None means all of them."""

    orders: Ints | None = None
    offers: Ints | None = None

    def touch(self, rows: PairRows) -> NDArray[np.bool_]:
        """Tell which pairs have a changed side."""
        if self.orders is None or self.offers is None:
            return np.ones(len(rows), dtype=bool)
        touched: NDArray[np.bool_] = np.isin(rows.orders, self.orders)
        touched |= np.isin(rows.offers, self.offers)
        return touched


EVERY_POST = ChangedPosts()
NO_POST = ChangedPosts(orders=np.empty(0, dtype=np.int64), offers=np.empty(0, dtype=np.int64))


@dataclass(slots=True, kw_only=True)
class SyncResult:
    """Counts of rows that a sync wrote: ``new`` pairs, others scored anew, moved, gone.

    ``to_announce`` are the ids of the new rows, where people are told of them.
    ``judged`` rows were looked at for their reasons. The sync may have ended before all was
    written, with so many ``left``: the same again writes the rest.
    """

    new: int = 0
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
    def saved(self) -> int:
        return self.new + self.changed

    @property
    def written(self) -> int:
        return self.saved + self.moved + self.gone


class RankingSync(abc.ABC):
    """Keeps the rows of one model in step with lists of ``k`` entries."""

    near: bool
    table: str
    score_field: str
    standing_sql: str

    def __init__(self, k: int) -> None:
        self.k = k

    @abc.abstractmethod
    def judge(self, context: ScoringContext, rows: PairRows) -> PairAssessments:
        """Find the reasons of pairs. Asks the database nothing: a copy may have the connection."""

    @abc.abstractmethod
    def reasons(self, pks: Sequence[int]) -> dict[int, bytes]:
        """Give the stored reasons of rows, as ``judge`` would."""

    @abc.abstractmethod
    def insert(
        self, context: ScoringContext, rows: PairRows, synced: SyncResult, most: float
    ) -> None:
        """Let pairs stand that did not, in batches until ``most`` rows are saved."""

    @abc.abstractmethod
    def update(
        self, context: ScoringContext, pks: Ints, rows: PairRows, judged: PairAssessments
    ) -> None:
        """Write rows that stand for other reasons than before."""

    @abc.abstractmethod
    def drop(self, context: ScoringContext, pks: Sequence[int]) -> None:
        """End rows that no longer stand."""

    def affected_posts(self, side: str, changed: Ints, new_candidates: ListEntries) -> Ints:
        """Give the posts of one side whose lists may change, by rising id.

        Those that list a changed counterpart, and those whose list is short or ends no
        better than the best pair with a changed counterpart. Candidates stand best first.
        """
        if not len(changed) and not len(new_candidates):
            return np.empty(0, dtype=np.int64)
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
        best = new_candidates.best(1)
        with connection.cursor() as cursor:
            cursor.execute(
                sql,
                [pg_array(changed), pg_array(best.posts), pg_array(best.hundredths), self.k],
            )
            return np.sort(np.array([row[0] for row in cursor.fetchall()], dtype=np.int64))

    def stored_rows(self, orders: Ints | None = None, offers: Ints | None = None) -> StoredPairRows:
        """Read the pairs that stand on any of these posts, or all of them when both are None."""
        names = ", ".join(sql for sql, _ in STORED_COLUMNS.values()).format(score=self.score_field)
        parts = [] if orders is None and offers is None else ["false"]
        parts += [
            f"{side}_id = any(%({side})s::bigint[])"
            for side, posts in (("order", orders), ("offer", offers))
            if posts is not None and len(posts)
        ]
        scope = " or ".join(parts) or "true"
        # Names of our own tables and columns; all values are parameters.
        sql = f"select {names} from {self.table} where {self.standing_sql} and ({scope})"  # noqa: S608
        params = {
            side: pg_array(posts)
            for side, posts in (("order", orders), ("offer", offers))
            if posts is not None
        }
        columns = [(name, kind) for name, (_, kind) in STORED_COLUMNS.items()]
        found = copy_rows(sql, params, columns)
        return StoredPairRows(**{name: found[name].astype(np.int64) for name in STORED_COLUMNS})

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
        synced, found = SyncResult(), difference(rows, standing)
        gone = np.sort(standing.pks[found.gone]).tolist()
        if gone:
            self.drop(context, gone)
        synced.gone = len(gone)
        known, was, new = rows.at(found.known), standing.at(found.standing), rows.at(found.new)
        is_doubtful = self._doubtful(context, known, was, changed)
        self._move(synced, known.at(~is_doubtful), was.at(~is_doubtful))
        doubtful = np.flatnonzero(is_doubtful)
        if most > 0:
            self._lock_posts(new)
        for start in range(0, len(doubtful), BATCH):
            if synced.saved >= most:
                synced.left += len(doubtful) - start
                break
            batch = doubtful[start : start + BATCH]
            self._judge_again(context, synced, known.at(batch), was.at(batch))
        if len(new):
            self.insert(context, new, synced, most)
        return synced

    def copy_batches(
        self,
        context: ScoringContext,
        rows: PairRows,
        synced: SyncResult,
        most: float,
        columns: Callable[[PairRows, PairAssessments], list[CopyColumn]],
    ) -> None:
        """Judge pairs without a row and copy them in, until ``most`` rows are saved.

        While the server takes one batch the next is judged.
        """
        with CopyWriter(self.table) as writer:
            for start in range(0, len(rows), BATCH):
                if synced.saved >= most:
                    synced.left += len(rows) - start
                    break
                batch = rows.at(slice(start, start + BATCH))
                judged = self.judge(context, batch)
                writer.write(columns(batch, judged), len(batch))
                synced.new += len(batch)
                synced.judged += len(batch)

    def _judge_again(
        self, context: ScoringContext, synced: SyncResult, rows: PairRows, was: StoredPairRows
    ) -> None:
        """Judge pairs that stand, and write those that are no longer what they were."""
        judged = self.judge(context, rows)
        is_same = self._is_same(context, rows, was, judged)
        self._move(synced, rows.at(is_same), was.at(is_same))
        changed = np.flatnonzero(~is_same)
        if len(changed):
            self.update(context, was.pks[changed], rows.at(changed), judged.at(changed))
        synced.changed += len(changed)
        synced.judged += len(rows)

    def _doubtful(
        self, context: ScoringContext, rows: PairRows, was: StoredPairRows, changed: ChangedPosts
    ) -> NDArray[np.bool_]:
        """Tell which pairs' reasons have to be looked at again."""
        doubtful: NDArray[np.bool_] = rows.hundredths != was.hundredths
        if changed is not EVERY_POST:
            doubtful |= changed.touch(rows)
            return doubtful
        versions = context.versions(rows.orders, rows.offers)
        doubtful |= (was.order_versions != versions[0]) | (was.offer_versions != versions[1])
        today, tomorrow = (_local_midnight(context.at, days) for days in (0, 1))
        doubtful |= (was.scored_at < today) | (was.scored_at >= tomorrow)
        doubtful |= was.profiles != context.profile_id
        return doubtful

    def _is_same(
        self, context: ScoringContext, rows: PairRows, was: StoredPairRows, judged: PairAssessments
    ) -> NDArray[np.bool_]:
        """Tell which rows would be written as they stand, but for their ranks."""
        same: NDArray[np.bool_] = rows.hundredths == was.hundredths
        same &= was.profiles == context.profile_id
        same &= was.order_versions == judged.order_versions
        same &= was.offer_versions == judged.offer_versions
        places = np.flatnonzero(same)
        pks = was.pks[places].tolist()
        stored = self.reasons(pks) if pks else {}
        fresh = judged.stored.at(places).tolist()
        for place, pk, reasons in zip(places.tolist(), pks, fresh, strict=True):
            same[place] = stored.get(pk) == reasons
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
            cursor.execute(sql, [pg_array(column[moved]) for column in columns])

    @staticmethod
    def _lock_posts(rows: PairRows) -> None:
        """Take the locks that new rows take on their posts, in the order that all others use.

        Services lock orders, then offers by id; batches would lock orders again after
        offers and could end in a deadlock with one of them. Other scorings may hold the
        same locks.
        """
        sides = (
            ("listings_processingorder", rows.orders),
            ("listings_capacityoffer", rows.offers),
        )
        for table, posts in sides if len(rows) else ():
            sql = f"select from {table} where id = any(%s::bigint[]) order by id for key share"
            with connection.cursor() as cursor:
                cursor.execute(sql, [pg_array(distinct(np.sort(posts)))])


def _local_midnight(at: dt.datetime, days: int) -> int:
    day = trade_day(at) + dt.timedelta(days=days)
    zone: Any = timezone.get_default_timezone()
    return pg_timestamp(dt.datetime.combine(day, dt.time(), zone))
