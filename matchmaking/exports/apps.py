"""The exports app."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from matchmaking.core.slots import slots
from matchmaking.notifications.labels import SubjectField, message_labels, subject_fields


class ExportsConfig(AppConfig):
    name = "matchmaking.exports"
    verbose_name = _("Exports")

    def ready(self) -> None:
        """Register the writer of lists, and the way to it above each of them."""
        # Models must be loaded before these.
        import_module("matchmaking.exports.handlers")
        slots.register(import_module("matchmaking.exports.slots").LIST)
        job_labels = import_module("matchmaking.core.workbench.job_labels").job_labels
        job_labels.register(_("List saved as a file"), key="export")
        message_labels.register(_("List to be saved"), key="exports.write")
        subject_fields.register(SubjectField("export", _("exported list")))
        navigation = import_module("matchmaking.core.workbench.navigation")
        navigation.register_page(
            navigation.Page(
                group=navigation.Group.SYSTEM,
                place=45,
                title=_("Saved lists"),
                icon="download",
                url_name="exports:export-list",
                allowed=lambda user: user.is_staff,
            )
        )
