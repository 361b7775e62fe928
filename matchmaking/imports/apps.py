"""The imports app: sheets of companies and posts."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from matchmaking.core.menus import MenuItem, account_menu
from matchmaking.core.officer_rights import grant
from matchmaking.notifications.labels import SubjectField, message_labels, subject_fields


class ImportsConfig(AppConfig):
    name = "matchmaking.imports"
    verbose_name = _("Imports")

    def ready(self) -> None:
        """Register what imports adds to the outbox, to the menus and to the rights of officers."""
        # Models must be loaded before these.
        import_module("matchmaking.imports.handlers")
        message_labels.register(_("Import of a file"), key="imports.sheet")
        subject_fields.register(SubjectField("batch", _("import"), "imports_importbatch"))
        grant("imports", ("view_importbatch",))
        account_menu.register(
            MenuItem(
                label=_("Imports"),
                url_name="imports:import-list",
                place=30,
                icon="upload",
                shown=lambda shell: bool(shell.company or shell.is_officer),
            )
        )
