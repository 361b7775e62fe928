"""People and the companies that they act for. Rights are given by actions alone."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin.actions import PERSON_ACTIONS
from accounts.models import Membership, User
from matchmaking.core.formatting import in_a_row
from matchmaking.core.name_order import NameOrder
from matchmaking.core.workbench.base import WorkbenchAdmin
from matchmaking.core.workbench.navigation import Group
from matchmaking.core.workbench.tables import Table, ago, badge, link


@admin.register(User)
class UserAdmin(WorkbenchAdmin):
    """People: who they are, for whom they act."""

    group = Group.COMPANIES
    place = 20
    icon = "group"
    row_actions = PERSON_ACTIONS
    ordering = ("-pk",)
    list_display = ("name_shown", "email", "companies_shown", "state_shown", "last_login")
    list_filter = ("is_active", "is_staff", "language")
    search_fields = ("email", "name", "memberships__company__search_key__folds")
    fields = (
        ("name", "email"),
        ("state_shown", "language"),
        ("date_joined", "last_login"),
    )
    readonly_fields = ("state_shown",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """Return people with their companies, the password left in the table."""
        memberships = Membership.objects.select_related("company").order_by("joined_at")
        return (
            super()
            .get_queryset(request)
            .prefetch_related(Prefetch("memberships", queryset=memberships))
        )

    @admin.display(description=gettext_lazy("full name"), ordering=NameOrder("name"))
    def name_shown(self, user: User) -> str:
        return str(user)

    @admin.display(description=gettext_lazy("companies"))
    def companies_shown(self, user: User) -> str:
        return in_a_row(row.company for row in user.memberships.all()) or "–"

    @admin.display(description=gettext_lazy("state"))
    def state_shown(self, user: User) -> Any:
        """Show whether the person can sign in, and as what."""
        if not user.is_active:
            return badge(_("suspended"), "bad")
        if user.is_superuser:
            return badge(_("administrator"), "info")
        return badge(_("officer"), "info") if user.is_staff else badge(_("active"), "ok")

    def tables(self, request: HttpRequest, row: User) -> Iterable[Table]:
        """Show the companies."""
        del request
        yield Table(
            _("Companies"),
            (_("company"), _("role"), _("joined")),
            [
                (link(one.company), one.get_role_display(), ago(one.joined_at))
                for one in row.memberships.all()
            ],
            _("This person acts for no company."),
        )
