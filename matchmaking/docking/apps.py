"""The docking app."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from matchmaking.core.menus import MenuItem, main_menu
from matchmaking.core.officer_rights import grant
from matchmaking.notifications.labels import SubjectField, message_labels, subject_fields

OFFICER_RIGHTS = (
    "view_dockingevent",
    "add_dockingevent",
    "change_dockingevent",
    "run_event",
    "view_registration",
)


class DockingConfig(AppConfig):
    name = "matchmaking.docking"
    verbose_name = _("Docking days")

    def ready(self) -> None:
        """Register what docking adds to the frame, to mail and to the clock."""
        # Models must be loaded before these.
        labels = import_module("matchmaking.core.workbench.job_labels")
        import_module("matchmaking.docking.handlers")
        import_module("matchmaking.docking.emails")
        import_module("matchmaking.deals.events").sources.register(
            import_module("matchmaking.docking.results").SOURCE
        )
        main_menu.register(
            MenuItem(label=_("Docking days"), url_name="docking:event-list", place=50)
        )
        subject_fields.update(
            (SubjectField("registration", _("registration"), "docking_registration"),)
        )
        labels.job_labels.register(_("Schedule of a docking day"), key="docking_schedule")
        labels.figure_labels.register(_("meetings"), key="meetings")
        message_labels.register(_("Schedule of a docking day"), key="docking.schedule")
        grant("docking", OFFICER_RIGHTS)
