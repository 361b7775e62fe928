"""An attack on figures: one approved post that fits everything, its category changed again and again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from matchmaking.core.protections import Protection
from matchmaking.listings.bands import PAIRS_EDGES, PRICE_EDGES
from matchmaking.listings.models import Category
from matchmaking.matching.models import Match
from tests.attacks.attack import Attack, Outcome
from tests.attacks.visitor import Visitor
from tests.attacks.world import Firm, World, week

# Pairs that are no end of a range, as in 50,000–100,000 pairs; prices to the fen, which no band has.
PAIRS = re.compile(r"(?<![\d,.–-])(?<![–-] )(\d[\d,]*) pairs?\b")
PRICE = re.compile(r"\d[\d,]*\.\d\d(?!\d)")
WEEKLY, WIDEST = 900_000, ("1.01", "300.01")
OWN_PAIRS, OWN_PRICE = 3_001, "63.01"
SHOES, SHOES_SHORT = 25, 2


@dataclass(frozen=True, slots=True)
class Figures:
    """The single figures that the API and the page say, without edges of bands and own ones."""

    pairs: frozenset[int]
    prices: frozenset[float]


def fit_everything(world: World) -> Outcome:
    """A verified factory lets one line fit each order in turn, a brand one order each line."""
    shoes = Category.objects.filter(is_active=True).order_by("pk")
    codes = list(shoes.values_list("code", flat=True))[: SHOES_SHORT if world.short else SHOES]
    asked, told, read = 0, 0, 0
    for firm, posts, first, change in (
        (world.factory, "offers", line(codes[0], min_order_pairs=1), lambda code: [code]),
        (world.brand, "orders", order(codes[0]), str),
    ):
        api, page = world.with_token(firm), world.signed_in(firm)
        post = api.api("POST", f"{posts}/", first)["code"]
        world.approve()
        field = "categories" if posts == "offers" else "category"
        found: dict[str, Figures] = {}
        for code in codes:
            api.api("PATCH", f"{posts}/{post}/", {field: change(code)})
            world.approve()
            for row in api.all_of("matches/?state=proposed&page_size=200"):
                if row["code"] not in found:
                    found[row["code"]] = seen_in(api, page, row["code"])
        told += sum(tells(figures, match, firm) for match, figures in found.items())
        read, asked = read + len(found), asked + api.asked + page.asked
    return Outcome(told, f"exact terms of {told} of {read} posts, {asked} requests")


def seen_in(api: Visitor, page: Visitor, match: str) -> Figures:
    found = api.api("GET", f"matches/{match}/")
    theirs = found.get("partner_order") or found.get("partner_offer") or {}
    text = page.get(f"/matches/{match}/").text
    pairs = {int(number.replace(",", "")) for number in PAIRS.findall(text)}
    prices = {float(number.replace(",", "")) for number in PRICE.findall(text)}
    for name, value in theirs.items():
        if name in {"pairs", "smallest_part", "min_order_pairs"}:
            pairs.add(value or 0)
        elif name.endswith("_cny"):
            prices.add(float(value or 0))
        elif name == "free":
            pairs |= set(value)
    own = {0, 1, WEEKLY, OWN_PAIRS, *PAIRS_EDGES}
    return Figures(
        frozenset(pairs - own),
        frozenset(prices - {0.0, *map(float, (*WIDEST, OWN_PRICE)), *map(float, PRICE_EDGES)}),
    )


def tells(figures: Figures, code: str, firm: Firm) -> bool:
    """Whether the pairs of the other side's post, or a price, stand there as they are."""
    match = Match.objects.select_related("order", "offer").get(code=code)
    if match.order.company_id != firm.company:
        pairs, prices = {match.order.pairs}, {match.order.target_unit_price_cny}
    else:
        pairs, prices = set(match.offer.free), set(prices_of(match))
    known = {float(price) for price in prices if price is not None}
    return bool(figures.pairs & pairs or figures.prices & known)


def prices_of(match: Match) -> Iterator[object]:
    yield from (match.offer.price_low_cny, match.offer.price_high_cny)


def line(shoe: str, **terms: int) -> dict:
    low, high = WIDEST
    plan = {"first_week": week(1), "pairs": [WEEKLY] * 40}
    prices = {"price_low_cny": low, "price_high_cny": high}
    return {"title": "Any", "categories": [shoe], "weeks": plan, "submit": True, **prices, **terms}


def order(shoe: str) -> dict:
    terms = {"pairs": OWN_PAIRS, "target_unit_price_cny": OWN_PRICE, "due_week": week(40)}
    return {"title": "Any", "category": shoe, "submit": True, **terms}


ATTACKS = (
    Attack(
        3,
        "A post that fits everything opens figures",
        fit_everything,
        (
            Protection.FIGURES_BY_CONSENT,
            Protection.TOLD_FROM_BANDS,
            Protection.CHANGE_BUDGET,
            Protection.WIDENED_POSTS_WAIT,
        ),
    ),
)
