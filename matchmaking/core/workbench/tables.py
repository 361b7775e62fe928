"""Tables, badges, notices and ages on the workbench's pages."""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from matchmaking.core.registry import Registry

Text = str | Promise
NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Cell:
    """One field of a table. A ``name`` heads its row: its column has no header."""

    value: Any
    label: Text
    is_number: bool
    is_name: bool


@dataclass(frozen=True, slots=True)
class Table:
    """A block below an object: related rows, with the list that has them all.

    Without rows it is left out, unless ``empty`` says something about that. ``numbers`` are
    the places of the columns with figures; ``foot`` are lines that sum the rows up.
    """

    title: Text
    headers: Sequence[Text]
    rows: Sequence[Sequence[Any]]
    empty: Text = ""
    url: str = ""
    numbers: Collection[int] = ()
    foot: Sequence[Sequence[Any]] = ()

    @property
    def head(self) -> list[Cell]:
        return self._cells(self.headers)

    @property
    def lines(self) -> Iterator[list[Cell]]:
        return map(self._cells, self.rows)

    @property
    def sums(self) -> Iterator[list[Cell]]:
        return map(self._cells, self.foot)

    @property
    def is_narrow(self) -> bool:
        last = len(self.headers) - 1
        return last < 1 or all(place in self.numbers for place in range(1, last + 1))

    def _cells(self, row: Sequence[Any]) -> list[Cell]:
        return [
            Cell(
                NOTHING if value is None or (value == "" and label) else value,
                capfirst(str(label)),
                is_number=place in self.numbers,
                is_name=not label,
            )
            for place, (label, value) in enumerate(zip(self.headers, row, strict=True))
        ]


TablesProvider = Callable[[HttpRequest, Any], Iterable[Table]]
table_providers: Registry[TablesProvider] = Registry("provider of tables")


def register_tables(model: type, provider: TablesProvider) -> None:
    table_providers.register(provider, key=(model, provider))


def tables_of(request: HttpRequest, row: Any) -> list[Table]:
    return [
        table
        for (model, _provider), provider in table_providers.items()
        if model is type(row)
        for table in provider(request, row)
    ]


@dataclass(frozen=True, slots=True)
class Notice:
    """What an officer should know before anything else. ``tone`` is info, warn or bad."""

    text: Text
    tone: str = "info"
    url: str = ""


def badge(text: Text, tone: str = "") -> SafeString:
    shown = capfirst(str(text))
    return format_html('<span class="wb-badge {}">{}</span>', f"wb-{tone}" if tone else "", shown)


def lines(named: Iterable[tuple[Any, Any]]) -> Any:
    rows = format_html_join("", "<div><dt>{}</dt><dd>{}</dd></div>", named)
    return format_html('<dl class="wb-figures">{}</dl>', rows) if rows else NOTHING


def age(moment: dt.datetime | None) -> str:
    """Return how long ago it was, by its largest unit."""
    if moment is None:
        return NOTHING
    if timezone.now() - moment < dt.timedelta(minutes=1):
        return _("less than a minute")
    return timesince(moment, depth=1)


def aged(moment: dt.datetime | None) -> Any:
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
    meta = row._meta  # noqa: SLF001 - Django's documented name
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk])


def link(row: Any, text: Text = "") -> Any:
    if row is None:
        return NOTHING
    return format_html('<a class="wb-link" href="{}">{}</a>', change_url(row), text or str(row))
