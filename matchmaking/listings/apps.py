"""The listings app."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from matchmaking.core import dashboard_registry as frame
from matchmaking.notifications.labels import register_kind_labels

# What officers call the messages of this area.
MESSAGES = {
    "listings.post_changed": _("A post has changed"),
    "listings.post_published": _("A post is new on the market"),
    "listings.terms_changed": _("Terms of the trade have changed"),
}


class ListingsConfig(AppConfig):
    name = "matchmaking.listings"
    verbose_name = _("Listings")

    def ready(self) -> None:
        """Register what listings adds to the frame, to mail, to the clock and to the outbox."""
        # Models must be loaded before these.
        import_module("matchmaking.listings.handlers")
        register_kind_labels(MESSAGES)
        import_module("matchmaking.listings.post_emails").register()
        home = import_module("matchmaking.listings.home")
        frame.register_total(home.totals)
        frame.register_own_total(home.own_totals)
        frame.register_change(home.changes)
        frame.register_todo(home.todos)
        frame.register_step(home.steps)
