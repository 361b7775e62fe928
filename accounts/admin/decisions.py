"""Officers' decisions: claims, disputes over a USCC, more blocks, invitations with odd names."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import rules
from accounts.admin.actions import (
    BLOCK_REQUEST_ACTIONS,
    CLAIM_ACTIONS,
    DISPUTE_ACTIONS,
    INVITATION_ACTIONS,
)
from accounts.admin.companies import status_badge
from accounts.models import BlockRequest, Company, CompanyClaim, Invitation, UsccDispute
from accounts.services import partners
from accounts.states import DecisionStatus, InvitationStatus
from matchmaking.core.workbench.base import WorkbenchAdmin
from matchmaking.core.workbench.filters import AgeFilter, QueueFilter
from matchmaking.core.workbench.navigation import Group
from matchmaking.core.workbench.queues import Queue, register_queue
from matchmaking.core.workbench.tables import Notice, Table, aged, ago, badge, link

TONES = {
    DecisionStatus.OPEN: "warn",
    DecisionStatus.ACCEPTED: "ok",
    DecisionStatus.REFUSED: "bad",
}


class OpenDecisions(QueueFilter):
    """What nobody has decided."""

    def waiting(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.filter(status=DecisionStatus.OPEN)


for place, model, title, icon in (
    (30, CompanyClaim, gettext_lazy("Claims to companies"), "front_hand"),
    (35, UsccDispute, gettext_lazy("Disputes over USCCs"), "balance"),
    (36, BlockRequest, gettext_lazy("Requests to keep out more firms"), "block"),
):
    register_queue(
        Queue(
            key=str(model._meta.model_name),  # noqa: SLF001 - Django's documented name
            title=title,
            icon=icon,
            place=place,
            url_name=f"admin:accounts_{model._meta.model_name}_changelist",  # noqa: SLF001 - as above
            query="queue=waiting",
            rows=lambda model=model: model.objects.filter(status=DecisionStatus.OPEN),  # type: ignore[misc]
            since="created_at",
            allowed=rules.is_officer,
        )
    )


register_queue(
    Queue(
        key="invitation",
        title=gettext_lazy("Invitations to look at"),
        icon="mail_lock",
        place=37,
        url_name="admin:accounts_invitation_changelist",
        query="queue=waiting",
        rows=lambda: Invitation.objects.filter(status=InvitationStatus.HELD),
        since="created_at",
        allowed=rules.is_officer,
    )
)


class DecisionAdmin(WorkbenchAdmin):
    """What claims and disputes have in common."""

    group = Group.COMPANIES
    ordering = ("-pk",)
    queue_ordering = ("created_at", "pk")
    list_filter = (OpenDecisions, AgeFilter, "status")
    readonly_fields: Sequence[str] = ("status_shown",)

    @admin.display(description=gettext_lazy("state"), ordering="status")
    def status_shown(self, row: Any) -> Any:
        status = DecisionStatus(row.status)
        return badge(status.label, TONES[status])

    @admin.display(description=gettext_lazy("age"), ordering="created_at")
    def age(self, row: Any) -> Any:
        return aged(row.created_at)


@admin.register(CompanyClaim)
class CompanyClaimAdmin(DecisionAdmin):
    """A person says that a listed company is theirs."""

    place = 50
    icon = "front_hand"
    row_actions = CLAIM_ACTIONS
    list_display = ("company", "claimed_by", "status_shown", "age", "decided_by")
    list_select_related = ("company", "claimed_by", "decided_by")
    search_fields = (
        "company__search_key__folds",
        "claimed_by__email",
        "claimed_by__name",
    )
    fields = (
        ("company_link", "person"),
        "note",
        ("status_shown", "created_at"),
        ("decided_by", "decided_at"),
        "decision_note",
    )
    readonly_fields = ("status_shown", "company_link", "person")

    def row_name(self, row: CompanyClaim) -> str:
        return f"{row.company} · {row.claimed_by}"

    @admin.display(description=gettext_lazy("company"))
    def company_link(self, row: CompanyClaim) -> Any:
        return link(row.company)

    def notices(self, request: HttpRequest, row: CompanyClaim) -> Iterable[Notice]:
        """Yield that somebody acts for the company, which the claimant is not to learn."""
        del request
        if row.status == DecisionStatus.OPEN and row.company.memberships.exists():
            yield Notice(
                _(
                    "Somebody acts for this company already. Refuse without saying so: the claimant "
                    "is not to learn who takes part."
                ),
                "warn",
            )

    @admin.display(description=gettext_lazy("claimed by"))
    def person(self, row: CompanyClaim) -> Any:
        address = f" <{row.claimed_by.email}>" if row.claimed_by.email else ""
        return link(row.claimed_by, f"{row.claimed_by}{address}")


@admin.register(UsccDispute)
class UsccDisputeAdmin(DecisionAdmin):
    """Two companies name the same USCC."""

    place = 60
    icon = "balance"
    row_actions = DISPUTE_ACTIONS
    list_display = ("uscc", "holder", "claimant", "status_shown", "age", "decided_by")
    list_select_related = ("holder", "claimant", "decided_by")
    search_fields = ("uscc", "holder__search_key__folds", "claimant__search_key__folds")
    fields = (
        "uscc",
        ("status_shown", "created_at"),
        ("decided_by", "decided_at"),
        "decision_note",
    )

    def row_name(self, row: UsccDispute) -> str:
        return f"{row.uscc}: {row.holder} / {row.claimant}"

    def tables(self, request: HttpRequest, row: UsccDispute) -> Iterable[Table]:
        """Show the two companies side by side."""
        del request
        sides = ((_("holder"), row.holder), (_("second claimant"), row.claimant))
        yield Table(
            _("The two sides"),
            ("", _("company"), _("state"), _("kind"), _("cluster"), _("people"), _("registered")),
            [_side(label, company) for label, company in sides],
        )


@admin.register(BlockRequest)
class BlockRequestAdmin(DecisionAdmin):
    """A company wants to keep out more firms than it may by itself."""

    place = 62
    icon = "block"
    row_actions = BLOCK_REQUEST_ACTIONS
    list_display = ("company", "more", "status_shown", "age", "decided_by")
    list_select_related = ("company", "decided_by")
    search_fields = ("company__search_key__folds",)
    fields = (
        ("company_link", "person"),
        ("more", "used"),
        "note",
        ("status_shown", "created_at"),
        ("decided_by", "decided_at"),
        "decision_note",
    )
    readonly_fields = ("status_shown", "company_link", "person", "used")

    def row_name(self, row: BlockRequest) -> str:
        return f"{row.company} · {row.more}"

    @admin.display(description=gettext_lazy("company"))
    def company_link(self, row: BlockRequest) -> Any:
        return link(row.company)

    @admin.display(description=gettext_lazy("asked by"))
    def person(self, row: BlockRequest) -> Any:
        return link(row.asked_by) if row.asked_by else "–"

    @admin.display(description=gettext_lazy("kept out within a year"))
    def used(self, row: BlockRequest) -> str:
        return _("%(used)s of %(most)s") % {
            "used": partners.tried(row.company),
            "most": row.company.most_blocks,
        }

    def notices(self, request: HttpRequest, row: BlockRequest) -> Iterable[Notice]:
        """Yield what many blocks may serve."""
        del request
        if row.status == DecisionStatus.OPEN:
            yield Notice(
                _(
                    "Whoever keeps firms out one by one and watches which matches no longer arise may "
                    "learn who stands behind them. Ask for the reason where it is not plain."
                ),
                "warn",
            )


class HeldInvitations(QueueFilter):
    """What nobody has looked at."""

    def waiting(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.filter(status=InvitationStatus.HELD)


@admin.register(Invitation)
class InvitationAdmin(WorkbenchAdmin):
    """Invitations, and among them those whose names hold a link or a number."""

    group = Group.COMPANIES
    place = 64
    icon = "mail_lock"
    ordering = ("-pk",)
    queue_ordering = ("created_at", "pk")
    row_actions = INVITATION_ACTIONS
    list_display = ("company", "invited_by", "status_shown", "age")
    list_select_related = ("company", "invited_by")
    list_filter = (HeldInvitations, AgeFilter, "status")
    search_fields = ("company__search_key__folds", "email")
    fields = (
        ("company_link", "person"),
        ("email", "role"),
        ("status_shown", "created_at"),
        "decision_note",
    )
    readonly_fields = ("status_shown", "company_link", "person")

    def row_name(self, row: Invitation) -> str:
        return f"{row.company} · {row.email}"

    @admin.display(description=gettext_lazy("state"), ordering="status")
    def status_shown(self, row: Invitation) -> Any:
        tone = "warn" if row.status == InvitationStatus.HELD else ""
        return badge(InvitationStatus(row.status).label, tone)

    @admin.display(description=gettext_lazy("age"), ordering="created_at")
    def age(self, row: Invitation) -> Any:
        return aged(row.created_at)

    @admin.display(description=gettext_lazy("company"))
    def company_link(self, row: Invitation) -> Any:
        return link(row.company)

    @admin.display(description=gettext_lazy("invited by"))
    def person(self, row: Invitation) -> Any:
        return link(row.invited_by, f"{row.invited_by} <{row.invited_by.email}>")


def _side(label: str, company: Company) -> tuple[Any, ...]:
    return (
        label,
        link(company),
        status_badge(company),
        company.get_kind_display(),
        company.cluster or "–",
        ", ".join(user.email or str(user) for user in company.members.order_by("pk")) or "–",
        ago(company.created_at),
    )
