"""The two keepers: of matches, and of near misses."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection

from matchmaking.core.codes import new_code
from matchmaking.matching.models import Match, NearMiss
from matchmaking.matching.services.keeping import Keeper
from matchmaking.matching.states import MatchState
from matchmaking.matching.vetoes import ANSWERED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from matchmaking.matching.lists import Pair
    from matchmaking.matching.run import Run

# What somebody answered since the scoring began; a pair that stands has a live row anyway.
UNANSWERED = (
    f"not exists ({ANSWERED} and m.order_id = made.order_id and m.offer_id = made.offer_id)"
)
KEPT = ["order_rank", "offer_rank", "order_version", "offer_version", "profile_id", "scored_at"]


def points(hundredths: int) -> Decimal:
    """Give hundredths of a point as the score that people read."""
    return Decimal(hundredths).scaleb(-2)


class MatchKeeper(Keeper):
    """Matches: withdrawn rows stay, and the same row is proposed again."""

    near = False
    table = "matching_match"
    score_field = "score"
    standing_sql = "state = 'proposed'"

    def rows(self) -> QuerySet[Any]:
        """Give the matches that stand."""
        return Match.objects.proposed()

    def judge(self, run: Run, pairs: Sequence[Pair]) -> dict[Pair, dict[str, Any]]:
        """Give the assessments of pairs."""
        return {pair: {"assessment": run.assess(pair)} for pair in pairs}

    def reasons(self, pks: Sequence[int]) -> dict[int, dict[str, Any]]:
        """Give the stored assessments."""
        rows = Match.objects.filter(pk__in=pks).values_list("pk", "assessment")
        return {pk: {"assessment": assessment} for pk, assessment in rows}

    def save(self, rows: Sequence[dict[str, Any]], *, is_new: bool) -> None:
        """Propose pairs that did not stand, or update; what is answered by now stays as it is."""
        columns = ["score", "assessment", *KEPT]
        made = [_match(values) for values in rows]
        if is_new:
            proposed = [*columns, "state", "withdrawn_at", "proposed_at", "answer_by"]
            _write(
                self.table,
                made,
                proposed,
                live="ended_at is null",
                over="state = 'withdrawn'",
                only=UNANSWERED,
            )
        else:
            _update_proposed(made, columns)

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

    def judge(self, run: Run, pairs: Sequence[Pair]) -> dict[Pair, dict[str, Any]]:
        """Give the smallest change of each pair, empty where no single one suffices."""
        judged: dict[Pair, dict[str, Any]] = {}
        for pair in pairs:
            found, terms = run.near_miss(pair)
            judged[pair] = {
                "gate": found.gate if found else "",
                "change": found.as_dict() | {"terms": terms} if found else {},
                "score": points(round(found.score * 100)) if found else None,
            }
        return judged

    def reasons(self, pks: Sequence[int]) -> dict[int, dict[str, Any]]:
        """Give the stored changes."""
        names = ("gate", "change", "score")
        rows = NearMiss.objects.filter(pk__in=pks).values_list("pk", *names)
        return {pk: dict(zip(names, values, strict=True)) for pk, *values in rows}

    def save(self, rows: Sequence[dict[str, Any]], *, is_new: bool) -> None:  # noqa: ARG002
        """Insert or update."""
        made = [values | {"score_now": points(values.pop("hundredths"))} for values in rows]
        _write(self.table, made, ["score_now", "gate", "change", "score", *KEPT])

    def drop(self, run: Run, pks: Sequence[int]) -> None:  # noqa: ARG002 - they leave no date
        """Delete near misses."""
        NearMiss.objects.filter(pk__in=pks).delete()


def _match(values: dict[str, Any]) -> dict[str, Any]:
    return values | {
        "code": new_code(),
        "score": points(values.pop("hundredths")),
        "state": MatchState.PROPOSED,
        "proposed_at": values["scored_at"],
        "withdrawn_at": None,
        "answer_by": values["scored_at"] + dt.timedelta(days=settings.PROPOSAL_DAYS),
        "end_cause": "",
        "end_note": "",
    }


def _write(
    table: str,
    rows: Sequence[dict[str, Any]],
    updated: Sequence[str],
    live: str = "true",
    over: str = "id is not null",
    only: str = "true",
) -> None:
    """Insert rows of equal columns; a pair that has a row gets the ``updated`` ones.

    ``live`` names the rows among which a pair is unique, ``over`` those that may be written
    over, ``only`` those of ``rows`` that are written at all. Rows travel as JSON: reasons are large, and an array of texts is escaped quote by
    quote.
    """
    columns = ", ".join(rows[0])
    # Names of our own tables and columns; all values are parameters.
    sql = f"""
        insert into {table} as kept ({columns})
        select {columns} from jsonb_populate_recordset(null::{table}, %s::jsonb) as made
        where {only}
        on conflict (order_id, offer_id) where {live}
        do update set {", ".join(f"{name} = excluded.{name}" for name in updated)}
        where kept.{over}
    """  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [json.dumps(rows, default=str)])


def _update_proposed(rows: Sequence[dict[str, Any]], updated: Sequence[str]) -> None:
    """Update matches that are still proposed: one that was answered is never made anew."""
    sql = f"""
        update matching_match as kept
        set {", ".join(f"{name} = made.{name}" for name in updated)}
        from jsonb_populate_recordset(null::matching_match, %s::jsonb) as made
        where kept.order_id = made.order_id and kept.offer_id = made.offer_id
            and kept.state = 'proposed'
    """  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [json.dumps(rows, default=str)])
