"""Form fields that read what people write by :mod:`matchmaking.core.parsing`: right, or asked about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils.formats import date_format
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from matchmaking.core import formatting, weeks
from matchmaking.core.parsing import days, durations, money, numbers
from matchmaking.core.parsing import weeks as week_parsing
from matchmaking.core.parsing.outcomes import Ambiguous, Outcome, Read, Reason, readings_in
from matchmaking.core.trade_day import trade_day

ASKED, READING = "asked", "reading"  # what a question adds to a field's name
MOST_WORDS = 40  # of a text that an error repeats
CENT = Decimal("0.01")


class ReadingInput(forms.TextInput):
    """A line of text; a reading chosen below the question counts while the text is the same."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """Return the chosen reading, else the text.

        Who types another text and forgets the choice below it means the text.
        """
        written = super().value_from_datadict(data, files, name)
        reading, asked = data.get(f"{name}-{READING}"), data.get(f"{name}-{ASKED}")
        return reading if reading and written == asked else written


class ParsedField(forms.Field):
    """A field whose text has one reading, several to choose from, or none."""

    widget: type[forms.Widget] = ReadingInput
    not_understood: Any  # a sentence, translated when it is shown

    def read(self, text: str) -> Outcome[Any]:
        raise NotImplementedError

    def say(self, value: Any) -> str:
        raise NotImplementedError

    def write(self, value: Any) -> str:
        """Return the value as the field itself shows and reads it."""
        raise NotImplementedError

    def to_python(self, value: Any) -> Any:
        """Return the value that was meant.

        :raises ValidationError: ``ambiguous`` with ``choices`` of (text, words), or ``invalid``
        """
        if value in self.empty_values or not isinstance(value, str):
            return None if value in self.empty_values else value
        outcome = self.read(value)
        if isinstance(outcome, Read):
            return outcome.value
        if isinstance(outcome, Ambiguous):
            raise self.question(value, outcome)
        raise ValidationError(
            self.not_understood, code="invalid", params={"text": shortened(value)}
        )

    def question(self, text: str, outcome: Ambiguous[Any]) -> ValidationError:
        """Return the error that asks which reading is meant."""
        values = [reading.value for reading in readings_in(outcome)]
        readings = list(dict.fromkeys((self.write(value), self.say(value)) for value in values))
        # Translators: stands between the readings of a text: 60,000 pairs or 60 pairs.
        words = now_(" or ").join(words for _text, words in readings)
        params = {"text": shortened(text), "readings": words, "choices": readings}
        sentence = _QUESTIONS.get(outcome.reason, _WHICH)
        return ValidationError(sentence, code="ambiguous", params=params)

    def prepare_value(self, value: Any) -> Any:
        return value if value is None or isinstance(value, str) else self.write(value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare values, not their dress."""
        try:
            return bool(self.to_python(initial) != self.to_python(data))
        except ValidationError:
            return True


_WHICH = _("“%(text)s” can be read as %(readings)s: choose one.")
_QUESTIONS = {
    Reason.RANGE: _("“%(text)s” is a range: choose one end, or write one figure (%(readings)s)."),
    Reason.OPEN_ENDED: _(
        "“%(text)s” leaves the figure open: choose %(readings)s, or write the figure."
    ),
}


def shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= MOST_WORDS else f"{line[:MOST_WORDS]}…"


def readings_of(field: BoundField) -> Sequence[tuple[str, str]]:
    """Return the readings that the field's error offers, each as text and in words."""
    errors = field.errors.as_data() if field.errors else []
    return next(
        (one.params["choices"] for one in errors if one.code == "ambiguous" and one.params), ()
    )


def understood(field: BoundField) -> str:
    """Return what a typed text was read as, "" where it says just that itself."""
    parsed, form = field.field, field.form
    if not isinstance(parsed, ParsedField) or not form.is_bound or field.errors:
        return ""
    value = getattr(form, "cleaned_data", {}).get(field.name)
    plain = "".join(str(field.value() or "").split()).replace(",", "")
    if value is None or plain == parsed.write(value).replace(",", ""):
        return ""
    return parsed.say(value)


class NumberField(ParsedField):
    """A whole number of things that are few: lines, colours. ``example`` is named in its error."""

    not_understood = _("“%(text)s” is not a number: write it in figures, like 4.")

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", ReadingInput(attrs={"inputmode": "numeric"}))
        super().__init__(**kwargs)

    def read(self, text: str) -> Outcome[int]:
        return numbers.read_count(text)

    def say(self, value: Any) -> str:
        return formatting.grouped(value)

    def write(self, value: Any) -> str:
        return f"{value:,}"


