"""Conditions and judgements in words."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.choices import CompanyKind, SizeBand
from matchmaking.core.formatting import grouped, money
from matchmaking.policies.conditions import FieldKind
from matchmaking.policies.fields import FIELDS

if TYPE_CHECKING:
    from matchmaking.policies.conditions import Condition, ConditionError, Judged, Judgement

_SIGNS = {">=": "≥", "<=": "≤", ">": ">", "<": "<", "=": "="}


def of_error(error: ConditionError) -> str:
    reasons = {
        "empty": _("“%(part)s”: write what the person judges."),
        "form": _("“%(part)s” is no condition, like revenue_yuan >= 20000000."),
        "field": _("“%(part)s”: there is no such field. There are: %(fields)s."),
        "flag": _("“%(part)s”: write = yes or = no."),
        "word": _("“%(part)s”: compare a word by = or in."),
        "number": _("“%(part)s”: write a number in digits."),
    }
    return reasons[error.reason] % {"part": error.part, "fields": ", ".join(FIELDS)}


def of_condition(condition: Condition) -> str:
    """Return a condition as a company reads it: "online sales … ≥ ¥20,000,000"."""
    if condition.words:
        return condition.words
    field = FIELDS[condition.field]
    values = [_value(field.kind, condition.field, value) for value in condition.values]
    if condition.op == "in" or field.kind in {FieldKind.WORD, FieldKind.FLAG}:
        return _("%(field)s: %(values)s") % {"field": field.label, "values": " / ".join(values)}
    return f"{field.label} {_SIGNS[condition.op]} {values[0]}"


def of_group(group: tuple[Condition, ...]) -> str:
    return _(" or ").join(of_condition(condition) for condition in group)


def of_gap(part: Judged, by: dt.date | None) -> str:
    """Return how far it is: "¥120,000 more: purchases … by 30 June"."""
    condition = part.condition
    amount = _value(FIELDS[condition.field].kind, condition.field, part.missing)
    values = {"amount": amount, "field": FIELDS[condition.field].label}
    if by is None:
        return _("%(amount)s more: %(field)s") % values
    day = date_format(by, "DATE_FORMAT")
    return _("%(amount)s more by %(day)s: %(field)s") % {**values, "day": day}


def gaps(judgement: Judgement, by: dt.date | None) -> list[str]:
    return [of_gap(part, by) for part in judgement.gaps]


def _value(kind: FieldKind, field: str, value: Any) -> str:
    if kind == FieldKind.MONEY:
        return money(Decimal(value)).removesuffix(".00")
    if kind == FieldKind.NUMBER:
        return grouped(value)
    if kind == FieldKind.FLAG:
        return _("yes") if value else _("no")
    words = {"kind": CompanyKind, "size_band": SizeBand}.get(field)
    return str(words(value).label) if words and value in words.values else str(value)
