"""Answers against the factors of the score: how interest and declines went by a factor's value."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from matchmaking.engine.types import FactorCode
from matchmaking.matching.models import Answer
from matchmaking.matching.presentation import explain
from matchmaking.matching.states import AnswerKind, DeclineReason

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

BANDS = 5  # of a factor's value, each a fifth of the way from 0 to 1
UNSAID = BANDS  # behind the bands: a side left out what the factor is measured by


@dataclass(slots=True)
class Band:
    """The answers to matches whose factor lay in one fifth of its range, or was not said."""

    interested: int = 0
    declined: int = 0
    reasons: Counter[str] = field(default_factory=Counter)

    @property
    def answers(self) -> int:
        return self.interested + self.declined

    @property
    def share(self) -> float | None:
        """Return the share of interest in [0, 1]; None without an answer."""
        return self.interested / self.answers if self.answers else None

    @property
    def by_reason(self) -> list[tuple[DeclineReason, int]]:
        return [(DeclineReason(reason), count) for reason, count in self.reasons.most_common()]


@dataclass(frozen=True, slots=True)
class FactorRecord:
    """A factor's bands, lowest first, and the mean of its value by answer; None without one."""

    label: str
    bands: Sequence[Band]
    mean_of_interest: float | None
    mean_of_declines: float | None

    @property
    def answers(self) -> int:
        return sum(band.answers for band in self.bands)


def calibrate(*, days: int | None, at: dt.datetime) -> list[FactorRecord]:
    """Count the last answer of each side of each match, given in the last ``days`` or ever.

    Every factor counts the same answers, so its bands add up to the same total.
    """
    bands: dict[str, list[Band]] = {}
    values: dict[tuple[str, str], list[float]] = {}
    for answer in _last_answers(days, at):
        for factor in answer.match.assessment["factors"]:
            code, value = factor["code"], factor["value"]
            is_said = not explain.FACTORS[FactorCode(code)].unsaid(factor["numbers"])
            mine = bands.setdefault(code, [Band() for _band in range(BANDS + 1)])
            _count(mine[min(int(value * BANDS), BANDS - 1) if is_said else UNSAID], answer)
            if is_said:
                values.setdefault((code, answer.kind), []).append(value)
    return [
        FactorRecord(
            str(explain.FACTORS[FactorCode(code)].label),
            mine,
            _mean(values.get((code, AnswerKind.INTERESTED))),
            _mean(values.get((code, AnswerKind.DECLINED))),
        )
        for code, mine in bands.items()
    ]


def _last_answers(days: int | None, at: dt.datetime) -> Iterator[Answer]:
    # PostgreSQL's DISTINCT ON keeps the first of each side in this order: who was interested and
    # declined later has declined.
    rows = Answer.objects.order_by("match_id", "side", "-answered_at", "-pk")
    if days:
        rows = rows.filter(answered_at__gte=at - dt.timedelta(days=days))
    rows = rows.distinct("match_id", "side").select_related("match")
    yield from rows.only("kind", "reason", "side", "match__assessment").iterator(chunk_size=500)


def _count(band: Band, answer: Answer) -> None:
    if answer.kind == AnswerKind.INTERESTED:
        band.interested += 1
    else:
        band.declined += 1
        band.reasons[answer.reason] += 1


def _mean(values: Sequence[float] | None) -> float | None:
    return sum(values) / len(values) if values else None