class PairsField(NumberField):
    """Pairs: 60000, 60,000, 6万, 500打."""

    not_understood = _("“%(text)s” is not a number of pairs: write 60000 or 60,000.")

    def __init__(self, **kwargs: Any) -> None:
        # A phone's keypad for figures has no 万.
        kwargs.setdefault("widget", ReadingInput())
        super().__init__(**kwargs)

    def read(self, text: str) -> Outcome[int]:
        return numbers.read_pairs(text)

    def say(self, value: Any) -> str:
        return formatting.pairs(value)


class LeastPairsField(PairsField):
    """A minimum of pairs: 3000双起 is 3,000."""

    def read(self, text: str) -> Outcome[int]:
        return numbers.read_least_pairs(text)


class PlannedPairsField(PairsField):
    """Pairs of a week; 停产 is none."""

    def read(self, text: str) -> Outcome[int]:
        return numbers.read_planned_pairs(text)


class DaysField(NumberField):
    """A length of time in days: 25, 25天, 三周."""

    not_understood = _("“%(text)s” is not a number of days: write days, like 25.")

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", ReadingInput())
        super().__init__(**kwargs)

    def read(self, text: str) -> Outcome[int]:
        return durations.read_days(text)

    def say(self, value: Any) -> str:
        return ngettext("%(days)s day", "%(days)s days", value) % {"days": f"{value:,}"}


class PriceField(ParsedField):
    """Yuan a pair: 46.5, ¥46.50, 46块5, 216元/打. Other currencies are refused, not converted."""

    not_understood = _("“%(text)s” is not a price: write yuan a pair, like 46.50.")

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", ReadingInput())
        super().__init__(**kwargs)

    def read(self, text: str) -> Outcome[Decimal]:
        """Return the outcome in yuan a pair.

        :raises ValidationError: for a price in another currency
        """
        outcome = money.read_money(text)
        for reading in readings_in(outcome):
            if reading.value.currency != "CNY":
                raise ValidationError(
                    _("Prices are in yuan: convert %(price)s first."),
                    code="currency",
                    params={"price": str(reading.value)},
                )
        return money.in_cents(outcome)

    def say(self, value: Any) -> str:
        return formatting.money(value)

    def write(self, value: Any) -> str:
        return f"{value:.2f}"


class DayField(ParsedField):
    """A day: 2027-03-31, 2027年3月31日, 3月底. ``begins``: of a period the first counts, else the last."""

    not_understood = _("“%(text)s” is not a day: write year, month, day: 2027-03-31.")

    def __init__(
        self, *, widget: forms.Widget | None = None, begins: bool = False, **kwargs: Any
    ) -> None:
        self.begins = begins
        kwargs.setdefault("help_text", _("Year, month, day: 2027-03-31."))
        super().__init__(widget=widget or ReadingInput(), **kwargs)
        self.widget.attrs.update(autocomplete="off", maxlength="40")

    def read(self, text: str) -> Outcome[dt.date]:
        return days.read_day(text, trade_day(), begins=self.begins)

    def say(self, value: Any) -> str:
        return date_format(value, "DATE_FORMAT")

    def write(self, value: Any) -> str:
        return str(value.isoformat())


class WeekField(ParsedField):
    """The week of a day or a period: 2027-W05, 27W14, 3月底前. The value is its Monday.

    Of a longer period the week of the last day counts, of a beginning that of the first.
    """

    not_understood = _(
        "“%(text)s” is not a week: write a day such as 2027-02-01, or a week such as 2027-W05."
    )

    def __init__(self, *, begins: bool = False, **kwargs: Any) -> None:
        self.begins = begins
        super().__init__(**kwargs)

    def read(self, text: str) -> Outcome[dt.date]:
        read = week_parsing.read_start_week if self.begins else week_parsing.read_due_week
        return read(text, trade_day())

    def to_python(self, value: Any) -> Any:
        read = super().to_python(value)
        return weeks.monday_of(read) if isinstance(read, dt.date) else read

    def say(self, value: Any) -> str:
        return f"{formatting.week_range(value)} ({weeks.label(value)})"

    def write(self, value: Any) -> str:
        return str(value.isoformat())
