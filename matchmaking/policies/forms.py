"""Forms of policies."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from matchmaking.core.text import no_control_characters
from matchmaking.policies.choices import Outcome, PolicyLevel, PolicyTopic
from matchmaking.policies.conditions import Condition, FieldKind
from matchmaking.policies.fields import FIELDS

YES_NO = (("", _("not said")), ("yes", _("yes")), ("no", _("no")))


class CatalogueFilter(forms.Form):
    """What of the catalogue is shown."""

    level = forms.ChoiceField(
        label=_("Level"), required=False, choices=[("", _("All")), *PolicyLevel.choices]
    )
    topic = forms.ChoiceField(
        label=_("Topic"), required=False, choices=[("", _("All")), *PolicyTopic.choices]
    )


class FactsForm(forms.Form):
    """The facts that a policy asks for, one field each; what stays empty is not said."""

    def __init__(
        self, *args: Any, asked: list[Condition], told: dict[str, Any], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.keys: dict[str, str] = {}
        for place, condition in enumerate(asked):
            name = f"fact_{place}"
            self.keys[name] = condition.key
            self.fields[name] = _field(condition, told.get(condition.key))

    @property
    def facts(self) -> dict[str, Any]:
        """Return the values by key: a number, True, False, or None for what is not said."""
        words = {"yes": True, "no": False, "": None}
        return {
            key: words[value] if isinstance(value := self.cleaned_data[name], str) else value
            for name, key in self.keys.items()
        }


def _field(condition: Condition, told: Any) -> forms.Field:
    field = FIELDS.get(condition.field)
    if field is None or field.kind == FieldKind.FLAG:
        initial = {True: "yes", False: "no"}.get(told, "")
        return forms.ChoiceField(
            label=condition.words or (field.label if field else ""),
            choices=YES_NO,
            required=False,
            initial=initial,
        )
    return forms.DecimalField(
        label=field.label,
        required=False,
        initial=told,
        min_value=0,
        max_digits=15,
        decimal_places=2 if field.kind == FieldKind.MONEY else 0,
    )


class OutcomeForm(forms.Form):
    """What came of an application."""

    outcome = forms.ChoiceField(
        label=_("What came of it?"), choices=Outcome.choices, widget=forms.RadioSelect
    )
    granted_yuan = forms.IntegerField(
        label=_("Granted, yuan"), required=False, min_value=0, max_value=10**12
    )
    note = forms.CharField(
        label=_("Why?"),
        help_text=_("Needed when it was refused or you did not apply. The association reads it."),
        required=False,
        max_length=1000,
        validators=[no_control_characters],
        widget=forms.Textarea(attrs={"rows": 3}),
    )
