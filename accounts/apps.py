"""The accounts app."""

from importlib import import_module

from django.apps import AppConfig
from django.contrib import admin
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from matchmaking.core import dashboard_registry as frame
from matchmaking.notifications.labels import register_kind_labels

# What officers call the messages of this area.
MESSAGES = {
    "accounts.mail": _("Mail about an account"),
    "accounts.invitation_mail": _("Invitation"),
    "accounts.company_changed": _("A company has changed"),
}


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Companies and people")

    def ready(self) -> None:
        """Register what accounts adds to the frame and to mail; give officers their rights."""
        # Models must be loaded before these.
        import_module("accounts.handlers")
        import_module("accounts.company_emails").register()
        register_kind_labels(MESSAGES)
        home = import_module("accounts.home")
        frame.register_total(home.totals)
        frame.register_todo(home.todos)
        frame.register_step(home.steps)
        frame.register_companies(home.companies)
        secure = import_module("allauth.account.decorators").secure_admin_login
        admin.site.login = secure(admin.site.login)  # type: ignore[method-assign]
        officers = import_module("accounts.officer_rights")
        post_migrate.connect(officers.sync_officer_rights, dispatch_uid="accounts.officer_rights")
