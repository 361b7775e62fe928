"""Fields that read figures and weeks as people of the trade write them."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from matchmaking.core import countries, weeks
from matchmaking.core.formatting import in_a_row
from matchmaking.core.text import no_control_characters
from matchmaking.core.trade_day import trade_week
from matchmaking.listings import week_plans

MOST_PRICE_DIGITS = 8
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class PairsField(forms.Field):
    """A whole number of pairs: 60000, 60,000 or 6万. The cleaned value is an int or None."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "numeric"}))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> int | None:
        """Return the number."""
        if value in self.empty_values:
            return None
        if isinstance(value, int):
            return value
        try:
            return week_plans.parse_pairs(str(value))
        except week_plans.NotUnderstood as error:
            raise ValidationError(str(error), code="invalid") from error

    def prepare_value(self, value: Any) -> Any:
        return f"{value:,}" if isinstance(value, int) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare numbers, not their dress."""
        try:
            return self.to_python(initial) != self.to_python(data)
        except ValidationError:
            return True


class PriceField(forms.Field):
    """Yuan a pair with at most two decimals: 46.5, ¥46.50. A Decimal or None."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal"}))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Decimal | None:
        """Return the amount."""
        if value in self.empty_values:
            return None
        plain = unicodedata.normalize("NFKC", str(value)).strip()
        plain = re.sub(r"^[¥￥]|\s|元.*$|/.*$", "", plain)
        if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", plain):
            plain = plain.replace(",", "")
        try:
            amount = Decimal(plain)
            if not amount.is_finite() or amount != amount.quantize(Decimal("0.01")):
                raise InvalidOperation  # noqa: TRY301 - one place turns them into the sentence
        except InvalidOperation as error:
            raise ValidationError(
                _("“%(text)s” is not a price: write yuan a pair, such as 46.50.") % {"text": value},
                code="invalid",
            ) from error
        return amount

    def prepare_value(self, value: Any) -> Any:
        return f"{value:.2f}" if isinstance(value, Decimal) else value


class WeekInput(forms.DateInput):
    """The browser's own picker of a day, with days so many weeks ahead as chips beside it.

    What is no day keeps its words: a picker would show an empty field instead of them.
    """

    template_name = "listings/widgets/week.html"

    def __init__(self, attrs: dict[str, Any] | None = None, *, chips: tuple[int, ...] = ()) -> None:
        super().__init__(attrs)
        self.chips = chips

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Add the ends of the horizon, and the chips."""
        context = super().get_context(name, value, attrs)
        first = trade_week()
        shown = context["widget"]["value"]
        if not shown or _DAY.fullmatch(str(shown)):
            last = first + dt.timedelta(weeks=weeks.HORIZON_WEEKS, days=-1)
            ends = {"min": first.isoformat(), "max": last.isoformat()}
            context["widget"]["type"] = "date"
            context["widget"]["attrs"] |= ends
        context["widget"]["attrs"]["autocomplete"] = "off"
        context["chips"] = [(count, first + dt.timedelta(weeks=count)) for count in self.chips]
        return context


class WeekField(forms.Field):
    """An ISO week, by any of its days or its label. The cleaned value is its Monday."""

    widget = WeekInput

    def to_python(self, value: Any) -> dt.date | None:
        """Return the Monday."""
        if value in self.empty_values:
            return None
        if isinstance(value, dt.date):
            return weeks.monday_of(value)
        try:
            return week_plans.parse_week(str(value))
        except week_plans.NotUnderstood as error:
            raise ValidationError(str(error), code="invalid") from error

    def prepare_value(self, value: Any) -> Any:
        """Return the day for the picker, also of a week that was written by its label."""
        if isinstance(value, str):
            try:
                value = value if _DAY.fullmatch(value) else week_plans.parse_week(value)
            except week_plans.NotUnderstood:
                return value
        return value.isoformat() if isinstance(value, dt.date) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare weeks, whichever day of them is named."""
        try:
            return self.to_python(initial) != self.to_python(data)
        except ValidationError:
            return True


class LinesField(forms.CharField):
    """Several lines of text without control characters, kept as they are."""

    def __init__(self, **kwargs: Any) -> None:
        rows = kwargs.pop("rows", 4)
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(required=False, strip=False, **kwargs)
        self.validators.append(no_control_characters)


class CountriesField(forms.CharField):
    """Countries by name or code, one after another: 日本、德国; US, DE. A list of codes."""

    def to_python(self, value: Any) -> Any:
        """Return the codes, each once."""
        text = value if isinstance(value, str) else ", ".join(value or [])
        codes, unknown = countries.codes_in(text)
        if unknown:
            raise ValidationError(
                _("“%(text)s” is not a country we know: write its name, or its two letters.")
                % {"text": unknown[0][:20]},
                code="invalid",
            )
        return codes

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list | tuple):
            return value
        return in_a_row(map(countries.name_of, value))
