"""The core app."""

from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from matchmaking.core import logs


class CoreConfig(AppConfig):
    name = "matchmaking.core"
    verbose_name = _("System")

    def ready(self) -> None:
        logs.configure(level=settings.LOG_LEVEL, for_people=settings.DEVELOPMENT)
