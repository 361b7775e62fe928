"""Forms of connections."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from matchmaking.connections import queries
from matchmaking.connections.guarded_http import LONGEST_URL
from matchmaking.connections.states import EndpointKind
from matchmaking.core.text import no_control_characters

NAME = 60


class EndpointForm(forms.Form):
    """A system or a group that is to hear of the company's events."""

    kind = forms.ChoiceField(label=_("Where to"), choices=EndpointKind.choices)
    name = forms.CharField(
        label=_("Name"),
        max_length=NAME,
        validators=[no_control_characters],
        help_text=_("As your people call it, like “ERP” or “Sales group”."),
    )
    url = forms.CharField(
        label=_("Address"),
        max_length=LONGEST_URL,
        help_text=_("Copy it whole. It is kept sealed and not shown again."),
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}),
    )
    secret = forms.CharField(
        label=_("Signing secret of the robot"),
        required=False,
        max_length=120,
        validators=[no_control_characters],
        help_text=_("Where DingTalk or Feishu shows one. A webhook gets its own from us."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    events = forms.MultipleChoiceField(
        label=_("Of what"),
        required=False,
        help_text=_("Tick nothing to hear of everything."),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Areas register their kinds when the site starts, so not when the class is made.
        events: Any = self.fields["events"]
        events.choices = [(kind.name, kind.label) for kind in queries.kinds_of_companies()]


class SourceForm(forms.Form):
    """A system that sends the weeks of the company's capacity."""

    name = forms.CharField(
        label=_("Name"),
        max_length=NAME,
        validators=[no_control_characters],
        help_text=_("Which system it is, like “Planning board”."),
    )
