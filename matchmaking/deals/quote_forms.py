"""Forms of quotes: the quote itself, and what the brand says to one."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from matchmaking.core.errors import InvalidInput
from matchmaking.core.parsed_fields import (
    DayField,
    DaysField,
    NumberField,
    PairsField,
    PriceField,
    WeekField,
)
from matchmaking.core.text import no_control_characters
from matchmaking.core.uploads import UploadsField
from matchmaking.deals.quote_terms import MOST_BREAKS, Payment, PriceBreak, QuoteTerms
from matchmaking.deals.services.quotes import MOST_FILES
from matchmaking.deals.states import QuoteDeclineReason
from matchmaking.listings.models.orders import ToolingOwner

if TYPE_CHECKING:
    from collections.abc import Sequence

NOTE_LENGTH = 1000
BREAKS = range(1, MOST_BREAKS + 1)
# Of a quote on a phone; the others are filled in already and stand below.
FIRST_FIELDS = ("pairs", "unit_price", "last_week")


def _text(label: Any, help_text: Any = "", *, rows: int = 3, **kwargs: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=NOTE_LENGTH,
        validators=[no_control_characters],
        widget=forms.Textarea(attrs={"rows": rows}),
        **kwargs,
    )


class QuoteForm(forms.Form):
    """A whole quote; ``terms`` after a valid form. Three fields are asked for, the rest is filled in."""

    pairs = PairsField(label=_("Pairs"), help_text=_("All of the order, or a part of it."))
    unit_price = PriceField(label=_("Yuan a pair"))
    last_week = WeekField(label=_("Last delivery, in the week of"))
    first_week = WeekField(label=_("First delivery, in the week of"))
    least_pairs = PairsField(
        label=_("Smallest part"),
        help_text=_("The brand may accept a part down to this many pairs without asking again."),
        required=False,
    )
    tooling_cost = PriceField(label=_("Tooling cost, yuan"), required=False)
    moulds_by = forms.ChoiceField(label=_("Moulds"), choices=ToolingOwner.choices)
    lasts_by = forms.ChoiceField(label=_("Lasts"), choices=ToolingOwner.choices)
    sample_days = DaysField(label=_("Sample, days"), required=False)
    sample_cost = PriceField(label=_("Sample cost, yuan"), required=False)
    deposit = NumberField(label=_("Deposit, %"))
    before_shipping = NumberField(label=_("Before shipping, %"))
    after_delivery = NumberField(label=_("After delivery, %"))
    after_days = DaysField(label=_("Days after delivery"))
    valid_until = DayField(label=_("Valid until"))
    note = _text(
        _("Notes"), _("Material, packing, conditions: the brand reads them."), required=False
    )
    uploads = UploadsField(most=MOST_FILES, label=_("Files"), required=False)
    terms: QuoteTerms

    def __init__(self, *args: Any, is_sealed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in BREAKS:
            self.fields[f"break_pairs_{number}"] = PairsField(label=_("From pairs"), required=False)
            self.fields[f"break_week_{number}"] = WeekField(
                label=_("From delivery until"), required=False
            )
            self.fields[f"break_price_{number}"] = PriceField(
                label=_("Yuan a pair"), required=False
            )
        if is_sealed:
            del self.fields["uploads"]

    @property
    def first_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in FIRST_FIELDS]

    @property
    def breaks(self) -> list[list[forms.BoundField]]:
        return [
            [self[f"break_{part}_{number}"] for part in ("pairs", "week", "price")]
            for number in BREAKS
        ]

    @property
    def has_errors_below(self) -> bool:
        """Tell whether a field that is folded away has an error, so that it is unfolded."""
        return any(name not in FIRST_FIELDS for name in self.errors)

    def clean(self) -> dict[str, Any]:
        """Hold the terms together; what no quote can have is named at its field."""
        data = super().clean() or self.cleaned_data
        breaks = self._breaks(data)
        if self.errors:
            return data
        try:
            self.terms = QuoteTerms(
                pairs=data["pairs"],
                least_pairs=data["least_pairs"] or data["pairs"],
                unit_price=data["unit_price"],
                first_week=data["first_week"],
                last_week=data["last_week"],
                valid_until=data["valid_until"],
                breaks=breaks,
                tooling_cost=data["tooling_cost"] or Decimal(0),
                moulds_by=data["moulds_by"],
                lasts_by=data["lasts_by"],
                sample_days=data["sample_days"],
                sample_cost=data["sample_cost"] or Decimal(0),
                payment=Payment(
                    deposit=data["deposit"],
                    before_shipping=data["before_shipping"],
                    after_delivery=data["after_delivery"],
                    days=data["after_days"],
                ),
                note=data["note"],
            )
        except InvalidInput as refused:
            self.refuse(refused)
        return data

    def refuse(self, refused: Any) -> None:
        """Add a refusal of the domain at its field; a break's at the first of them."""
        field = "break_price_1" if refused.field == "breaks" else refused.field
        self.add_error(field if field in self.fields else None, str(refused.message))

    def _breaks(self, data: dict[str, Any]) -> tuple[PriceBreak, ...]:
        found = []
        for number in BREAKS:
            pairs, week = data.get(f"break_pairs_{number}"), data.get(f"break_week_{number}")
            price = data.get(f"break_price_{number}")
            if price is None and (pairs or week):
                self.add_error(f"break_price_{number}", _("Say the price of this break."))
            elif price is not None:
                found.append(PriceBreak(unit_price=price, from_pairs=pairs, from_week=week))
        return tuple(found)


