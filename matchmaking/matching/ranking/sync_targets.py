"""The two tables that rankings are synced to: matches, and near misses."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np
from django.conf import settings
from django.db import connection

from matchmaking.matching.models import Match
from matchmaking.matching.ranking import sync
from matchmaking.matching.ranking.exclusions import ANSWERED
from matchmaking.matching.ranking.pair_rows import OUT, distinct, pair_keys
from matchmaking.matching.ranking.pgcopy import (
    CopyColumn,
    copy_rows,
    new_codes,
    pg_array,
    table_of,
)
from matchmaking.matching.ranking.stored_assessments import causes_of
from matchmaking.matching.ranking.sync import RankingSync
from matchmaking.matching.states import MatchState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from matchmaking.engine.market import Ints
    from matchmaking.matching.ranking.context import ScoringContext
    from matchmaking.matching.ranking.pair_rows import PairRows
    from matchmaking.matching.ranking.stored_assessments import PairAssessments
    from matchmaking.matching.ranking.sync import SyncResult

# What somebody answered since the scoring began; a pair that stands has a live row anyway.
UNANSWERED = (
    f"not exists ({ANSWERED} and m.order_id = made.order_id and m.offer_id = made.offer_id)"
)
KEPT = ["order_rank", "offer_rank", "order_version", "offer_version", "profile_id", "scored_at"]
PROPOSED = ["state", "proposed_at", "answer_by", "withdrawn_at"]
PAST = """
    select order_id, offer_id from matching_match
    where order_id = any(%(orders)s::bigint[]) and state <> 'proposed'
"""

# Who deletes a row otherwise leaves lists that have to be made anew, and the trigger notes that.
DELETE = """
    select set_config('matching.is_scoring', 'on', true);
    delete from matching_nearmiss where id = any(%s::bigint[]);
    select set_config('matching.is_scoring', '', true);
