"""Attacks on figures: a post made to fit everything, and one made to fit nothing by one term."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import accumulate

from matchmaking.core.protections import Protection
from matchmaking.listings.bands import PAIRS_EDGES, PRICE_EDGES
from matchmaking.listings.models import CapacityOffer, Category, ProcessingOrder
from matchmaking.matching.models import Match
from tests.attacks.attack import Attack, Outcome
from tests.attacks.visitor import Visitor
from tests.attacks.world import World, week

# Figures that are no end of a range, as in 50,000–100,000 pairs or ¥40–50.
PAIRS = re.compile(r"(?<![\d,.–-])(?<![–-] )(\d[\d,]*) pairs?\b")
PRICE = re.compile(r"(?<![–-])(?<![–-] )¥(\d[\d,]*\.\d\d)(?!\s?[–-])")
CHANGE = re.compile(r"(\d[\d,]*) instead of|parts of (\d[\d,]*)")
FEWEST_PAIRS = 500

# --- 3: one approved post that fits everything, its category changed again and again ----------
WEEKLY, WIDEST = 900_000, ("1.00", "300.00")


def fit_everything(world: World) -> Outcome:
    """A verified factory lets one line fit each order in turn, and reads its matches."""
    visitor, page = world.with_token(world.factory), world.signed_in(world.factory)
    shoes = list(Category.objects.filter(is_active=True).order_by("pk"))
    shoes = shoes[: 5 if world.short else 25]
    own = line(shoes[0].code, min_order_pairs=1, lead_days=1)
    code = visitor.api("POST", "offers/", own)["code"]
    world.approve()
    read: dict[str, Figures] = {}
    for shoe in shoes:
        visitor.api("PATCH", f"offers/{code}/", {"categories": [shoe.code]})
        world.approve()
        for row in visitor.all_of("matches/?state=proposed&page_size=200"):
            if row["code"] not in read:
                read[row["code"]] = seen_in(visitor, page, row["code"])
    exact = sum(figures.tell(order_of(match)) for match, figures in read.items())
    asked = visitor.asked + page.asked
    return Outcome(exact, f"exact terms of {exact} of {len(read)} orders, {asked} requests")


def order_of(match: str) -> ProcessingOrder:
    return Match.objects.get(code=match).order


@dataclass(frozen=True, slots=True)
class Figures:
    """The single figures that the API and the page say, without edges of bands and own ones."""

    pairs: frozenset[int]
    prices: frozenset[float]

    def tell(self, order: ProcessingOrder) -> bool:
        """Whether the pairs of the order, or its price, stand there as they are."""
        return order.pairs in self.pairs or float(order.target_unit_price_cny) in self.prices


def seen_in(visitor: Visitor, page: Visitor, match: str) -> Figures:
    theirs = visitor.api("GET", f"matches/{match}/").get("partner_order") or {}
    text = page.get(f"/matches/{match}/").text
    pairs = pairs_in(text) | {theirs.get("pairs") or 0}
    prices = {float(price.replace(",", "")) for price in PRICE.findall(text)}
    prices |= {float(theirs.get("target_unit_price_cny") or 0)}
    return Figures(
        frozenset(pairs - {0, WEEKLY} - set(PAIRS_EDGES)),
        frozenset(prices - {0.0, *map(float, WIDEST)} - set(PRICE_EDGES)),
    )


def pairs_in(text: str) -> set[int]:
    return {int(found.replace(",", "")) for found in PAIRS.findall(text)}


def line(shoe: str, **terms: int) -> dict:
    low, high = WIDEST
    plan = {"first_week": week(1), "pairs": [WEEKLY] * 40}
    prices = {"price_low_cny": low, "price_high_cny": high}
    return {"title": "Any", "categories": [shoe], "weeks": plan, "submit": True, **prices, **terms}


# --- 6: near misses of a post whose one term is absurd -----------------------------------------
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


OPEN = (Protection.FIGURES_BY_CONSENT, Protection.TOLD_FROM_BANDS)
ACTS = (Protection.CHANGE_BUDGET, Protection.WIDENED_POSTS_WAIT)
ATTACKS = (
    Attack(3, "A line that fits everything opens figures", fit_everything, (*OPEN, *ACTS)),
    Attack(6, "A post that fits nothing reads near misses", nearly_fit, (*OPEN, *ACTS)),
)
