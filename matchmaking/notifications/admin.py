"""The admin of outbox messages and sent mails, and the outbox's panel."""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from typing import Any, cast

from django.apps import apps
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db.models import CharField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, NullIf
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matchmaking.core.localized import is_english
from matchmaking.core.workbench.actions import Action
from matchmaking.core.workbench.base import WorkbenchAdmin
from matchmaking.core.workbench.filters import AgeFilter, QueueFilter
from matchmaking.core.workbench.navigation import Group
from matchmaking.core.workbench.queues import (
    DashboardPanel,
    Figure,
    Queue,
    register_panel,
    register_queue,
)
from matchmaking.core.workbench.tables import NOTHING, Table, age, aged, ago, badge, lines, link
from matchmaking.notifications import kinds, labels, maintenance, outbox, periodic, services
from matchmaking.notifications.labels import kind_label
from matchmaking.notifications.models import OutboxMessage, SentMail
from matchmaking.notifications.states import OutboxState

TONES = {
    OutboxState.PENDING: "info",
    OutboxState.LEASED: "info",
    OutboxState.DONE: "ok",
    OutboxState.UNCERTAIN: "warn",
    OutboxState.DEAD: "bad",
    OutboxState.CANCELLED: "",
}
LATE_SECONDS = 60
# Mail servers repeat the address that they refuse.
ADDRESS = re.compile(r"[^\s<>\"'=(]+@[^\s<>\"',;)]+")
SHORT = 80
PULSE = (maintenance.CANARY, periodic.KIND)


def may_see(user: Any) -> bool:
    return bool(
        user.is_active and user.is_staff and user.has_perm("notifications.view_outboxmessage")
    )


def may_resend(user: Any) -> bool:
    right = "notifications.resend_outboxmessage"
    return bool(user.is_active and user.is_staff and user.has_perm(right))


def without_addresses(text: str) -> str:
    """Return an error as officers may read it: no contact data."""
    return ADDRESS.sub("…@…", text)


ACTIONS: Sequence[Action[OutboxMessage, Any]] = (
    Action(
        name="resend",
        label=gettext_lazy("Send again"),
        explain=gettext_lazy("It starts over from its first attempt, within a second."),
        service=services.resend_dead,
        subject="message",
        allowed=may_resend,
        possible=lambda message: message.state == OutboxState.DEAD,
        tone="primary",
        in_bulk=True,
    ),
)


