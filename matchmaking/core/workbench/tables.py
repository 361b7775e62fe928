"""Blocks of the detail pages, badges and ages: how the workbench shows things."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

Text = str | Promise
NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Table:
    """A block below an object: related rows, with the list that has them all.

    Without rows it is left out, unless ``empty`` says something about that.
    """

    title: Text
    headers: Sequence[Text]
    rows: Sequence[Sequence[Any]]
    empty: Text = ""
    url: str = ""


TablesProvider = Callable[[HttpRequest, Any], Iterable[Table]]
_providers: dict[type, list[TablesProvider]] = defaultdict(list)


def register_tables(model: type, provider: TablesProvider) -> None:
    """Let an area add blocks to the pages of an area below it."""
    _providers[model].append(provider)


def tables_of(request: HttpRequest, row: Any) -> list[Table]:
    """Return the blocks that other areas add to the page of the row."""
    return [table for provider in _providers[type(row)] for table in provider(request, row)]


@dataclass(frozen=True, slots=True)
class Notice:
    """What an officer should know before anything else. ``tone`` is info, warn or bad."""

    text: Text
    tone: str = "info"
    url: str = ""


def badge(text: Text, tone: str = "") -> SafeString:
    """Return a state as a small label; ``tone`` is "", ok, warn, bad or info."""
    return format_html('<span class="wb-badge {}">{}</span>', f"wb-{tone}" if tone else "", text)


def age(moment: dt.datetime | None) -> str:
    """Return how long ago it was, by its largest unit."""
    if moment is None:
        return NOTHING
    if timezone.now() - moment < dt.timedelta(minutes=1):
        return _("less than a minute")
    return timesince(moment, depth=1)


def aged(moment: dt.datetime | None) -> Any:
    """Return the age with the exact moment behind it."""
    if moment is None:
        return NOTHING
    return format_html('<time datetime="{}">{}</time>', moment.isoformat(), age(moment))


def ago(moment: dt.datetime | None) -> Any:
    """Return how long ago it happened, said so, with the exact moment behind it."""
    if moment is None:
        return NOTHING
    said = _("%(age)s ago") % {"age": age(moment)}
    return format_html('<time datetime="{}">{}</time>', moment.isoformat(), said)


class Named:
    """A row under the name that officers call it by, for headings."""

    def __init__(self, row: Any, name: str) -> None:
        self._row, self._name = row, name

    def __getattr__(self, attribute: str) -> Any:
        return getattr(self._row, attribute)

    def __str__(self) -> str:
        return self._name


def change_url(row: Any) -> str:
    """Return where the workbench shows the row."""
    meta = row._meta  # noqa: SLF001 - Django's documented name
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk])


def link(row: Any, text: Text = "") -> Any:
    """Return a link to the row in the workbench, a dash for no row."""
    if row is None:
        return NOTHING
    return format_html('<a class="wb-link" href="{}">{}</a>', change_url(row), text or str(row))
