"""The two keepers: of matches, and of near misses."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np
from django.conf import settings
from django.db import connection

from matchmaking.matching.models import Match, NearMiss
from matchmaking.matching.ranking.exclusions import ANSWERED
from matchmaking.matching.ranking.pair_rows import OUT
from matchmaking.matching.ranking.pgcopy import Column, copy_into, fresh_codes, moment
from matchmaking.matching.ranking.stored_assessments import causes_of
from matchmaking.matching.ranking.sync import Keeper
from matchmaking.matching.states import MatchState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet
    from numpy.typing import NDArray

    from matchmaking.matching.ranking.context import Run
    from matchmaking.matching.ranking.pair_rows import Rows
    from matchmaking.matching.ranking.stored_assessments import Reasons

Columns = dict[str, "tuple[str, list[Any]]"]

# What somebody answered since the scoring began; a pair that stands has a live row anyway.
UNANSWERED = (
    f"not exists ({ANSWERED} and m.order_id = made.order_id and m.offer_id = made.offer_id)"
)
KEPT = ["order_rank", "offer_rank", "order_version", "offer_version", "profile_id", "scored_at"]
PROPOSED = ["state", "withdrawn_at", "proposed_at", "answer_by"]
HAS_PAST = """
    select order_id, offer_id from matching_match
    join unnest(%s::bigint[], %s::bigint[]) as made (order_id, offer_id) using (order_id, offer_id)
