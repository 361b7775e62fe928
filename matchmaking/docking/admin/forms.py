"""What officers enter about a docking day on the workbench."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from matchmaking.core.parsed_fields import DayField
from matchmaking.core.text import no_control_characters
from matchmaking.core.workbench.actions import ActionForm
from matchmaking.docking.models import DockingEvent, Hall
from matchmaking.docking.models.events import MOST_TABLES
from matchmaking.docking.services.events import SLOT_MINUTES

SPAN = re.compile(r"^(\d{1,2})[:：](\d{2})\s*[-–—~至]\s*(\d{1,2})[:：](\d{2})$")
MOST_MINUTES = 120


class BreaksField(forms.CharField):
    """Breaks of a day, "10:30-10:45, 12:00-13:30", as pairs of times."""

    def to_python(self, value: Any) -> Any:
        """Return the breaks in their order.

        :raises ValidationError: for text that names no hours, or ends before it begins
        """
        text = super().to_python(value) or ""
        found = []
        for part in re.split(r"[,，;；、\n]+", text):
            if not part.strip():
                continue
            found.append(_span(part.strip()))
        return found

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, list):
            return ", ".join(f"{first:%H:%M}-{last:%H:%M}" for first, last in value)
        return value


def _span(part: str) -> tuple[dt.time, dt.time]:
    read = SPAN.match(part)
    hours = [int(digits) for digits in read.groups()] if read else [0, 0, 0, 0]
    try:
        first, last = dt.time(hours[0], hours[1]), dt.time(hours[2], hours[3])
    except ValueError:
        first = last = dt.time()
    if first >= last:
        raise ValidationError(
            _("“%(text)s” is no break: write 12:00-13:30, several with commas."),
            params={"text": part[:40]},
        )
    return first, last


class DayForm(ActionForm):
    """A day with its slots."""

    on = DayField(label=_("Day"), widget=UnfoldAdminTextInputWidget())
    begins = forms.TimeField(label=_("Begins"), widget=UnfoldAdminTextInputWidget())
    ends = forms.TimeField(label=_("Ends"), widget=UnfoldAdminTextInputWidget())
    minutes = forms.TypedChoiceField(
        label=_("Minutes of a slot"),
        coerce=int,
        choices=[(minutes, str(minutes)) for minutes in SLOT_MINUTES],
        widget=UnfoldAdminSelectWidget(),
    )
    breaks = BreaksField(
        label=_("Breaks"),
        required=False,
        max_length=200,
        help_text=_("For example 10:30-10:45, 12:00-13:30"),
        widget=UnfoldAdminTextInputWidget(),
    )

    @staticmethod
    def initial_of(row: Any) -> dict[str, Any]:
        del row
        return {"begins": "09:00", "ends": "17:00", "minutes": 20, "breaks": "12:00-13:30"}


class HallForm(ActionForm):
    """A hall with its tables."""

    name_zh = forms.CharField(
        label=_("Name in Chinese"),
        max_length=40,
        validators=[no_control_characters],
        widget=UnfoldAdminTextInputWidget(),
    )
    name_en = forms.CharField(
        label=_("Name in English"),
        max_length=60,
        validators=[no_control_characters],
        widget=UnfoldAdminTextInputWidget(),
    )
    tables = forms.IntegerField(
        label=_("Tables"),
        min_value=1,
        max_value=MOST_TABLES,
        widget=UnfoldAdminIntegerFieldWidget(),
    )


class OfHallsForm(ActionForm):
    """A form whose choices are the halls of the event."""

    names: tuple[str, ...] = ("hall",)

    def __init__(self, *args: Any, row: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, row=row, **kwargs)
        halls = row.halls.order_by("position", "pk") if isinstance(row, DockingEvent) else None
        for name in self.names:
            field: Any = self.fields[name]
            field.queryset = halls if halls is not None else Hall.objects.none()


def _hall(label: Any) -> forms.ModelChoiceField[Hall]:
    return forms.ModelChoiceField(
        label=label, queryset=Hall.objects.none(), widget=UnfoldAdminSelectWidget()
    )


class HallChoiceForm(OfHallsForm):
    """One hall of the event."""

    hall = _hall(_("Hall"))


class WalkForm(OfHallsForm):
    """How far two halls lie apart."""

    names = ("one", "other")
    one = _hall(_("From"))
    other = _hall(_("To"))
    minutes = forms.IntegerField(
        label=_("Minutes on foot"),
        min_value=0,
        max_value=MOST_MINUTES,
        widget=UnfoldAdminIntegerFieldWidget(),
    )
