"""Placeholders of a press text: which there are, and whether a text can be filled in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from string import Formatter
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

STAGES = "stages"
PLACEHOLDERS: dict[str, Any] = {
    "title": gettext_lazy("title of the board"),
    "since": gettext_lazy("first day"),
    "until": gettext_lazy("last day, or the day of the text"),
    "firms": gettext_lazy("firms on both sides, each counted once"),
    "brands": gettext_lazy("brands"),
    "factories": gettext_lazy("factories"),
    "intentions": gettext_lazy("intentions confirmed by both"),
    "pairs": gettext_lazy("pairs, rounded"),
    "pairs_exact": gettext_lazy("pairs"),
    "yuan": gettext_lazy("yuan, rounded"),
    "yuan_exact": gettext_lazy("yuan"),
    STAGES: gettext_lazy("announced, confirmed, contracted and delivered, in one sentence"),
    "method": gettext_lazy("address of the page that says how it is counted"),
    "association": gettext_lazy("name of the association"),
}


def problems(text: str) -> Iterator[str]:
    """Yield what is wrong with a text, in sentences."""
    try:
        parts = list(Formatter().parse(text))
    except ValueError:
        yield _("A brace is not closed. Write {{ and }} for braces that stay.")
        return
    names = {name for _literal, name, _spec, _conversion in parts if name is not None}
    if unknown := sorted(names - set(PLACEHOLDERS)):
        yield _("There is no placeholder %(name)s.") % {"name": "{" + unknown[0] + "}"}
    if any(spec or conversion for _literal, _name, spec, conversion in parts):
        yield _("A placeholder is its name alone, like {firms}.")
    if STAGES not in names:
        yield _("Keep {stages}: the four stages always stand together.")


def fill(text: str, values: Mapping[str, str]) -> str:
    """Return the text with its placeholders replaced; it has no ``problems``."""
    return text.format_map(values)
