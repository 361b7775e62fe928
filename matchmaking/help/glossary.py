"""Terms of the trade, each with a sentence in both languages, out of ``data/glossary.csv``."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from matchmaking.core.localized import localized

TABLE = Path(__file__).parent / "data" / "glossary.csv"


@dataclass(frozen=True, slots=True)
class Term:
    slug: str
    zh: str
    en: str
    zh_text: str
    en_text: str

    @property
    def name(self) -> str:
        return localized(self.zh, self.en)

    @property
    def other_name(self) -> str:
        """The term in the other of the two languages, in which partners may write it."""
        return localized(self.en, self.zh)

    @property
    def text(self) -> str:
        return localized(self.zh_text, self.en_text)


@cache
def terms() -> dict[str, Term]:
    """Return all terms by slug, in the order of the table."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return {row["slug"]: Term(**row) for row in csv.DictReader(file, strict=True)}
