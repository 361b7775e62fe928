"""The menus in the frame of each page, which areas fill: the main one and the person's own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.functional import Promise

from matchmaking.core.registry import Registry

if TYPE_CHECKING:
    from matchmaking.core.context import Shell


def everybody(_shell: Shell) -> bool:
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuItem:
    """A page in a menu, for those of whom ``shown`` is true. ``icon`` is of the sprite."""

    label: str | Promise
    url_name: str
    place: int
    shown: Callable[[Shell], bool] = everybody
    icon: str = ""

    @property
    def url(self) -> str:
        return reverse(self.url_name)


main_menu: Registry[MenuItem] = Registry(
    "item of the main menu", key=attrgetter("url_name"), place=attrgetter("place")
)
account_menu: Registry[MenuItem] = Registry(
    "item of the account menu", key=attrgetter("url_name"), place=attrgetter("place")
)