"""


class MatchKeeper(Keeper):
    """Matches: withdrawn rows stay, and the same row is proposed again."""

    near = False
    table = "matching_match"
    score_field = "score"
    standing_sql = "state = 'proposed'"

    def rows(self) -> QuerySet[Any]:
        """Give the matches that stand."""
        return Match.objects.proposed()

    def judge(self, run: Run, rows: Rows) -> Reasons:
        """Find the assessments of pairs."""
        return run.assess(rows.orders, rows.offers)

    def reasons(self, pks: Sequence[int]) -> dict[int, bytes]:
        """Give the stored assessments."""
        return _stored(self.table, "assessment", pks)

    def insert(self, run: Run, rows: Rows, judged: Reasons) -> list[int]:
        """Propose pairs that did not stand, and that nobody has answered by now.

        Of a pair without any row nobody can have known, and rows come into being here
        alone: such pairs are copied in. Pairs with a past are written with care.
        """
        with connection.cursor() as cursor:
            cursor.execute(HAS_PAST, [rows.orders.tolist(), rows.offers.tolist()])
            past = set(cursor.fetchall())
        has_past = np.zeros(len(rows), dtype=bool)
        if past:
            has_past[:] = [pair in past for pair in rows.pairs()]
        first, again = np.flatnonzero(~has_past), np.flatnonzero(has_past)
        told = self._copy(run, rows.at(first), judged.at(first)) if len(first) else []
        if len(again):
            told += self._propose_again(run, rows.at(again), judged.at(again))
        return told

    def _copy(self, run: Run, rows: Rows, judged: Reasons) -> list[int]:
        pks = _next_ids(self.table, len(rows))
        columns = [
            Column("id", "bigint", pks),
            Column("code", "uuid", fresh_codes(len(rows))),
            *_kept(run, rows, judged),
            Column("score", "points", rows.hundredths),
            Column("state", "text", MatchState.PROPOSED.value),
            Column("proposed_at", "bigint", moment(run.at)),
            Column("answer_by", "bigint", moment(_answer_by(run))),
            Column("end_cause", "text", ""),
            Column("end_note", "text", ""),
            Column("assessment", "bytes", judged.stored),
        ]
        copy_into(self.table, columns, len(rows))
        return [int(pk) for pk in pks]

    def _propose_again(self, run: Run, rows: Rows, judged: Reasons) -> list[int]:
        return _write(
            self.table,
            _proposals(run, rows, judged),
            ["score", "assessment", *KEPT, *PROPOSED],
            live="ended_at is null",
            over="state = 'withdrawn'",
            only=UNANSWERED,
        )

    def update(self, run: Run, rows: Rows, judged: Reasons) -> None:
        """Update what stands; what is answered by now stays as it is."""
        _update_proposed(_proposals(run, rows, judged), ["score", "assessment", *KEPT])

    def drop(self, run: Run, pks: Sequence[int]) -> None:
        """Withdraw matches."""
        Match.objects.filter(pk__in=pks, state=MatchState.PROPOSED).update(
            state=MatchState.WITHDRAWN,
            withdrawn_at=run.at,
            order_rank=None,
            offer_rank=None,
        )


class NearKeeper(Keeper):
    """Near misses: rows that no longer stand are deleted."""

    near = True
    table = "matching_nearmiss"
    score_field = "score_now"
    standing_sql = "true"

    def rows(self) -> QuerySet[Any]:
        """Give all near misses."""
        return NearMiss.objects.all()

    def judge(self, run: Run, rows: Rows) -> Reasons:
        """Find the smallest change of each pair, empty where no single one suffices."""
        return run.mend(rows.orders, rows.offers)

    def reasons(self, pks: Sequence[int]) -> dict[int, bytes]:
        """Give the stored changes."""
        return _stored(self.table, "change", pks)

    def insert(self, run: Run, rows: Rows, judged: Reasons) -> list[int]:
        """Copy in pairs that had no row; nobody is told of a near miss."""
        columns = [
            *_kept(run, rows, judged),
            Column("score_now", "points", rows.hundredths),
            Column(
                "score", "points", judged.records["hundredths"].astype(np.int64), _hopeless(judged)
            ),
            Column("gate", "bytes", [cause.encode() for cause in causes_of(judged.records)]),
            Column("change", "bytes", judged.stored),
        ]
        copy_into(self.table, columns, len(rows))
        return []

    def update(self, run: Run, rows: Rows, judged: Reasons) -> None:
        """Write over pairs that have a row."""
        scores = zip(_points(judged.records["hundredths"]), _hopeless(judged), strict=True)
        columns = _columns(run, rows, judged) | {
            "score_now": ("numeric", _points(rows.hundredths)),
            "gate": ("text", causes_of(judged.records)),
            "change": ("bytea", judged.stored),
            "score": ("numeric", [None if is_lost else score for score, is_lost in scores]),
        }
        _write(self.table, columns, ["score_now", "gate", "change", "score", *KEPT])

    def drop(self, run: Run, pks: Sequence[int]) -> None:  # noqa: ARG002 - they leave no date
        """Delete near misses."""
        NearMiss.objects.filter(pk__in=pks).delete()


def _next_ids(table: str, count: int) -> NDArray[np.int64]:
    """Take ids for new rows, as the table's default would."""
    sql = """
        select string_agg(int8send(nextval(sequence)), '')
        from pg_get_serial_sequence(%s, 'id') as sequence, generate_series(1, %s)
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, [table, count])
        return np.sort(np.frombuffer(cursor.fetchone()[0], dtype=">i8").astype(np.int64))


def _answer_by(run: Run) -> dt.datetime:
    return run.at + dt.timedelta(days=settings.PROPOSAL_DAYS)


def _hopeless(judged: Reasons) -> NDArray[np.bool_]:
    """Say which near misses no single change mends."""
    hopeless: NDArray[np.bool_] = judged.records["kind"] < 0
    return hopeless


def _points(hundredths: NDArray[Any]) -> list[str]:
    """Give hundredths of a point as the scores that people read."""
    return [f"{number // 100}.{number % 100:02}" for number in hundredths.tolist()]


def _kept(run: Run, rows: Rows, judged: Reasons) -> list[Column]:
    """Give the columns that both models have, for a copy."""
    return [
        Column("order_id", "bigint", rows.orders),
        Column("offer_id", "bigint", rows.offers),
        Column("order_rank", "smallint", rows.order_ranks, rows.order_ranks == OUT),
        Column("offer_rank", "smallint", rows.offer_ranks, rows.offer_ranks == OUT),
        Column("order_version", "integer", judged.order_versions),
        Column("offer_version", "integer", judged.offer_versions),
        Column("profile_id", "bigint", run.profile_id),
        Column("scored_at", "bigint", moment(run.at)),
    ]


def _columns(run: Run, rows: Rows, judged: Reasons) -> Columns:
    """Give the columns that both models have, for a statement."""
    ranks = (
        [rank or None for rank in side.tolist()] for side in (rows.order_ranks, rows.offer_ranks)
    )
    order_ranks, offer_ranks = ranks
    return {
        "order_id": ("bigint", rows.orders.tolist()),
        "offer_id": ("bigint", rows.offers.tolist()),
        "order_rank": ("smallint", order_ranks),
        "offer_rank": ("smallint", offer_ranks),
        "order_version": ("integer", judged.order_versions.tolist()),
        "offer_version": ("integer", judged.offer_versions.tolist()),
        "profile_id": ("bigint", [run.profile_id] * len(rows)),
        "scored_at": ("timestamptz", [run.at] * len(rows)),
    }


def _proposals(run: Run, rows: Rows, judged: Reasons) -> Columns:
    """Give all columns of proposals, for a statement."""
    count = len(rows)
    return _columns(run, rows, judged) | {
        "code": ("uuid", [bytes(code).hex() for code in fresh_codes(count)]),
        "score": ("numeric", _points(rows.hundredths)),
        "assessment": ("bytea", judged.stored),
        "state": ("text", [MatchState.PROPOSED.value] * count),
        "proposed_at": ("timestamptz", [run.at] * count),
        "withdrawn_at": ("timestamptz", [None] * count),
        "answer_by": ("timestamptz", [_answer_by(run)] * count),
        "end_cause": ("text", [""] * count),
        "end_note": ("text", [""] * count),
    }


def _stored(table: str, column: str, pks: Sequence[int]) -> dict[int, bytes]:
    sql = f"select id, {column} from {table} where id = any(%s::bigint[])"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [list(pks)])
        return {pk: bytes(value) for pk, value in cursor.fetchall()}


def _made(columns: Columns) -> tuple[str, list[list[Any]]]:
    """Give columns as a table of a statement, and its parameters."""
    arrays = ", ".join(f"%s::{kind}[]" for kind, _ in columns.values())
    return f"unnest({arrays}) as made ({', '.join(columns)})", [one for _, one in columns.values()]


def _write(
    table: str,
    columns: Columns,
    updated: Sequence[str],
    live: str = "true",
    over: str = "id is not null",
    only: str = "true",
) -> list[int]:
    """Insert rows; a pair that has a row gets the ``updated`` columns. Give the ids written.

    ``live`` names the rows among which a pair is unique, ``over`` those that may be written
    over, ``only`` those of ``columns`` that are written at all.
    """
    made, params = _made(columns)
    names = ", ".join(columns)
    # Names of our own tables and columns; all values are parameters.
    sql = f"""
        insert into {table} as kept ({names})
        select {names} from {made}
        where {only}
        on conflict (order_id, offer_id) where {live}
        do update set {", ".join(f"{name} = excluded.{name}" for name in updated)}
        where kept.{over}
        returning id
    """  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [pk for (pk,) in cursor.fetchall()]


def _update_proposed(columns: Columns, updated: Sequence[str]) -> None:
    """Update matches that are still proposed: one that was answered is never made anew."""
    made, params = _made(columns)
    sql = f"""
        update matching_match as kept
        set {", ".join(f"{name} = made.{name}" for name in updated)}
        from {made}
        where kept.order_id = made.order_id and kept.offer_id = made.offer_id
            and kept.state = 'proposed'
    """  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
