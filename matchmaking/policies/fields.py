"""Fields that conditions may name: what the site knows itself, and what companies tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from matchmaking.policies.conditions import FieldKind


@dataclass(frozen=True, slots=True)
class Field:
    """``is_told``: the company says it; else the site reads it from its record and its deals."""

    name: str
    label: Any
    kind: FieldKind
    is_told: bool = True
    help_text: Any = ""


FIELDS: dict[str, Field] = {
    field.name: field
    for field in (
        Field("kind", _("kind of company"), FieldKind.WORD, is_told=False),
        Field("size_band", _("size"), FieldKind.WORD, is_told=False),
        Field("certificates", _("certificates"), FieldKind.WORD, is_told=False),
        Field(
            "confirmed_yuan",
            _("yuan of deals confirmed here this year"),
            FieldKind.MONEY,
            is_told=False,
        ),
        Field(
            "delivered_yuan",
            _("yuan of deals delivered here this year"),
            FieldKind.MONEY,
            is_told=False,
        ),
        Field("age_years", _("whole years since the company was founded"), FieldKind.NUMBER),
        Field("revenue_yuan", _("revenue of the last year, yuan"), FieldKind.MONEY),
        Field("online_sales_yuan", _("online sales of the last year, yuan"), FieldKind.MONEY),
        Field(
            "investment_yuan",
            _("investment in software and equipment this year, yuan"),
            FieldKind.MONEY,
        ),
        Field("equipment_yuan", _("smart equipment bought, yuan"), FieldKind.MONEY),
        Field("equipment_sets", _("smart equipment bought, sets"), FieldKind.NUMBER),
        Field("set_price_yuan", _("price of the dearest set, yuan"), FieldKind.MONEY),
        Field(
            "local_purchases_yuan",
            _("purchases from local industry in this half-year, invoiced, yuan"),
            FieldKind.MONEY,
        ),
        Field(
            "new_purchases_yuan",
            _("of these more than in the half-year before, yuan"),
            FieldKind.MONEY,
        ),
        Field("local_tax_yuan", _("local fiscal contribution of the year, yuan"), FieldKind.MONEY),
        Field("acquisition_yuan", _("cost of a brand acquired, yuan"), FieldKind.MONEY),
        Field("alliance_members", _("firms in the alliance that you lead"), FieldKind.NUMBER),
        Field("first_above_scale", _("above designated size for the first time"), FieldKind.FLAG),
    )
}
KINDS = {name: field.kind for name, field in FIELDS.items()}
