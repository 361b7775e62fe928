"""The notifications app."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from matchmaking.core import dashboard_registry as frame
from matchmaking.notifications.labels import register_kind_labels

# What officers call the messages of this area.
MESSAGES = {
    "mail": _("Mail"),
    "notifications.tick": _("Clock"),
    "notifications.canary": _("Sign of life"),
}


class NotificationsConfig(AppConfig):
    name = "matchmaking.notifications"
    verbose_name = _("Notifications")

    def ready(self) -> None:
        """Register the area's handlers the unread count of the frame, and the day's news."""
        # Models must be loaded before these.
        import_module("matchmaking.notifications.handlers")
        register_kind_labels(MESSAGES)
        home = import_module("matchmaking.notifications.home")
        frame.register_unread(home.unread)
        frame.register_change(home.changes)
