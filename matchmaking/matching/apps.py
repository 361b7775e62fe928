"""The matching app."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MatchingConfig(AppConfig):
    name = "matchmaking.matching"
    verbose_name = _("Matching")

    def ready(self) -> None:
        """Register the area's handlers."""
        # Models must be loaded before these.
        import_module("matchmaking.matching.handlers")
