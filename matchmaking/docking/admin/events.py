"""Docking days on the workbench: words and dates, their plan, and the steps between phases."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matchmaking.core.workbench.actions import Action
from matchmaking.core.workbench.base import WorkbenchAdmin
from matchmaking.core.workbench.navigation import Group, register_group
from matchmaking.core.workbench.tables import NOTHING, Notice, Table, badge
from matchmaking.docking import queries, rules
from matchmaking.docking.admin.forms import DayForm, HallChoiceForm, HallForm, WalkForm
from matchmaking.docking.models import DockingEvent
from matchmaking.docking.presentation import days, warnings
from matchmaking.docking.services import events
from matchmaking.docking.states import PHASE_TRANSITIONS, UNPLANNED_PHASES, EventPhase

GROUP = register_group(Group(gettext_lazy("Docking days"), 12))


def _move(
    name: str, target: EventPhase, label: Any, explain: Any, **values: Any
) -> Action[Any, Any]:
    return Action(
        name=name,
        label=label,
        explain=explain,
        service=events.move_phase,
        subject="event",
        fixed={"target": target},
        allowed=rules.can_run_events,
        possible=lambda row: target in PHASE_TRANSITIONS[EventPhase(row.phase)],
        **values,
    )


def _step(**values: Any) -> Action[Any, Any]:
    return Action(subject="event", allowed=rules.can_run_events, **values)


ACTIONS: Sequence[Action[Any, Any]] = (
    _move(
        "open",
        EventPhase.REGISTRATION,
        gettext_lazy("Open registration"),
        gettext_lazy("Everybody sees the docking day, and companies may register."),
        tone="primary",
    ),
    _move(
        "choose",
        EventPhase.PREFERENCES,
        gettext_lazy("Let companies choose partners"),
        gettext_lazy("Those that were let in choose whom they must meet and would meet."),
        tone="primary",
    ),
    _move(
        "provisional",
        EventPhase.PROVISIONAL,
        gettext_lazy("Close the choice"),
        gettext_lazy("Nobody changes a choice any more: the schedule can be drawn up."),
        tone="primary",
    ),
    _move(
        "final",
        EventPhase.FINAL,
        gettext_lazy("Publish the schedule"),
        gettext_lazy("Every participant reads the own agenda and is told of it."),
        tone="primary",
    ),
    _move(
        "start",
        EventPhase.RUNNING,
        gettext_lazy("Begin the day"),
        gettext_lazy("Check-in opens. The day begins by itself two hours before the first slot."),
        tone="primary",
    ),
    _move(
        "close",
        EventPhase.CLOSED,
        gettext_lazy("Close the day"),
        gettext_lazy("No outcome is taken any more; results go on being counted."),
    ),
    _step(
        name="day",
        label=gettext_lazy("Lay out a day"),
        explain=gettext_lazy("Slots between the breaks, in place of those that the day has."),
        service=events.lay_out_day,
        form=DayForm,
        possible=lambda row: row.phase in UNPLANNED_PHASES,
    ),
    _step(
        name="hall",
        label=gettext_lazy("Add a hall"),
        explain=gettext_lazy("Its tables can be used from the next schedule on."),
        service=events.add_hall,
        form=HallForm,
        possible=lambda row: bool(PHASE_TRANSITIONS[EventPhase(row.phase)]),
    ),
    _step(
        name="no-hall",
        label=gettext_lazy("Remove a hall"),
        explain=gettext_lazy("Its tables go with it. Nobody has been given a place there yet."),
        service=events.remove_hall,
        form=HallChoiceForm,
        possible=lambda row: row.phase in UNPLANNED_PHASES and row.halls.exists(),
    ),
    _step(
        name="walk",
        label=gettext_lazy("Way between halls"),
        explain=gettext_lazy("The schedule keeps people from running between far halls."),
        service=events.set_walk,
        form=WalkForm,
        possible=lambda row: row.halls.count() > 1,
    ),
    _move(
        "cancel",
        EventPhase.CANCELLED,
        gettext_lazy("Call it off"),
        gettext_lazy("The page says so. It cannot be taken back."),
        tone="danger",
    ),
)


@admin.register(DockingEvent)
class DockingEventAdmin(WorkbenchAdmin):
    """A docking day from its first draft to its results."""

    group = GROUP
    place = 10
    icon = "event"
    is_editable = True
    row_actions = ACTIONS
    ordering = ("-registration_until", "-pk")
    list_display = ("name", "days", "phase_shown", "venue_shown")
    list_filter = ("phase", "host_cluster")
    search_fields = ("name_zh", "name_en", "venue_zh", "venue_en")
    fields = (
        ("name_zh", "name_en"),
        ("host_cluster", "partner_cluster"),
        ("venue_zh", "venue_en"),
        ("address", "languages"),
        ("registration_until", "preferences_until"),
        ("most_meetings", "frees_tables"),
        ("about_zh", "about_en"),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[DockingEvent]:
        rows: Any = super().get_queryset(request)
        found: QuerySet[DockingEvent] = queries.with_days(rows.in_full())
        return found

    def notices(self, request: HttpRequest, row: DockingEvent) -> Iterable[Notice]:
        del request
        for text in warnings.warnings_of(row, timezone.now()):
            yield Notice(text, "warn")
        yield Notice(
            _("Phase: %(phase)s. Its page, with the code for posters:")
            % {"phase": row.get_phase_display()},
            url=reverse("docking:event-detail", args=[row.code]),
        )

    def tables(self, request: HttpRequest, row: DockingEvent) -> Iterable[Table]:
        del request
        yield Table(
            _("Days"),
            (_("day"), _("hours"), _("slots"), _("minutes"), _("breaks")),
            [
                (plan.title, plan.hours, len(plan.slots), plan.minutes, ", ".join(plan.breaks))
                for plan in days.plans_of(queries.slots_of(row))
            ],
            numbers={2, 3},
        )
        yield Table(
            _("Halls"),
            (_("hall"), _("tables")),
            [(hall.name, hall.tables) for hall in queries.halls_of(row)],
            numbers={1},
        )
        yield Table(
            _("Ways between halls"),
            (_("from"), _("to"), _("minutes on foot")),
            [(walk.one, walk.other, walk.minutes) for walk in queries.walks_of(row)],
            numbers={2},
        )

    @admin.display(description=gettext_lazy("name"))
    def name(self, row: DockingEvent) -> str:
        return row.name

    @admin.display(description=gettext_lazy("days"), ordering="begins")
    def days(self, row: Any) -> str:
        return days.days_of(row.begins, row.ends)

    @admin.display(description=gettext_lazy("phase"), ordering="phase")
    def phase_shown(self, row: DockingEvent) -> Any:
        return badge(row.get_phase_display(), days.tone_of(row))

    @admin.display(description=gettext_lazy("venue"))
    def venue_shown(self, row: DockingEvent) -> str:
        return row.venue or NOTHING
