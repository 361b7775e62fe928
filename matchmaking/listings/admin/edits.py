"""Edits of posts that wait for an officer, with what stands on the market beside what is wanted."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.states import DecisionStatus
from matchmaking.core.formatting import grouped, listed
from matchmaking.core.workbench.actions import Action, DecisionForm
from matchmaking.core.workbench.base import WorkbenchAdmin
from matchmaking.core.workbench.filters import AgeFilter, QueueFilter
from matchmaking.core.workbench.navigation import Group
from matchmaking.core.workbench.queues import Queue, register_queue
from matchmaking.core.workbench.tables import Table, aged, badge, link
from matchmaking.listings import rules
from matchmaking.listings.models import CapacityOffer, PostEdit
from matchmaking.listings.services import edit_decisions

TONES = {
    DecisionStatus.OPEN: "warn",
    DecisionStatus.ACCEPTED: "ok",
    DecisionStatus.REFUSED: "bad",
}
WIDENED: dict[str, Promise] = {
    "category": gettext_lazy("category"),
    "price": gettext_lazy("price"),
    "minimum": gettext_lazy("smallest number of pairs"),
    "capacity": gettext_lazy("largest number of pairs"),
}


def is_open(edit: PostEdit) -> bool:
    return edit.status == DecisionStatus.OPEN


ACTIONS: Sequence[Action[PostEdit, Any]] = (
    Action(
        name="approve",
        key="a",
        label=gettext_lazy("Approve"),
        explain=gettext_lazy("The post changes at once and is scored; its company gets a mail."),
        service=edit_decisions.approve_edit,
        subject="edit",
        allowed=rules.can_moderate,
        possible=is_open,
        tone="primary",
    ),
    Action(
        name="refuse",
        key="r",
        label=gettext_lazy("Refuse"),
        explain=gettext_lazy("The post stays as it is; its company gets a mail with the reason."),
        service=edit_decisions.refuse_edit,
        subject="edit",
        allowed=rules.can_moderate,
        possible=is_open,
        form=DecisionForm,
        tone="danger",
    ),
)

register_queue(
    Queue(
        key="postedit",
        title=gettext_lazy("Changes of posts to approve"),
        icon="edit_note",
        place=22,
        url_name="admin:listings_postedit_changelist",
        query="queue=waiting",
        rows=PostEdit.objects.open,
        since="created_at",
        allowed=rules.can_moderate,
    )
)


class OpenEdits(QueueFilter):
    """What nobody has decided."""

    def waiting(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.filter(status=DecisionStatus.OPEN)


@admin.register(PostEdit)
class PostEditAdmin(WorkbenchAdmin):
    """The changes that companies want of posts on the market."""

    group = Group.MARKET
    place = 25
    icon = "edit_note"
    row_actions = ACTIONS
    ordering = ("-pk",)
    queue_ordering = ("created_at", "pk")
    list_display = ("post_shown", "company", "reason_shown", "status_shown", "age", "decided_by")
    list_filter = (OpenEdits, AgeFilter, "status", "reason")
    list_select_related = ("order__company", "offer__company", "decided_by")
    search_fields = (
        "order__title",
        "offer__title",
        "order__company__search_key__folds",
        "offer__company__search_key__folds",
    )
    fields = (
        ("post_link", "company"),
        ("reason_shown", "asked_by"),
        ("status_shown", "created_at"),
        ("decided_by", "decided_at"),
        "decision_note",
    )
    readonly_fields = ("post_link", "company", "reason_shown", "status_shown")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related(*self.list_select_related)

    def row_name(self, row: PostEdit) -> str:
        return f"{row.post} · {row.post.company}"

    @admin.display(description=gettext_lazy("post"))
    def post_shown(self, row: PostEdit) -> str:
        return row.post.title or _("Without a title")

    @admin.display(description=gettext_lazy("post"))
    def post_link(self, row: PostEdit) -> Any:
        return link(row.post)

    @admin.display(description=gettext_lazy("company"))
    def company(self, row: PostEdit) -> str:
        return str(row.post.company)

    @admin.display(description=gettext_lazy("why it waits"), ordering="reason")
    def reason_shown(self, row: PostEdit) -> str:
        further = listed(capfirst(str(WIDENED[name])) for name in row.widened)
        return f"{row.get_reason_display()}: {further}" if further else row.get_reason_display()

    @admin.display(description=gettext_lazy("state"), ordering="status")
    def status_shown(self, row: PostEdit) -> Any:
        status = DecisionStatus(row.status)
        return badge(status.label, TONES[status])

    @admin.display(description=gettext_lazy("age"), ordering="created_at")
    def age(self, row: PostEdit) -> Any:
        return aged(row.created_at)

    def tables(self, request: HttpRequest, row: PostEdit) -> Iterable[Table]:
        """Yield what would change. Of a decided edit the left column is the post of today."""
        del request
        yield Table(
            _("What would change") if is_open(row) else _("What was to change"),
            ("", _("on the market"), _("wanted")),
            [*_fields(row), *_weeks(row)],
        )


def _fields(edit: PostEdit) -> Iterable[tuple[Any, Any, Any]]:
    post = edit.post
    for name, wanted in edit_decisions.changes_of(edit, post).items():
        field: Any = post._meta.get_field(name)  # noqa: SLF001 - Django's documented name
        present = getattr(post, name)
        present = list(present.all()) if hasattr(present, "all") else present
        yield capfirst(str(field.verbose_name)), _shown(present), _shown(wanted)


def _weeks(edit: PostEdit) -> Iterable[tuple[Any, Any, Any]]:
    if edit.plan is None or not isinstance(edit.post, CapacityOffer):
        return
    present, wanted = edit.post.published, edit.plan
    yield _("Pairs in all weeks"), grouped(sum(present)), grouped(sum(wanted))
    yield _("Most pairs in a week"), grouped(max(present)), grouped(max(wanted))


def _shown(value: Any) -> Any:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return listed(map(str, value))
    if isinstance(value, int) and not isinstance(value, Model):
        return grouped(value)
    return value
