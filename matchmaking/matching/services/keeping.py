"""What stands, read and written: matches and near misses are kept in the same way.

A :class:`Keeper` reads the lists that stand, and brings the rows to what new lists say:
only rows that changed are written.
"""

from __future__ import annotations

import abc
import math
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from matchmaking.matching.lists import Entry, Lists, Pair, Place, entry

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from uuid import UUID

    from django.db.models import QuerySet

    from matchmaking.matching.run import Run

BATCH = 2000
HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A row that stands, without its reasons."""

    pk: int
    pair: Pair
    place: Place
    codes: tuple[UUID, UUID]
    versions: tuple[int, int]
    profile_id: int
    scored_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """Posts that changed, in the market or gone from it; ``every`` means all of them."""

    orders: frozenset[int] = frozenset()
    offers: frozenset[int] = frozenset()
    every: bool = False

    def has(self, pair: Pair) -> bool:
        """Tell whether a side of the pair is named as changed."""
        return pair[0] in self.orders or pair[1] in self.offers


@dataclass(slots=True, kw_only=True)
class Kept:
    """What one bringing-up-to-date did. ``new`` are the pairs that stand since.

    ``judged`` rows were looked at for their reasons. It may have ended before all was
    written, with so many ``left``: the same again writes the rest.
    """

    new: list[Pair] = field(default_factory=list)
    changed: int = 0
    moved: int = 0
    gone: int = 0
    judged: int = 0
    left: int = 0

    @property
    def is_partial(self) -> bool:
        """Say that it ended before all was written."""
        return self.left > 0

    @property
    def written(self) -> int:
        """Give the count of rows that were written."""
        return len(self.new) + self.changed + self.moved + self.gone


class Keeper(abc.ABC):
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
    def judge(self, run: Run, pairs: Sequence[Pair]) -> dict[Pair, dict[str, Any]]:
        """Give the reasons of pairs as the columns that hold them."""

    @abc.abstractmethod
    def reasons(self, pks: Sequence[int]) -> dict[int, dict[str, Any]]:
        """Give the stored reasons of rows, as ``judge`` would."""

    @abc.abstractmethod
    def save(self, rows: Sequence[dict[str, Any]], *, is_new: bool) -> None:
        """Write pairs with all their columns; ``is_new`` tells that they did not stand."""

    @abc.abstractmethod
    def drop(self, run: Run, pks: Sequence[int]) -> None:
        """End rows that no longer stand."""

    def standing(
        self, orders: Collection[int] | None = None, offers: Collection[int] | None = None
    ) -> dict[Pair, Standing]:
        """Read what stands on any of these posts, or everything when None."""
        rows = self.rows()
        if orders is not None and offers is not None:
            rows = rows.filter(Q(order__in=list(orders)) | Q(offer__in=list(offers)))
        names = ["pk", "order_id", "offer_id", self.score_field, "order_rank", "offer_rank"]
        names += ["order__code", "offer__code", "order_version", "offer_version"]
        names += ["profile_id", "scored_at"]
        found = {}
        for row in rows.values_list(*names).iterator(chunk_size=BATCH):
            pair = (row[1], row[2])
            found[pair] = Standing(
                pk=row[0],
                pair=pair,
                place=Place(int(row[3] / HUNDREDTH), row[4], row[5]),
                codes=(row[6], row[7]),
                versions=(row[8], row[9]),
                profile_id=row[10],
                scored_at=row[11],
            )
        return found

    def touched(self, side: str, changed: Collection[int], brought: Lists) -> set[int]:
        """Give the posts of one side whose lists may change.

        Those that list a changed counterpart, and those whose list is short or ends no
        better than the best pair that the changed counterparts bring.
        """
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
        best = [entries[0].hundredths for entries in brought.values()]
        with connection.cursor() as cursor:
            cursor.execute(sql, [sorted(changed), list(brought), best, self.k])
            return {row[0] for row in cursor.fetchall()}

    def bring(
        self,
        run: Run,
        places: Mapping[Pair, Place],
        standing: Mapping[Pair, Standing],
        changed: Changed,
        most: float = math.inf,
    ) -> Kept:
        """Write the difference between what stands and what should.

        Ends early, at a whole batch, once ``most`` rows or more were saved with reasons.
        """
        kept = Kept()
        gone = sorted(row.pk for pair, row in standing.items() if pair not in places)
        if gone:
            self.drop(run, gone)
        kept.gone = len(gone)
        new = [pair for pair in places if pair not in standing]
        doubtful = {
            pair
            for pair, row in standing.items()
            if pair in places and self._is_doubtful(run, row, places[pair], changed)
        }
        self._move(kept, places, [row for row in standing.values() if row.pair not in doubtful])
        wanted = sorted([*new, *doubtful])
        if wanted and most > 0:
            share_posts(new)
        for start in range(0, len(wanted), BATCH):
            if len(kept.new) + kept.changed >= most:
                kept.left = len(wanted) - start
                break
            self._save(run, kept, places, standing, wanted[start : start + BATCH])
            kept.judged += len(wanted[start : start + BATCH])
        return kept

    def _save(
        self,
        run: Run,
        kept: Kept,
        places: Mapping[Pair, Place],
        standing: Mapping[Pair, Standing],
        pairs: Sequence[Pair],
    ) -> None:
        """Judge pairs, and write those that are new or no longer what they were."""
        judged = self.judge(run, pairs)
        known = [standing[pair] for pair in pairs if pair in standing]
        stored = self.reasons([row.pk for row in known])
        same = [row for row in known if self._is_same(run, row, places[row.pair], judged, stored)]
        self._move(kept, places, same)
        new = [pair for pair in pairs if pair not in standing]
        changed = sorted({row.pair for row in known} - {row.pair for row in same})
        kept.new += new
        kept.changed += len(changed)
        for chosen, is_new in ((changed, False), (new, True)):
            if chosen:
                columns = [_columns(run, pair, places[pair], judged) for pair in chosen]
                self.save(columns, is_new=is_new)

    def _is_doubtful(self, run: Run, was: Standing, place: Place, changed: Changed) -> bool:
        """Tell whether a pair's reasons have to be looked at again."""
        if changed.has(was.pair) or was.place.hundredths != place.hundredths:
            return True
        return changed.every and (
            was.profile_id != run.profile_id
            or timezone.localdate(was.scored_at) != run.loader.today
            or was.versions != run.versions(was.pair)
        )

    def _is_same(
        self,
        run: Run,
        was: Standing,
        place: Place,
        judged: Mapping[Pair, dict[str, Any]],
        stored: Mapping[int, dict[str, Any]],
    ) -> bool:
        return (
            was.place.hundredths == place.hundredths
            and was.versions == run.versions(was.pair)
            and was.profile_id == run.profile_id
            and stored[was.pk] == judged[was.pair]
        )

    def _move(self, kept: Kept, places: Mapping[Pair, Place], standing: Iterable[Standing]) -> None:
        """Write the ranks of rows that still stand for the same reasons."""
        rows = sorted(
            (row.pk, place.order_rank, place.offer_rank)
            for row in standing
            if (place := places.get(row.pair)) and place[1:] != row.place[1:]
        )
        kept.moved += len(rows)
        if not rows:
            return
        sql = f"""
            update {self.table} as kept
            set order_rank = place.order_rank, offer_rank = place.offer_rank
            from unnest(%s::bigint[], %s::smallint[], %s::smallint[])
                as place (id, order_rank, offer_rank)
            where kept.id = place.id and {self.standing_sql}
        """  # noqa: S608
        with connection.cursor() as cursor:
            cursor.execute(sql, [list(column) for column in zip(*rows, strict=True)])


