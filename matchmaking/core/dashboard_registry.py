"""Registries by which the areas fill the front page, the dashboard and the frame.

Core knows no area: each area registers providers in its ``AppConfig.ready`` from its own
``home.py``. A provider is called at most once per page.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from django.core.cache import cache
from django.utils.functional import Promise
from django.utils.translation import get_language

Text = str | Promise
Provider = TypeVar("Provider")
TOTALS_SECONDS = 15


@dataclass(frozen=True, slots=True)
class Total:
    """A figure of the market or of the own company: ``value`` in the unit that ``label`` names.

    ``unit`` is "", "pairs" or "cny"; ``url`` shows what was counted; ``is_least`` says that
    there are as many or more.
    """

    key: str
    value: int
    label: Text
    unit: str = ""
    url: str = ""
    is_least: bool = False


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing that needs a person today.

    ``weight`` orders and groups: 70 and more is urgent, 40 and more is for this week.
    ``kind`` names the icon: match, order, offer, company, figures, member, officer.
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
ChangeProvider = Callable[[Any, Any, dt.datetime], Iterable[News]]

_totals: list[TotalProvider] = []
_todos: list[Callable[[Any, Any], Iterable[Todo]]] = []
_steps: list[Callable[[Any, Any], Iterable[NextStep]]] = []
_own: list[Callable[[Any, Any], Iterable[Total]]] = []
_changes: list[ChangeProvider] = []
_unread: list[Callable[[Any], int]] = []
_companies: list[Callable[[Any], Iterable[Any]]] = []


def register_total(provider: TotalProvider) -> TotalProvider:
    return _add(_totals, provider)


def register_todo(
    provider: Callable[[Any, Any], Iterable[Todo]],
) -> Callable[[Any, Any], Iterable[Todo]]:
    return _add(_todos, provider)


def register_step(
    provider: Callable[[Any, Any], Iterable[NextStep]],
) -> Callable[[Any, Any], Iterable[NextStep]]:
    return _add(_steps, provider)


def register_own_total(
    provider: Callable[[Any, Any], Iterable[Total]],
) -> Callable[[Any, Any], Iterable[Total]]:
    return _add(_own, provider)


def register_change(provider: ChangeProvider) -> ChangeProvider:
    """Let ``provider(user, company, since)`` tell what happened after that moment."""
    return _add(_changes, provider)


def register_unread(provider: Callable[[Any], int]) -> Callable[[Any], int]:
    return _add(_unread, provider)


def register_companies(
    provider: Callable[[Any], Iterable[Any]],
) -> Callable[[Any], Iterable[Any]]:
    return _add(_companies, provider)


def _add(registry: list[Provider], provider: Provider) -> Provider:
    if provider not in registry:
        registry.append(provider)
    return provider


def totals() -> list[Total]:
    """Return the public totals in order of registration, at most 15 seconds old."""
    key = f"home:totals:{get_language()}"
    rows = cache.get(key)
    if rows is None:
        found = [total for provider in _totals for total in provider()]
        rows = [replace(total, label=str(total.label)) for total in found]
        cache.set(key, rows, TOTALS_SECONDS)
    return list(rows)


def todos_for(user: Any, company: Any) -> list[Todo]:
    found = [todo for provider in _todos for todo in provider(user, company)]
    latest = dt.datetime.max.replace(tzinfo=dt.UTC)
    return sorted(found, key=lambda todo: (-todo.weight, todo.at or latest))


def steps_for(user: Any, company: Any) -> list[NextStep]:
    found = [step for provider in _steps for step in provider(user, company)]
    return sorted(found, key=lambda step: step.place)


def own_totals(user: Any, company: Any) -> list[Total]:
    return [total for provider in _own for total in provider(user, company)]


def changes_for(user: Any, company: Any, since: dt.datetime) -> list[News]:
    """Return what happened after ``since``: sums first, then the newest first."""
    found = [change for provider in _changes for change in provider(user, company, since)]
    latest = dt.datetime.max.replace(tzinfo=dt.UTC)
    return sorted(found, key=lambda change: change.at or latest, reverse=True)


def unread_for(user: Any) -> int:
    return sum(provider(user) for provider in _unread)


def companies_for(user: Any) -> Sequence[Any]:
    return [company for provider in _companies for company in provider(user)]
