"""Names of the terms that a text mentions by code, loaded when the first is asked for."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from accounts.models import Certification, Cluster
from matchmaking.listings.models import Category, Construction

MODELS: dict[str, type[Any]] = {
    "category": Category,
    "construction": Construction,
    "certificate": Certification,
    "place": Cluster,
}


class Terms:
    """Rows of the tables of terms, by kind and code; those that are offered for new posts."""

    @cached_property
    def _rows(self) -> dict[str, dict[str, Any]]:
        return {kind: {} for kind in MODELS}

    def row(self, kind: str, code: str) -> Any | None:
        """Return the term, None when it is unknown or switched off."""
        rows = self._rows[kind]
        if not rows:
            rows.update({row.code: row for row in MODELS[kind].objects.filter(is_active=True)})
        return rows.get(code)

    def rows(self, kind: str, codes: Iterable[str]) -> list[Any]:
        return [row for code in codes if (row := self.row(kind, code)) is not None]

    def name(self, kind: str, code: str) -> str:
        row = self.row(kind, code)
        return row.name if row is not None else code
