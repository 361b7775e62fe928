"""The accounts app."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Companies and people")

    def ready(self) -> None:
        """Give officers their rights after each migrate."""
        # Models are ready only now.
        from accounts.officers import sync_officer_rights  # noqa: PLC0415

        post_migrate.connect(sync_officer_rights, dispatch_uid="accounts.officer_rights")
