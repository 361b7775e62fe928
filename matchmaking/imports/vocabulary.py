"""The words that cells use for terms of the trade and for places, loaded once per run."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from accounts.models import Cluster
from matchmaking.imports.places import Gazetteer
from matchmaking.listings.current_terms import CurrentTerms, load_terms
from matchmaking.listings.free_text.vocabulary import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

_BRACKETS = re.compile(r"[(（].*?[)）]")
KINDS = {
    "category": Kind.CATEGORY,
    "categories": Kind.CATEGORY,
    "construction": Kind.CONSTRUCTION,
    "constructions": Kind.CONSTRUCTION,
    "upper_material": Kind.UPPER,
    "sole_material": Kind.SOLE,
    "certifications": Kind.CERTIFICATE,
}
NEAR = 2


@dataclass(frozen=True)
class Vocabulary:
    """The terms in use with every word for them, the clusters, and every place."""

    terms: CurrentTerms
    clusters: Mapping[str, Cluster]
    gazetteer: Gazetteer

    def near(self, column: str, word: str) -> list[str]:
        """Return names of terms that are written nearly like the word."""
        kind = KINDS.get(column)
        if kind is None:
            return []
        names = [
            name for row in self.terms.rows[kind].values() for name in (row.name_zh, row.name_en)
        ]
        return difflib.get_close_matches(word, [name for name in names if name], NEAR, 0.5)

    def row(self, kind: Kind, code: str) -> Any:
        return self.terms.rows[kind][code]


def load_vocabulary() -> Vocabulary:
    """Read the taxonomy and the places: a handful of small queries."""
    clusters = {cluster.code: cluster for cluster in Cluster.objects.all()}
    words = {
        code: (cluster.name_zh, _BRACKETS.sub("", cluster.name_en), cluster.name_en)
        for code, cluster in clusters.items()
    }
    return Vocabulary(load_terms(), clusters, Gazetteer(words))


def cluster_of(vocabulary: Vocabulary, division: str) -> Cluster | None:
    return vocabulary.clusters.get(division) or vocabulary.clusters.get(f"{division[:4]}00")
