"""The help app."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from matchmaking.core.menus import MenuItem, main_menu
from matchmaking.core.slots import slots


class HelpConfig(AppConfig):
    """Texts and data; no tables."""

    name = "matchmaking.help"
    verbose_name = _("Help")

    def ready(self) -> None:
        slots.register(import_module("matchmaking.help.slots").LINK)
        main_menu.register(MenuItem(label=_("Help"), url_name="help:index", place=95))
