"""Places as lists name them: 莆田, Nan Hai, 福建省莆田市荔城区, "Huidong County, Huizhou"."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from matchmaking.core.localized import localized
from matchmaking.imports.labels import plain

DATA = Path(__file__).resolve().parent / "data" / "divisions.csv"
# Outside the mainland: known, so that a list that names them is told from one that errs.
OUTSIDE = {
    "810000": ("香港", "hongkong", "hongkongchina", "香港特别行政区", "hksar"),
    "820000": ("澳门", "macau", "macao", "澳门特别行政区"),
    "710000": ("台湾", "taiwan", "台湾省", "taipei", "台北", "台北市"),
}
_NAMES_OUTSIDE = {
    "810000": ("香港", "Hong Kong"),
    "820000": ("澳门", "Macao"),
    "710000": ("台湾", "Taiwan"),
}
_SPLIT = re.compile(r"[,，;；/|、\n()（）·]+|\s[-–—]\s")
_ENGLISH_LEVEL = re.compile(
    r"(?:\b(?:city|district|districts|county|province|prov|prefecture|municipality|town|autonomous region|region|area|shi|qu|xian|sheng)\b\.?\s*)+$",
    re.IGNORECASE,
)
_STREET = re.compile(
    r"\b(?:road|rd|street|st|avenue|ave|lane|no|building|floor|zone|park|village|industrial|lot|block|room|unit)\b|[路街道号栋楼村巷室园]$|\d",
    re.IGNORECASE,
)
_HAN = re.compile("[\u3400-\u9fff]")
MOST_CHOICES = 6


@dataclass(frozen=True, slots=True)
class PlaceReading:
    """The division's code, or the codes to choose from; ``unknown`` is text that names no place of ours."""

    code: str = ""
    choices: tuple[str, ...] = ()
    unknown: str = ""


@cache
def _divisions() -> tuple[dict[str, tuple[str, str]], dict[str, frozenset[str]]]:
    """Return names by code, and codes by every word that names them."""
    names: dict[str, tuple[str, str]] = dict(_NAMES_OUTSIDE)
    words: dict[str, set[str]] = {}
    with DATA.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            names[row["code"]] = (row["name"], row["latin"].capitalize())
            for word in {row["name"], row["stem"], row["latin"]}:
                words.setdefault(plain(word), set()).add(row["code"])
    for code, others in OUTSIDE.items():
        for word in others:
            words.setdefault(word, set()).add(code)
    return names, {word: frozenset(codes) for word, codes in words.items()}


def name_of(code: str) -> str:
    """Return the place from its province down, in the reader's language."""
    names, _words = _divisions()
    chain = dict.fromkeys((f"{code[:2]}0000", f"{code[:4]}00", code))
    found = [names[one] for one in chain if one in names]
    chinese = "".join(zh for zh, _latin in found)
    return localized(chinese, ", ".join(latin for _zh, latin in reversed(found)))


def is_within(inner: str, outer: str) -> bool:
    stem = outer.rstrip("0")
    return inner.startswith(stem + "0" * (len(stem) % 2))


def are_compatible(one: str, other: str) -> bool:
    return is_within(one, other) or is_within(other, one)


class Gazetteer:
    """Codes of divisions by word, the association's clusters among them."""

    def __init__(self, clusters: Mapping[str, Iterable[str]]) -> None:
        """Take the words of each cluster's code."""
        _names, words = _divisions()
        self._words = dict(words)
        self._clusters = set(clusters)
        for code, names in clusters.items():
            for word in names:
                known = self._words.get(plain(word), frozenset())
                self._words[plain(word)] = known | {code}

    def read(self, city: str, province: str = "", address: str = "") -> PlaceReading:
        """Return the finest place on which the columns agree.

        A city outside of the province beside it is a choice between both; an address counts
        where neither column says anything.
        """
        fine, unknown = self._tokens(city)
        coarse, unknown_province = self._tokens(province)
        if not fine and not coarse:
            fine, _rest = self._tokens(address, is_address=True)
        found = self._agree([*coarse, *fine], finest=fine[-1] if fine else None)
        rest = ", ".join(text for text in (unknown, unknown_province) if text)
        return PlaceReading(found.code, found.choices, rest)

    def _agree(
        self, tokens: Sequence[frozenset[str]], finest: frozenset[str] | None
    ) -> PlaceReading:
        present: set[str] = set()
        for token in tokens:
            if not present:
                present = set(token)
                continue
            both = {
                one if is_within(one, other) else other
                for one in present
                for other in token
                if are_compatible(one, other)
            }
            if not both:
                choices = sorted(
                    {*present, *token}, key=lambda code: (-len(code.rstrip("0")), code)
                )
                return PlaceReading(choices=tuple(choices[:MOST_CHOICES]))
            present = both
        return self._one_of(present, finest)

    def _one_of(self, codes: set[str], finest: frozenset[str] | None) -> PlaceReading:
        if len(codes) <= 1:
            return PlaceReading(next(iter(codes), ""))
        del finest
        # 吉林 in a column of cities is the city; a name that the association lists is meant by it.
        cities = [code for code in codes if code[2:4] != "00" and code[4:] == "00"]
        listed = [code for code in codes if code in self._clusters]
        for preferred in (cities, listed):
            if len(preferred) == 1:
                return PlaceReading(preferred[0])
        # 南海 and 南海区 nest: the finer one says all that the other does.
        innermost = [c for c in codes if not any(o != c and is_within(o, c) for o in codes)]
        if len(innermost) == 1:
            return PlaceReading(innermost[0])
        if len(innermost) > MOST_CHOICES:
            return PlaceReading()
        return PlaceReading(choices=tuple(sorted(innermost)))

    def _tokens(self, text: str, *, is_address: bool = False) -> tuple[list[frozenset[str]], str]:
        """Return the candidates of each place that the text names, the coarsest first, and what names none."""
        found: list[frozenset[str]] = []
        unknown: list[str] = []
        for part in filter(None, (part.strip() for part in _SPLIT.split(text))):
            tokens, rest = self._part(part, is_address=is_address)
            found += tokens
            if rest:
                unknown.append(rest)
        found.sort(key=lambda codes: min(len(code.rstrip("0")) for code in codes))
        return found, ", ".join(unknown)

    def _part(self, part: str, *, is_address: bool) -> tuple[list[frozenset[str]], str]:
        for word in (part, _ENGLISH_LEVEL.sub("", part)):
            if codes := self._words.get(plain(word)):
                return [codes], ""
        if _HAN.search(part):
            return self._run(plain(part))
        if is_address or _STREET.search(part):
            return [], part
        # "Dongguan Guangdong": words, where each one is a place.
        words = [self._words.get(plain(word)) for word in part.split()]
        if len(words) > 1 and all(words):
            return [codes for codes in words if codes], ""
        return [], part

    def _run(self, word: str) -> tuple[list[frozenset[str]], str]:
        """Read 福建省莆田市荔城区… from its beginning, the longest name at each place."""
        found: list[frozenset[str]] = []
        start = 0
        while start < len(word):
            for end in range(min(len(word), start + 15), start + 1, -1):
                codes = self._words.get(word[start:end])
                if codes and (not found or _fits(codes, found)):
                    found.append(codes)
                    start = end
                    break
            else:
                break
        # A street or a village that follows a place is a part of its address, no unknown place.
        return found, "" if found else word


def _fits(codes: frozenset[str], found: Sequence[frozenset[str]]) -> bool:
    return any(are_compatible(one, other) for one in codes for other in found[-1])
