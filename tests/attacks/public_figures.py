"""Attacks on sums that everybody reads: who moves his own figure and looks finds those of others."""

from __future__ import annotations

import json
import re

from matchmaking.core import weeks
from matchmaking.core.protections import Protection
from matchmaking.listings.models import CapacityOffer, ProcessingOrder
from matchmaking.listings.models.offers import MAX_WEEK_PAIRS
from tests.attacks.attack import Attack, Outcome
from tests.attacks.visitor import Visitor
from tests.attacks.world import World, week

DATA = re.compile(r'<script id="market-chart-data" type="application/json">(.*?)</script>')
FRONT = re.compile(r'stat-value"\s*>([\d,.]+)( million)?.*?stat-label">(.*?)</span>', re.DOTALL)

# --- 4: the weeks of all others, found by a plan that is moved once a day --------------------
FAMILY, CATEGORY = "sport", "athletic"
WEEKS, WEEKS_SHORT = 20, 4
FIRST_WEEK = 5  # the days that the search takes do not reach it


def move_a_plan(world: World) -> Outcome:
    """A verified factory moves its own plan once a day and watches which cells are shown.

    While it has more than all others together, "no firm above half" hides the cell.
    """
    labels = [week(FIRST_WEEK + n) for n in range(WEEKS_SHORT if world.short else WEEKS)]
    attacker = world.with_token(world.factory)
    offer = {"title": "Line", "categories": [CATEGORY], "weeks": plan(labels, [1] * len(labels))}
    code = attacker.api("POST", "offers/", {**offer, "submit": True})["code"]
    world.approve()
    low, high = [0] * len(labels), [MAX_WEEK_PAIRS] * len(labels)
    own, is_first = list(high), True
    while any(top - bottom > 1 for bottom, top in zip(low, high, strict=True)):
        attacker.api("PUT", f"offers/{code}/weeks/", plan(labels, own))
        world.approve()
        world.product.next_day(only={"market_day"})
        cells = family_cells(attacker, labels)
        if is_first and None not in cells:  # nothing is ever hidden: he subtracts what he has
            claims = [max(cell - pairs, 0) for cell, pairs in zip(cells, own, strict=True)]
            return compared(claims, labels, code, attacker)
        for index, (cell, pairs) in enumerate(zip(cells, own, strict=True)):
            (high if cell is None else low)[index] = pairs
        is_first = False
        own = [(bottom + top) // 2 for bottom, top in zip(low, high, strict=True)]
    return compared(low, labels, code, attacker)


def plan(labels: list[str], pairs: list[int]) -> dict:
    return {"first_week": labels[0], "pairs": pairs}


def family_cells(visitor: Visitor, labels: list[str]) -> list[int | None]:
    """Read the family's free pairs of these weeks from the chart's data on the public page."""
    data = json.loads(DATA.search(visitor.get("/market/").body)[1])
    group = next(group for group in data["groups"] if group["code"] == FAMILY)
    return [group["free"][data["weeks"].index(label)] for label in labels]


def compared(claims: list[int], labels: list[str], code: str, attacker: Visitor) -> Outcome:
    """Count the weeks in which all others have just what he says, to a pair."""
    others = CapacityOffer.objects.in_market().filter(categories__family__code=FAMILY)
    others = list(others.exclude(code=code).distinct())
    exact = 0
    for claim, label in zip(claims, labels, strict=True):
        number = weeks.week_number(weeks.parse_label(label))
        truth = sum(o.free[number - weeks.week_number(o.anchor_week)] for o in others)
        exact += truth > 0 and abs(claim - truth) <= 1
    return Outcome(
        exact, f"all others' pairs of {exact} of {len(labels)} weeks, {attacker.asked} requests"
    )


# --- 5: another firm's change, found by own pairs and the front page ---------------------------
CHANGES = ((61_237, 64_111), (33_333, 41_907), (88_000, 97_531))
LABEL = "pairs asked"
MOST_OWN = 2_000_000


def watch_the_front_page(world: World) -> Outcome:
    """Anybody with a post finds how far the sum is from its next step, before and after a change."""
    attacker = world.with_token(world.brand)
    code = attacker.api("POST", "orders/", order(1))["code"]
    world.approve()
    victims = (
        ProcessingOrder.objects.in_market()
        .filter(splittable=False)
        .exclude(code=code)
        .order_by("pk")
    )
    exact = 0
    for victim, (before, after) in zip(
        list(victims), CHANGES[: 1 if world.short else 3], strict=False
    ):
        ProcessingOrder.objects.filter(pk=victim.pk).update(pairs=before)
        world.product.next_day(only={"market_day"})
        first = distance(world, attacker, code)
        ProcessingOrder.objects.filter(pk=victim.pk).update(pairs=after)
        world.product.next_day(only={"market_day"})
        exact += first - distance(world, attacker, code) == after - before
    return Outcome(exact, f"a change to the pair {exact} times, {attacker.asked} requests")


def distance(world: World, attacker: Visitor, code: str) -> int:
    """Return with how many own pairs the sum on the front page becomes another."""

    def read_with(own: int) -> float:
        attacker.api("PATCH", f"orders/{code}/", {"pairs": own})
        world.approve()
        world.product.pass_seconds(30)  # the page is kept for a quarter of a minute
        return on_the_front(attacker)

    low, high = 1, MOST_OWN
    start = read_with(low)
    if read_with(high) == start:  # the page does not answer: what is left is its own figure
        return -int(start)
    while high - low > 1:
        own = (low + high) // 2
        low, high = (own, high) if read_with(own) == start else (low, own)
    return high


def on_the_front(visitor: Visitor) -> float:
    found = FRONT.findall(visitor.get("/").body)
    number, million = next((n, m) for n, m, label in found if LABEL in label)
    return float(number.replace(",", "")) * (1_000_000 if million else 1)


def order(pairs: int) -> dict:
    terms = {"category": CATEGORY, "target_unit_price_cny": "46.50", "due_week": week(20)}
    return {"title": "Boots", "pairs": pairs, "submit": True, **terms}


ATTACKS = (
    Attack(
        4,
        "A factory moves its plan and watches the market's figures",
        move_a_plan,
        (Protection.BANDED_FIGURES, Protection.CHANGE_BUDGET, Protection.WIDENED_POSTS_WAIT),
    ),
    Attack(
        5,
        "Anybody with a post watches the front page",
        watch_the_front_page,
        (Protection.BANDED_FIGURES, Protection.CHANGE_BUDGET, Protection.WIDENED_POSTS_WAIT),
    ),
)
