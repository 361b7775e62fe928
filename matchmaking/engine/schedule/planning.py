"""A whole day planned: which meetings, when, with how few breaks, and where.

The stages keep what the ones before decided, in the order of the promises: musts, minima, value;
breaks and their fairness; rounds; walks. Each reports what it proved.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

from matchmaking.engine.schedule.annealing import anneal
from matchmaking.engine.schedule.breaks import (
    FewestBreaks,
    count_breaks,
    fewest_breaks,
    fewest_breaks_or_unfair,
    fewest_rounds,
    is_fair,
)
from matchmaking.engine.schedule.encoding import fewest_alone
from matchmaking.engine.schedule.halls import seat, walk_minutes
from matchmaking.engine.schedule.instance import Instance
from matchmaking.engine.schedule.selection import (
    Choice,
    choose,
    choose_with_slots,
    eligible,
    measure,
)
from matchmaking.engine.schedule.timetable import NOWHERE, assign_slots, fill
from matchmaking.engine.schedule.types import Day, Meeting, Schedule, Slots
from matchmaking.engine.schedule.verification import violations

_PUSHES = 20_000
_FEW_PUSHES = 2000
_LARGEST_ASKED = 12_000  # meetings x slots whose breaks are asked of the SAT solvers
_LARGEST_EXACT = 30_000  # meetings x slots that CP-SAT chooses among
_ANNEALED_SECONDS = 1.0  # where the solvers have the last word
_ANNEALED_SHARE = 0.85  # of what is left, where they have none; halls come after
_ASKED_SHARE = 0.3  # of the seconds, where other meetings can be chosen instead
_ROUNDS_SHARE = 0.05  # of the seconds


def plan(day: Day, *, seconds: float) -> Schedule:
    """Schedule a day within about ``seconds``; a larger day comes back with its gaps.

    :raises RuntimeError: when the result breaks a promise of the day: never hand it out
    """
    deadline = time.monotonic() + seconds
    choice = choose(day, seconds=seconds * 0.2)
    placed, asked = _find_slots(day, choice, deadline)
    instance = Instance.of(day, placed.meetings)
    slots, bound = _lessen_breaks(
        instance, [placed.slots[m.code] for m in placed.meetings], asked, deadline
    )
    by_code = {m.code: slot for m, slot in zip(placed.meetings, slots, strict=True)}
    seats = seat(day, by_code)
    wrong = violations(day, by_code, seats)
    if wrong:
        raise RuntimeError(f"the schedule breaks a promise: {wrong[0]}")
    return Schedule(
        slots=by_code,
        seats=seats,
        must_placed=placed.musts,
        must_bound=min(choice.must_bound, placed.must_bound),
        value=placed.value,
        value_bound=placed.value_bound,
        breaks=sum(count_breaks(instance, slots)),
        breaks_bound=bound,
        is_fair=is_fair(instance, slots),
        rounds=len(set(slots)),
        rounds_bound=instance.degree,
        walk_minutes=walk_minutes(day, by_code, seats),
    )


def _find_slots(day: Day, choice: Choice, deadline: float) -> tuple[Choice, FewestBreaks | None]:
    """Find slots for the chosen meetings, or choose again among those that have some.

    Days with hardly a free table are found by the question about breaks alone: then its answer
    comes along, so that it is not asked twice.
    """
    instance = Instance.of(day, choice.meetings)
    worth = _worth(choice.meetings)
    slots = _compact(instance, worth)
    size = len(choice.meetings) * day.slots
    if NOWHERE in slots and size <= _LARGEST_ASKED:
        is_all = len(choice.meetings) == len(eligible(day))
        share = _ANNEALED_SHARE if is_all else _ASKED_SHARE
        asked = fewest_breaks_or_unfair(instance, seconds=share * (deadline - time.monotonic()))
        if asked.slots is not None:
            return replace(choice, slots=_by_code(choice.meetings, asked.slots)), asked
    placed = _by_code(choice.meetings, slots)
    if len(placed) == len(choice.meetings):
        return replace(choice, slots=placed), None
    everybody = eligible(day)
    if not day.limits:
        placed = _refill(day, everybody, placed)
    if len(everybody) * day.slots <= _LARGEST_EXACT:
        exact = choose_with_slots(day, placed, seconds=0.5 * (deadline - time.monotonic()))
        if (exact.musts, exact.minima) < (choice.musts, choice.minima):
            return exact, None
        return replace(exact, value_bound=min(exact.value_bound, choice.value_bound)), None
    return _remeasured(day, choice, placed), None


def _worth(meetings: Sequence[Meeting]) -> list[int]:
    """Weigh a meeting that is left out: a must more than the values of all others together."""
    must = 1 + sum(meeting.value + 1 for meeting in meetings)
    return [must if meeting.is_must else meeting.value + 1 for meeting in meetings]


def _compact(instance: Instance, worth: Sequence[int]) -> list[int]:
    """Use as many rounds as the busiest agenda has meetings, if they suffice; else the whole day."""
    rounds = instance.degree
    if rounds < instance.slots and sum(instance.tables[:rounds]) >= len(instance.ends):
        first = replace(
            instance, open=[[s for s in allowed if s < rounds] for allowed in instance.open]
        )
        slots = assign_slots(first, worth, steps=_FEW_PUSHES)
        if NOWHERE not in slots:
            return slots
    is_asked = len(instance.ends) * instance.slots <= _LARGEST_ASKED
    return assign_slots(instance, worth, steps=_FEW_PUSHES if is_asked else _PUSHES)


def _by_code(meetings: Sequence[Meeting], slots: Sequence[int]) -> dict[str, int]:
    return {
        meeting.code: slot for meeting, slot in zip(meetings, slots, strict=True) if slot != NOWHERE
    }


def _refill(day: Day, meetings: Sequence[Meeting], placed: Slots) -> dict[str, int]:
    """Let the meetings of most worth have what is free."""
    instance = Instance.of(day, meetings)
    worth = _worth(meetings)
    slots = [placed.get(meeting.code, NOWHERE) for meeting in meetings]
    order = sorted(range(len(meetings)), key=lambda each: -worth[each])
    return _by_code(meetings, fill(instance, slots, order))


def _remeasured(day: Day, choice: Choice, placed: Mapping[str, int]) -> Choice:
    meetings = tuple(day.meeting[code] for code in placed)
    musts, minima, value = measure(day, placed)
    bound = choice.value_bound
    if (musts, minima) != (choice.musts, choice.minima):
        # Fewer of these leave more room for value than the relaxed model saw.
        bound = sum(meeting.value for meeting in eligible(day) if not meeting.is_must)
    return replace(
        choice,
        meetings=meetings,
        slots=placed,
        musts=musts,
        minima=minima,
        value=value,
        value_bound=bound,
    )


def _lessen_breaks(
    instance: Instance, slots: Sequence[int], asked: FewestBreaks | None, deadline: float
) -> tuple[Sequence[int], int]:
    """Give the day with the fewest breaks found, and the bound that is proved."""
    if not instance.ends:
        return slots, 0
    bound = fewest_alone(instance)
    if asked is not None and asked.is_proved:
        return _end_early(instance, slots, deadline), asked.bound
    if asked is not None:
        left = max(0.0, deadline - time.monotonic())
        better = anneal(instance, slots, seconds=left * _ANNEALED_SHARE, goal=asked.bound)
        return (better if is_fair(instance, better) else slots), asked.bound
    is_asked = len(instance.ends) * instance.slots <= _LARGEST_ASKED
    left = max(0.0, deadline - time.monotonic())
    within = instance if is_asked else _within(instance, 1 + max(slots))
    better = anneal(
        within,
        slots,
        seconds=min(_ANNEALED_SECONDS, left / 2) if is_asked else left * _ANNEALED_SHARE,
        goal=bound,
    )
    if not is_asked:
        return better, bound
    known = better if is_fair(instance, better) else None
    asked = fewest_breaks(instance, seconds=max(0.0, deadline - time.monotonic()), known=known)
    if asked.slots is None:
        return better, 0 if known is None else bound
    return _end_early(instance, asked.slots, deadline), asked.bound


def _end_early(instance: Instance, slots: Sequence[int], deadline: float) -> Sequence[int]:
    left = max(0.0, deadline - time.monotonic())
    return fewest_rounds(instance, slots, seconds=_ROUNDS_SHARE * left)


def _within(instance: Instance, rounds: int) -> Instance:
    return replace(instance, open=[[s for s in each if s < rounds] for each in instance.open])
