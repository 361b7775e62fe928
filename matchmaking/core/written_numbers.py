"""Numbers of the API: JSON's own, or texts as people write them, read by the parsers of forms and sheets."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from matchmaking.core.parsing import money, numbers
from matchmaking.core.parsing.outcomes import Ambiguous, Outcome, Read, readings_in

LONGEST = 60
SEVERAL = _("“{text}” can be read as {readings}: send one of them as a number.")


def one_of(field: serializers.Field[Any, Any, Any, Any], text: str, outcome: Outcome[Any]) -> Any:
    """Return the one reading of a text.

    :raises ValidationError: for none, and for several, naming them
    """
    if isinstance(outcome, Read):
        return outcome.value
    if isinstance(outcome, Ambiguous):
        values = dict.fromkeys(str(reading.value) for reading in readings_in(outcome))
        field.fail("several", text=text, readings=", ".join(values))
    return field.fail("unreadable", text=text[:LONGEST])


@extend_schema_field({"oneOf": [{"type": "integer"}, {"type": "string"}], "example": 60000})
class WrittenPairs(serializers.IntegerField):
    """A whole number: 60000, or "60,000", "6万", "500打" as ``read`` reads it."""

    default_error_messages = {
        "unreadable": _('“{text}” is not a number here: send 60000 or "60,000".'),
        "several": SEVERAL,
    }

    def __init__(
        self, *, read: Callable[[str], Outcome[int]] = numbers.read_pairs, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.read = read

    def to_internal_value(self, data: Any) -> int:
        """Return the number.

        :raises ValidationError: for a text with no reading, or with several
        """
        if isinstance(data, str):
            data = one_of(self, data, self.read(data) if len(data) <= LONGEST else None)
        return int(super().to_internal_value(data))


@extend_schema_field({"oneOf": [{"type": "number"}, {"type": "string"}], "example": "46.50"})
class WrittenPrice(serializers.DecimalField):
    """Yuan a pair: "46.50", 46.5, "¥46.5", "46块5". Another currency is refused, not converted."""

    default_error_messages = {
        "several": SEVERAL,
        "unreadable": _('“{text}” is no price: send yuan a pair, like "46.50".'),
        "currency": _("Prices are in yuan: convert {price} first."),
    }

    def to_internal_value(self, data: Any) -> Decimal:
        """Return the price in yuan.

        :raises ValidationError: for a text with no reading or several, or in another currency
        """
        if isinstance(data, str):
            data = self._yuan(data)
        found: Decimal = super().to_internal_value(data)
        return found

    def _yuan(self, text: str) -> Decimal:
        outcome = money.read_money(text) if len(text) <= LONGEST else None
        for reading in readings_in(outcome):
            if reading.value.currency != "CNY":
                self.fail("currency", price=str(reading.value))
        found: Decimal = one_of(self, text, money.in_cents(outcome))
        return found
