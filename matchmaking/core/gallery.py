"""Made-up data for the gallery of components."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matchmaking.core.dashboard_registry import kind_icons
from matchmaking.core.parsed_fields import DayField
from matchmaking.core.state_styles import state_styles
from matchmaking.core.trade_day import trade_week

ICONS = [
    "bell",
    "menu",
    "check",
    "ok",
    "info",
    "warn",
    "bad",
    "back",
    "next",
    "arrow",
    "plus",
    "search",
    "filter",
    "user",
    "people",
    "company",
    "factory",
    "order",
    "shoe",
    "calendar",
    "clock",
    "shield",
    "lock",
    "mail",
    "globe",
    "sun",
    "moon",
    "device",
    "upload",
    "download",
    "file",
    "inbox",
    "match",
    "leave",
    "edit",
    "chart",
    "gear",
    "swap",
    "pause",
    "play",
    "trash",
    "refresh",
    "star",
    "help",
]


class SampleForm(forms.Form):
    """A form with every kind of widget."""

    title = forms.CharField(
        label=gettext_lazy("Title"), help_text=gettext_lazy("As you would name it on the phone.")
    )
    pairs = forms.IntegerField(
        label=gettext_lazy("Pairs"),
        min_value=1,
        error_messages={"min_value": gettext_lazy("Enter at least 1 pair.")},
    )
    price = forms.DecimalField(label=gettext_lazy("Target price"), required=False)
    category = forms.ChoiceField(
        label=gettext_lazy("Category"),
        choices=[("", "—"), ("run", gettext_lazy("Running shoes"))],
    )
    due = DayField(label=gettext_lazy("Due"))
    split = forms.ChoiceField(
        label=gettext_lazy("May it be split?"),
        widget=forms.RadioSelect,
        choices=[("no", gettext_lazy("No, one factory")), ("yes", gettext_lazy("Yes"))],
    )
    certificates = forms.MultipleChoiceField(
        label=gettext_lazy("Certificates"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("iso", "ISO 9001"), ("bsci", "BSCI"), ("sa", "SA8000")],
    )
    notes = forms.CharField(
        label=gettext_lazy("Notes"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    file = forms.FileField(
        label=gettext_lazy("Attachment"),
        required=False,
        help_text=gettext_lazy("PDF, PNG or JPEG up to 10 MB."),
    )
    agree = forms.BooleanField(label=gettext_lazy("I may post for this company"))


class SampleFilter(forms.Form):
    """A filter above a list."""

    category = forms.ChoiceField(
        label=gettext_lazy("Category"),
        required=False,
        choices=[("", gettext_lazy("All")), ("run", gettext_lazy("Running shoes"))],
    )
    cluster = forms.CharField(label=gettext_lazy("Cluster"), required=False)
    due = forms.CharField(label=gettext_lazy("Due"), required=False)


@dataclass(frozen=True, slots=True)
class Tab:
    label: str
    url: str
    current: bool = False
    count: int | None = None


@dataclass(frozen=True, slots=True)
class SampleEvent:
    at: dt.datetime
    title: str
    detail: str = ""
    tone: str = ""


def context(request: HttpRequest) -> dict[str, Any]:
    """Return made-up values for every component."""
    start = trade_week()
    published = [0 if week in {11, 12} else 12_000 + week % 5 * 900 for week in range(104)]
    now = timezone.now()
    form = SampleForm({"title": "2027 春季跑鞋", "pairs": "0", "split": "yes"})
    fresh = SampleForm(prefix="fresh")
    return {
        "start": start,
        "published": published,
        "held": [0, 0, 0, *[n // 4 for n in published[3:9]]],
        "booked": [max(0, n - week * 900) for week, n in enumerate(published[:10])],
        "window_start": start + dt.timedelta(weeks=4),
        "window_end": start + dt.timedelta(weeks=15),
        "variants": ["primary", "secondary", "ghost", "danger"],
        "states": [style.state for style in state_styles.ordered()],
        "tones": ["info", "ok", "warn", "bad"],
        "scores": [92, 71, 48, 17, 100, 0],
        "form": form,
        "fresh": fresh,
        "fields": [fresh["title"], fresh["category"]],
        "filters": SampleFilter({"category": "run"}),
        "tabs": [
            Tab(_("Published"), "#", current=True, count=3),
            Tab(_("Draft"), "#", count=0),
            Tab(_("Closed"), "#"),
        ],
        "table_states": ["published", "pending", "rejected"],
        "page": Paginator(range(100), 10).get_page(2),
        "head": [_("Week"), _("Pairs")],
        "rows": [["2027-W05", "12,000"], ["2027-W06", "9,500"]],
        "events": [
            SampleEvent(now, _("Published"), tone="ok"),
            SampleEvent(
                now - dt.timedelta(days=1), _("Sent back"), _("The due week is missing."), "bad"
            ),
            SampleEvent(now - dt.timedelta(days=2), _("Draft")),
        ],
        "items": [(_("Category"), _("Running shoes")), (_("Due"), "2027-W05")],
        "icons": ICONS,
        "kinds": sorted(kind for kind, _icon in kind_icons.items()),
        "request": request,
    }
