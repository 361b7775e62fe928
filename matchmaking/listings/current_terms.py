"""The taxonomy as officers keep it, with every word that names its terms.

Forms, API, sheets and free text ask the same words: those that the project ships
(``data/trade_words.csv``), those that officers changed, and the codes and names of the terms.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import Certification
from matchmaking.listings.free_text.vocabulary import Kind
from matchmaking.listings.glossary import current_rows
from matchmaking.listings.models import Category, Construction, Material
from matchmaking.listings.term_index import Row, TermIndex, names_of

# A sole is named by what touches the ground or by what lies above it: MD, EVA, rubber.
SOLE_PARTS = ("outsole", "midsole")
UPPER, SOLE = Q(part="upper"), Q(part__in=SOLE_PARTS)


def offered(rows: QuerySet[Any], present: Iterable[Any] = ()) -> QuerySet[Any]:
    """Return the terms in use and those that a post carries already.

    A term that officers switched off is not chosen anew, but a form or a client that sends a
    post back as it is must not lose it.
    """
    return rows.filter(Q(is_active=True) | Q(pk__in=[one.pk for one in present if one]))


def terms_of(post: Any, field: str) -> list[Any]:
    """Return what a post has in a field of terms, one or several."""
    if post is None or post.pk is None:
        return []
    value = getattr(post, field)
    return list(value.all()) if hasattr(value, "all") else [value]


@dataclass(frozen=True, slots=True)
class CurrentTerms:
    """Words of all terms in use, and those terms by kind and code."""

    index: TermIndex
    rows: Mapping[Kind, Mapping[str, Any]]


def load_terms() -> CurrentTerms:
    """Read the terms in use: six small queries. Words that name none of them name nothing."""
    rows = {kind: {row.code: row for row in found} for kind, found in _in_use().items()}
    names = (
        name
        for kind, by_code in rows.items()
        for row in by_code.values()
        for name in names_of(kind, row.code, row.name_zh, row.name_en)
    )
    return CurrentTerms(TermIndex(_words(rows), names), rows)


def _in_use() -> dict[Kind, QuerySet[Any]]:
    materials = Material.objects.filter(is_active=True)
    found: dict[Kind, QuerySet[Any]] = {
        Kind.CATEGORY: Category.objects.filter(is_active=True),
        Kind.CONSTRUCTION: Construction.objects.filter(is_active=True),
        Kind.UPPER: materials.filter(UPPER),
        Kind.SOLE: materials.filter(SOLE),
        Kind.CERTIFICATE: Certification.objects.filter(is_active=True),
    }
    return {kind: rows.order_by("position", "pk") for kind, rows in found.items()}


def _words(rows: Mapping[Kind, Mapping[str, Any]]) -> Iterable[Row]:
    """Return the words, each with the codes that are still in use."""
    for kind, word, codes in current_rows():
        known = rows.get(Kind.CATEGORY if kind == Kind.PART else Kind(kind), {})
        in_use = [code for code in codes.split(";") if code in known]
        if in_use or kind == Kind.AGE:
            yield kind, word, ";".join(in_use) or codes