"""


class MatchSync(RankingSync):
    """Matches: withdrawn rows stay, and the same row is proposed again."""

    near = False
    table = "matching_match"
    score_field = "score"
    standing_sql = "state = 'proposed'"

    def judge(self, context: ScoringContext, rows: PairRows) -> PairAssessments:
        return context.assess(rows.orders, rows.offers)

    def reasons(self, pks: Sequence[int]) -> dict[int, bytes]:
        return _stored(self.table, "assessment", pks)

    def insert(
        self, context: ScoringContext, rows: PairRows, synced: SyncResult, most: float
    ) -> None:
        """Propose pairs that did not stand, and that nobody has answered by now.

        Of a pair without any row nobody can have known, and rows come into being here
        alone: such pairs are copied in. Pairs with a past are written with care.
        """
        columns = [(name, "bigint") for name in ("order", "offer")]
        past = copy_rows(PAST, {"orders": pg_array(distinct(np.sort(rows.orders)))}, columns)
        has_past = np.isin(
            rows.keys, pair_keys(past["order"].astype(np.int64), past["offer"].astype(np.int64))
        )
        again = rows.at(has_past)
        for start in range(0, len(again), sync.BATCH):
            if synced.saved >= most:
                synced.left += len(again) - start
                break
            batch = again.at(slice(start, start + sync.BATCH))
            judged = self.judge(context, batch)
            synced.to_announce += self._propose_again(context, batch, judged)
            synced.new += len(batch)
            synced.judged += len(batch)
        if not has_past.all():
            self._copy(context, rows.at(~has_past), synced, most)

    def _copy(
        self, context: ScoringContext, rows: PairRows, synced: SyncResult, most: float
    ) -> None:
        pks = _next_ids(self.table, len(rows))
        begun = synced.new

        def columns(batch: PairRows, judged: PairAssessments) -> list[CopyColumn]:
            start = synced.new - begun
            return [
                CopyColumn("id", "bigint", pks[start : start + len(batch)]),
                CopyColumn("code", "uuid", new_codes(len(batch))),
                *_proposals(context, batch, judged),
            ]

        self.copy_batches(context, rows, synced, most, columns)
        synced.to_announce += pks[: synced.new - begun].tolist()

    def _propose_again(
        self, context: ScoringContext, rows: PairRows, judged: PairAssessments
    ) -> list[int]:
        return upsert(
            self.table,
            _proposals(context, rows, judged),
            ["score", "assessment", *KEPT, *PROPOSED],
            live="ended_at is null",
            over="state = 'withdrawn'",
            only=UNANSWERED,
        )

    def update(
        self, context: ScoringContext, pks: Ints, rows: PairRows, judged: PairAssessments
    ) -> None:
        update_rows(self, pks, _proposals(context, rows, judged), ["score", "assessment", *KEPT])

    def drop(self, context: ScoringContext, pks: Sequence[int]) -> None:
        """Withdraw matches."""
        Match.objects.filter(pk__in=pks, state=MatchState.PROPOSED).update(
            state=MatchState.WITHDRAWN,
            withdrawn_at=context.at,
            order_rank=None,
            offer_rank=None,
        )


class NearMissSync(RankingSync):
    """Near misses: rows that no longer stand are deleted."""

    near = True
    table = "matching_nearmiss"
    score_field = "score_now"
    standing_sql = "true"

    def judge(self, context: ScoringContext, rows: PairRows) -> PairAssessments:
        return context.suggest(rows.orders, rows.offers)

    def reasons(self, pks: Sequence[int]) -> dict[int, bytes]:
        return _stored(self.table, "change", pks)

    def insert(
        self, context: ScoringContext, rows: PairRows, synced: SyncResult, most: float
    ) -> None:
        self.copy_batches(
            context, rows, synced, most, lambda batch, judged: _near_misses(context, batch, judged)
        )

    def update(
        self, context: ScoringContext, pks: Ints, rows: PairRows, judged: PairAssessments
    ) -> None:
        columns = _near_misses(context, rows, judged)
        update_rows(self, pks, columns, ["score_now", "gate", "change", "score", *KEPT])

    def drop(self, context: ScoringContext, pks: Sequence[int]) -> None:  # noqa: ARG002 - they leave no date
        with connection.cursor() as cursor:
            cursor.execute(DELETE, [list(pks)])


def _next_ids(table: str, count: int) -> NDArray[np.int64]:
    """Take ids for new rows, as the table's default would."""
    sql = """
        select string_agg(int8send(nextval(sequence)), '')
        from pg_get_serial_sequence(%s, 'id') as sequence, generate_series(1, %s)
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, [table, count])
        return np.sort(np.frombuffer(cursor.fetchone()[0], dtype=">i8").astype(np.int64))


def _answer_by(context: ScoringContext) -> dt.datetime:
    return context.at + dt.timedelta(days=settings.PROPOSAL_DAYS)


def _common(context: ScoringContext, rows: PairRows, judged: PairAssessments) -> list[CopyColumn]:
    """Give the columns that both models have."""
    return [
        CopyColumn("order_id", "bigint", rows.orders),
        CopyColumn("offer_id", "bigint", rows.offers),
        CopyColumn("order_rank", "smallint", rows.order_ranks, rows.order_ranks == OUT),
        CopyColumn("offer_rank", "smallint", rows.offer_ranks, rows.offer_ranks == OUT),
        CopyColumn("order_version", "integer", judged.order_versions),
        CopyColumn("offer_version", "integer", judged.offer_versions),
        CopyColumn("profile_id", "bigint", context.profile_id),
        CopyColumn("scored_at", "timestamptz", context.at),
    ]


def _proposals(
    context: ScoringContext, rows: PairRows, judged: PairAssessments
) -> list[CopyColumn]:
    """Give the columns of matches, but for those that the database fills in."""
    return [
        *_common(context, rows, judged),
        CopyColumn("score", "points", rows.hundredths),
        CopyColumn("state", "text", MatchState.PROPOSED.value),
        CopyColumn("proposed_at", "timestamptz", context.at),
        CopyColumn("answer_by", "timestamptz", _answer_by(context)),
        CopyColumn("end_cause", "text", ""),
        CopyColumn("end_note", "text", ""),
        CopyColumn("assessment", "bytea", judged.stored),
    ]


def _near_misses(
    context: ScoringContext, rows: PairRows, judged: PairAssessments
) -> list[CopyColumn]:
    after = judged.records["hundredths"].astype(np.int64)
    return [
        *_common(context, rows, judged),
        CopyColumn("score_now", "points", rows.hundredths),
        CopyColumn("score", "points", after, judged.records["kind"] < 0),
        CopyColumn("gate", "text", causes_of(judged.records)),
        CopyColumn("change", "bytea", judged.stored),
    ]


def _stored(table: str, column: str, pks: Sequence[int]) -> dict[int, bytes]:
    sql = f"select id, {column} from {table} where id = any(%s::bigint[])"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [list(pks)])
        return {pk: bytes(value) for pk, value in cursor.fetchall()}


def upsert(
    table: str,
    columns: Sequence[CopyColumn],
    updated: Sequence[str],
    live: str = "true",
    over: str = "id is not null",
    only: str = "true",
) -> list[int]:
    """Insert rows; a pair that has a row gets the ``updated`` columns. Give the ids written.

    ``live`` names the rows among which a pair is unique, ``over`` those that may be written
    over, ``only`` those of ``columns`` that are written at all.
    """
    made, params = table_of(columns)
    names = ", ".join(column.name for column in columns)
    # Names of our own tables and columns; all values are parameters.
    sql = f"""
        insert into {table} as kept ({names})
        select {names} from {made} as made
        where {only}
        on conflict (order_id, offer_id) where {live}
        do update set {", ".join(f"{name} = excluded.{name}" for name in updated)}
        where kept.{over}
        returning id
    """  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [pk for (pk,) in cursor.fetchall()]


def update_rows(
    sync: RankingSync, pks: Ints, columns: Sequence[CopyColumn], updated: Sequence[str]
) -> None:
    """Update rows that still stand: a match that was answered is never made anew."""
    wanted = [column for column in columns if column.name in updated]
    made, params = table_of([CopyColumn("id", "bigint", pks), *wanted])
    # By the primary key, which no plan can get wrong: after a first scoring there are no statistics.
    sql = f"""
        update {sync.table} as kept
        set {", ".join(f"{name} = made.{name}" for name in updated)}
        from {made} as made
        where kept.id = made.id and {sync.standing_sql}
    """  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
