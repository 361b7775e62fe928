"""Forms of an intention (figures, end, contract, deliveries) and of questions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from matchmaking.core.errors import InvalidInput
from matchmaking.core.parsed_fields import DayField, PairsField, PriceField, WeekField
from matchmaking.core.text import no_control_characters
from matchmaking.core.uploads import UploadField
from matchmaking.deals.services.intentions import Figures
from matchmaking.deals.states import Audience, WithdrawReason

NOTE_LENGTH = 1000


def _note(label: Any, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=False,
        max_length=NOTE_LENGTH,
        validators=[no_control_characters],
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class FiguresForm(forms.Form):
    """What the two agree on. ``figures`` after a valid form."""

    pairs = PairsField(label=_("Pairs"))
    unit_price = PriceField(label=_("Yuan a pair"))
    first_week = WeekField(label=_("First delivery, in the week of"))
    last_week = WeekField(label=_("Last delivery, in the week of"))
    note = _note(
        _("What else you agreed on"),
        _("Tooling, samples, payment, packing: both sides and the association read it."),
    )
    figures: Figures

    def clean(self) -> dict[str, Any]:
        """Hold the figures together; one that no deal can have is named at its field."""
        data = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                self.figures = Figures(**data)
            except InvalidInput as refused:
                self.add_error(refused.field, str(refused.message))
        return data


class WithdrawForm(forms.Form):
    """Why the intention ends; the other side reads it."""

    reason = forms.ChoiceField(
        label=_("Reason"), choices=WithdrawReason.choices, widget=forms.RadioSelect
    )
    note = _note(_("Note"), _("The other side and the association read it."))


class ContractForm(forms.Form):
    """The contract's number, if it has one, and a copy of it."""

    number = forms.CharField(
        label=_("Contract number"),
        required=False,
        max_length=80,
        validators=[no_control_characters],
    )
    file = UploadField(
        label=_("Copy of the contract"),
        required=False,
        help_text=_(
            "PDF, JPEG, PNG or WebP, up to 10 MB. The other side and the association read it."
        ),
    )


class DeliveryForm(forms.Form):
    """Pairs that left on one day."""

    pairs = PairsField(label=_("Pairs delivered"))
    delivered_on = DayField(label=_("Delivered on"))


class ObjectionForm(forms.Form):
    """What is wrong with a case of the record; officers read it."""

    reason = forms.CharField(
        label=_("What is wrong with it?"),
        help_text=_("The association reads it, nobody else."),
        max_length=NOTE_LENGTH,
        validators=[no_control_characters],
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class QuestionForm(forms.Form):
    """A factory's question on an order."""

    text = forms.CharField(
        label=_("Your question"),
        help_text=_("Leave out names and contacts. Others read it with its answer."),
        max_length=NOTE_LENGTH,
        validators=[no_control_characters],
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class AnswerForm(forms.Form):
    """The brand's one answer, and which factories read it."""

    text = forms.CharField(
        label=_("Your answer"),
        help_text=_("Leave out names and contacts."),
        max_length=NOTE_LENGTH,
        validators=[no_control_characters],
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    audience = forms.ChoiceField(
        label=_("Who reads question and answer"),
        choices=Audience.choices,
        initial=Audience.MATCHED,
        widget=forms.RadioSelect,
    )


class RefusalForm(forms.Form):
    """A sentence to the brand with the refusal of a part."""

    note = _note(_("What would suit you instead"), _("The brand and the association read it."))
