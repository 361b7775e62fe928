"""The terms of the trade by their codes, as plans name them."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import Certification, Cluster
from matchmaking.listings.models import Category, Construction, Material


@dataclass(frozen=True, slots=True)
class Terms:
    """Rows of the taxonomy by code."""

    categories: dict[str, Category]
    constructions: dict[str, Construction]
    uppers: dict[str, Material]
    soles: dict[str, Material]
    certifications: dict[str, Certification]
    clusters: dict[str, Cluster]


def load_terms() -> Terms:
    """Read all terms: six queries."""
    return Terms(
        categories={row.code: row for row in Category.objects.all()},
        constructions={row.code: row for row in Construction.objects.all()},
        uppers={row.code: row for row in Material.objects.filter(part="upper")},
        soles={row.code: row for row in Material.objects.filter(part="outsole")},
        certifications={row.code: row for row in Certification.objects.all()},
        clusters={row.code: row for row in Cluster.objects.all()},
    )
