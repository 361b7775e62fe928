"""The core app."""

from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from matchmaking.core import association, logs, protections  # noqa: F401 - its checks register themselves
from matchmaking.core.menus import MenuItem, main_menu
from matchmaking.core.officer_rights import grant
from matchmaking.core.state_styles import StateStyle, state_styles
from matchmaking.core.states import JobState

STATES = (
    StateStyle(JobState.QUEUED, _("Queued"), "info"),
    StateStyle(JobState.RUNNING, _("Running"), "info"),
    StateStyle(JobState.DONE, _("Done"), "ok"),
    StateStyle(JobState.FAILED, _("Failed"), "bad"),
    StateStyle(JobState.CANCELLED, _("Cancelled"), "neutral"),
)
MAIN_MENU = (
    MenuItem(
        label=_("Today"),
        url_name="home:dashboard",
        place=10,
        shown=lambda shell: shell.is_signed_in,
    ),
    MenuItem(
        label=_("Workbench"), url_name="admin:index", place=80, shown=lambda shell: shell.is_officer
    ),
    MenuItem(
        label=_("How it works"),
        url_name="home:how-it-works",
        place=90,
        shown=lambda shell: not shell.is_signed_in,
    ),
)


class CoreConfig(AppConfig):
    name = "matchmaking.core"
    verbose_name = _("System")

    def ready(self) -> None:
        """Set logging up, and register what core itself shows."""
        logs.configure(level=settings.LOG_LEVEL, for_people=settings.DEVELOPMENT)
        state_styles.update(STATES)
        main_menu.update(MAIN_MENU)
        grant("core", ("view_job", "change_job"))
