"""Variables that every template may use."""

from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from matchmaking.core import dashboard_registry, menus
from matchmaking.core.association import association

THEMES = frozenset({"light", "dark"})


class Shell:
    """The reader as the frame of a page shows them; each property is read when it is shown."""

    def __init__(self, request: HttpRequest) -> None:
        self.user: Any = getattr(request, "user", None)
        self.company: Any = getattr(request, "company", None)

    @property
    def is_signed_in(self) -> bool:
        return bool(self.user and self.user.is_authenticated)

    @property
    def can_order(self) -> bool:
        return bool(getattr(self.company, "can_order", False))

    @property
    def can_make(self) -> bool:
        return bool(getattr(self.company, "can_make", False))

    @property
    def is_officer(self) -> bool:
        return self.is_signed_in and self.user.is_staff

    @cached_property
    def main_menu(self) -> list[menus.MenuItem]:
        return [item for item in menus.main_menu.ordered() if item.shown(self)]

    @cached_property
    def account_menu(self) -> list[menus.MenuItem]:
        return [item for item in menus.account_menu.ordered() if item.shown(self)]

    @cached_property
    def unread(self) -> int:
        return dashboard_registry.unread_for(self.user) if self.is_signed_in else 0

    @cached_property
    def others(self) -> list[Any]:
        """The person's other companies, to switch to."""
        if not self.is_signed_in:
            return []
        here = getattr(self.company, "pk", None)
        return [other for other in dashboard_registry.companies_for(self.user) if other.pk != here]


def site(request: HttpRequest) -> dict[str, object]:
    """Return the site's address, who runs it, the chosen theme and the frame of the page."""
    theme = request.COOKIES.get("theme", "")
    return {
        "site_url": settings.SITE_URL,
        "is_development": settings.DEVELOPMENT,
        "association": association(),
        "theme": theme if theme in THEMES else "",
        "shell": Shell(request),
    }
