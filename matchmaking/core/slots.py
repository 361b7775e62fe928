"""Slots: templates that areas above add to pages of areas below.

A page names a place (``{% slot "matching.match" match=match %}``); an area above registers what
it shows there. A place is named after the area and the page, ``page.top`` stands on every page.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from matchmaking.core.registry import Registry

# Called with the request and what the place hands over by name; None shows nothing.
ContextProvider = Callable[..., Mapping[str, Any] | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A template for one place, with the function that gives its context.

    ``order`` sorts those of one place, the smallest first.
    """

    place: str
    template: str
    context: ContextProvider
    order: int = 50


slots: Registry[Slot] = Registry(
    "slot", key=attrgetter("place", "template"), place=attrgetter("order")
)


def slots_of(place: str) -> list[Slot]:
    return [slot for slot in slots.ordered() if slot.place == place]
