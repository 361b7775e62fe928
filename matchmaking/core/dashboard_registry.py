"""Registries of what areas show on the front page, the day's page and the frame.

Core knows no area: each area registers providers in its ``AppConfig.ready`` from its own
``home.py``. A provider is called at most once per page.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.core.cache import cache
from django.utils.functional import Promise
from django.utils.translation import get_language

from matchmaking.core.formatting import grouped, large
from matchmaking.core.registry import Registry

Text = str | Promise
TOTALS_SECONDS = 15


@dataclass(frozen=True, slots=True)
class Total:
    """A figure of the market or of the own company: ``value`` in the unit that ``label`` names.

    ``unit`` is "", "pairs" or "cny"; ``url`` shows what was counted.
    """

    key: str
    value: int
    label: Text
    unit: str = ""
    url: str = ""

    @property
    def words(self) -> str:
        return large(self.value) if self.unit == "pairs" else grouped(self.value)


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing that needs a person today.

    ``weight`` orders and groups: 70 and more is urgent, 40 and more is for this week.
    ``kind`` names its icon in :data:`kind_icons`.
    """

    kind: str
    title: Text
    url: str
    detail: Text = ""
    at: dt.datetime | None = None
    weight: int = 50


@dataclass(frozen=True, slots=True)
class NextStep:
    """One step of a new company on its way to the first match, in order of ``place``."""

    place: int
    title: Text
    text: Text
    done: bool
    url: str = ""
    label: Text = ""


@dataclass(frozen=True, slots=True)
class News:
    """What happened since the person last looked; ``kind`` names the icon as in :class:`Todo`."""

    kind: str
    title: Text
    url: str
    at: dt.datetime | None = None
    label: Text = ""


TotalProvider = Callable[[], Iterable[Total]]
TodoProvider = Callable[[Any, Any], Iterable[Todo]]
StepProvider = Callable[[Any, Any], Iterable[NextStep]]
OwnTotalProvider = Callable[[Any, Any], Iterable[Total]]
NewsProvider = Callable[[Any, Any, dt.datetime], Iterable[News]]
UnreadCounter = Callable[[Any], int]
CompanyProvider = Callable[[Any], Iterable[Any]]

# Providers get the person and the company that it acts for, None without one; those of news
# also the moment since when.
total_providers: Registry[TotalProvider] = Registry("provider of totals")
todo_providers: Registry[TodoProvider] = Registry("provider of todos")
step_providers: Registry[StepProvider] = Registry("provider of next steps")
own_total_providers: Registry[OwnTotalProvider] = Registry("provider of own totals")
news_providers: Registry[NewsProvider] = Registry("provider of news")
unread_counters: Registry[UnreadCounter] = Registry("counter of unread lines")
company_providers: Registry[CompanyProvider] = Registry("provider of companies")
# Icons of Todo.kind and News.kind, by their names in static/img/icons.svg.
kind_icons: Registry[str] = Registry("icon of a kind")


def totals() -> list[Total]:
    """Return the public totals in order of registration, at most 15 seconds old."""
    # By language, since labels are cached as text.
    key = f"home:totals:{get_language()}"
    rows = cache.get(key)
    if rows is None:
        found = [total for provider in total_providers.ordered() for total in provider()]
        rows = [replace(total, label=str(total.label)) for total in found]
        cache.set(key, rows, TOTALS_SECONDS)
    return list(rows)


def todos_for(user: Any, company: Any) -> list[Todo]:
    found = [todo for provider in todo_providers.ordered() for todo in provider(user, company)]
    latest = dt.datetime.max.replace(tzinfo=dt.UTC)
    return sorted(found, key=lambda todo: (-todo.weight, todo.at or latest))


def steps_for(user: Any, company: Any) -> list[NextStep]:
    found = [step for provider in step_providers.ordered() for step in provider(user, company)]
    return sorted(found, key=lambda step: step.place)


def own_totals(user: Any, company: Any) -> list[Total]:
    return [
        total for provider in own_total_providers.ordered() for total in provider(user, company)
    ]


def changes_for(user: Any, company: Any, since: dt.datetime) -> list[News]:
    """Return what happened after ``since``: sums first, then the newest first."""
    found = [
        change for provider in news_providers.ordered() for change in provider(user, company, since)
    ]
    latest = dt.datetime.max.replace(tzinfo=dt.UTC)
    return sorted(found, key=lambda change: change.at or latest, reverse=True)


def unread_for(user: Any) -> int:
    return sum(counter(user) for counter in unread_counters.ordered())


def companies_for(user: Any) -> Sequence[Any]:
    return [company for provider in company_providers.ordered() for company in provider(user)]
