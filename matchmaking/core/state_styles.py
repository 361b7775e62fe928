"""Label and tone of each state, equal on every page of the site.

A state is known by its value: an area that uses a value of an area below ("closed", "expired")
shares its style and registers only values of its own.
"""

from dataclasses import dataclass
from operator import attrgetter
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext

from matchmaking.core.registry import Registry

Tone = Literal["neutral", "info", "ok", "warn", "bad", "brand"]


@dataclass(frozen=True, slots=True)
class StateStyle:
    state: str
    label: str | Promise
    tone: Tone


state_styles: Registry[StateStyle] = Registry("state", key=attrgetter("state"))


def label_of(state: str) -> str:
    style = state_styles.get(state)
    return str(style.label) if style else gettext(state)


def tone_of(state: str) -> Tone:
    style = state_styles.get(state)
    return style.tone if style else "neutral"
