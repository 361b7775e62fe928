"""The notifications app."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from matchmaking.core import dashboard_registry as frame
from matchmaking.core.menus import MenuItem, account_menu
from matchmaking.core.officer_rights import grant
from matchmaking.core.state_styles import StateStyle, state_styles
from matchmaking.notifications.labels import SubjectField, message_labels, subject_fields
from matchmaking.notifications.states import OutboxState

# What officers call the messages of this area.
MESSAGES = {
    "mail": _("Mail"),
    "notifications.tick": _("Clock"),
    "notifications.canary": _("Sign of life"),
}
SUBJECT_FIELDS = (
    SubjectField("id", _("number")),
    SubjectField("job", _("job"), "core_job"),
    SubjectField("model", _("kind")),
    SubjectField("name", _("task")),
    SubjectField("notification", _("notification")),
    SubjectField("slot", _("slot")),
    SubjectField("state", _("state")),
    SubjectField("version", _("version")),
)


class NotificationsConfig(AppConfig):
    name = "matchmaking.notifications"
    verbose_name = _("Notifications")

    def ready(self) -> None:
        """Register the area's handlers, its lines in the frame, and the news of a day."""
        # Models must be loaded before these.
        import_module("matchmaking.notifications.handlers")
        home = import_module("matchmaking.notifications.home")
        frame.unread_counters.register(home.unread)
        frame.news_providers.register(home.changes)
        frame.kind_icons.register("mail", key="mail")
        state_styles.register(StateStyle(OutboxState.DEAD, _("Undeliverable"), "bad"))
        message_labels.update(MESSAGES)
        subject_fields.update(SUBJECT_FIELDS)
        account_menu.register(
            MenuItem(
                label=_("Which mails I get"),
                url_name="notifications:preferences",
                place=50,
                icon="mail",
            )
        )
        grant("notifications", ("view_outboxmessage", "resend_outboxmessage", "view_sentmail"))
