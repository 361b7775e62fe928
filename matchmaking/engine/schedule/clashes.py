"""Why musts cannot all be met: a smallest set of wishes that clash, and what would help.

Most clashes are counts, which a solver refuses without a reason that a person could read: P. Hall,
"On representatives of subsets", Journal of the London Mathematical Society 10 (1935), names for
any set of meetings that find no slots a smallest part that has one slot too few. What is left is
an infeasible set of constraints, made irreducible by leaving out one wish after the other (J. N.
Chinneck, "Feasibility and Infeasibility in Optimization", Springer 2008, deletion filter).
"""

import time
from collections import defaultdict, deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from matchmaking.engine.schedule.selection import Exact, new_solver
from matchmaking.engine.schedule.types import Day, Meeting

_ONE_QUESTION = 2.0  # seconds; no answer keeps the wish in the clash


class ClashKind(StrEnum):
    """Reasons; the subject of a clash is of the kind named here."""

    VETO = "veto"  # meeting; for officers alone: the firms never learn of a veto
    OWN_COMPANY = "own_company"  # meeting
    NO_SLOT = "no_slot"  # meeting: session, absences, hours and pin leave nothing
    SAME_PIN = "same_pin"  # agenda: two pins in one slot
    AGENDA = "agenda"  # agenda: more meetings than slots
    MAXIMUM = "maximum"  # company: more musts than its maximum
    TABLES = "tables"  # the slots' tables are too few
    ORDER = "order"  # precedences run out of the day, or in a circle
    TOGETHER = "together"  # no single count says it


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """Meetings that cannot all be held, though any one fewer of them could.

    ``needed`` meetings stand against ``available`` places, in ``slots``. ``asked`` is how many
    musts the subject has in all: of 25 with 22 slots a smallest clash holds 23.
    """

    kind: ClashKind
    meetings: tuple[str, ...]
    subject: str = ""
    needed: int
    available: int
    asked: int
    slots: tuple[int, ...] = ()


def find_clashes(day: Day, *, seconds: float) -> tuple[Clash, ...]:
    """Name every reason why the day's musts cannot all be met; none when they can, or might.

    Counts are looked at first, for they are exact and quick. Then CP-SAT is asked within
    ``seconds``; a day that it cannot judge in time gives no clash.
    """
    deadline = time.monotonic() + seconds
    musts = {meeting.code: meeting for meeting in day.meetings if meeting.is_must}
    clashes: list[Clash] = []
    told: set[tuple[ClashKind, str, tuple[int, ...]]] = set()
    while clash := _smallest(day, list(musts.values())) or _together(day, musts, deadline):
        # An agenda with 25 musts for 22 slots clashes three times; two slots pinned twice are two.
        pins = clash.slots if clash.kind is ClashKind.SAME_PIN else ()
        if (clash.kind, clash.subject, pins) not in told:
            clashes.append(clash)
        told.add((clash.kind, clash.subject, pins))
        del musts[clash.meetings[-1]]  # then what is left may clash for a reason of its own
    return tuple(clashes)


def _smallest(day: Day, musts: Sequence[Meeting]) -> Clash | None:
    found = [
        *_single(day, musts),
        *_of_agendas(day, musts),
        *_of_maxima(day, musts),
        *_of_tables(day, musts),
        *_of_order(day, musts),
    ]
    return min(found, key=lambda clash: (len(clash.meetings), clash.kind), default=None)


def _single(day: Day, musts: Sequence[Meeting]) -> Iterator[Clash]:
    for meeting in musts:
        if day.open_slots(meeting):
            continue
        kind = ClashKind.NO_SLOT
        if day.is_vetoed(meeting):
            kind = ClashKind.VETO
        elif day.is_own(meeting):
            kind = ClashKind.OWN_COMPANY
        yield Clash(
            kind=kind, meetings=(meeting.code,), subject=meeting.code, needed=1, available=0,
            asked=1,
        )  # fmt: skip


def _of_agendas(day: Day, musts: Sequence[Meeting]) -> Iterator[Clash]:
    own: dict[str, list[Meeting]] = defaultdict(list)
    for meeting in musts:
        if day.open_slots(meeting):
            own[meeting.a].append(meeting)
            own[meeting.b].append(meeting)
    for agenda, meetings in own.items():
        choices = {meeting.code: sorted(day.open_slots(meeting)) for meeting in meetings}
        violator = hall_violator(choices, [1] * day.slots)
        if violator is None:
            continue
        clashing, slots = violator
        pinned = all(day.meeting[code].pinned is not None for code in clashing)
        yield Clash(
            kind=ClashKind.SAME_PIN if pinned else ClashKind.AGENDA, meetings=clashing,
            subject=agenda, needed=len(clashing), available=len(slots), asked=len(meetings),
            slots=slots,
        )  # fmt: skip


def _of_maxima(day: Day, musts: Sequence[Meeting]) -> Iterator[Clash]:
    own: dict[str, list[str]] = defaultdict(list)
    for meeting in musts:
        for company in day.companies(meeting):
            own[company].append(meeting.code)
    for company, limits in day.limits.items():
        if limits.maximum is not None and len(own[company]) > limits.maximum:
            yield Clash(
                kind=ClashKind.MAXIMUM, meetings=tuple(own[company][: limits.maximum + 1]),
                subject=company, needed=limits.maximum + 1, available=limits.maximum,
                asked=len(own[company]),
            )  # fmt: skip


