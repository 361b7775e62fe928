"""The connections app."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from matchmaking.connections.states import DeliveryState
from matchmaking.core.menus import MenuItem, account_menu
from matchmaking.core.officer_rights import grant
from matchmaking.core.state_styles import StateStyle, state_styles
from matchmaking.notifications.labels import SubjectField, message_labels, subject_fields

STATES = (
    StateStyle(DeliveryState.WAITING, _("Not sent yet"), "neutral"),
    StateStyle(DeliveryState.DELIVERED, _("Arrived"), "ok"),
    StateStyle(DeliveryState.FAILED, _("Not arrived"), "bad"),
)
MESSAGES = {
    "connections.webhook": _("Event for a webhook"),
    "connections.robot": _("Event for a group robot"),
}
OFFICER_RIGHTS = ("view_endpoint", "add_endpoint", "manage_endpoint")


class ConnectionsConfig(AppConfig):
    name = "matchmaking.connections"
    verbose_name = _("Connections")

    def ready(self) -> None:
        """Register what connections hear of, their mail, and their place in the frame."""
        # Models must be loaded before these.
        import_module("matchmaking.connections.handlers")
        import_module("matchmaking.connections.emails").register()
        rules = import_module("matchmaking.connections.rules")
        events = import_module("matchmaking.connections.services.events")
        kinds = import_module("matchmaking.notifications.kinds")
        kinds.told_listeners.register(events.record_told)
        state_styles.update(STATES)
        message_labels.update(MESSAGES)
        subject_fields.update(
            (
                SubjectField("connection", _("connection"), "connections_endpoint"),
                SubjectField("delivery", _("delivery")),
            )
        )
        account_menu.register(
            MenuItem(
                label=_("Connections"),
                url_name="connections:endpoint-list",
                place=30,
                icon="gear",
                shown=lambda shell: rules.can_connect(shell.user, shell.company),
            )
        )
        grant("connections", OFFICER_RIGHTS)
