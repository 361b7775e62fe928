"""The privacy app."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from matchmaking.core.menus import MenuItem, account_menu
from matchmaking.core.officer_rights import grant


class PrivacyConfig(AppConfig):
    name = "matchmaking.privacy"
    verbose_name = _("Personal data")

    def ready(self) -> None:
        """Register the clock of erasure and the way to one's own data."""
        # Models must be loaded before these.
        import_module("matchmaking.privacy.handlers")
        account_menu.register(
            MenuItem(label=_("My data"), url_name="privacy:my-data", place=55, icon="shield")
        )
        grant("privacy", ("view_erasurerequest",))
