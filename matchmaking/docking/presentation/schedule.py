"""A schedule and its runs in words, for officers: what stands, what would move, what clashes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from matchmaking.docking.models import Agenda, Registration, TimeSlot
from matchmaking.docking.presentation import days
from matchmaking.engine.schedule.clashes import ClashKind
from matchmaking.engine.schedule.relaxations import RelaxationKind

if TYPE_CHECKING:
    from matchmaking.docking.models import DockingEvent, Meeting, ScheduleRun


class Names:
    """Names of what a run's outcome points to, by one query for each kind of row."""

    def __init__(self, event: DockingEvent) -> None:
        rows = list(Registration.objects.filter(event=event).select_related("company"))
        self._registrations = {row.pk: row.company.name for row in rows}
        self._companies = {str(row.company_id): row.company.name for row in rows}
        self._agendas = {
            str(pk): self._registrations[registration]
            for pk, registration in Agenda.objects.filter(registration__event=event).values_list(
                "pk", "registration"
            )
        }
        self._slots = {
            pk: days.day_and_hour(starts)
            for pk, starts in TimeSlot.objects.filter(event=event).values_list("pk", "starts_at")
        }

    def pair(self, code: str) -> str:
        return " – ".join(self._registrations.get(int(part), "?") for part in code.split("-"))

    def company(self, code: str) -> str:
        return self._companies.get(code, code)

    def agenda(self, code: str) -> str:
        return self._agendas.get(code.split("\0", maxsplit=1)[0], code)

    def slot(self, pk: int) -> str:
        return self._slots.get(pk, "?")


@dataclass(frozen=True, slots=True)
class ClashWords:
    """A clash in one sentence, the meetings that it is about, and what would help."""

    sentence: str
    meetings: Sequence[str]
    ways: Sequence[str]


def clash_words(clash: Mapping[str, Any], names: Names) -> ClashWords:
    return ClashWords(
        _clash(clash, names),
        [names.pair(code) for code in clash["meetings"]],
        [_way(way, names) for way in clash["ways"]],
    )


def _clash(clash: Mapping[str, Any], names: Names) -> str:
    kind, subject = ClashKind(clash["kind"]), clash["subject"]
    values = {"asked": clash["asked"], "needed": clash["needed"], "available": clash["available"]}
    if kind == ClashKind.AGENDA:
        return _("%(company)s must meet %(asked)s companies in %(available)s slots.") % {
            **values,
            "company": names.agenda(subject),
        }
    if kind == ClashKind.MAXIMUM:
        return _(
            "%(company)s must meet %(asked)s companies and wants at most %(available)s meetings."
        ) % {**values, "company": names.company(subject)}
    if kind == ClashKind.TABLES:
        return (
            _("%(needed)s meetings that must be held have %(available)s places at tables.") % values
        )
    if kind == ClashKind.SAME_PIN:
        return _("%(company)s is pinned to two meetings in one slot.") % {
            "company": names.agenda(subject)
        }
    if kind == ClashKind.NO_SLOT:
        return _("%(pair)s: no slot suits both.") % {"pair": names.pair(subject)}
    if kind in (ClashKind.VETO, ClashKind.OWN_COMPANY):
        return _("%(pair)s: these two are never set at a table.") % {"pair": names.pair(subject)}
    if kind == ClashKind.ORDER:
        return _("These meetings cannot follow one another as is wished.")
    return _("These meetings cannot all be held.")


