"""Changes of the day that would let more musts be met, each tried out and counted."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial

from matchmaking.engine.schedule.clashes import Clash, ClashKind
from matchmaking.engine.schedule.instance import Instance
from matchmaking.engine.schedule.selection import choose, choose_with_slots
from matchmaking.engine.schedule.timetable import NOWHERE, assign_slots
from matchmaking.engine.schedule.types import (
    Agenda,
    Day,
    Hall,
    Limits,
    Meeting,
    Session,
    Wish,
)


class RelaxationKind(StrEnum):
    """Of relaxations with one yield the earlier named is preferred. Subjects in brackets."""

    UNPIN = "unpin"  # meeting
    ANY_SESSION = "any_session"  # meeting
    DROP_ORDER = "drop_order"  # meeting that would be later
    RAISE_MAXIMUM = "raise_maximum"  # company
    ATTEND = "attend"  # agenda that is away in the clash's slots
    SECOND_AGENDA = "second_agenda"  # agenda: another person of the company
    MORE_TABLES = "more_tables"  # number of tables, in each slot
    MORE_SLOTS = "more_slots"  # number of slots, at the end of the day
    GIVE_UP = "give_up"  # meeting that is no must any more


@dataclass(frozen=True, slots=True, kw_only=True)
class Relaxation:
    """A change of the day and its yield: musts that no longer go without, all wishes counted."""

    kind: RelaxationKind
    subject: str
    gain: int


_BEST = 3


def relaxations(day: Day, clash: Clash, *, seconds: float) -> tuple[Relaxation, ...]:
    """Give the three kinds of change that help most against a clash, with what each yields.

    Every one is tried on the whole day; one that gains nothing is not named. A veto and a
    company that would meet itself are never to be talked over: there only giving up helps.
    """
    deadline = time.monotonic() + seconds
    tried = list(_changes(day, clash))
    before = _left_out(day, seconds / (1 + len(tried)))
    found: dict[RelaxationKind, Relaxation] = {}
    for place, (kind, subject, change) in enumerate(tried):
        share = (deadline - time.monotonic()) / (len(tried) - place)
        gain = before - _left_out(change(), max(share, 0.05))
        if gain > 0 and (kind not in found or gain > found[kind].gain):
            found[kind] = Relaxation(kind=kind, subject=subject, gain=gain)
    order = list(RelaxationKind)
    ranked = sorted(found.values(), key=lambda each: (-each.gain, order.index(each.kind)))
    return tuple(ranked[:_BEST])


def _left_out(day: Day, seconds: float) -> int:
    """Count the musts that go without, for certain when the time suffices."""
    musts = tuple(meeting for meeting in day.meetings if meeting.is_must)
    alone = replace(
        day,
        meetings=musts,
        precedences=tuple(
            pair for pair in day.precedences if all(day.meeting[code].is_must for code in pair)
        ),
        limits={company: replace(each, minimum=0) for company, each in day.limits.items()},
    )
    choice = choose(alone, seconds=seconds / 2)
    slots = assign_slots(Instance.of(alone, choice.meetings), steps=2000)
    if NOWHERE not in slots:
        return len(musts) - choice.musts
    known = {
        meeting.code: slot
        for meeting, slot in zip(choice.meetings, slots, strict=True)
        if slot != NOWHERE
    }
    return len(musts) - choose_with_slots(alone, known, seconds=seconds / 2).musts


_Change = tuple[RelaxationKind, str, Callable[[], Day]]


def _changes(day: Day, clash: Clash) -> Iterator[_Change]:
    if clash.kind not in {ClashKind.VETO, ClashKind.OWN_COMPANY}:
        yield from _of_meetings(day, clash)
        yield from _of_agendas(day, clash)
        if clash.kind is ClashKind.MAXIMUM:
            yield _raised(day, clash)
        if clash.kind in {ClashKind.TABLES, ClashKind.TOGETHER, ClashKind.NO_SLOT}:
            yield RelaxationKind.MORE_TABLES, "1", partial(_more_tables, day)
        if clash.kind is not ClashKind.MAXIMUM:
            more = max(1, clash.asked - clash.available)
            yield RelaxationKind.MORE_SLOTS, str(more), partial(_more_slots, day, more)
    last = clash.meetings[-1]
    yield RelaxationKind.GIVE_UP, last, partial(_unpinned, day, last, Wish.WOULD)


def _of_meetings(day: Day, clash: Clash) -> Iterator[_Change]:
    for code in clash.meetings:
        meeting = day.meeting[code]
        if meeting.pinned is not None:
            yield (
                RelaxationKind.UNPIN,
                code,
                partial(_unpinned, day, code, Wish.MUST),
            )
        if meeting.session is not Session.ANY:
            yield RelaxationKind.ANY_SESSION, code, partial(_any_session, day, code)
    clashing = set(clash.meetings)
    for pair in day.precedences:
        if set(pair) <= clashing:
            yield (
                RelaxationKind.DROP_ORDER,
                pair[1],
                partial(_without_order, day, pair),
            )


def _of_agendas(day: Day, clash: Clash) -> Iterator[_Change]:
    codes = {code for each in clash.meetings for code in _ends(day.meeting[each])}
    if clash.kind in {ClashKind.AGENDA, ClashKind.SAME_PIN}:
        codes = {clash.subject}
    for code in sorted(codes):
        if day.agenda[code].closed:
            yield RelaxationKind.ATTEND, code, partial(_attending, day, code)
        if clash.kind in {ClashKind.AGENDA, ClashKind.SAME_PIN}:
            yield RelaxationKind.SECOND_AGENDA, code, partial(_second_agenda, day, code)


def _ends(meeting: Meeting) -> tuple[str, str]:
    return meeting.a, meeting.b


def _raised(day: Day, clash: Clash) -> _Change:
    limits = dict(day.limits)
    limits[clash.subject] = Limits(minimum=limits[clash.subject].minimum, maximum=clash.asked)
    return RelaxationKind.RAISE_MAXIMUM, clash.subject, partial(replace, day, limits=limits)


def _unpinned(day: Day, code: str, wish: Wish) -> Day:
    return _replaced(day, replace(day.meeting[code], wish=wish, pinned=None))


def _without_order(day: Day, pair: tuple[str, str]) -> Day:
    return replace(day, precedences=tuple(each for each in day.precedences if each != pair))


def _any_session(day: Day, code: str) -> Day:
    return _replaced(day, replace(day.meeting[code], session=Session.ANY))


def _replaced(day: Day, meeting: Meeting) -> Day:
    return replace(
        day,
        meetings=tuple(meeting if each.code == meeting.code else each for each in day.meetings),
    )


def _attending(day: Day, code: str) -> Day:
    here = replace(day.agenda[code], absences=(frozenset(),))
    return replace(day, agendas=tuple(here if each.code == code else each for each in day.agendas))


def _second_agenda(day: Day, code: str) -> Day:
    """Let every other of the agenda's musts go to a colleague who is there all day."""
    colleague = Agenda(code=f"{code}\0second", company=day.agenda[code].company)
    own = [each for each in day.meetings if each.is_must and code in _ends(each)]
    theirs = {each.code for each in own[1::2]}
    return replace(
        day,
        agendas=(*day.agendas, colleague),
        meetings=tuple(
            replace(
                each,
                a=colleague.code if each.a == code else each.a,
                b=colleague.code if each.b == code else each.b,
            )
            if each.code in theirs
            else each
            for each in day.meetings
        ),
    )


def _more_tables(day: Day) -> Day:
    first = day.halls[0]
    larger = replace(first, tables=tuple(tables + 1 for tables in first.tables))
    return replace(day, halls=(larger, *day.halls[1:]))


def _more_slots(day: Day, more: int) -> Day:
    """Lengthen the day; halls keep the tables of their last slot. Hours of a meeting stay."""
    return replace(
        day,
        slots=day.slots + more,
        halls=tuple(
            Hall(code=hall.code, tables=hall.tables + hall.tables[-1:] * more) for hall in day.halls
        ),
    )
