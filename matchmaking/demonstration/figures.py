"""Draws from the distributions of the trade, the same ones for the same seed."""

import functools
import json
import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parent / "data"
SEED = 20220615  # the day of the event that the site mirrors
WORKING_WEEKS = 49  # a year less the three weeks of the festival stop


@functools.cache
def tables() -> dict[str, Any]:
    read: dict[str, Any] = json.loads((DATA / "distributions.json").read_text(encoding="utf-8"))
    return read


class Rng:
    """Seeded draws."""

    def __init__(self, seed: int = SEED) -> None:
        self.random = random.Random(seed)

    def weighted(self, weights: Mapping[str, float]) -> str:
        return self.random.choices(list(weights), weights=list(weights.values()))[0]

    def one(self, choices: Sequence[Any]) -> Any:
        return self.random.choice(choices)

    def between(self, low: int, high: int) -> int:
        return self.random.randint(low, high)

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def size(self) -> tuple[str, int]:
        """Draw a size band and the workers inside it, small numbers more often."""
        table = tables()["size_bands"]
        band = self.weighted(table["counts"])
        low, high = table["workers"][band]
        return band, round(low * (high / low) ** self.random.random())

    def factory_place(self) -> str:
        """Draw the cluster of a factory."""
        table = tables()["factory_places"]
        shares: dict[str, float] = {}
        for counts in (table["listed"], table["firms"]):
            total = sum(counts.values())
            for code, count in counts.items():
                shares[code] = shares.get(code, 0) + count / total
        return self.weighted(shares)

    def brand_place(self) -> str:
        return self.weighted(tables()["brand_places"]["weights"])

    def categories(self, place: str, count: int) -> list[str]:
        """Draw different categories that the place is known for, the main one first."""
        weights = dict(categories_of(place))
        drawn: list[str] = []
        while weights and len(drawn) < count:
            drawn.append(self.weighted(weights))
            del weights[drawn[-1]]
        return drawn

    def order_pairs(self) -> int:
        """Draw the pairs of an order, rounded as people round."""
        choices = tables()["order_pairs"]["choices"]
        base = self.random.choices(
            [pairs for _, pairs in choices], weights=[weight for weight, _ in choices]
        )[0]
        step = 100 if base < 10_000 else 1_000  # noqa: PLR2004 - people round in hundreds, then thousands
        pairs: int = round(base * self.random.uniform(0.75, 1.35) / step) * step
        return max(step, pairs)

    def weekly_pairs(self, workers: int) -> int:
        """Draw the pairs that so many workers offer a week: a part of what they can make."""
        table = tables()["pairs_per_worker_year"]
        ratio = table["low"] * (table["high"] / table["low"]) ** self.random.random()
        pairs = workers * ratio / WORKING_WEEKS * self.random.uniform(0.15, 0.5)
        hundreds: int = round(pairs / 100)
        return max(100, hundreds * 100)

    def price(self, category: str) -> float:
        low, high = tables()["prices_cny"]["ranges"][category]
        halves: int = round((low + (high - low) * self.random.betavariate(1.6, 3)) * 2)
        return halves / 2


def categories_of(place: str) -> dict[str, float]:
    rows: dict[str, dict[str, float]] = tables()["categories"]["by_place"]
    return rows[max((prefix for prefix in rows if place.startswith(prefix)), key=len)]
