"""The real factories of the brands' public lists, and capacity derived for one run alone."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass

from matchmaking.demonstration.figures import DATA, WORKING_WEEKS, categories_of

SHEET = DATA / "factories_cn_footwear.csv"

MEDIAN_WORKERS = 1_216
PAIRS_PER_WORKER_YEAR = 632
FREE_PER_CENT = 11
SOURCES = (
    f"{PAIRS_PER_WORKER_YEAR} pairs per worker and year: Apache China 2006, 12 M pairs / 19,000 workers,",
    "  a brands' sports factory like most here (domain-b.com 20060107); Xianyou 2021 made 3,000",
    f"{FREE_PER_CENT} % of it free: utilisation 89 % at Yue Yuen, first half of 2021 (sgieurope.com 91391)",
    f"{MEDIAN_WORKERS:,} workers where none are published: the median of 67 finished-shoe factories that do",
    f"{WORKING_WEEKS} working weeks a year; none in the Spring Festival stop",
)

SPORTS = ("athletic", "casual_sport", "football_cleats")
BY_LIST = {
    "Nike": SPORTS,
    "adidas": SPORTS,
    "PUMA": SPORTS,
    "VF Corporation": ("casual_sport", "skate_vulcanised", "outdoor_hiking"),
}
PARTS = ("upper_only", "sole_heel", "parts_other")


@dataclass(frozen=True, slots=True, kw_only=True)
class Factory:
    """A row of the lists. ``workers_from``: published, range (its middle), or median."""

    source: str
    reference: str
    name: str
    workers: int
    workers_from: str
    categories: tuple[str, ...]

    @property
    def weekly_pairs(self) -> int:
        pairs = self.workers * PAIRS_PER_WORKER_YEAR * FREE_PER_CENT / 100 / WORKING_WEEKS
        return max(1, round(pairs))

    @property
    def makes_shoes(self) -> bool:
        return self.categories != PARTS


def read_factories() -> Sequence[Factory]:
    with SHEET.open(encoding="utf-8", newline="") as file:
        return [_factory(row) for row in csv.DictReader(file)]


def _factory(row: dict[str, str]) -> Factory:
    workers, workers_from = _workers(row)
    return Factory(
        source=row["source_id"],
        reference=row["row_id"],
        name=" ".join(row["name"].split()),
        workers=workers,
        workers_from=workers_from,
        categories=_categories(row),
    )


def _workers(row: dict[str, str]) -> tuple[int, str]:
    if row["total_workers"]:
        return int(row["total_workers"]), "published"
    if row["workers_min"]:
        low, high = int(row["workers_min"]), int(row["workers_max"] or row["workers_min"])
        return (low + high) // 2, "range"
    return MEDIAN_WORKERS, "median"


def _categories(row: dict[str, str]) -> tuple[str, ...]:
    """Return what the list's owner has made there; elsewhere what the place is known for."""
    if row["role"] == "materials/components":
        return PARTS
    if row["list_owner"] in BY_LIST:
        return BY_LIST[row["list_owner"]]
    place = row["cn_county_code"] or row["cn_city_code"]
    if re.search("safety|protect", row["name"], re.IGNORECASE):
        return ("safety",)
    weights = categories_of(place)
    return tuple(sorted(weights, key=lambda code: -weights[code])[:3])
