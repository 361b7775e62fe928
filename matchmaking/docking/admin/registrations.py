"""Registrations on the workbench: who comes, what officers decide."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminTextInputWidget

from matchmaking.core.text import no_control_characters
from matchmaking.core.workbench import exports
from matchmaking.core.workbench.actions import Action, ActionForm, ReasonForm
from matchmaking.core.workbench.base import WorkbenchAdmin
from matchmaking.core.workbench.filters import QueueFilter
from matchmaking.core.workbench.queues import Queue, register_queue
from matchmaking.core.workbench.tables import NOTHING, Notice, Table, badge, link
from matchmaking.docking import queries, rules
from matchmaking.docking.admin.events import GROUP
from matchmaking.docking.models import Registration
from matchmaking.docking.presentation import days
from matchmaking.docking.services import registrations
from matchmaking.docking.states import RegistrationState

TONES = {
    RegistrationState.INVITED: "",
    RegistrationState.APPLIED: "warn",
    RegistrationState.APPROVED: "ok",
    RegistrationState.DECLINED: "bad",
    RegistrationState.WITHDRAWN: "",
}


class VouchForm(ActionForm):
    """Who said yes for the company."""

    vouched_for = forms.CharField(
        label=gettext_lazy("Who said yes for the company"),
        help_text=gettext_lazy("Name and how: by telephone, by letter."),
        max_length=120,
        validators=[no_control_characters],
        widget=UnfoldAdminTextInputWidget(),
    )


def _on_registration(**values: Any) -> Action[Any, Any]:
    return Action(subject="registration", allowed=rules.can_run_events, **values)


ACTIONS: Sequence[Action[Any, Any]] = (
    _on_registration(
        name="approve",
        label=gettext_lazy("Let in"),
        explain=gettext_lazy("Its people are told; the other participants read its name."),
        service=registrations.approve,
        tone="primary",
        in_bulk=True,
        possible=lambda row: row.state in (RegistrationState.APPLIED, RegistrationState.DECLINED),
    ),
    _on_registration(
        name="vouch",
        label=gettext_lazy("Record its yes"),
        explain=gettext_lazy("Somebody of the company has said that it comes."),
        service=registrations.vouch,
        form=VouchForm,
        tone="primary",
        possible=lambda row: row.state == RegistrationState.INVITED,
    ),
    _on_registration(
        name="decline",
        label=gettext_lazy("Decline"),
        explain=gettext_lazy("Its people are told, with the reason."),
        service=registrations.decline,
        form=ReasonForm,
        tone="danger",
        possible=lambda row: row.state in (RegistrationState.APPLIED, RegistrationState.INVITED),
    ),
)


class WaitingRegistrations(QueueFilter):
    """Registrations that officers have to decide on."""

    def waiting(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.filter(state=RegistrationState.APPLIED)


register_queue(
    Queue(
        key="docking",
        title=gettext_lazy("Registrations for docking days"),
        icon="event_available",
        place=45,
        url_name="admin:docking_registration_changelist",
        query="queue=waiting",
        rows=lambda: Registration.objects.filter(state=RegistrationState.APPLIED),
        since="registered_at",
        allowed=rules.can_run_events,
    )
)


@admin.register(Registration)
class RegistrationAdmin(WorkbenchAdmin):
    """A company's registration for a docking day."""

    group = GROUP
    place = 20
    icon = "event_available"
    row_actions = ACTIONS
    ordering = ("-registered_at", "-pk")
    queue_ordering = ("registered_at", "pk")
    list_display = ("company_link", "event", "role", "people_count", "state_shown")
    list_filter = (WaitingRegistrations, "state", "role", "event")
    search_fields = ("company__name_zh", "company__name_en")
    fields = (
        ("company_link", "event"),
        ("role", "state_shown"),
        ("is_seated", "stands_by", "needs_interpreter"),
        ("fewest_meetings", "most_meetings"),
        ("note", "vouched_for", "decision_note"),
    )
    readonly_fields = ("company_link", "event", "state_shown")
    sheet = (
        exports.ExportColumn(gettext_lazy("company"), lambda row: row.company.name),
        exports.ExportColumn(gettext_lazy("event"), lambda row: row.event.name),
        exports.ExportColumn(gettext_lazy("comes as"), lambda row: row.get_role_display()),
        exports.ExportColumn(gettext_lazy("state"), lambda row: row.get_state_display()),
        exports.ExportColumn(gettext_lazy("people"), lambda row: row.people),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Registration]:
        rows: Any = super().get_queryset(request)
        found: QuerySet[Registration] = rows.in_full().annotate(people=Count("agendas__attendees"))
        return found

    def row_name(self, row: Registration) -> str:
        return f"{row.company} – {row.event}"

    def notices(self, request: HttpRequest, row: Registration) -> Iterable[Notice]:
        del request
        if row.is_on_behalf and not row.vouched_for:
            yield Notice(
                _("Entered by the association: nobody of the company has said yes yet."), "warn"
            )

    def tables(self, request: HttpRequest, row: Registration) -> Iterable[Table]:
        del request
        yield Table(
            _("Who comes"),
            (_("name"), _("job title"), _("agenda"), _("from"), _("until")),
            [
                (
                    person.name,
                    person.job_title,
                    person.agenda.number,
                    days.hour(person.here_from) if person.here_from else NOTHING,
                    days.hour(person.here_until) if person.here_until else NOTHING,
                )
                for person in queries.attendees_of(row)
            ],
            numbers={2},
        )
        yield Table(
            _("What it brings"),
            (_("post"),),
            [(link(post),) for post in (*row.orders.order_by("pk"), *row.offers.order_by("pk"))],
        )

    @admin.display(description=gettext_lazy("company"), ordering="company__name_zh")
    def company_link(self, row: Registration) -> Any:
        return link(row.company)

    @admin.display(description=gettext_lazy("people"))
    def people_count(self, row: Any) -> int:
        return int(row.people)

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def state_shown(self, row: Registration) -> Any:
        return badge(row.get_state_display(), TONES[RegistrationState(row.state)])
