"""Numbers of the API: JSON's own, or texts as people write them, read by the parsers of forms and sheets."""

from __future__ import annotations

import math
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


def figures_pattern(low: int, high: int) -> str:
    """Return a regular expression of texts that every reader of numbers takes, within the bounds.

    ``low`` is one figure. Texts as long as ``high`` itself are left out, as are people's other
    ways of writing: they are read, and not promised.
    """
    longest = len(str(high + 1)) - 1
    forms = [f"[{low}-9]", f"[1-9][0-9]{{1,{longest - 1}}}"]
    if high >= 999_999:  # noqa: PLR2004 - what 999,999 needs
        forms.append("[1-9][0-9]{0,2},[0-9]{3}")
        myriads = len(str(high // 10_000 + 1)) - 1
        forms.append(f"[1-9][0-9]{{0,{myriads - 1}}}万")
    return f"^({'|'.join(forms)})$"


def yuan_pattern(high: int, *, may_be_nothing: bool) -> str:
    """Return a regular expression of plain amounts up to ``high``, with two decimals at most."""
    longest = len(str(high + 1)) - 1
    forms = [
        rf"[1-9][0-9]{{0,{longest - 1}}}(\.[0-9]{{1,2}})?",
        r"0\.(0[1-9]|[1-9][0-9]?)",
        *([r"0(\.0{1,2})?"] if may_be_nothing else []),
    ]
    return f"^({'|'.join(forms)})$"


class WrittenPairs(serializers.IntegerField):
    """A whole number: 60000, or "60,000", "6万", "500打" as ``read`` reads it.

    Its bounds are needed: the schema tells them of numbers and texts alike.
    """

    default_error_messages = {
        "unreadable": _('“{text}” is not a number here: send 60000 or "60,000".'),
        "several": SEVERAL,
    }

    def __init__(
        self,
        *,
        min_value: int,
        max_value: int,
        read: Callable[[str], Outcome[int]] = numbers.read_pairs,
        **kwargs: Any,
    ) -> None:
        super().__init__(min_value=min_value, max_value=max_value, **kwargs)
        self.read = read
        number = {"type": "integer", "minimum": min_value, "maximum": max_value}
        text = {"type": "string", "pattern": figures_pattern(min_value, max_value)}
        # On the field itself: each has bounds of its own.
        told: Any = self  # the decorator's types know no field with such a constructor
        extend_schema_field({"oneOf": [number, text]})(told)

    def to_internal_value(self, data: Any) -> int:
        """Return the number.

        :raises ValidationError: for a text with no reading, or with several
        """
        if isinstance(data, str):
            data = one_of(self, data, self.read(data) if len(data) <= LONGEST else None)
        return int(super().to_internal_value(data))


class Yuan(serializers.DecimalField):
    """Yuan with two decimals at most: "46.50" or 46.5."""

    def __init__(self, *, min_value: Decimal, max_value: Decimal, **kwargs: Any) -> None:
        super().__init__(
            min_value=min_value,
            max_value=max_value,
            decimal_places=2,
            max_digits=len(str(int(max_value))) + 2,
            **kwargs,
        )
        number = {
            "type": "number",
            "minimum": float(min_value),
            "maximum": float(max_value),
            "multipleOf": 0.01,
        }
        pattern = yuan_pattern(int(max_value), may_be_nothing=not min_value)
        text = {"type": "string", "pattern": pattern}
        told: Any = self  # the decorator's types know no field with such a constructor
        extend_schema_field({"oneOf": [number, text], "example": "46.50"})(told)

    def to_internal_value(self, data: Any) -> Decimal:
        """Return the amount.

        :raises ValidationError: for what is no amount within the bounds
        """
        # 3 * 0.1 is 0.30000000000000004 to every sender that calculates in binary.
        if isinstance(data, float) and math.isclose(data, round(data, 2), rel_tol=1e-12):
            data = round(data, 2)
        found: Decimal = super().to_internal_value(data)
        return found


class WrittenPrice(Yuan):
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
        return super().to_internal_value(data)

    def _yuan(self, text: str) -> Decimal:
        outcome = money.read_money(text) if len(text) <= LONGEST else None
        for reading in readings_in(outcome):
            if reading.value.currency != "CNY":
                self.fail("currency", price=str(reading.value))
        found: Decimal = one_of(self, text, money.in_cents(outcome))
        return found
