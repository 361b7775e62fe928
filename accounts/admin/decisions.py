"""Claims to listed companies, and disputes over a USCC."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import rules
from accounts.admin.actions import CLAIM_ACTIONS, DISPUTE_ACTIONS
from accounts.admin.companies import status_badge
from accounts.models import Company, CompanyClaim, UsccDispute
from accounts.states import DecisionStatus
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
