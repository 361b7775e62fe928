"""A stretch of a message of which patterns take characters, each character once."""

from __future__ import annotations

import re
from collections.abc import Iterator

from matchmaking.core.parsing.normalization import NormalizedText
from matchmaking.core.parsing.outcomes import Span

TAKEN = "\x00"  # no normalized text holds it
_CLAUSE = re.compile(r"[,。;!?\n、()\x00]")


class Scan:
    """``rest`` is the stretch with taken characters blotted out; positions stay as they are."""

    def __init__(self, text: NormalizedText, plain: str, start: int, end: int) -> None:
        """Take ``plain[start:end]``, where ``plain`` is the text with contacts blotted out."""
        self.text = text
        self.offset = start
        self.plain = plain[start:end]
        self.rest = self.plain

    def take(self, start: int, end: int) -> None:
        self.rest = f"{self.rest[:start]}{TAKEN * (end - start)}{self.rest[end:]}"

    def matches(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        """Yield matches in what is not taken, also while the caller takes them."""
        position = 0
        while match := pattern.search(self.rest, position):
            yield match
            position = max(match.end(), position + 1)

    def take_all(self, pattern: re.Pattern[str]) -> list[re.Match[str]]:
        """Return all matches and take them."""
        found = []
        for match in self.matches(pattern):
            self.take(*match.span())
            found.append(match)
        return found

    def span(self, start: int, end: int) -> Span:
        return self.text.span(self.offset + start, self.offset + end)

    def before(self, position: int, length: int = 12) -> str:
        stretch = self.plain[max(0, position - length) : position]
        return _CLAUSE.split(stretch)[-1]

    def after(self, position: int, length: int = 12) -> str:
        return _CLAUSE.split(self.plain[position : position + length])[0]
