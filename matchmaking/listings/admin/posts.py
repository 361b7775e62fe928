"""Posts and orders: decided, looked into, never edited past the services."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Company
from accounts.states import CompanyStatus
from matchmaking.core import countries, weeks
from matchmaking.core.formatting import grouped, listed, money, weeks_in_words
from matchmaking.core.name_order import NameOrder
from matchmaking.core.workbench import exports
from matchmaking.core.workbench.actions import Action, ReasonForm
from matchmaking.core.workbench.base import WorkbenchAdmin
from matchmaking.core.workbench.filters import AgeFilter, QueueFilter
from matchmaking.core.workbench.navigation import Group
from matchmaking.core.workbench.queues import Queue, register_queue
from matchmaking.core.workbench.tables import (
    Notice,
    Table,
    aged,
    ago,
    badge,
    link,
    register_tables,
)
from matchmaking.listings import rules
from matchmaking.listings.disclosure import is_stale
from matchmaking.listings.models import CapacityOffer, Post, ProcessingOrder
from matchmaking.listings.post_kinds import OFFER, ORDER, PostKind
from matchmaking.listings.services import transitions
from matchmaking.listings.states import PostState

TONES = {
    PostState.PENDING: "warn",
    PostState.PUBLISHED: "ok",
    PostState.PAUSED: "info",
    PostState.REJECTED: "bad",
}
ENDED = (PostState.CLOSED, PostState.EXPIRED)
SHOWN_POSTS = 20


def is_pending(post: Post) -> bool:
    return post.state == PostState.PENDING


ACTIONS: Sequence[Action[Post, Any]] = (
    Action(
        name="approve",
        key="a",
        label=gettext_lazy("Approve"),
        explain=gettext_lazy("It is published at once, scored, and its company gets a mail."),
        service=transitions.approve_post,
        subject="post",
        allowed=rules.can_moderate,
        possible=is_pending,
        tone="primary",
        in_bulk=True,
    ),
    Action(
        name="reject",
        key="r",
        label=gettext_lazy("Send back"),
        explain=gettext_lazy("The company corrects it and submits it again."),
        service=transitions.reject_post,
        subject="post",
        allowed=rules.can_moderate,
        possible=is_pending,
        form=ReasonForm,
        tone="danger",
        in_bulk=True,
    ),
    Action(
        name="pause",
        label=gettext_lazy("Pause"),
        explain=gettext_lazy("Its matches are withdrawn; the company can bring it back."),
        service=transitions.pause_post,
        subject="post",
        allowed=rules.can_moderate,
        possible=lambda post: post.state == PostState.PUBLISHED,
    ),
    Action(
        name="close",
        label=gettext_lazy("Close for good"),
        explain=gettext_lazy("This cannot be undone; the company can only copy it."),
        service=transitions.close_post,
        subject="post",
        allowed=rules.can_moderate,
        possible=lambda post: post.state != PostState.CLOSED,
        tone="danger",
    ),
)


class PendingPosts(QueueFilter):
    """Posts that wait for approval."""

    def waiting(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return waiting(rows)


def waiting(posts: QuerySet[Any]) -> QuerySet[Any]:
    """Keep what waits for a decision of its own.

    Posts of a company that waits stand on its page, and are decided with it.
    """
    return posts.filter(state=PostState.PENDING, company__status=CompanyStatus.ACTIVE)


class SinceSubmitted(AgeFilter):
    """By the day on which it was handed in."""

    field = "submitted_at"


def changelist_name(kind: PostKind) -> str:
    return f"admin:listings_{kind.model._meta.model_name}_changelist"  # noqa: SLF001 - Django's documented name


def register_pending(kind: PostKind, title: Promise, icon: str, place: int) -> None:
    """Add the posts of one kind that wait for a decision to the officers' queues."""
    register_queue(
        Queue(
            key=str(kind.model._meta.model_name),  # noqa: SLF001 - Django's documented name
            title=title,
            icon=icon,
            place=place,
            url_name=changelist_name(kind),
            query="queue=waiting",
            rows=lambda: waiting(kind.model.objects.all()),
            since="submitted_at",
            allowed=rules.can_moderate,
        )
    )