def _way(way: Mapping[str, Any], names: Names) -> str:
    kind, subject, gain = RelaxationKind(way["kind"]), way["subject"], way["gain"]
    words = {
        RelaxationKind.UNPIN: _("Let %(pair)s go from its pin"),
        RelaxationKind.ANY_SESSION: _("Allow %(pair)s all day"),
        RelaxationKind.DROP_ORDER: _("Allow %(pair)s in any order"),
        RelaxationKind.GIVE_UP: _("Make %(pair)s no must any more"),
        RelaxationKind.RAISE_MAXIMUM: _("Let %(company)s have more meetings"),
        RelaxationKind.ATTEND: _("Have somebody of %(agenda)s there all day"),
        RelaxationKind.SECOND_AGENDA: _("Have a second person of %(agenda)s come"),
        RelaxationKind.MORE_TABLES: _("Add a table"),
        RelaxationKind.MORE_SLOTS: _("Add a slot at the end"),
    }
    values = {
        "pair": names.pair(subject) if _is_pair(subject) else "",
        "company": names.company(subject),
        "agenda": names.agenda(subject),
    }
    yields = ngettext("%(gain)s more is placed", "%(gain)s more are placed", gain)
    return f"{words[kind] % values}: {yields % {'gain': gain}}"


def _is_pair(subject: str) -> bool:
    return all(part.isdigit() for part in subject.split("-")) and "-" in subject


@dataclass(frozen=True, slots=True, kw_only=True)
class RunWords:
    """What a run would do, before it is done."""

    run: ScheduleRun
    summary: Sequence[str]
    moved: Sequence[str]
    added: Sequence[str]
    dropped: Sequence[str]
    left_out: Sequence[str]
    clashes: Sequence[ClashWords]

    @property
    def changes_nothing(self) -> bool:
        return not (self.moved or self.added or self.dropped)


def run_words(run: ScheduleRun, standing: Mapping[str, Meeting]) -> RunWords:
    names = Names(run.event)
    outcome = run.outcome
    places = outcome.get("places", {})
    return RunWords(
        run=run,
        summary=list(_summary(outcome)),
        moved=[
            _("%(pair)s: from %(before)s to %(after)s")
            % {
                "pair": names.pair(code),
                "before": names.slot(standing[code].slot_id),
                "after": names.slot(places[code]["slot"]),
            }
            for code in outcome.get("moved", [])
            if code in standing
        ],
        added=[names.pair(code) for code in outcome.get("added", [])],
        dropped=[names.pair(code) for code in outcome.get("dropped", [])],
        left_out=[names.pair(code) for code in outcome.get("left_out", [])],
        clashes=[clash_words(clash, names) for clash in outcome.get("clashes", [])],
    )


def _summary(outcome: Mapping[str, Any]) -> Any:
    """Yield the figures of a run; what is proved is said so."""
    figures, places = outcome.get("figures", {}), outcome.get("places", {})
    yield ngettext("%(count)s meeting", "%(count)s meetings", len(places)) % {"count": len(places)}
    if "must_placed" in figures:
        yield _("%(placed)s of at most %(bound)s musts") % {
            "placed": figures["must_placed"],
            "bound": figures["must_bound"],
        }
        yield _("%(rounds)s rounds, no day has fewer than %(bound)s") % {
            "rounds": figures["rounds"],
            "bound": figures["rounds_bound"],
        }
        yield _("%(breaks)s breaks between meetings, at least %(bound)s") % {
            "breaks": figures["breaks"],
            "bound": figures["breaks_bound"],
        }
        if not figures["is_fair"]:
            yield _("Breaks are not spread evenly")
    elif "others" in figures:
        if figures["is_least"]:
            yield ngettext(
                "%(count)s other agenda changes; fewer is not possible",
                "%(count)s other agendas change; fewer is not possible",
                figures["others"],
            ) % {"count": figures["others"]}
        else:
            yield ngettext(
                "%(count)s other agenda changes",
                "%(count)s other agendas change",
                figures["others"],
            ) % {"count": figures["others"]}


@dataclass(frozen=True, slots=True)
class SlotRow:
    """A slot of the schedule with its meetings in the order of halls and tables."""

    slot: TimeSlot
    title: str
    meetings: Sequence[Meeting]


def slot_rows(meetings: Sequence[Meeting]) -> list[SlotRow]:
    """Group meetings, which come in the order of their slots, by slot."""
    return [
        SlotRow(slot, days.day_and_hour(slot.starts_at), list(rows))
        for slot, rows in groupby(meetings, key=lambda meeting: meeting.slot)
    ]
