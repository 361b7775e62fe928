"""The policies app."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from matchmaking.core.menus import MenuItem, account_menu
from matchmaking.core.officer_rights import grant
from matchmaking.core.state_styles import StateStyle, state_styles
from matchmaking.notifications.labels import SubjectField, subject_fields
from matchmaking.policies.choices import Outcome

OFFICER_RIGHTS = ("view_policy", "add_policy", "change_policy", "view_application")


class PoliciesConfig(AppConfig):
    name = "matchmaking.policies"
    verbose_name = _("Policies")

    def ready(self) -> None:
        """Register what policies add to the frame, to mail and to the clock."""
        # Models must be loaded before these.
        import_module("matchmaking.policies.handlers")
        import_module("matchmaking.policies.emails")
        subject_fields.update((SubjectField("policy", _("policy"), "policies_policy"),))
        state_styles.update((StateStyle(Outcome.GRANTED, Outcome.GRANTED.label, "ok"),))
        account_menu.register(
            MenuItem(label=_("Policies"), url_name="policies:policy-list", place=35, icon="file")
        )
        grant("policies", OFFICER_RIGHTS)
