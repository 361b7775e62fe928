"""Text without width, case, invisible signs and traditional forms, and the way back to what was sent."""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache
from pathlib import Path

from matchmaking.core.parsing.outcomes import Span

# One to one, so that positions stay; whole-text conversion would need a table of words and
# change lengths.
_TABLE = Path(__file__).resolve().parent.parent / "data" / "traditional.txt"
_DASHES = "‐‑‒–—―−ー－﹣"
_TIMES = "×✕✖╳*∗"
_QUOTES = "’‘`´′"
_ALIKE = {
    **dict.fromkeys(_DASHES, "-"),
    **dict.fromkeys(_TIMES, "×"),
    **dict.fromkeys(_QUOTES, "'"),
    "〜": "~",
    "∼": "~",
    "﹏": "~",
    "\t": " ",
    "\r": " ",
    "\u2028": "\n",
    "\u2029": "\n",
}
_INVISIBLE = {"Cf", "Cc", "Cs"}


@cache
def _simplified() -> dict[int, str]:
    lines = _TABLE.read_text(encoding="utf-8").splitlines()
    pairs = (pair for line in lines if not line.startswith("#") for pair in line.split())
    return {ord(pair[0]): pair[1] for pair in pairs}


@lru_cache(maxsize=20_000)
def _fold(character: str) -> str:
    if character == "\n" or " " <= character <= "~":
        return "×" if character == "*" else "'" if character == "`" else character
    if alike := _ALIKE.get(character):
        return alike
    if "\ufe00" <= character <= "\ufe0f" or unicodedata.category(character) in _INVISIBLE:
        return ""
    if "\u2460" <= character <= "\u249b" or "\u24ea" <= character <= "\u24ff":
        return character  # ① opens a post of a list: as a plain 1 it would join the figures
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    folded = unicodedata.normalize("NFKC", character).translate(_simplified())
    return "".join(" " if part.isspace() else _ALIKE.get(part, part) for part in folded)


class NormalizedText:
    """A text in the form that patterns search: half width, simplified, dashes alike.

    ``plain`` is in lower case, ``cased`` is not; both have the same length.
    """

    __slots__ = ("_ends", "_starts", "cased", "original", "plain")

    def __init__(self, original: str) -> None:
        self.original = original
        self._starts: list[int] = []
        self._ends: list[int] = []
        folded = []
        for position, character in enumerate(original):
            for part in _fold(character):
                folded.append(part)
                self._starts.append(position)
                self._ends.append(position + 1)
        self.cased = "".join(folded)
        lowered = self.cased.lower()
        if len(lowered) != len(self.cased):  # İ alone becomes two
            lowered = "".join(c.lower() if len(c.lower()) == 1 else c for c in self.cased)
        self.plain = lowered

    def span(self, start: int, end: int) -> Span:
        if start >= end:
            return Span(0, 0)
        return Span(self._starts[start], self._ends[end - 1])

    @property
    def whole(self) -> Span:
        return Span(0, len(self.original))
