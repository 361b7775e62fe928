"""A docking day as the engine's scheduler reads it, from the rows of an event.

A pair of companies that is wanted becomes a meeting of the engine, named by the two
registrations, the smaller number first, so that runs agree on what a meeting is. What is not
wanted by both sides, or by one while the other stands by, becomes none.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from accounts import queries as accounts
from matchmaking.core.trade_day import trade_day
from matchmaking.docking.choices import WISHES, MeetingOrigin, PreferenceKind
from matchmaking.docking.models import Agenda, Meeting, Preference, Registration, TimeSlot
from matchmaking.docking.models.meetings import AT_TABLE
from matchmaking.docking.services.preferences import may_meet
from matchmaking.docking.suggestions import LIVE
from matchmaking.engine.schedule import types as engine
from matchmaking.engine.schedule.types import Day, Limits, Wish, pair_of
from matchmaking.matching.models import Match

if TYPE_CHECKING:
    from matchmaking.docking.models import DockingEvent

DAYS_A_WEEK = 7
NOT_MATCHED_SCORE, NOT_MATCHED_PAIRS = 50, 5_000  # a wish without posts counts for this much
ASKED_BY_ONE_SHARE = 4  # of the value of a pair that both want


def meeting_code(one: int, other: int) -> str:
    return f"{min(one, other)}-{max(one, other)}"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A pair that may meet: why, and the proposal between what they bring."""

    one: int
    other: int
    origin: MeetingOrigin
    value: int
    match: int | None

    @property
    def code(self) -> str:
        return meeting_code(self.one, self.other)


