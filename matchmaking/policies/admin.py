"""Policies on the workbench: the catalogue with its import, and what came of applications."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Company
from matchmaking.core.errors import DomainError
from matchmaking.core.trade_day import trade_day
from matchmaking.core.workbench import exports
from matchmaking.core.workbench.base import WorkbenchAdmin
from matchmaking.core.workbench.navigation import Group, register_group
from matchmaking.core.workbench.tables import NOTHING, Notice, Table, badge, link, register_tables
from matchmaking.policies import rules
from matchmaking.policies.models import Application, CompanyFact, Policy
from matchmaking.policies.services import catalogue

MOST_BYTES = 2 * 1024 * 1024
GROUP = register_group(Group(gettext_lazy("Services"), 25))


class CatalogueForm(forms.Form):
    """A CSV file of policies."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        widget=forms.FileInput(attrs={"accept": ".csv"}),
    )

    def clean_file(self) -> Any:
        """Refuse what is too large before it is read."""
        upload = self.cleaned_data["file"]
        if upload.size > MOST_BYTES:
            raise forms.ValidationError(_("The file is larger than 2 MB: send it in parts."))
        return upload


@admin.register(Policy)
class PolicyAdmin(WorkbenchAdmin):
    """The catalogue."""

    group = GROUP
    place = 10
    icon = "policy"
    is_editable = True
    ordering = ("level", "region", "pk")
    list_display = ("measure", "region", "level", "topic", "force", "deadline", "trust", "applied")
    list_filter = ("level", "topic", "trust", "is_published")
    search_fields = ("title", "measure", "region")
    fields = (
        ("level", "region", "division_code"),
        ("topic", "title"),
        "measure",
        "conditions",
        ("amount", "cap_yuan", "form"),
        "office",
        ("valid_from", "valid_to", "deadline"),
        ("source", "trust", "checked_on"),
        "is_published",
    )
    sheet = tuple(
        exports.ExportColumn(name, lambda row, name=name: getattr(row, name))  # type: ignore[misc]
        for name in catalogue.COLUMNS
    )

    def get_urls(self) -> list[URLPattern]:
        own = [path("load/", self._wrap(self.load_view), name="policies_policy_load")]
        return [*own, *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if rules.can_keep_catalogue(request.user):
            url = reverse("admin:policies_policy_load")
            messages.info(request, _("A CSV file of policies is loaded at %(url)s") % {"url": url})
        return super().changelist_view(request, extra_context)

    def load_view(self, request: HttpRequest) -> HttpResponse:
        """Take a CSV file; a wrong row is named and nothing is entered."""
        if not rules.can_keep_catalogue(request.user):
            raise PermissionDenied
        is_post = request.method == "POST"
        form = CatalogueForm(request.POST if is_post else None, request.FILES if is_post else None)
        problems: list[tuple[int, str]] = []
        if is_post and form.is_valid():
            try:
                loaded = catalogue.load_csv(
                    content=form.cleaned_data["file"].read(),
                    by=request.user,  # type: ignore[arg-type]
                    at=timezone.now(),
                )
            except DomainError as error:
                form.add_error("file", str(error.message))
            else:
                problems = loaded.problems
                if not problems:
                    messages.success(request, _told(loaded))
                    return HttpResponseRedirect(reverse("admin:policies_policy_changelist"))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Load policies"),
            "opts": self.opts,
            "form": form,
            "problems": problems,
            "columns": ", ".join(catalogue.COLUMNS),
        }
        return TemplateResponse(request, "admin/policies/load.html", context)

    def notices(self, request: HttpRequest, row: Policy) -> Iterable[Notice]:
        del request
        url = reverse("policies:policy-detail", args=[row.code])
        yield Notice(_("Its page: %(url)s") % {"url": url})
        if row.valid_to is None:
            yield Notice(
                _("The source does not say until when it holds: it is not shown as in force."),
                "warn",
            )

    @admin.display(description=gettext_lazy("in force"))
    def force(self, row: Policy) -> Any:
        return badge(_("yes"), "ok") if row.is_current(trade_day()) else badge(_("no"))

    @admin.display(description=gettext_lazy("applied"))
    def applied(self, row: Policy) -> int:
        return row.applications.count()


def _told(loaded: catalogue.Loaded) -> str:
    return _("%(created)s entered, %(changed)s changed, %(unchanged)s as they were.") % {
        "created": loaded.created,
        "changed": loaded.changed,
        "unchanged": loaded.unchanged,
    }


@admin.register(Application)
class ApplicationAdmin(WorkbenchAdmin):
    """What companies applied for and what came of it."""

    group = GROUP
    place = 20
    icon = "request_quote"
    ordering = ("-pk",)
    list_display = ("policy", "company", "started_at", "outcome", "granted_yuan", "why")
    list_filter = ("outcome", "policy__topic")
    list_select_related = ("policy", "company")
    search_fields = ("company__name_zh", "company__name_en", "policy__measure")
    fields = (
        ("policy_link", "company_link"),
        ("started_at", "asked_at", "answered_at"),
        ("outcome", "granted_yuan"),
        "note",
    )
    readonly_fields = ("policy_link", "company_link")
    sheet = (
        exports.ExportColumn(gettext_lazy("policy"), lambda row: row.policy.measure),
        exports.ExportColumn(gettext_lazy("company"), lambda row: row.company.name),
        exports.ExportColumn(gettext_lazy("outcome"), lambda row: row.get_outcome_display()),
        exports.ExportColumn(gettext_lazy("granted, yuan"), lambda row: row.granted_yuan),
        exports.ExportColumn(gettext_lazy("why"), lambda row: row.note),
    )

    def row_name(self, row: Application) -> str:
        return f"{row.company} · {row.policy}"

    @admin.display(description=gettext_lazy("policy"))
    def policy_link(self, row: Application) -> Any:
        return link(row.policy)

    @admin.display(description=gettext_lazy("company"))
    def company_link(self, row: Application) -> Any:
        return link(row.company)

    @admin.display(description=gettext_lazy("why"))
    def why(self, row: Application) -> str:
        return row.note or NOTHING


def _told_facts(request: HttpRequest, company: Company) -> Iterable[Table]:
    """Yield what a company told, on its page in the workbench."""
    if not request.user.has_perm("policies.view_application"):
        return
    rows = CompanyFact.objects.filter(company=company).order_by("key")
    yield Table(
        _("Told for policies"),
        (_("fact"), _("value"), _("told")),
        [
            (
                row.key,
                row.number if row.flag is None else (_("yes") if row.flag else _("no")),
                row.told_on,
            )
            for row in rows
        ],
    )


register_tables(Company, _told_facts)
