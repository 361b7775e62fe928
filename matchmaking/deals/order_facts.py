"""What an order asks for in the terms that a quote answers: a change of any un-answers it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Certification
from matchmaking.core.formatting import grouped, listed, pairs, weeks_in_words
from matchmaking.listings.models import Category, Construction, Material

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matchmaking.listings.models import ProcessingOrder

Facts = dict[str, Any]
TERMS = {
    "category": Category,
    "construction": Construction,
    "upper_material": Material,
    "sole_material": Material,
}


def facts_of(order: ProcessingOrder) -> Facts:
    """Return pairs, weeks, colourways, materials, certificates and deadline, as JSON holds them.

    Title, notes, size run and target price may change without a word to those who quoted: they
    are no terms of the quote.
    """
    sealed = getattr(order, "sealed_round", None)
    return {
        "pairs": order.pairs,
        "earliest_start": order.earliest_start.isoformat() if order.earliest_start else None,
        "due_week": order.due_week.isoformat() if order.due_week else None,
        "colourways": order.colourways,
        "category": order.category.code if order.category else None,
        "construction": order.construction.code if order.construction else None,
        "upper_material": order.upper_material.code if order.upper_material else None,
        "sole_material": order.sole_material.code if order.sole_material else None,
        "certifications": sorted(row.code for row in order.certifications.all()),
        "deadline": sealed.opens_at.isoformat() if sealed else None,
    }


def changes_between(before: Facts, after: Facts) -> list[list[Any]]:
    """Return [field, before, after] of each fact that differs."""
    return [
        [name, before.get(name), value]
        for name, value in after.items()
        if before.get(name) != value
    ]


def in_words(changes: list[list[Any]]) -> list[tuple[str, str, str]]:
    """Return label, before and after of each change, for people."""
    names = _names(changes)
    return [
        (labels()[name], _said(name, before, names), _said(name, after, names))
        for name, before, after in changes
    ]


def labels() -> dict[str, str]:
    return {
        "pairs": _("Pairs"),
        "earliest_start": _("Earliest start"),
        "due_week": _("Due week"),
        "colourways": _("Colourways"),
        "category": _("Category"),
        "construction": _("Construction"),
        "upper_material": _("Upper material"),
        "sole_material": _("Sole material"),
        "certifications": _("Certificates"),
        "deadline": _("Sealed until"),
    }


def _names(changes: list[list[Any]]) -> dict[tuple[str, str], str]:
    """Return the names of the terms that changed, by field and code."""
    found: dict[tuple[str, str], str] = {}
    for name, before, after in changes:
        codes = [*(before or []), *(after or [])] if name == "certifications" else [before, after]
        model: Any = Certification if name == "certifications" else TERMS.get(name)
        if model is not None:
            rows = model.objects.filter(code__in=[code for code in codes if code])
            found |= {(name, row.code): row.name for row in rows}
    return found


def _said(name: str, value: Any, names: Mapping[tuple[str, str], str]) -> str:
    if value in (None, [], ""):
        return "–"
    if name == "pairs":
        return pairs(value)
    if name in {"earliest_start", "due_week"}:
        return weeks_in_words(dt.date.fromisoformat(value))
    if name == "deadline":
        moment = timezone.localtime(dt.datetime.fromisoformat(value))
        return date_format(moment, "DATETIME_FORMAT")
    if name == "certifications":
        return listed(names.get((name, code), code) for code in value)
    if name == "colourways":
        return grouped(value)
    return names.get((name, value), value)
