"""Attacks on figures: a post made to fit everything, and one made to fit nothing by one term."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from matchmaking.core.protections import Protection
from matchmaking.listings.bands import PAIRS_EDGES, PRICE_EDGES
from matchmaking.listings.models import CapacityOffer, Category, ProcessingOrder
from matchmaking.matching.models import Match
from tests.attacks.attack import Attack, Outcome
from tests.attacks.visitor import Visitor
from tests.attacks.world import World, week

# A number that is no end of a range, as in 50,000–100,000 or ¥40–50.
NUMBER = re.compile(r"(?<![\d,.–¥-])¥?(\d[\d,]*(?:\.\d\d)?)(?![\d,.]*\s?[–-]\s?¥?\d)(?![\d,])")
AFTER_DASH = re.compile(r"[–-]\s?¥?\d[\d,]*(?:\.\d\d)?")
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
    read: dict[str, tuple[set[float], set[float]]] = {}
    for shoe in shoes:
        visitor.api("PATCH", f"offers/{code}/", {"categories": [shoe.code]})
        world.approve()
        for row in visitor.all_of("matches/?state=proposed"):
            if row["code"] not in read:
                read[row["code"]] = seen_in(visitor, page, row["code"])
    exact = sum(
        knows(*numbers, Match.objects.get(code=match).order) for match, numbers in read.items()
    )
    asked = visitor.asked + page.asked
    return Outcome(exact, f"exact terms of {exact} of {len(read)} orders, {asked} requests")


def seen_in(visitor: Visitor, page: Visitor, match: str) -> tuple[set[float], set[float]]:
    """Return the single numbers that the API and the page say of the other side."""
    theirs = visitor.api("GET", f"matches/{match}/").get("partner_order") or {}
    from_api = {
        float(theirs[name]) for name in ("pairs", "target_unit_price_cny") if theirs.get(name)
    }
    return from_api, set(numbers_in(page.get(f"/matches/{match}/").text))


def knows(from_api: set[float], from_page: set[float], order: ProcessingOrder) -> bool:
    """Whether the pairs of the order, or its price, stand there as they are."""
    pairs, price = float(order.pairs), float(order.target_unit_price_cny or 0)
    return pairs in told(from_api | from_page, PAIRS_EDGES) or (
        price in told(from_api | from_page, PRICE_EDGES)
    )


def told(numbers: Iterable[float], edges: Collection[int]) -> set[float]:
    """Leave out edges of bands and what the attacker said himself."""
    return set(numbers) - set(edges) - {float(WEEKLY), *map(float, WIDEST), 1.0}


def numbers_in(text: str) -> Iterable[float]:
    plain = AFTER_DASH.sub("", text)
    return (float(found.replace(",", "")) for found in NUMBER.findall(plain))


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
        n for free in CapacityOffer.objects.in_market().values_list("free", flat=True) for n in free
    }
    exact = set()
    for firm, side, posts, truth in (
        (world.factory, "offers", lines, pairs),
        (world.brand, "orders", orders, offered),
    ):
        page = world.signed_in(firm)
        for post in posts:
            text = page.get(f"/{side}/{post['code']}/matches/").text
            found = told(numbers_in(text), PAIRS_EDGES) - {ABSURD_LEAST, ABSURD_PAIRS}
            exact |= {(side, n) for n in found if n >= FEWEST_PAIRS} & {(side, n) for n in truth}
    return Outcome(len(exact), f"{len(exact)} exact numbers of pairs of strangers")


def too_much(shoe: str) -> dict:
    terms = {"pairs": ABSURD_PAIRS, "target_unit_price_cny": "52.00", "due_week": week(40)}
    return {"title": "Shoes", "category": shoe, "splittable": False, "submit": True, **terms}


OPEN = (Protection.FIGURES_BY_CONSENT, Protection.TOLD_FROM_BANDS)
ACTS = (Protection.CHANGE_BUDGET, Protection.WIDENED_POSTS_WAIT)
ATTACKS = (
    Attack(3, "A line that fits everything opens figures", fit_everything, (*OPEN, *ACTS)),
    Attack(6, "A post that fits nothing reads near misses", nearly_fit, (*OPEN, *ACTS)),
)
