"""Docking events as deals know them: a code, a title, the meetings that were held there.

Deals stand below the area that holds events. That area registers a source, and boards and
dossiers ask it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from uuid import UUID

from matchmaking.core.registry import Registry


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A meeting that took place, as a dossier lists it."""

    held_at: dt.datetime
    brand: str
    factory: str
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventSource:
    """An area that holds events. ``titles`` are in the reader's language."""

    name: str
    titles: Callable[[], Mapping[UUID, str]]
    meetings: Callable[[UUID], Sequence[Meeting]]


sources: Registry[EventSource] = Registry("source of events", key=attrgetter("name"))


def titles() -> dict[UUID, str]:
    return {
        code: title for _name, source in sources.items() for code, title in source.titles().items()
    }


def meetings_of(event: UUID) -> list[Meeting]:
    found = [meeting for _name, source in sources.items() for meeting in source.meetings(event)]
    return sorted(found, key=attrgetter("held_at"))
