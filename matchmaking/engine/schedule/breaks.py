"""Fewest breaks by a row of questions with a rising budget; the last "no" is the proof.

Minimising breaks directly fails where a question with a bound is answered in a second: the
bound makes most agendas one block each (docs/schedule.md has the figures).
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from matchmaking.engine.schedule.encoding import fewest_alone
from matchmaking.engine.schedule.instance import Instance
from matchmaking.engine.schedule.racing import NoAnswerInTime, Race
from matchmaking.engine.schedule.types import breaks_of

_SHARE_OF_A_QUESTION = 0.7


@dataclass(frozen=True, slots=True, kw_only=True)
class FewestBreaks:
    """The best day found. Without ``slots`` none was, and ``is_infeasible`` says whether none is.

    ``bound`` is proved: no day that holds these meetings and is fair has fewer breaks.
    """

    slots: Sequence[int] | None
    breaks: int | None
    bound: int
    is_infeasible: bool = False

    @property
    def is_proved(self) -> bool:
        return self.is_infeasible or self.breaks == self.bound


def count_breaks(instance: Instance, slots: Sequence[int]) -> list[int]:
    return [breaks_of(slots[each] for each in held) for held in instance.meetings_of]


def is_fair(instance: Instance, slots: Sequence[int]) -> bool:
    breaks = count_breaks(instance, slots)
    return instance.fairness is None or max(breaks) - min(breaks) <= instance.fairness


def fewest_breaks(
    instance: Instance, *, seconds: float, known: Sequence[int] | None = None
) -> FewestBreaks:
    """Search for a fair day with the fewest breaks, and prove that fewer are not possible.

    ``known`` is a day that holds all meetings; a fair one bounds the breaks from above.
    """
    narrowed = instance.narrowed()
    if narrowed is None or sum(instance.tables) < len(instance.ends):
        return FewestBreaks(slots=None, breaks=None, bound=0, is_infeasible=True)
    if not instance.ends:
        return FewestBreaks(slots=(), breaks=0, bound=0)
    if known is not None and not is_fair(instance, known):
        known = None
    row = _Row(narrowed, known, fewest_alone(narrowed))
    if row.breaks != row.bound:
        with Race(narrowed) as race:
            row.ask_upwards(race, time.monotonic() + seconds)
    return FewestBreaks(
        slots=row.slots, breaks=row.breaks, bound=row.bound, is_infeasible=row.is_infeasible
    )


def fewest_breaks_or_unfair(instance: Instance, *, seconds: float) -> FewestBreaks:
    """Prefer an unfair day to none: where every day is unfair, one of those with the fewest breaks."""
    fair = fewest_breaks(instance, seconds=seconds)
    if not fair.is_infeasible or instance.fairness is None:
        return fair
    return fewest_breaks(replace(instance, fairness=None), seconds=seconds)


class _Row:
    """What the questions so far have shown."""

    def __init__(self, instance: Instance, slots: Sequence[int] | None, bound: int) -> None:
        self.instance = instance
        self.bound = bound
        self.is_infeasible = False
        self.slots = slots
        self.breaks = None if slots is None else sum(count_breaks(instance, slots))

    def ask_upwards(self, race: Race, deadline: float) -> None:
        step = 0  # grows once a question was too hard: then a good day is sought above it
        while not self.is_infeasible and (self.breaks is None or self.bound + step < self.breaks):
            left = deadline - time.monotonic()
            if left <= 0:
                return
            budget = self.bound + step
            try:
                self._take(race.ask(budget, left * _SHARE_OF_A_QUESTION), budget)
                if step and self.breaks is not None:
                    return
                if self.slots is None:
                    self._ask_for_any(race, deadline - time.monotonic())
            except NoAnswerInTime:
                step = max(1, 2 * step)

    def _take(self, answer: Sequence[int] | None, budget: int | None) -> None:
        if answer is not None:
            self.slots = answer
            self.breaks = sum(count_breaks(self.instance, answer))
        elif budget is None:
            self.is_infeasible = True
        else:
            self.bound = budget + 1

    def _ask_for_any(self, race: Race, seconds: float) -> None:
        """Ask once whether there is a day at all, lest the row rises for ever."""
        self._take(race.ask(None, seconds * _SHARE_OF_A_QUESTION), None)


def fewest_rounds(instance: Instance, slots: Sequence[int], *, seconds: float) -> Sequence[int]:
    """Ask for a day with no more breaks that ends after the fewest rounds; give the better day."""
    rounds = instance.degree
    if max(slots) < rounds:
        return slots
    breaks = sum(count_breaks(instance, slots))
    shorter = replace(
        instance,
        open=[[slot for slot in allowed if slot < rounds] for allowed in instance.open],
    ).narrowed()
    if shorter is None or sum(shorter.tables[:rounds]) < len(shorter.ends):
        return slots
    with Race(shorter) as race:
        try:
            return race.ask(breaks, seconds) or slots
        except NoAnswerInTime:
            return slots
