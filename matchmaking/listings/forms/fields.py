"""Fields that read figures and weeks as people of the trade write them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from matchmaking.core import countries, parsed_fields, weeks
from matchmaking.core.formatting import in_a_row
from matchmaking.core.parsed_fields import ReadingInput
from matchmaking.core.text import no_control_characters
from matchmaking.core.trade_day import trade_week


class WeekInput(ReadingInput):
    """A line for words (3月底前, 27W14) with the browser's own picker of a day, and chips beside it.

    Without JavaScript the day that was picked counts where the line is empty.
    """

    template_name = "listings/widgets/week.html"

    def __init__(self, attrs: dict[str, Any] | None = None, *, chips: tuple[int, ...] = ()) -> None:
        super().__init__(attrs)
        self.chips = chips

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Add the ends of the horizon for the picker, and the chips."""
        context = super().get_context(name, value, attrs)
        first = trade_week()
        context["first"] = first
        context["last"] = first + dt.timedelta(weeks=weeks.HORIZON_WEEKS, days=-1)
        context["widget"]["attrs"]["autocomplete"] = "off"
        context["chips"] = [(count, first + dt.timedelta(weeks=count)) for count in self.chips]
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return super().value_from_datadict(data, files, name) or data.get(f"{name}-picked")


class WeekField(parsed_fields.WeekField):
    """A week, with a picker."""

    widget = WeekInput


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
