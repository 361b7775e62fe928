"""Forms of casework."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from matchmaking.casework import queries
from matchmaking.core.text import no_control_characters
from matchmaking.core.workbench.actions import ActionForm


class HandOverForm(ActionForm):
    """A colleague, and what there is to know."""

    to: Any = forms.ModelChoiceField(
        label=_("Colleague"), queryset=None, widget=UnfoldAdminSelectWidget()
    )
    note = forms.CharField(
        label=_("Note"),
        help_text=_("Officers alone read it."),
        max_length=2000,
        validators=[no_control_characters],
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["to"]
        field.queryset = queries.colleagues()


class NoteForm(ActionForm):
    """A note."""

    text = forms.CharField(
        label=_("Note"),
        help_text=_("Officers alone read it."),
        max_length=2000,
        validators=[no_control_characters],
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4, "autofocus": True}),
    )


class ViewForm(forms.Form):
    """A name for the filters that are on."""

    name = forms.CharField(max_length=40, validators=[no_control_characters])
