"""The casework app."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from matchmaking.core.officer_rights import grant


class CaseworkConfig(AppConfig):
    name = "matchmaking.casework"
    verbose_name = _("Casework")

    def ready(self) -> None:
        """Register the page of all that waits, and the right to work on cases."""
        navigation = import_module("matchmaking.core.workbench.navigation")
        rules = import_module("matchmaking.casework.rules")
        navigation.register_page(
            navigation.Page(
                group=navigation.Group.MARKET,
                place=1,
                title=_("Everything that waits"),
                icon="inbox",
                url_name="casework:waiting-list",
                allowed=rules.can_work,
            )
        )
        grant("casework", ("work_on_case",))
