"""Orders of the event's scale: 6.51 million pairs, sports shoes, due over eight months."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matchmaking.demonstration import wording
from matchmaking.demonstration.figures import Rng

# Putian and Quanzhou, 15 June 2022: "above 6.5 million pairs", about 300 million yuan.
EVENT_PAIRS = 6_510_000
BRANDS = 12
# category → pairs, number of orders
SHARES = {
    "athletic": (3_600_000, 30),
    "casual_sport": (1_800_000, 16),
    "skate_vulcanised": (510_000, 6),
    "outdoor_hiking": (400_000, 5),
    "football_cleats": (200_000, 3),
}
FIRST_DUE, LAST_DUE = 6, 34  # weeks from now: eight months
PRICES_CNY = (45, 48)  # around the event's 46 yuan a pair
WHOLE_UP_TO = 40_000


@dataclass(frozen=True, slots=True, kw_only=True)
class EventOrder:
    """An order of one of the fictional brands; weeks count from the present one."""

    brand: int
    title: str
    category: str
    pairs: int
    price_cny: float
    start_in: int
    due_in: int

    @property
    def smallest_part(self) -> int | None:
        """Pairs of the smallest part; None where the order stays whole."""
        return None if self.pairs <= WHOLE_UP_TO else max(5_000, self.pairs // 12)


def make_orders() -> Sequence[EventOrder]:
    """Return the orders; their pairs sum up to the event's exactly."""
    rng = Rng()
    orders: list[EventOrder] = []
    for category, (pairs, count) in SHARES.items():
        for number, part in enumerate(_parts(rng, pairs, count)):
            place = len(orders)
            due = FIRST_DUE + round((LAST_DUE - FIRST_DUE) * ((place * 7) % 60) / 59)
            _zh, title = wording.PRODUCTS[category][number % len(wording.PRODUCTS[category])]
            orders.append(
                EventOrder(
                    brand=place % BRANDS,
                    title=f"{title} {number + 1}",
                    category=category,
                    pairs=part,
                    price_cny=rng.between(PRICES_CNY[0] * 2, PRICES_CNY[1] * 2) / 2,
                    start_in=rng.between(0, 3),
                    due_in=due,
                )
            )
    return orders


def _parts(rng: Rng, pairs: int, count: int) -> Sequence[int]:
    """Cut ``pairs`` into unequal thousands."""
    weights = [rng.random.uniform(0.25, 2) for _ in range(count)]
    parts = [round(pairs * weight / sum(weights) / 1_000) * 1_000 for weight in weights]
    parts[-1] += pairs - sum(parts)
    return parts
