"""The two keepers: of matches, and of near misses."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import connection

from matchmaking.core.codes import new_code
from matchmaking.matching.models import Match, NearMiss
from matchmaking.matching.services.keeping import Keeper
from matchmaking.matching.states import MatchState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from matchmaking.matching.lists import Pair
    from matchmaking.matching.run import Run

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
        """Insert or update; a pair that did not stand is proposed now."""
        proposed = ["state", "withdrawn_at", "proposed_at"] if is_new else []
        columns = ["score", "assessment", *KEPT, *proposed]
        made = [_match(values) for values in rows]
        _write(self.table, made, columns, where="where ended_at is null")

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
        "end_cause": "",
        "end_note": "",
    }


def _write(
    table: str, rows: Sequence[dict[str, Any]], updated: Sequence[str], where: str = ""
) -> None:
    """Insert rows of equal columns; a pair that has a row gets the ``updated`` ones.

    ``where`` names the rows among which a pair is unique. Rows travel as JSON: reasons are
    large, and an array of texts is escaped quote by quote.
    """
    columns = ", ".join(rows[0])
    # Names of our own tables and columns; all values are parameters.
    sql = f"""
        insert into {table} ({columns})
        select {columns} from jsonb_populate_recordset(null::{table}, %s::jsonb)
        on conflict (order_id, offer_id) {where}
        do update set {", ".join(f"{name} = excluded.{name}" for name in updated)}
    """  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [json.dumps(rows, default=str)])