def _of_tables(day: Day, musts: Sequence[Meeting]) -> Iterator[Clash]:
    choices = {
        meeting.code: sorted(possible) for meeting in musts if (possible := day.open_slots(meeting))
    }
    violator = hall_violator(choices, day.tables)
    if violator is not None:
        clashing, slots = violator
        yield Clash(
            kind=ClashKind.TABLES, meetings=clashing, subject=",".join(map(str, slots)),
            needed=len(clashing), available=sum(day.tables[slot] for slot in slots),
            asked=sum(set(each) <= set(slots) for each in choices.values()), slots=slots,
        )  # fmt: skip


def hall_violator(
    choices: Mapping[str, Sequence[int]], room: Sequence[int]
) -> tuple[tuple[str, ...], tuple[int, ...]] | None:
    """Give meetings that have one place fewer than they are, with their slots; ``None`` if all fit.

    ``room[slot]`` is how many a slot holds. Leaving out any one of the meetings lets the others
    fit: each of them can be reached from the one that found no place by places that are taken.
    """
    held: dict[int, list[str]] = defaultdict(list)
    violators = []
    for code in sorted(choices, key=lambda each: (len(choices[each]), each)):
        reached = _augment(code, choices, room, held)
        if reached is not None:
            meetings = {code} | {each for slot in reached for each in held[slot]}
            violators.append((tuple(sorted(meetings)), tuple(sorted(reached))))
    return min(violators, key=lambda each: len(each[0]), default=None)


def _augment(
    code: str,
    choices: Mapping[str, Sequence[int]],
    room: Sequence[int],
    held: dict[int, list[str]],
) -> set[int] | None:
    """Find a place along an alternating path; else give all the slots that were reached."""
    came: dict[int, str] = {}
    queue = deque([code])
    was_in: dict[str, int] = {}
    while queue:
        meeting = queue.popleft()
        for slot in choices[meeting]:
            if slot in came:
                continue
            came[slot] = meeting
            if len(held[slot]) < room[slot]:
                _shift(slot, came, was_in, held)
                return None
            for other in held[slot]:
                was_in[other] = slot
                queue.append(other)
    return set(came)


def _shift(
    slot: int, came: Mapping[int, str], was_in: Mapping[str, int], held: dict[int, list[str]]
) -> None:
    while True:
        meeting = came[slot]
        held[slot].append(meeting)
        if meeting not in was_in:
            return
        slot = was_in[meeting]
        held[slot].remove(meeting)


def _of_order(day: Day, musts: Sequence[Meeting]) -> Iterator[Clash]:
    """Take the chain of precedences that leaves the day, less what it fails without."""
    chain = _failing_chain(day, [meeting.code for meeting in musts])
    for code in list(chain):
        if _failing_chain(day, [each for each in chain if each != code]):
            chain.remove(code)
    if chain:
        slots = sorted({slot for code in chain for slot in day.open_slots(day.meeting[code])})
        yield Clash(
            kind=ClashKind.ORDER, meetings=tuple(chain), subject=chain[-1], needed=len(chain),
            available=len(chain) - 1, asked=len(chain), slots=tuple(slots),
        )  # fmt: skip


def _failing_chain(day: Day, codes: Collection[str]) -> list[str]:
    """Move meetings behind those that go before them until one finds no slot; none fails: empty."""
    slots = {code: sorted(day.open_slots(day.meeting[code])) for code in codes}
    first = {code: allowed[0] for code, allowed in slots.items() if allowed}
    pairs = [pair for pair in day.precedences if pair[0] in first and pair[1] in first]
    because: dict[str, str] = {}
    moved = True
    while moved:
        moved = False
        for earlier, later in pairs:
            if first[later] > first[earlier]:
                continue
            because[later] = earlier
            possible = [slot for slot in slots[later] if slot > first[earlier]]
            if not possible:
                return _traced(later, because)
            first[later] = possible[0]
            moved = True
    return []


def _traced(last: str, because: Mapping[str, str]) -> list[str]:
    chain = [last]
    while chain[-1] in because and because[chain[-1]] not in chain:
        chain.append(because[chain[-1]])
    return chain[::-1]


def _together(day: Day, musts: Mapping[str, Meeting], deadline: float) -> Clash | None:
    """Ask the solver, and leave out wish after wish while the rest still cannot be met."""
    if _is_infeasible(day, musts, deadline) is not True:
        return None
    kept = dict(musts)
    step = len(kept)
    while step >= 1:  # whole runs of wishes first: few of hundreds take part
        for start in range(0, len(musts), step):
            run = [code for code in list(musts)[start : start + step] if code in kept]
            rest = {code: each for code, each in kept.items() if code not in run}
            if run and rest and _is_infeasible(day, rest, deadline):
                kept = rest
        step = step // 2
    return Clash(
        kind=ClashKind.TOGETHER, meetings=tuple(sorted(kept)), needed=len(kept),
        available=len(kept) - 1, asked=len(musts), subject=min(kept),
    )  # fmt: skip


def _is_infeasible(day: Day, musts: Mapping[str, Meeting], deadline: float) -> bool | None:
    """Say whether these cannot all be held; ``None`` for no answer in time."""
    from ortools.sat.python import cp_model  # noqa: PLC0415 - the worker alone loads solvers

    left = deadline - time.monotonic()
    if left <= 0:
        return None
    exact = Exact(day, list(musts.values()))
    for held in exact.held.values():
        exact.model.add(held == 1)
    status = new_solver(min(left, _ONE_QUESTION)).solve(exact.model)
    if status == cp_model.INFEASIBLE:
        return True
    return False if status in {cp_model.OPTIMAL, cp_model.FEASIBLE} else None
