"""The imports app: sheets of companies and posts."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from matchmaking.notifications.labels import register_kind_labels

# What officers call the messages of this area.
MESSAGES = {"imports.sheet": _("Import of a file")}


class ImportsConfig(AppConfig):
    name = "matchmaking.imports"
    verbose_name = _("Imports")

    def ready(self) -> None:
        # Models must be loaded before these.
        import_module("matchmaking.imports.handlers")
        register_kind_labels(MESSAGES)
