"""The docking app."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from matchmaking.core.menus import MenuItem, main_menu
from matchmaking.core.officer_rights import grant

OFFICER_RIGHTS = (
    "view_dockingevent",
    "add_dockingevent",
    "change_dockingevent",
    "run_event",
)


class DockingConfig(AppConfig):
    name = "matchmaking.docking"
    verbose_name = _("Docking days")

    def ready(self) -> None:
        """Register what docking adds to the frame, to mail and to the clock."""
        # Models must be loaded before these.
        import_module("matchmaking.docking.handlers")
        main_menu.register(
            MenuItem(label=_("Docking days"), url_name="docking:event-list", place=50)
        )
        grant("docking", OFFICER_RIGHTS)