class EventDay:
    """The rows of an event, and the engine's day made of them."""

    def __init__(self, event: DockingEvent) -> None:
        self.event = event
        self.slots: list[TimeSlot] = list(
            event.time_slots.filter(is_cut=False).order_by("starts_at")
        )
        self.place = {slot.pk: number for number, slot in enumerate(self.slots)}
        self.halls = list(event.halls.order_by("position", "pk"))
        self.rows: dict[int, Registration] = {
            row.pk: row
            for row in event.registrations.approved().select_related("company").order_by("pk")
        }
        self.agendas = list(
            Agenda.objects.filter(registration__in=self.rows)
            .prefetch_related("attendees")
            .order_by("registration", "number")
        )
        self.preferences: dict[tuple[int, int], Preference] = {
            (row.chooser_id, row.other_id): row
            for row in Preference.objects.filter(chooser__event=event)
        }
        self.meetings = list(
            Meeting.objects.filter(event=event, state__in=AT_TABLE)
            .prefetch_related("seats")
            .order_by("pk")
        )

    # --- what stands ---------------------------------------------------------------------

    @cached_property
    def standing(self) -> dict[str, Meeting]:
        return {code: row for row in self.meetings if (code := self._code(row))}

    def _code(self, meeting: Meeting) -> str:
        sides = [seat.registration_id for seat in meeting.seats.all()]
        return meeting_code(*sides)

    @property
    def standing_slots(self) -> dict[str, int]:
        """Return the slots of what stands; a meeting in a slot that was cut has none."""
        return {
            code: self.place[row.slot_id]
            for code, row in self.standing.items()
            if row.slot_id in self.place
        }

    @property
    def basis(self) -> str:
        """Return a digest of the schedule that stands."""
        facts = sorted(
            (code, row.slot_id, row.hall_id, row.table, row.is_pinned)
            for code, row in self.standing.items()
        )
        return hashlib.sha256(repr(facts).encode()).hexdigest()

    # --- what is wanted ------------------------------------------------------------------

    @cached_property
    def fits(self) -> dict[frozenset[int], Match]:
        """Return the best proposal between what two companies bring."""
        orders = Registration.orders.through.objects.filter(registration__in=self.rows)
        offers = Registration.offers.through.objects.filter(registration__in=self.rows)
        rows = (
            Match.objects.filter(
                state__in=LIVE,
                order__in=orders.values("processingorder"),
                offer__in=offers.values("capacityoffer"),
            )
            .select_related("order", "offer")
            .order_by("score", "pk")
        )
        return {frozenset((row.order.company_id, row.offer.company_id)): row for row in rows}

    @cached_property
    def closed_pairs(self) -> frozenset[frozenset[int]]:
        """Return the pairs of companies that never meet here: a no, a block, one group."""
        found = {
            frozenset((self.rows[one].company_id, self.rows[other].company_id))
            for (one, other), row in self.preferences.items()
            if row.kind not in WISHES and one in self.rows and other in self.rows
        }
        # As the market of the day itself heeds them: a block made meanwhile counts.
        day = self.slots[-1].day if self.slots else trade_day()
        found |= {frozenset(pair) for pair in accounts.blocked_pairs(day)}
        groups: dict[int, list[int]] = {}
        for row in self.rows.values():
            if row.company.group_id:
                groups.setdefault(row.company.group_id, []).append(row.company_id)
        for members in groups.values():
            found |= {frozenset((a, b)) for a in members for b in members if a != b}
        return frozenset(found)

    @cached_property
    def wanted(self) -> list[Wanted]:
        """Return every pair that may be given a meeting, in a fixed order."""
        seen: set[str] = set()
        found = []
        for one, other in sorted(self.preferences):
            if one not in self.rows or other not in self.rows:
                continue
            code = meeting_code(one, other)
            if code in seen:
                continue
            seen.add(code)
            wanted = self._wanted(*sorted((one, other)))
            if wanted is not None:
                found.append(wanted)
        return found

    def _wanted(self, one: int, other: int) -> Wanted | None:
        a, b = self.rows[one], self.rows[other]
        if not may_meet(a, b) or frozenset((a.company_id, b.company_id)) in self.closed_pairs:
            return None
        said = [self.preferences.get(pair) for pair in ((one, other), (other, one))]
        kinds = [row.kind for row in said if row is not None]
        value, match = self._worth(a, b)
        if len(kinds) == len(said):
            is_must = PreferenceKind.MUST in kinds
            origin = MeetingOrigin.MUST if is_must else MeetingOrigin.WISH
            return Wanted(one, other, origin, value, match)
        # One has asked, the other is silent: only who fills free slots is given such a meeting.
        silent = b if said[1] is None else a
        if not silent.stands_by:
            return None
        low = max(1, value // ASKED_BY_ONE_SHARE)
        return Wanted(one, other, MeetingOrigin.ASKED, low, match)

    def _worth(self, a: Registration, b: Registration) -> tuple[int, int | None]:
        """Return fit x free pairs in the weeks asked, in thousands of points, and the proposal."""
        match = self.fits.get(frozenset((a.company_id, b.company_id)))
        if match is None:
            return NOT_MATCHED_SCORE * NOT_MATCHED_PAIRS // 1000, None
        order, offer = match.order, match.offer
        free = sum(offer.free)
        if offer.anchor_week is not None and order.due_week is not None:
            weeks = (order.due_week - offer.anchor_week).days // DAYS_A_WEEK + 1
            free = sum(offer.free[: max(weeks, 0)])
        pairs = min(order.pairs or 0, free)
        return max(1, round(float(match.score) * pairs / 1000)), match.pk

    @cached_property
    def by_code(self) -> dict[str, Wanted]:
        return {wanted.code: wanted for wanted in self.wanted}

    # --- the engine's day ----------------------------------------------------------------

    def day(self, extra: Iterable[str] = ()) -> Day:
        """Return the day of all that is wanted and of what stands; ``extra`` pairs besides.

        :raises ValueError: for a day without slots or halls
        """
        codes = list(self.by_code)
        codes += [code for code in (*self.standing, *extra) if code not in self.by_code]
        meetings = self._meetings(codes)
        known = {meeting.code for meeting in meetings}
        return Day(
            slots=len(self.slots),
            halls=tuple(
                engine.Hall(code=str(hall.pk), tables=(hall.tables,) * len(self.slots))
                for hall in self.halls
            ),
            agendas=tuple(self._agenda(agenda) for agenda in self.agendas),
            meetings=tuple(meetings),
            limits={
                str(row.company_id): Limits(
                    minimum=min(row.fewest_meetings, row.most_meetings), maximum=row.most_meetings
                )
                for row in self.rows.values()
            },
            vetoes=frozenset(pair_of(*map(str, pair)) for pair in self.closed_pairs),
            precedences=tuple(pair for pair in self._precedences() if known.issuperset(pair)),
            walks={
                pair_of(str(walk.one_id), str(walk.other_id)): walk.minutes
                for hall in self.halls
                for walk in hall.walks_from.all()
            },
        )

    def _agenda(self, agenda: Agenda) -> engine.Agenda:
        absences = tuple(
            frozenset(
                number
                for number, slot in enumerate(self.slots)
                if (person.here_from and slot.starts_at < person.here_from)
                or (person.here_until and slot.ends_at > person.here_until)
            )
            for person in agenda.attendees.all()
        )
        row = self.rows[agenda.registration_id]
        return engine.Agenda(
            code=str(agenda.pk),
            company=str(row.company_id),
            # An agenda that nobody is left for is closed all day, and its meetings with it.
            absences=absences or (frozenset(range(len(self.slots))),),
            is_seated=row.is_seated,
        )

    def _meetings(self, codes: Sequence[str]) -> list[engine.Meeting]:
        """Give each pair two agendas: those that it has, else the ones with least to do."""
        of: dict[int, list[Agenda]] = {}
        for agenda in self.agendas:
            of.setdefault(agenda.registration_id, []).append(agenda)
        load: Counter[int] = Counter(
            seat.agenda_id for row in self.standing.values() for seat in row.seats.all()
        )
        found = []
        for code in codes:
            sides = [int(part) for part in code.split("-")]
            if any(side not in of for side in sides):
                continue
            row = self.standing.get(code)
            if row is not None:
                ends = [seat.agenda_id for seat in row.seats.all()]
            else:
                ends = [min(of[side], key=lambda one: (load[one.pk], one.pk)).pk for side in sides]
                load.update(ends)
            found.append(self._meeting(code, ends, row))
        return found

    def _meeting(self, code: str, ends: Sequence[int], row: Meeting | None) -> engine.Meeting:
        wanted = self.by_code.get(code)
        pinned = self.place.get(row.slot_id) if row is not None and row.is_pinned else None
        return engine.Meeting(
            code=code,
            a=str(ends[0]),
            b=str(ends[1]),
            wish=Wish.MUST if wanted and wanted.origin == MeetingOrigin.MUST else Wish.WOULD,
            value=wanted.value if wanted else 1,
            slots=self._open(code),
            pinned=pinned,
        )

    def _open(self, code: str) -> frozenset[int] | None:
        """Return the slots to which the wishes of both sides narrow a meeting."""
        one, other = (int(part) for part in code.split("-"))
        rows = [self.preferences.get(pair) for pair in ((one, other), (other, one))]
        bounds = [row for row in rows if row and (row.earliest or row.latest)]
        if not bounds:
            return None
        return frozenset(
            number
            for number, slot in enumerate(self.slots)
            if all(
                (not row.earliest or slot.starts_at >= row.earliest)
                and (not row.latest or slot.ends_at <= row.latest)
                for row in bounds
            )
        )

    def _precedences(self) -> list[tuple[str, str]]:
        return sorted(
            (meeting_code(one, row.after_id), meeting_code(one, other))
            for (one, other), row in self.preferences.items()
            if row.after_id is not None
        )

    def names(self) -> Mapping[str, str]:
        """Return the companies' names of each meeting's code."""
        return {
            code: " – ".join(self.rows[int(part)].company.name for part in code.split("-"))
            for code in {*self.by_code, *self.standing}
            if all(int(part) in self.rows for part in code.split("-"))
        }
