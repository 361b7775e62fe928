"""Forms of a match's two sides: an answer, a message, a farewell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.services import contact_book
from matchmaking.core.errors import InvalidInput
from matchmaking.core.text import no_control_characters
from matchmaking.core.uploads import UploadsField
from matchmaking.matching.presentation.arrangement import (
    AS_SET,
    SLIDERS,
    SORTS,
    STRENGTHS,
    Wishes,
)
from matchmaking.matching.services.messages import MOST_FILES
from matchmaking.matching.states import AnswerKind, DeclineReason

if TYPE_CHECKING:
    from django.http import QueryDict

NOTE_LENGTH = 1000
TEXT_LENGTH = 4000


def lines_field(*, rows: int, max_length: int, **kwargs: Any) -> forms.CharField:
    """Return a field of several lines without control characters."""
    field = forms.CharField(
        widget=forms.Textarea(attrs={"rows": rows}),
        max_length=max_length,
        required=False,
        **kwargs,
    )
    field.validators.append(no_control_characters)
    return field


def slider(label: Any) -> forms.IntegerField:
    """Return a field of a place on a slider, a step for each of ``STRENGTHS``."""
    last = len(STRENGTHS) - 1
    widget = forms.NumberInput(attrs={"type": "range", "step": "1"})
    return forms.IntegerField(
        label=label, required=False, min_value=0, max_value=last, widget=widget
    )


class ArrangementForm(forms.Form):
    """How a list of matches is wanted, read from the address; what it cannot read is no wish."""

    sort = forms.ChoiceField(
        label=_("Sort by"),
        choices=list(SORTS.items()),
        required=False,
        widget=forms.Select(attrs={"class": "input"}),
    )
    checked = forms.BooleanField(label=_("Documents reviewed or visited"), required=False)
    within = forms.BooleanField(label=_("Price within the target"), required=False)
    price = slider(_("Price"))
    time = slider(_("Lead time"))
    place = slider(_("Place"))

    def __init__(self, address: QueryDict) -> None:
        # An untouched field of a GET form is missing: a slider then stands as the association set it.
        asked = address.copy()
        for name in SLIDERS:
            asked.setdefault(name, str(AS_SET))
        asked.setdefault("sort", "score")
        super().__init__(asked)

    @property
    def wishes(self) -> Wishes:
        self.is_valid()
        data = self.cleaned_data
        places = {code: data.get(name) for name, code in SLIDERS.items()}
        return Wishes(
            sort=data.get("sort") or "score",
            strengths={code: place for code, place in places.items() if place is not None},
            is_checked=bool(data.get("checked")),
            is_within_price=bool(data.get("within")),
        )

    @property
    def is_changed(self) -> bool:
        wishes = self.wishes
        return wishes.is_checked or wishes.is_within_price or wishes.has_own_weights

    @property
    def sliders(self) -> list[forms.BoundField]:
        return [self[name] for name in SLIDERS]


class AnswerForm(forms.Form):
    """Interested, or declined with a reason; each is one button."""

    kind = forms.ChoiceField(label=_("Answer"), choices=AnswerKind.choices)
    reason = forms.ChoiceField(label=_("Reason"), choices=DeclineReason.choices, required=False)
    note = lines_field(
        label=_("Note"),
        rows=2,
        max_length=NOTE_LENGTH,
        help_text=_("The association reads it; the other side only if you tick the box."),
    )
    shares_note = forms.BooleanField(label=_("The other side may read the note"), required=False)
    contact_person = forms.CharField(
        label=_("Contact person"),
        max_length=80,
        required=False,
        validators=[no_control_characters],
    )
    contact = forms.CharField(
        label=_("Phone or WeChat"),
        max_length=120,
        required=False,
        validators=[no_control_characters],
    )

    def __init__(self, *args: Any, asks_contact: bool = False, **kwargs: Any) -> None:
        """``asks_contact``: the company has none yet, and its partner would open an empty card."""
        super().__init__(*args, **kwargs)
        self.asks_contact = asks_contact

    def clean_contact(self) -> str:
        """Refuse what reaches nobody."""
        value: str = self.cleaned_data["contact"].strip()
        if value:
            try:
                contact_book.kind_of(value)
            except InvalidInput as error:
                raise forms.ValidationError(str(error.message), code=error.code) from error
        return value

    def clean(self) -> dict[str, Any]:
        """A decline has its reason; interest has a contact, once the other side says yes too."""
        data = super().clean() or self.cleaned_data
        is_interest = data.get("kind") == AnswerKind.INTERESTED
        if is_interest and self.asks_contact and not (data.get("contact") or self.errors):
            self.add_error("contact", _("Say how the other side reaches you once it says yes too."))
        if not is_interest:
            data |= {"contact": "", "contact_person": ""}
        # One form, two buttons: a reason chosen before pressing the other one says nothing.
        if data.get("kind") == AnswerKind.INTERESTED:
            data |= {"reason": "", "note": "", "shares_note": False}
        elif data.get("kind") and not data.get("reason") and "reason" not in self.errors:
            self.add_error("reason", _("Tap the reason why it does not fit."))
        return data


class MessageForm(forms.Form):
    """A message: text, files, or both."""

    text = lines_field(label=_("Message"), rows=3, max_length=TEXT_LENGTH)
    uploads = UploadsField(
        most=MOST_FILES,
        label=_("Files"),
        required=False,
        help_text=_("PDF, JPEG, PNG or WebP, up to 10 MB each, 5 files in all."),
    )

    def clean(self) -> dict[str, Any]:
        """Something is said or sent."""
        data = super().clean() or self.cleaned_data
        files = data.get("uploads") or []
        if not data.get("text") and not files and not self.errors:
            self.add_error("text", _("Write something, or choose a file."))
        return data


class EndForm(forms.Form):
    """A word with the end of a conversation; it stays with the association."""

    note = lines_field(
        label=_("Why? The association reads it, the other side does not."),
        rows=3,
        max_length=NOTE_LENGTH,
    )
