"""The sidebar of the workbench: queues first, then lists by group."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, Any, ClassVar, cast

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matchmaking.core.registry import Registry
from matchmaking.core.workbench.queues import statuses

if TYPE_CHECKING:
    from matchmaking.core.workbench.base import WorkbenchAdmin


@dataclass(frozen=True, slots=True)
class Group:
    """A part of the sidebar; those that several areas fill are named here."""

    title: str | Promise
    place: int

    MARKET: ClassVar[Group]
    COMPANIES: ClassVar[Group]
    TERMS: ClassVar[Group]
    SCORING: ClassVar[Group]
    SYSTEM: ClassVar[Group]


groups_of_sidebar: Registry[Group] = Registry(
    "group of the sidebar", key=attrgetter("place"), place=attrgetter("place")
)
register_group = groups_of_sidebar.register
Group.MARKET = register_group(Group(gettext_lazy("Market"), 10))
Group.COMPANIES = register_group(Group(gettext_lazy("Companies and people"), 20))
Group.TERMS = register_group(Group(gettext_lazy("Terms of the trade"), 30))
Group.SCORING = register_group(Group(gettext_lazy("Scoring"), 40))
Group.SYSTEM = register_group(Group(gettext_lazy("System"), 50))


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page of the workbench that is no list, among the lists of its group."""

    group: Group
    place: int
    title: str | Promise
    icon: str
    url_name: str
    allowed: Callable[[Any], bool]


pages: Registry[Page] = Registry("page of the workbench", key=attrgetter("url_name"))
register_page = pages.register


def groups(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the sidebar of this reader (unfold's SIDEBAR.navigation)."""
    home = reverse("admin:index")
    here = request.get_full_path()
    overview = _item(_("Overview"), home, "space_dashboard", is_here=request.path == home)
    deciding = [
        _item(
            str(row.queue.title),
            row.queue.url,
            row.queue.icon,
            is_here=here == row.queue.url,
            badge=str(row.count) if row.count else "",
        )
        for row in statuses(request)
    ]
    found: list[dict[str, Any]] = [{"title": "", "items": [overview]}]
    if deciding:
        found.append({"title": _("To decide"), "items": deciding})
    for group in groups_of_sidebar.ordered():
        items = _lists(request, group, here)
        if items:
            found.append({"title": str(group.title), "separator": True, "items": items})
    return found


@dataclass(frozen=True, slots=True)
class Crumb:
    """One breadcrumb; that of a list has its address."""

    title: str
    url: str = ""


def crumbs(context: Mapping[Any, Any]) -> list[Crumb]:
    """Return the breadcrumbs of the page: its group in the sidebar, the list, the page.

    Names of rows stand as they are written.
    """
    meta, row = context.get("opts"), context.get("original")
    page = str(row or "") or str(context.get("title") or "")
    if meta is None:
        return [Crumb(page or _("Overview"))]
    site = admin.site._registry.get(meta.model)  # noqa: SLF001 - Django has no other way
    group = getattr(site, "group", None)
    found = [Crumb(str(group.title))] if group else []
    found.append(Crumb(_plural(meta), _list_url(meta)))
    return found if "cl" in context else [*found, Crumb(page)]


def _plural(meta: Any) -> str:
    return capfirst(str(meta.verbose_name_plural))


def _list_url(meta: Any) -> str:
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")


def _lists(request: HttpRequest, group: Group, here: str) -> list[dict[str, Any]]:
    queues = {row.queue.url for row in statuses(request)}
    mine = [
        cast("WorkbenchAdmin", site)
        for site in admin.site._registry.values()  # noqa: SLF001 - Django has no other way
        if getattr(site, "group", None) is group and site.has_view_permission(request)
    ]
    others = [
        page for page in pages.ordered() if page.group is group and page.allowed(request.user)
    ]
    own = {reverse(page.url_name) for page in others}
    items = [
        (page.place, _item(str(page.title), url, page.icon, is_here=request.path == url))
        for page in others
        for url in (reverse(page.url_name),)
    ]
    for site in mine:
        meta = site.model._meta  # noqa: SLF001 - Django's documented name
        url = _list_url(meta)
        is_here = request.path.startswith(url) and here not in queues and request.path not in own
        item = _item(_plural(meta), url, site.icon, is_here=is_here)
        items.append((site.place, item))
    return [item for _place, item in sorted(items, key=lambda entry: entry[0])]


def _item(title: str, url: str, icon: str, *, is_here: bool, badge: str = "") -> dict[str, Any]:
    item: dict[str, Any] = {
        "title": title,
        "link": url,
        "icon": icon,
        "active": lambda _request: is_here,
    }
    if badge:
        item["badge"] = badge
    return item
