"""Texts and figures that occur nowhere else, and how they are found again.

A canary reads ``zq<owner>x<letter>x<number>z``: one regular expression finds them all and says
whose they are. Exact figures are unusual numbers, found as numbers.
"""

from __future__ import annotations

import re
from typing import Any

KINDS = {
    "n": "name",
    "t": "text",
    "f": "figures",  # of the matched post
    "g": "others",  # figures of posts that match nothing
    "l": "ledger",
    "o": "obstacle",  # the one figure that stands in the way of a match
    "p": "people",
    "m": "shown",  # to the other side of a match, once both have said yes
    "q": "asked",  # a factory's question on an order
    "a": "answered",  # and the brand's answer
    "k": "contact",  # opened by one who knows the name
}
CANARY = re.compile(r"zq([a-z]+?)x([ntflgopmkqa])x(\d+)z")


class Planting:
    """What was planted in a market, and whose it is."""

    def __init__(self) -> None:
        self.serial = 0
        self.figures: dict[str, str] = {}

    def text(self, owner: str, letter: str = "t") -> str:
        self.serial += 1
        return f"zq{owner}x{letter}x{self.serial}z"

    def figure(self, owner: str, letter: str, number: Any) -> Any:
        """Note that this number gives the owner away."""
        assert str(number) not in self.figures
        self.figures[str(number)] = f"{owner}:{KINDS[letter]}"
        return number

    def found_in(self, body: str) -> set[str]:
        """Return whose secrets the text shows, as ``owner:kind``."""
        text = body.lower().replace(",", "")
        found = {f"{m[1]}:{KINDS[m[2]]}" for m in CANARY.finditer(text)}
        return found | {self.figures[m[0]] for m in self.figure_pattern.finditer(text)}

    @property
    def figure_pattern(self) -> re.Pattern[str]:
        if "_pattern" not in self.__dict__:
            numbers = "|".join(re.escape(number) for number in self.figures)
            self._pattern = re.compile(rf"(?<![\w.-])(?:{numbers})(?![\w-])")
        return self._pattern
