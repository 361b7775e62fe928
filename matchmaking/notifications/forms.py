"""A person's preferences for each kind of mail."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib.auth.base_user import AbstractBaseUser

from matchmaking.notifications import kinds
from matchmaking.notifications.models import MailMode, MailPreference


class PreferencesForm(forms.Form):
    """One field for each kind of mail that can be switched off."""

    def __init__(self, *args: Any, user: AbstractBaseUser, **kwargs: Any) -> None:
        """Add the fields, with the preferences of ``user`` as initial values."""
        super().__init__(*args, **kwargs)
        chosen: Mapping[str, str] = dict(
            MailPreference.objects.filter(user_id=user.pk).values_list("kind", "mode")
        )
        for kind in kinds.all_kinds():
            if not kind.mandatory:
                self.fields[kind.name] = forms.ChoiceField(
                    label=str(kind.label),
                    help_text=str(kind.help_text),
                    choices=MailMode.choices,
                    initial=chosen.get(kind.name, kind.default),
                    widget=forms.RadioSelect,
                )
