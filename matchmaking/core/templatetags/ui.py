"""Filters and tags of components: states, fields, addresses."""

from collections.abc import Sequence
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, ClearableFileInput, FileInput, HiddenInput
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from matchmaking.core import parsed_fields
from matchmaking.core.dashboard_registry import kind_icons
from matchmaking.core.localized import localized
from matchmaking.core.state_styles import label_of, tone_of
from matchmaking.core.workbench import queues

register = template.Library()


@register.filter
def state_label(state: object) -> str:
    return label_of(str(state))


@register.filter
def state_tone(state: object) -> str:
    return tone_of(str(state))


@register.simple_tag
def answer_by(row: Any) -> str:
    """Return the sentence that says until when the association answers, "" where it promised none."""
    due = queues.answer_by(row)
    if due is None:
        return ""
    here = timezone.localtime(due, timezone.get_default_timezone())
    shown = date_format(here, localized("n月j日 l H:i", "D j M H:i"))
    return gettext("Answer by %(moment)s.") % {"moment": shown}


@register.filter
def field_kind(field: BoundField) -> str:
    """Return how the field is laid out: hidden, check, choices, file or input."""
    widget = field.field.widget
    if isinstance(widget, HiddenInput) or field.is_hidden:
        return "hidden"
    if isinstance(widget, CheckboxInput):
        return "check"
    if field.use_fieldset:
        return "choices"
    if isinstance(widget, FileInput | ClearableFileInput):
        return "file"
    return "input"


@register.filter
def readings(field: BoundField) -> Sequence[tuple[str, str]]:
    return parsed_fields.readings_of(field)


@register.filter
def understood(field: BoundField) -> str:
    return parsed_fields.understood(field)


@register.filter
def is_under(path: str, url: str) -> bool:
    return bool(url) and (path == url or (url != "/" and path.startswith(url)))


@register.filter
def score_tone(score: float | None) -> str:
    """Return how a score from 0 to 100 reads: high from 70, mid from 45, else low."""
    value = float(score or 0)
    if value >= 70:  # noqa: PLR2004 - the bounds are this function's whole meaning
        return "high"
    return "mid" if value >= 45 else "low"  # noqa: PLR2004


@register.filter
def share_tone(share: float | None) -> str:
    return score_tone(float(share or 0) * 100)


@register.filter
def initial(name: str) -> str:
    return str(name).strip()[:1].upper()


@register.filter
def kind_icon(kind: str) -> str:
    return kind_icons.get(kind) or "inbox"


# In this order: browsers name their forebears too.
BROWSERS = (
    ("MicroMessenger", _("WeChat")),
    ("DingTalk", _("DingTalk")),
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)


@register.filter
def device(user_agent: str) -> str:
    """Return browser and system as people name them: "Chrome · Windows"."""
    names = [
        next((str(name) for mark, name in known if mark in user_agent), "")
        for known in (BROWSERS, SYSTEMS)
    ]
    return " · ".join(name for name in names if name) or gettext("Unknown device")
