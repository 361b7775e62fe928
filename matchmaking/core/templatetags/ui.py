"""Filters and tags of components: states, fields, addresses."""

from django import template
from django.forms import BoundField, CheckboxInput, ClearableFileInput, FileInput, HiddenInput
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

register = template.Library()

# The words and the tone of every state in the product: a state looks the same everywhere.
STATES = {
    "draft": (_("Draft"), "neutral"),
    "pending": (_("Waiting for approval"), "warn"),
    "submitted": (_("Waiting for approval"), "warn"),
    "published": (_("Published"), "ok"),
    "active": (_("Active"), "ok"),
    "verified": (_("Verified"), "ok"),
    "approved": (_("Approved"), "ok"),
    "accepted": (_("Accepted"), "ok"),
    "done": (_("Done"), "ok"),
    "current": (_("Current"), "ok"),
    "open": (_("Open"), "ok"),
    "paused": (_("Paused"), "neutral"),
    "closed": (_("Closed"), "neutral"),
    "expired": (_("Expired"), "neutral"),
    "withdrawn": (_("Withdrawn"), "neutral"),
    "cancelled": (_("Cancelled"), "neutral"),
    "left": (_("Left"), "neutral"),
    "rejected": (_("Sent back"), "bad"),
    "returned": (_("Sent back"), "bad"),
    "refused": (_("Refused"), "bad"),
    "declined": (_("Declined"), "bad"),
    "suspended": (_("Suspended"), "bad"),
    "failed": (_("Failed"), "bad"),
    "dead": (_("Undeliverable"), "bad"),
    "stale": (_("Figures out of date"), "warn"),
    "queued": (_("Queued"), "info"),
    "running": (_("Running"), "info"),
    "proposed": (_("New match"), "brand"),
    "new": (_("New"), "brand"),
    "none": (_("Not verified"), "neutral"),
    "listed": (_("Listed"), "neutral"),
    "documents": (_("Documents reviewed"), "info"),
    "site": (_("Site visited"), "ok"),
}


@register.filter
def state_label(state: object) -> str:
    known = STATES.get(str(state))
    return str(known[0]) if known else gettext(str(state))


@register.filter
def state_tone(state: object) -> str:
    known = STATES.get(str(state))
    return known[1] if known else "neutral"


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


KIND_ICONS = {
    "match": "match",
    "order": "order",
    "offer": "factory",
    "company": "company",
    "figures": "refresh",
    "member": "people",
    "officer": "shield",
    "mail": "mail",
}


@register.filter
def kind_icon(kind: str) -> str:
    return KIND_ICONS.get(kind, "inbox")


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
