"""The name of a saved search."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from matchmaking.core.text import no_control_characters


class SearchNameForm(forms.Form):
    """One field; whether the name is free, the service says."""

    name = forms.CharField(
        label=_("Name of the search"),
        max_length=60,
        validators=[no_control_characters],
        error_messages={"required": _("Give the search a name.")},
    )
