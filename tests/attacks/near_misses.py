"""An attack on figures: a post that fits nothing by one own term, and what would have to change."""

from __future__ import annotations

import re
from itertools import accumulate

from matchmaking.core.protections import Protection
from matchmaking.listings.bands import PAIRS_EDGES
from matchmaking.listings.models import CapacityOffer, ProcessingOrder
from tests.attacks.attack import Attack, Outcome
from tests.attacks.fitting import WEEKLY, line
from tests.attacks.world import World, week

CHANGE = re.compile(r"(\d[\d,]*) instead of|parts of (\d[\d,]*)")
FEWEST_PAIRS = 500
ABSURD_LEAST, ABSURD_PAIRS = 4_000_000, 39_000_000
NEAR_SHOES = ("athletic", "casual_sport", "sandals", "boots_women")


def nearly_fit(world: World) -> Outcome:
    """A factory and a brand make one own term absurd and read what would have to change."""
    factory, brand = world.with_token(world.factory), world.with_token(world.brand)
    shoes = NEAR_SHOES[: 2 if world.short else None]
    lines = [
        factory.api("POST", "offers/", line(shoe, min_order_pairs=ABSURD_LEAST)) for shoe in shoes
    ]
    orders = [brand.api("POST", "orders/", too_much(shoe)) for shoe in shoes]
    world.approve()
    pairs = set(ProcessingOrder.objects.in_market().values_list("pairs", flat=True))
    offered = {
        number
        for free in CapacityOffer.objects.in_market().values_list("free", flat=True)
        for number in (*free, *accumulate(free))
    }
    exact = set()
    for firm, side, posts, truth in (
        (world.factory, "offers", lines, pairs),
        (world.brand, "orders", orders, offered),
    ):
        page = world.signed_in(firm)
        for post in posts:
            text = page.get(f"/{side}/{post['code']}/matches/").text
            found = changes_in(text) - set(PAIRS_EDGES) - {ABSURD_LEAST, ABSURD_PAIRS, WEEKLY}
            exact |= {(side, n) for n in found if n >= FEWEST_PAIRS} & {(side, n) for n in truth}
    return Outcome(len(exact), f"{len(exact)} exact numbers of pairs of strangers")


def changes_in(text: str) -> set[int]:
    found = (number for pair in CHANGE.findall(text) for number in pair if number)
    return {int(number.replace(",", "")) for number in found}


def too_much(shoe: str) -> dict:
    terms = {"pairs": ABSURD_PAIRS, "target_unit_price_cny": "52.00", "due_week": week(40)}
    return {"title": "Shoes", "category": shoe, "splittable": False, "submit": True, **terms}


ATTACKS = (
    Attack(
        6,
        "A post that fits nothing reads near misses",
        nearly_fit,
        (
            Protection.FIGURES_BY_CONSENT,
            Protection.TOLD_FROM_BANDS,
            Protection.CHANGE_BUDGET,
            Protection.WIDENED_POSTS_WAIT,
        ),
    ),
)