register_pending(ORDER, gettext_lazy("Orders to approve"), "shopping_bag", 20)
register_pending(OFFER, gettext_lazy("Capacity to approve"), "factory", 21)


DECISION = (
    gettext_lazy("With the association"),
    {
        "fields": (
            ("submitted_at", "published_at"),
            ("decided_by", "decided_at"),
            "expires_on",
        )
    },
)


class PostAdmin(WorkbenchAdmin):
    """The part of the workbench that orders and offers share."""

    group = Group.MARKET
    row_actions = ACTIONS
    list_select_related: Any = ("company",)
    ordering = ("-pk",)
    queue_ordering = ("submitted_at", "pk")
    list_filter: Any = (
        PendingPosts,
        SinceSubmitted,
        "state",
        "company__kind",
        "company__tier",
        "company__cluster",
    )
    search_fields = (
        "title",
        "own_reference",
        "company__search_key__folds",
        "company__uscc",
    )
    readonly_fields: Any = ("company_link", "state_shown", "decided_by", "decided_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related(*self.list_select_related)

    def row_name(self, row: Post) -> str:
        return f"{row} · {row.company}"

    @admin.display(description=gettext_lazy("title"), ordering=NameOrder("title"))
    def title_shown(self, post: Post) -> str:
        return post.title or _("Without a title")

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def state_shown(self, post: Post) -> Any:
        state = PostState(post.state)
        return badge(state.label, TONES.get(state, ""))

    @admin.display(description=gettext_lazy("age"), ordering="submitted_at")
    def age(self, post: Post) -> Any:
        return aged(post.submitted_at)

    @admin.display(description=gettext_lazy("company"))
    def company_link(self, post: Post) -> Any:
        return link(post.company)

    def notices(self, request: HttpRequest, row: Post) -> Iterable[Notice]:
        """Yield the reasons that keep the post from the market."""
        del request
        if not row.company.is_active:
            yield Notice(
                _("Its company is not active: %(status)s.")
                % {"status": row.company.get_status_display()},
                "warn",
            )
        if row.state == PostState.REJECTED:
            yield Notice(_("Sent back: %(reason)s") % {"reason": row.reject_reason})
        if isinstance(row, CapacityOffer) and row.state not in ENDED and is_stale(row):
            yield Notice(
                _("Its figures are out of date: they no longer count as hard capacity."), "warn"
            )

    def next_waiting(self, request: HttpRequest, row: Post) -> Post | None:
        """Return the post that has waited longest, once this one is decided."""
        if is_pending(row):
            return None
        others = waiting(self.get_queryset(request)).exclude(pk=row.pk)
        found: Post | None = others.order_by("submitted_at", "pk").first()
        return found


POST_COLUMNS = (
    exports.ExportColumn(gettext_lazy("title"), lambda row: row.title),
    exports.ExportColumn(gettext_lazy("company"), lambda row: row.company.name),
    exports.ExportColumn(gettext_lazy("USCC"), lambda row: row.company.uscc),
    exports.ExportColumn(gettext_lazy("own reference"), lambda row: row.own_reference),
    exports.ExportColumn(gettext_lazy("state"), lambda row: row.get_state_display()),
    exports.ExportColumn(
        gettext_lazy("submitted"),
        lambda row: row.submitted_at and timezone.localtime(row.submitted_at),
    ),
    exports.ExportColumn(gettext_lazy("expires on"), lambda row: row.expires_on),
)


@admin.register(ProcessingOrder)
class ProcessingOrderAdmin(PostAdmin):
    """Processing orders of brands."""

    place = 10
    icon = "shopping_bag"
    list_display = (
        "title_shown",
        "company",
        "state_shown",
        "age",
        "category",
        "pairs_shown",
        "price_shown",
        "due_shown",
    )
    list_filter = (*PostAdmin.list_filter, "category__family", "splittable")
    list_select_related = ("company", "category")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("company_link", "own_reference"),
                    ("state_shown", "version"),
                    ("category", "construction"),
                    ("upper_material", "sole_material"),
                    ("pairs_shown", "price_shown"),
                    ("start_shown", "due_shown"),
                    ("colourways", "size_run"),
                    ("splittable", "smallest_part", "most_factories"),
                    ("moulds_by", "lasts_by", "sample_need"),
                    ("certifications_shown", "markets_shown"),
                    "notes",
                )
            },
        ),
        DECISION,
    )
    readonly_fields = (
        *PostAdmin.readonly_fields,
        "pairs_shown",
        "price_shown",
        "start_shown",
        "due_shown",
        "certifications_shown",
        "markets_shown",
    )
    sheet = (
        *POST_COLUMNS,
        exports.ExportColumn(
            gettext_lazy("category"), lambda row: row.category.name if row.category else ""
        ),
        exports.ExportColumn(gettext_lazy("pairs"), lambda row: row.pairs),
        exports.ExportColumn(
            gettext_lazy("target price, yuan a pair"), lambda row: row.target_unit_price_cny
        ),
        exports.ExportColumn(
            gettext_lazy("due week"),
            lambda row: weeks.label(row.due_week) if row.due_week else "",
        ),
    )

    @admin.display(description=gettext_lazy("pairs"), ordering="pairs")
    def pairs_shown(self, order: ProcessingOrder) -> str:
        return grouped(order.pairs) or "–"

    @admin.display(
        description=gettext_lazy("target price, yuan a pair"), ordering="target_unit_price_cny"
    )
    def price_shown(self, order: ProcessingOrder) -> str:
        return money(order.target_unit_price_cny) or "–"

    @admin.display(description=gettext_lazy("due week"), ordering="due_week")
    def due_shown(self, order: ProcessingOrder) -> str:
        return weeks_in_words(order.due_week) if order.due_week else "–"

    @admin.display(description=gettext_lazy("earliest start (week)"))
    def start_shown(self, order: ProcessingOrder) -> str:
        return weeks_in_words(order.earliest_start) if order.earliest_start else "–"

    @admin.display(description=gettext_lazy("required certificates"))
    def certifications_shown(self, order: ProcessingOrder) -> str:
        return listed(order.certifications.all()) or "–"

    @admin.display(description=gettext_lazy("destination markets"))
    def markets_shown(self, order: ProcessingOrder) -> str:
        return listed(map(countries.name_of, order.destination_markets)) or "–"

    def tables(self, request: HttpRequest, row: ProcessingOrder) -> Iterable[Table]:
        """Yield the attachments, where there are any."""
        del request
        files = list(row.attachments.order_by("pk"))
        if files:
            yield Table(
                _("Attachments"),
                (_("name"), _("size, bytes"), _("sent")),
                [(one.name, grouped(one.size), ago(one.uploaded_at)) for one in files],
                numbers=(1,),
            )


def _posts_of(request: HttpRequest, company: Company) -> Iterable[Table]:
    """Yield the company's orders and offers, for its page."""
    for kind, title in ((ORDER, _("Orders")), (OFFER, _("Capacity"))):
        rows = kind.model.objects.visible_to(request.user).filter(company=company)
        rows = rows.defer(*kind.deferred)
        shown = [
            (link(post, post.title or _("Without a title")), _state(post), ago(post.created_at))
            for post in rows.order_by("-created_at", "-pk")[:SHOWN_POSTS]
        ]
        if shown or kind.may_post(company):
            url = reverse(changelist_name(kind)) + f"?company__id__exact={company.pk}"
            yield Table(title, (_("title"), _("state"), _("created")), shown, url=url)


def _state(post: Post) -> Any:
    state = PostState(post.state)
    return badge(state.label, TONES.get(state, ""))


register_tables(Company, _posts_of)
