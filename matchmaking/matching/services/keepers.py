"""The two keepers: of matches, and of near misses."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import F

from matchmaking.listings.models import CapacityOffer, ProcessingOrder
from matchmaking.matching.models import Match, NearMiss
from matchmaking.matching.services.keeping import BATCH, Keeper
from matchmaking.matching.states import MatchState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from matchmaking.matching.lists import Pair
    from matchmaking.matching.run import Run

KEPT = ["order_rank", "offer_rank", "order_version", "offer_version", "profile", "scored_at"]


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

    def save(self, rows: Sequence[tuple[Pair, dict[str, Any], bool]]) -> None:
        """Insert or update; a pair that did not stand is proposed now."""
        _share_posts([pair for pair, _, is_new in rows if is_new])
        for is_new in (False, True):
            made = [_match(values) for _, values, row_is_new in rows if row_is_new == is_new]
            fields = ["score", "assessment", *KEPT]
            if is_new:
                fields += ["state", "withdrawn_at", "proposed_at"]
            Match.objects.bulk_create(
                made,
                batch_size=BATCH,
                update_conflicts=True,
                unique_fields=["order", "offer"],
                update_fields=fields,
            )

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

    def save(self, rows: Sequence[tuple[Pair, dict[str, Any], bool]]) -> None:
        """Insert or update."""
        _share_posts([pair for pair, _, is_new in rows if is_new])
        NearMiss.objects.bulk_create(
            [
                NearMiss(score_now=points(values.pop("hundredths")), **values)
                for _, values, _ in rows
            ],
            batch_size=BATCH,
            update_conflicts=True,
            unique_fields=["order", "offer"],
            update_fields=["score_now", "gate", "change", "score", *KEPT],
        )

    def drop(self, run: Run, pks: Sequence[int]) -> None:  # noqa: ARG002 - they leave no date
        """Delete near misses."""
        NearMiss.objects.filter(pk__in=pks).delete()


def _match(values: dict[str, Any]) -> Match:
    score = points(values.pop("hundredths"))
    return Match(score=score, proposed_at=values["scored_at"], **values)


def _share_posts(pairs: Sequence[Pair]) -> None:
    """Take the locks that new rows take on their posts, in the order that all others use.

    Services lock orders, then offers by id; a foreign key would lock pair by pair and
    could end in a deadlock with one of them.
    """
    sides: list[tuple[QuerySet[Any], int]] = [
        (ProcessingOrder.objects.all(), 0),
        (CapacityOffer.objects.all(), 1),
    ]
    for posts, side in sides if pairs else ():
        ids = sorted({pair[side] for pair in pairs})
        locked = posts.filter(pk__in=ids).order_by("pk")
        list(locked.select_for_update(no_key=True).values_list(F("pk")))
