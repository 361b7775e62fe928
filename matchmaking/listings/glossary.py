"""The vocabulary that texts are read with: the shipped words, and what officers changed."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet

from accounts.models import Certification, Cluster
from matchmaking.listings.free_text.vocabulary import Row, Vocabulary, amended, shipped_rows
from matchmaking.listings.models import Category, Construction, Material, TradeWord, WordKind

TERMS: dict[WordKind, QuerySet[Any]] = {
    WordKind.CATEGORY: Category.objects.all(),
    WordKind.PART: Category.objects.all(),
    WordKind.AGE: Category.objects.all(),
    WordKind.CONSTRUCTION: Construction.objects.all(),
    WordKind.CERTIFICATE: Certification.objects.all(),
    WordKind.UPPER: Material.objects.filter(part="upper"),
    WordKind.SOLE: Material.objects.exclude(part="upper"),
    WordKind.PLACE: Cluster.objects.all(),
}
Changes = tuple[tuple[Row, bool], ...]


def current_vocabulary() -> Vocabulary:
    """Return the vocabulary as officers left it: one small query, built again after a change."""
    return _vocabulary(_changes())


def current_rows() -> tuple[Row, ...]:
    """Return kind, word and codes of every word that names something, as officers left it."""
    return amended(shipped_rows(), _changes())


def _changes() -> Changes:
    rows = TradeWord.objects.order_by("pk").values_list("kind", "word", "codes", "is_active")
    return tuple(
        ((kind, word, ";".join(codes)), is_active) for kind, word, codes, is_active in rows
    )


@lru_cache(maxsize=2)
def _vocabulary(changes: Changes) -> Vocabulary:
    return Vocabulary(amended(shipped_rows(), changes))


def unknown_codes(kind: str, codes: Iterable[str]) -> list[str]:
    known = set(TERMS[WordKind(kind)].values_list("code", flat=True))
    return [code for code in codes if code not in known]