def initial_of(terms: QuoteTerms) -> dict[str, Any]:
    """Return the form's initial values for terms that stand already."""
    found: dict[str, Any] = {
        name: getattr(terms, name)
        for name in (
            "pairs", "unit_price", "first_week", "last_week", "least_pairs", "tooling_cost",
            "moulds_by", "lasts_by", "sample_days", "sample_cost", "valid_until", "note",
        )
    }  # fmt: skip
    found |= {
        "deposit": terms.payment.deposit,
        "before_shipping": terms.payment.before_shipping,
        "after_delivery": terms.payment.after_delivery,
        "after_days": terms.payment.days,
    }
    for number, one in enumerate(terms.breaks, start=1):
        found |= {
            f"break_pairs_{number}": one.from_pairs,
            f"break_week_{number}": one.from_week,
            f"break_price_{number}": one.unit_price,
        }
    return found


class CorrectionForm(QuoteForm):
    """A quote again with a clerical mistake corrected."""

    reason = _text(_("What the mistake was"), _("The brand reads it before it agrees."), rows=2)


class WishForm(forms.Form):
    """What the brand would like to be different."""

    wish = _text(_("What should be different?"), _("The factory reads it and may revise."))


class QuoteDeclineForm(forms.Form):
    """Why the brand declines; the factory reads it."""

    reason = forms.ChoiceField(
        label=_("Reason"), choices=QuoteDeclineReason.choices, widget=forms.RadioSelect
    )
    note = _text(_("Note"), _("The factory reads it."), required=False)


class QuoteWithdrawForm(forms.Form):
    """A word to the brand."""

    note = _text(_("Note"), _("The brand reads it."), required=False)


class AcceptForm(forms.Form):
    """How many pairs, and until which week, of what the quote names."""

    pairs = PairsField(label=_("Pairs"))
    last_week = forms.TypedChoiceField(
        label=_("Delivery until"), coerce=dt.date.fromisoformat, required=False, empty_value=None
    )
    number = forms.IntegerField(widget=forms.HiddenInput, max_value=10_000)

    def __init__(self, *args: Any, weeks: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: Any = self.fields["last_week"]
        choices.choices = weeks
        if len(weeks) < 2:  # noqa: PLR2004 - nothing to choose
            del self.fields["last_week"]


class ComparisonForm(forms.Form):
    """The pairs for which quotes are compared, read from the address."""

    pairs = PairsField(label=_("Compare for pairs"), required=False)


class SealedRoundForm(forms.Form):
    """The moment until which quotes stay sealed, in the reader's zone."""

    opens_on = DayField(label=_("Opening day"))
    opens_time = forms.TimeField(
        label=_("Time"),
        input_formats=["%H:%M", "%H"],
        initial="17:00",
        widget=forms.TextInput(attrs={"placeholder": "17:00", "inputmode": "numeric"}),
    )
    opens_at: dt.datetime

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.errors:
            naive = dt.datetime.combine(data["opens_on"], data["opens_time"])
            self.opens_at = timezone.make_aware(naive)
        return data