class DeadMessages(QueueFilter):
    """Messages that the outbox gave up."""

    label = gettext_lazy("Undeliverable")

    def waiting(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.filter(state=OutboxState.DEAD)


register_queue(
    Queue(
        key="dead",
        title=gettext_lazy("Undeliverable mail"),
        icon="mark_email_unread",
        place=60,
        url_name="admin:notifications_outboxmessage_changelist",
        query="queue=waiting",
        rows=lambda: OutboxMessage.objects.filter(state=OutboxState.DEAD),
        since="settled_at",
        allowed=may_see,
        late_after=dt.timedelta(hours=4),
    )
)


@register_panel
def health(request: HttpRequest) -> DashboardPanel | None:
    """Return the outbox's panel; None for who may not see it."""
    if not may_see(request.user):
        return None
    now = maintenance.health()
    return DashboardPanel(
        _("Outbox"),
        [
            Figure(_("waiting"), now.pending),
            Figure(
                _("overdue for"),
                _span(now.oldest_due_seconds),
                _late(now.oldest_due_seconds, quiet_is_well=True),
            ),
            Figure(_("in work"), now.leased),
            Figure(_("uncertain"), now.uncertain, "warn" if now.uncertain else ""),
            Figure(_("undeliverable"), now.dead, "bad" if now.dead else "ok"),
            Figure(
                _("last sign of life of the worker"),
                _span(now.canary_seconds),
                _late(now.canary_seconds, quiet_is_well=False),
            ),
        ],
        reverse("admin:notifications_outboxmessage_changelist"),
    )


def _span(seconds: float | None) -> str:
    if seconds is None:
        return NOTHING
    if seconds < LATE_SECONDS:
        return _("%(count)s s") % {"count": round(seconds)}
    return age(timezone.now() - dt.timedelta(seconds=seconds))


def _late(seconds: float | None, *, quiet_is_well: bool) -> str:
    if seconds is None:
        return "ok" if quiet_is_well else "bad"
    return "bad" if seconds > LATE_SECONDS else "ok"


class ByKind(admin.SimpleListFilter):
    """Messages by kind, of which areas register a handful."""

    title = gettext_lazy("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        del request, model_admin
        return [(kind, kind_label(kind)) for kind in outbox.known_kinds()]

    def queryset(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        del request
        # The machine's own pulse is no news: it is shown to who asks for it.
        return rows.filter(kind=self.value()) if self.value() else rows.exclude(kind__in=PULSE)


@admin.register(OutboxMessage)
class OutboxMessageAdmin(WorkbenchAdmin):
    """Outbox messages, which hold ids alone and never an address."""

    group = Group.SYSTEM
    place = 10
    icon = "outbox"
    row_actions = ACTIONS
    ordering = ("-pk",)
    queue_ordering = ("settled_at", "pk")
    list_display = ("kind_shown", "state_shown", "age", "attempts", "next_shown", "error_short")
    list_filter = (DeadMessages, "state", ByKind, AgeFilter)
    search_fields = ("kind", "dedupe_key")
    fields = (
        ("kind_shown", "state_shown"),
        "about",
        ("dedupe_key", "bundle"),
        ("attempts", "next_shown"),
        ("created_at", "settled_at"),
        "error",
    )
    readonly_fields = ("kind_shown", "state_shown", "about", "bundle", "next_shown", "error")

    @admin.display(description=gettext_lazy("kind"), ordering="kind")
    def kind_shown(self, message: OutboxMessage) -> Any:
        return format_html('<span title="{}">{}</span>', message.kind, kind_label(message.kind))

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def state_shown(self, message: OutboxMessage) -> Any:
        state = OutboxState(message.state)
        word = str(state.label).split(":", maxsplit=1)[0].split("：", maxsplit=1)[0]
        return format_html('<span title="{}">{}</span>', state.label, badge(word, TONES[state]))

    @admin.display(description=gettext_lazy("about"))
    def about(self, message: OutboxMessage) -> Any:
        return lines(labels.subject_lines(message.subject))

    @admin.display(description=gettext_lazy("bundle"))
    def bundle(self, message: OutboxMessage) -> str:
        return capfirst(labels.subject_label(message.bundle_key)) or NOTHING

    @admin.display(description=gettext_lazy("age"), ordering="created_at")
    def age(self, message: OutboxMessage) -> Any:
        return aged(message.created_at)

    @admin.display(description=gettext_lazy("next attempt"), ordering="next_at")
    def next_shown(self, message: OutboxMessage) -> str:
        if message.state not in {OutboxState.PENDING, OutboxState.LEASED}:
            return NOTHING
        return date_format(timezone.localtime(message.next_at), "SHORT_DATETIME_FORMAT")

    @admin.display(description=gettext_lazy("last error"))
    def error_short(self, message: OutboxMessage) -> str:
        text = without_addresses(message.last_error)
        return f"{text[:SHORT]}…" if len(text) > SHORT else text or NOTHING

    @admin.display(description=gettext_lazy("last error"))
    def error(self, message: OutboxMessage) -> str:
        return without_addresses(message.last_error) or NOTHING

    def tables(self, request: HttpRequest, row: OutboxMessage) -> Iterable[Table]:
        """Show the mails that carried it."""
        del request
        mails = list(row.mails.order_by("-pk"))
        if mails:
            yield Table(
                _("Mails"),
                (_("kind"), _("accepted"), _("confirmed")),
                [
                    (link(mail, mail_name(mail)), ago(mail.accepted_at), _certain(mail))
                    for mail in mails
                ],
            )


def mail_name(mail: SentMail) -> str:
    kind = kinds.get(mail.kind)
    return str(kind.label) if kind else kind_label(mail.kind)


@admin.register(SentMail)
class SentMailAdmin(WorkbenchAdmin):
    """Mails that the mail server accepted; their text is not kept."""

    group = Group.SYSTEM
    place = 20
    icon = "mail"
    ordering = ("-pk",)
    list_display = ("subject", "recipient", "company", "accepted", "certain")
    list_filter = ("uncertain", "kind")
    search_fields = ("title", "message_id")
    fields = (
        ("subject", "label"),
        ("recipient", "company"),
        ("accepted_at", "certain"),
        "message_id",
    )
    readonly_fields = ("subject", "label", "recipient", "company", "certain")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the mails with the name of whom each went to."""
        person = get_user_model().objects.filter(pk=OuterRef("recipient_id"))
        either = Coalesce(NullIf("name", Value("")), "email", output_field=CharField())
        named = person.values_list(either)
        firm = apps.get_model("accounts", "Company").objects.filter(pk=OuterRef("company_id"))
        name = "name_en" if is_english() else "name_zh"
        firm_named = firm.values_list(Coalesce(NullIf(name, Value("")), "name_zh"))
        mails = (
            super()
            .get_queryset(request)
            .annotate(recipient_named=Subquery(named), company_named=Subquery(firm_named))
        )
        return cast("QuerySet[Any]", mails)

    @admin.display(description=gettext_lazy("subject"), ordering="title")
    def subject(self, mail: SentMail) -> str:
        return mail.title or mail_name(mail)

    @admin.display(description=gettext_lazy("company"), ordering="company_named")
    def company(self, mail: Any) -> Any:
        named: str | None = mail.company_named
        if named is None:
            return NOTHING
        url = reverse("admin:accounts_company_change", args=[mail.company_id])
        return format_html('<a class="wb-link" href="{}">{}</a>', url, named)

    @admin.display(description=gettext_lazy("kind"), ordering="kind")
    def label(self, mail: SentMail) -> Any:
        return mail_name(mail)

    @admin.display(description=gettext_lazy("recipient"), ordering="recipient_named")
    def recipient(self, mail: Any) -> Any:
        """Link to the person by name, or by the address of one who gave no name."""
        named: str | None = mail.recipient_named
        if named is None:
            return NOTHING
        url = reverse("admin:accounts_user_change", args=[mail.recipient_id])
        return format_html('<a class="wb-link" href="{}">{}</a>', url, named)

    @admin.display(description=gettext_lazy("accepted"), ordering="accepted_at")
    def accepted(self, mail: SentMail) -> Any:
        return ago(mail.accepted_at)

    @admin.display(description=gettext_lazy("confirmed"), ordering="uncertain")
    def certain(self, mail: SentMail) -> Any:
        return _certain(mail)


def _certain(mail: SentMail) -> Any:
    return badge(_("uncertain"), "warn") if mail.uncertain else badge(_("yes"), "ok")