def old_lists(standing: Iterable[Standing]) -> tuple[Lists, Lists]:
    """Give the lists that stand, by order and by offer, best first."""
    orders: Lists = {}
    offers: Lists = {}
    for row in standing:
        order, offer = row.pair
        if row.place.order_rank is not None:
            orders.setdefault(order, []).append(_entry(row, 1))
        if row.place.offer_rank is not None:
            offers.setdefault(offer, []).append(_entry(row, 0))
    for entries in (*orders.values(), *offers.values()):
        entries.sort()
    return orders, offers


def _entry(row: Standing, other: int) -> Entry:
    return entry(row.place.hundredths, row.codes[other], row.pair[other])


def _columns(
    run: Run, pair: Pair, place: Place, judged: Mapping[Pair, dict[str, Any]]
) -> dict[str, Any]:
    order_version, offer_version = run.versions(pair)
    return {
        "order_id": pair[0],
        "offer_id": pair[1],
        "order_rank": place.order_rank,
        "offer_rank": place.offer_rank,
        "order_version": order_version,
        "offer_version": offer_version,
        "profile_id": run.profile_id,
        "scored_at": run.at,
        "hundredths": place.hundredths,
        **judged[pair],
    }


def share_posts(pairs: Sequence[Pair]) -> None:
    """Take the locks that new rows take on their posts, in the order that all others use.

    Services lock orders, then offers by id; a foreign key would lock pair by pair and
    could end in a deadlock with one of them. Other scorings may hold the same locks.
    """
    tables = (("listings_processingorder", 0), ("listings_capacityoffer", 1))
    for table, side in tables if pairs else ():
        ids = sorted({pair[side] for pair in pairs})
        sql = f"select from {table} where id = any(%s::bigint[]) order by id for key share"
        with connection.cursor() as cursor:
            cursor.execute(sql, [ids])
