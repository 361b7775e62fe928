"""Companies, their groups and certificates."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import queries, rules
from accounts.admin.actions import CERTIFICATE_ACTIONS, COMPANY_ACTIONS, is_waiting
from accounts.admin.documents import paper
from accounts.choices import VerificationTier
from accounts.contacts import contacts_visible_to
from accounts.models import Certificate, Company, CompanyGroup
from accounts.states import CompanyStatus
from matchmaking.core.formatting import grouped
from matchmaking.core.localized import by_name
from matchmaking.core.name_order import NameOrder
from matchmaking.core.trade_day import trade_day
from matchmaking.core.workbench import exports
from matchmaking.core.workbench.base import WorkbenchAdmin
from matchmaking.core.workbench.filters import AgeFilter, QueueFilter
from matchmaking.core.workbench.navigation import Group
from matchmaking.core.workbench.queues import Queue, register_queue
from matchmaking.core.workbench.tables import Notice, Table, aged, ago, badge, link

TONES = {
    CompanyStatus.PENDING: "warn",
    CompanyStatus.ACTIVE: "ok",
    CompanyStatus.SUSPENDED: "bad",
    CompanyStatus.CLOSED: "",
}


class WaitingCompanies(QueueFilter):
    """Pending companies that were not sent back."""

    def waiting(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        waiting: QuerySet[Any] = rows.waiting()  # type: ignore[attr-defined]
        return waiting


register_queue(
    Queue(
        key="companies",
        title=gettext_lazy("Companies to verify"),
        icon="domain_add",
        place=10,
        url_name="admin:accounts_company_changelist",
        query="queue=waiting",
        rows=Company.objects.waiting,
        answering=lambda: Company.objects.filter(
            status=CompanyStatus.PENDING, returned_at__isnull=False
        ),
        pauses=queries.answering_times,
        since="created_at",
        allowed=rules.is_officer,
    )
)


def _is_overdue(company: Company) -> bool:
    ends = company.tier_expires_on
    return ends is not None and ends < trade_day()


def status_badge(company: Company) -> Any:
    """Return the status in its colour."""
    if company.returned_at is not None:
        return badge(_("Sent back"), "info")
    status = CompanyStatus(company.status)
    return badge(status.label, TONES[status])


@admin.register(Company)
class CompanyAdmin(WorkbenchAdmin):
    """Companies: decided, verified, corrected; never edited past the services."""

    group = Group.COMPANIES
    place = 10
    icon = "domain"
    row_actions = COMPANY_ACTIONS
    ordering = ("-created_at", "-pk")
    queue_ordering = ("created_at", "pk")
    list_display = ("company", "status_shown", "age", "kind", "uscc_shown", "cluster", "tier_shown")
    list_filter = (
        WaitingCompanies,
        AgeFilter,
        "status",
        "kind",
        "tier",
        "size_band",
        "recheck_edits",
        "cluster",
    )
    list_select_related = ("cluster",)
    search_fields = ("search_key__folds",)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("name_zh", "name_en"),
                    ("kind", "size_band"),
                    ("country_name", "registration_number"),
                    ("uscc", "uscc_warning_text"),
                    ("cluster", "division_code"),
                    "address",
                )
            },
        ),
        (
            gettext_lazy("With the association"),
            {
                "fields": (
                    ("status_shown", "tier_shown"),
                    ("tier_on", "tier_expires_on"),
                    "tier_by",
                    ("group", "recheck_edits"),
                    "most_blocks",
                    ("source", "own_reference"),
                    ("created_at", "active_since"),
                )
            },
        ),
    )
    readonly_fields = (
        "status_shown",
        "tier_shown",
        "country_name",
        "uscc_warning_text",
        "active_since",
    )
    sheet = (
        exports.ExportColumn(gettext_lazy("Chinese name"), lambda row: row.name_zh),
        exports.ExportColumn(gettext_lazy("English name"), lambda row: row.name_en),
        exports.ExportColumn(gettext_lazy("country"), lambda row: row.country_name),
        exports.ExportColumn(gettext_lazy("USCC"), lambda row: row.uscc),
        exports.ExportColumn(
            gettext_lazy("registration number abroad"), lambda row: row.registration_number
        ),
        exports.ExportColumn(gettext_lazy("kind"), lambda row: row.get_kind_display()),
        exports.ExportColumn(gettext_lazy("state"), lambda row: row.get_status_display()),
        exports.ExportColumn(gettext_lazy("cluster"), lambda row: row.cluster and row.cluster.name),
        exports.ExportColumn(gettext_lazy("address"), lambda row: row.address),
        exports.ExportColumn(gettext_lazy("size"), lambda row: row.get_size_band_display()),
        exports.ExportColumn(gettext_lazy("verification"), lambda row: row.get_tier_display()),
        exports.ExportColumn(gettext_lazy("verified on"), lambda row: row.tier_on),
        exports.ExportColumn(
            gettext_lazy("verification expires on"), lambda row: row.tier_expires_on
        ),
        exports.ExportColumn(gettext_lazy("source"), lambda row: row.source),
        exports.ExportColumn(
            gettext_lazy("reference in the source"), lambda row: row.own_reference
        ),
        exports.ExportColumn(
            gettext_lazy("registered"), lambda row: timezone.localtime(row.created_at)
        ),
    )

    @admin.display(description=gettext_lazy("company"), ordering=NameOrder("name_zh"))
    def company(self, company: Company) -> str:
        return str(company)

    @admin.display(description=gettext_lazy("state"), ordering="status")
    def status_shown(self, company: Company) -> Any:
        return status_badge(company)

    @admin.display(description=gettext_lazy("age"), ordering="created_at")
    def age(self, company: Company) -> Any:
        return aged(company.created_at)

    @admin.display(description=gettext_lazy("USCC"), ordering="uscc")
    def uscc_shown(self, company: Company) -> Any:
        if company.uscc_warning:
            return format_html("{} {}", company.uscc or "", badge(_("to check"), "warn"))
        return company.uscc or "–"

    @admin.display(description=gettext_lazy("verification"), ordering="tier")
    def tier_shown(self, company: Company) -> Any:
        """Show the tier, marked where it has run out."""
        label = VerificationTier(company.tier).label
        if _is_overdue(company):
            return format_html("{} {}", label, badge(_("expired"), "warn"))
        return label

    @admin.display(description=gettext_lazy("activated"))
    def active_since(self, company: Company) -> Any:
        if company.activated_at is None:
            return "–"
        return date_format(timezone.localtime(company.activated_at), "DATETIME_FORMAT")

    @admin.display(description=gettext_lazy("country"))
    def country_name(self, company: Company) -> str:
        return company.country_name

    @admin.display(description=gettext_lazy("warning about the USCC"))
    def uscc_warning_text(self, company: Company) -> str:
        return company.uscc_warning_text or "–"

    def notices(self, request: HttpRequest, row: Company) -> Iterable[Notice]:
        """Yield what speaks against an approval, and why the company is in its state."""
        del request
        if row.uscc_warning:
            yield Notice(row.uscc_warning_text, "warn")
        disputes = list(row.uscc_disputes.filter(status="open"))
        for dispute in disputes:
            url = reverse("admin:accounts_usccdispute_change", args=[dispute.pk])
            yield Notice(
                _("Another company holds the USCC %(code)s that it gave.") % {"code": dispute.uscc},
                "bad",
                url,
            )
        if row.returned_at is not None:
            yield Notice(_("Sent back: %(reason)s") % {"reason": row.returned_reason})
        if row.status_reason:
            yield Notice(row.status_reason, "warn")

    def tables(self, request: HttpRequest, row: Company) -> Iterable[Table]:
        """Show people, contacts, certificates, acts of verification and open claims."""
        yield _papers(row)
        yield Table(
            _("People"),
            (_("full name"), _("email address"), _("role"), _("joined")),
            [
                (link(one.user), one.user.email or "–", one.get_role_display(), ago(one.joined_at))
                for one in row.memberships.select_related("user").order_by("joined_at")
            ],
            _("Nobody acts for this company yet."),
        )
        yield Table(
            _("Contacts"),
            (_("contact person"), _("kind"), _("number or address")),
            [
                (one.person, one.get_kind_display(), one.value)
                for one in contacts_visible_to(request.user, row)
            ],
        )
        yield _certificates(row)
        yield Table(
            _("Verifications"),
            (
                _("tier"),
                _("on"),
                _("expires on"),
                _("officer"),
                _("lines seen"),
                _("workers seen"),
                _("note"),
            ),
            [
                (
                    one.get_tier_display(),
                    one.on,
                    one.expires_on,
                    one.officer,
                    grouped(one.lines_seen),
                    grouped(one.workers_seen),
                    one.note,
                )
                for one in row.verifications.select_related("officer").order_by("-pk")
            ],
        )
        yield Table(
            _("Claims"),
            (_("claimed by"), _("state"), _("asked")),
            [
                (
                    link(one, one.claimed_by.email or str(one.claimed_by)),
                    one.get_status_display(),
                    ago(one.created_at),
                )
                for one in row.claims.select_related("claimed_by").order_by("-pk")
            ],
        )

    def next_waiting(self, request: HttpRequest, row: Company) -> Company | None:
        """Return the company that has waited longest, once this one is decided."""
        if is_waiting(row):
            return None
        return (
            Company.objects.visible_to(request.user)
            .waiting()
            .exclude(pk=row.pk)
            .order_by("created_at", "pk")
            .first()
        )


def _certificates(company: Company) -> Table:
    rows = company.certificates.select_related("certification").order_by("expires_on")
    return Table(
        _("Certificates"),
        (_("certification"), _("number"), _("valid until"), _("reviewed")),
        [
            (
                link(one, one.certification.name),
                one.number,
                one.expires_on,
                ago(one.reviewed_at),
            )
            for one in rows
        ],
    )


def _papers(row: Company) -> Table:
    papers = row.documents.select_related("sent_by").order_by("kind", "-pk")
    return Table(
        _("Business licence and pictures"),
        (_("kind"), _("file"), _("sent by"), _("sent")),
        [
            (one.get_kind_display(), paper(one), one.sent_by or "–", ago(one.sent_at))
            for one in papers
        ],
        _("No business licence is on file."),
    )


@admin.register(CompanyGroup)
class CompanyGroupAdmin(WorkbenchAdmin):
    """Groups of companies: the name; who belongs to one is set with the company."""

    group = Group.COMPANIES
    place = 30
    icon = "account_tree"
    is_editable = True
    list_display = ("name",)
    search_fields = ("name",)
    ordering = (NameOrder("name"),)
    fields = ("name",)

    def tables(self, request: HttpRequest, row: CompanyGroup) -> Iterable[Table]:
        """Show who belongs to it."""
        members = Company.objects.visible_to(request.user).filter(group=row)
        yield Table(
            _("Companies"),
            (_("company"), _("state")),
            [
                (link(one), status_badge(one))
                for one in sorted(members, key=lambda one: by_name(one.name))
            ],
            _("No company is in this group: open a company and set it there."),
        )


class UnseenProofs(QueueFilter):
    """Valid certificates whose proof no officer has seen."""

    label = gettext_lazy("Proof to check")

    def waiting(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return unseen(rows)


def unseen(rows: QuerySet[Certificate]) -> QuerySet[Certificate]:
    return rows.filter(reviewed_at=None, expires_on__gte=trade_day()).exclude(proof="")


register_queue(
    Queue(
        key="certificates",
        title=gettext_lazy("Proofs of certificates"),
        icon="verified",
        place=40,
        url_name="admin:accounts_certificate_changelist",
        query="queue=waiting",
        rows=lambda: unseen(Certificate.objects.all()),
        since="created_at",
        allowed=rules.is_officer,
        late_after=dt.timedelta(days=7),
    )
)


@admin.register(Certificate)
class CertificateAdmin(WorkbenchAdmin):
    """Certificates with their proofs."""

    group = Group.COMPANIES
    place = 40
    icon = "verified"
    row_actions = CERTIFICATE_ACTIONS
    ordering = ("-pk",)
    queue_ordering = ("created_at", "pk")
    list_display = ("company", "certification", "number", "expires_on", "proof_link", "seen")
    list_display_links = ("certification",)
    list_filter = (UnseenProofs, AgeFilter, "certification")
    list_select_related = ("company", "certification")
    search_fields = ("company__search_key__folds", "number")
    fields = (
        ("company_link", "certification"),
        ("number", "expires_on"),
        ("proof_link", "entered_on"),
        ("reviewed_at", "reviewed_by"),
    )
    readonly_fields = ("company_link", "proof_link")

    def row_name(self, row: Certificate) -> str:
        return f"{row.company} · {row.certification}"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Certificate]:
        return super().get_queryset(request).select_related("company", "certification")

    @admin.display(description=gettext_lazy("company"))
    def company_link(self, row: Certificate) -> Any:
        return link(row.company)

    @admin.display(description=gettext_lazy("proof"))
    def proof_link(self, row: Certificate) -> Any:
        """Hand out the file as the site does."""
        if not row.proof:
            return "–"
        url = reverse("accounts:certificate-proof", args=[row.code])
        name = row.proof_name or _("proof")
        return format_html('<a class="wb-link" href="{}">{}</a>', url, name)

    @admin.display(description=gettext_lazy("reviewed"), ordering="reviewed_at")
    def seen(self, row: Certificate) -> Any:
        return ago(row.reviewed_at)
