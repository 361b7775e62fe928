"""Connections for officers: the association's own groups, and what fails with companies."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from matchmaking.connections import queries, rules
from matchmaking.connections.guarded_http import LONGEST_URL
from matchmaking.connections.models import Attempt, Delivery, Endpoint
from matchmaking.connections.services import deliveries, endpoints, events
from matchmaking.connections.states import ROBOTS, DeliveryState
from matchmaking.core.errors import InvalidInput
from matchmaking.core.text import no_control_characters
from matchmaking.core.workbench.actions import Action
from matchmaking.core.workbench.base import WorkbenchAdmin
from matchmaking.core.workbench.navigation import Group
from matchmaking.core.workbench.tables import Notice, Table, aged, badge, link

SHOWN_CALLS = 20


class GroupForm(forms.ModelForm):  # type: ignore[type-arg]  # the admin names the model
    """A group chat of the association."""

    kind = forms.ChoiceField(
        label=gettext_lazy("kind"),
        choices=[(kind.value, kind.label) for kind in ROBOTS],
        widget=UnfoldAdminSelectWidget(),
    )
    name = forms.CharField(
        label=gettext_lazy("name"),
        max_length=60,
        validators=[no_control_characters],
        widget=UnfoldAdminTextInputWidget(),
    )
    url = forms.CharField(
        label=gettext_lazy("Address of the robot"),
        max_length=LONGEST_URL,
        help_text=gettext_lazy("Copy it whole. It is kept sealed and not shown again."),
        widget=UnfoldAdminTextInputWidget(),
    )
    secret = forms.CharField(
        label=gettext_lazy("Signing secret"),
        required=False,
        max_length=120,
        validators=[no_control_characters],
        widget=UnfoldAdminTextInputWidget(),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("language"), choices=settings.LANGUAGES, widget=UnfoldAdminSelectWidget()
    )

    class Meta:
        model = Endpoint
        fields = ("kind", "name", "language")

    def clean(self) -> dict[str, Any] | None:
        """Refuse an address that is not the robot's."""
        data: dict[str, Any] = super().clean() or {}
        if "url" in data and "kind" in data:
            try:
                endpoints.check_address(data["kind"], data["url"])
            except InvalidInput as error:
                self.add_error("url", str(error))
        return data


def _step(**values: Any) -> Action[Endpoint, Any]:
    return Action(subject="endpoint", allowed=rules.can_manage, **values)


ACTIONS: Sequence[Action[Endpoint, Any]] = (
    _step(
        name="test",
        explain=gettext_lazy(
            "A line of no meaning goes there, so that you see whether it arrives."
        ),
        label=gettext_lazy("Send a test"),
        service=events.send_test,
        tone="primary",
        possible=lambda row: row.is_on,
    ),
    _step(
        name="again",
        explain=gettext_lazy("Each event goes under its old id and with its old bytes."),
        label=gettext_lazy("Send again what did not arrive"),
        service=deliveries.send_failed_again,
        possible=lambda row: row.is_on and queries.undelivered(row).exists(),
    ),
    _step(
        name="off",
        explain=gettext_lazy("Nothing is sent there until it is switched on."),
        label=gettext_lazy("Switch off"),
        service=endpoints.switch_off,
        possible=lambda row: row.is_on,
        in_bulk=True,
    ),
    _step(
        name="on",
        explain=gettext_lazy("What happens from now on is sent there."),
        label=gettext_lazy("Switch on"),
        service=endpoints.switch_on,
        possible=lambda row: not row.is_on,
        in_bulk=True,
    ),
    _step(
        name="remove",
        label=gettext_lazy("Remove"),
        explain=gettext_lazy("The record of its calls goes with it."),
        service=endpoints.remove_endpoint,
        tone="danger",
        possible=lambda row: row.company_id is None,
        next_url=lambda _result: "/admin/connections/endpoint/",
    ),
)


@admin.register(Endpoint)
class EndpointAdmin(WorkbenchAdmin):
    """Where news go; addresses and secrets are shown to nobody."""

    group = Group.SYSTEM
    place = 15
    icon = "hub"
    is_editable = True
    form = GroupForm
    row_actions = ACTIONS
    ordering = ("-pk",)
    list_display = ("name", "owner", "kind", "standing", "last_call", "missing")
    list_filter = ("kind", ("off_at", admin.EmptyFieldListFilter))
    search_fields = ("name", "company__name_zh", "company__name_en")
    list_select_related = ("company",)
    readonly_fields = ("owner", "standing", "host_shown", "last_call", "missing")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the connections with their last call and how many events did not arrive."""
        newest = Attempt.objects.filter(endpoint=OuterRef("pk")).order_by("-began_at")
        failed = Delivery.objects.filter(endpoint=OuterRef("pk"), state=DeliveryState.FAILED)
        rows: Any = super().get_queryset(request)
        annotated: QuerySet[Any] = rows.annotate(
            called_at=Subquery(newest.values("began_at")[:1]),
            not_arrived=Coalesce(
                Subquery(failed.order_by().values("endpoint").annotate(n=Count("pk")).values("n")),
                0,
            ),
        )
        return annotated

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        del request, obj
        return False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Sequence[Any]:
        """Return what is asked for a new group, else what is known."""
        del request
        if obj is None:
            return ("kind", "name", "url", "secret", "language")
        return (("name", "owner"), ("kind", "host_shown"), ("standing", "last_call"), "missing")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Add the group by the service, as a company's own page does."""
        del change
        made, _secret = endpoints.add_endpoint(company=None, by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
        obj.pk = made.pk
        obj.refresh_from_db()

    @admin.display(description=gettext_lazy("whose"))
    def owner(self, row: Endpoint) -> Any:
        return link(row.company) if row.company else _("the association")

    @admin.display(description=gettext_lazy("state"))
    def standing(self, row: Endpoint) -> Any:
        """Return whether it works, fails, or is off, and why."""
        if not row.is_on:
            return badge(_("off: %(why)s") % {"why": row.get_off_reason_display()}, "bad")
        if row.failing_since is not None:
            return badge(_("failing"), "warn")
        return badge(_("on"), "ok")

    @admin.display(description=gettext_lazy("host"))
    def host_shown(self, row: Endpoint) -> str:
        return row.host

    @admin.display(description=gettext_lazy("last call"))
    def last_call(self, row: Any) -> Any:
        return aged(row.called_at)

    @admin.display(description=gettext_lazy("events that did not arrive"))
    def missing(self, row: Any) -> int:
        count: int = row.not_arrived
        return count

    def notices(self, request: HttpRequest, row: Endpoint) -> Iterable[Notice]:
        del request
        if row.failing_since is not None and row.is_on:
            since = timezone.localtime(row.failing_since)
            yield Notice(_("It fails since %(day)s.") % {"day": f"{since:%Y-%m-%d %H:%M}"}, "warn")

    def tables(self, request: HttpRequest, row: Endpoint) -> Iterable[Table]:
        """Yield its last calls; what was sent is the company's own."""
        del request
        calls: Any = queries.attempts_of(row)[:SHOWN_CALLS]
        yield Table(
            _("Last calls"),
            (_("when"), _("result"), _("events")),
            [
                (
                    f"{timezone.localtime(one.began_at):%Y-%m-%d %H:%M:%S}",
                    _("arrived") if one.arrived else one.refusal or _("not ended"),
                    one.carried,
                )
                for one in calls
            ],
            empty=_("Nothing has been sent yet."),
            numbers=(2,),
        )
