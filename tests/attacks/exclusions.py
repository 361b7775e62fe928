"""Attacks by keeping firms out: what the market or an answer does then tells who is who, and who is here."""

from __future__ import annotations

import random
import re

from django.utils import timezone

from accounts.models import Company
from accounts.services import review
from accounts.states import CompanyStatus
from matchmaking.core.protections import Protection
from matchmaking.listings.models import CapacityOffer
from matchmaking.listings.services import transitions
from matchmaking.listings.states import PostState
from matchmaking.matching.models import Match
from tests.attacks.attack import Attack, Outcome, told_better_than_chance
from tests.attacks.visitor import Visitor
from tests.attacks.world import World, officer, taking_part, week

BLOCKS = "/company/blocks/"
REMOVE = re.compile(r'action="(/company/blocks/[0-9a-f-]{36}/remove/)"')

# --- 1: which anonymous matches go when a public number is kept out -------------------------
DAYS, DAYS_SHORT = 7, 1
A_DAY, A_DAY_SHORT = 29, 18
SHOES = (
    "athletic",
    "casual_sport",
    "outdoor_hiking",
    "sandals",
    "boots_women",
    "leather_strap_sandal",
)
LIFE_SHARE = 0.04
CODES = 20
FEWEST_A_DAY = 5  # as many as anybody may keep out without asking


def keep_numbers_out(world: World) -> Outcome:
    """A verified brand blocks public numbers one by one and sees which anonymous matches go."""
    page, api = world.signed_in(world.brand), world.with_token(world.brand)
    for shoe in SHOES:
        api.api("POST", "orders/", order(shoe))
    world.approve()
    # Beside public numbers: codes that stood on the contact cards of earlier conversations.
    draw, numbers = random.Random(1), [*world.numbers, *codes_of_cards(world)]
    draw.shuffle(numbers)
    seen: dict[str, str] = {}
    guessed: dict[str, str] = {}
    for _day in range(DAYS_SHORT if world.short else DAYS):
        batch, start = [], matches(api)
        for _number in range(A_DAY_SHORT if world.short else A_DAY):
            if not numbers:
                break
            number = numbers.pop()
            before = matches(api)
            if not keep_out(page, number):
                numbers.append(number)
                break
            batch.append(number)
            world.product.work()
            seen |= dict.fromkeys(before - matches(api), number)
        live_a_day(draw)
        world.product.next_day()
        # What went by night may be one of the day's numbers: which one he has to guess.
        for match in start - matches(api) - set(seen) if batch else ():
            guessed[match] = draw.choice(batch)
        let_in_again(page)
        world.product.work()
    at_once, by_night = (
        sum(number in names_of(match) for match, number in named.items())
        for named in (seen, guessed)
    )
    facts = told_better_than_chance(at_once, len(seen), 1 / (len(world.numbers) + CODES))
    facts += told_better_than_chance(by_night, len(guessed), 1 / FEWEST_A_DAY)
    return Outcome(
        facts,
        f"named rightly {at_once} of {len(seen)} that went at once, {by_night} of {len(guessed)} "
        f"by night, {page.asked + api.asked} requests",
    )


def order(shoe: str) -> dict:
    terms = {"pairs": 40_000, "target_unit_price_cny": "52.00", "due_week": week(22)}
    return {"title": "Shoes", "category": shoe, "submit": True, **terms}


def matches(visitor: Visitor) -> set[str]:
    return {row["code"] for row in visitor.all_of("matches/?state=proposed&page_size=200")}


def keep_out(visitor: Visitor, number: str) -> bool:
    """Block a number; tell whether the site took it."""
    answer = visitor.post(BLOCKS, {"partner": number, "confirmed": "yes"})
    return "id_partner_error" not in answer.body


def let_in_again(visitor: Visitor) -> None:
    for path in REMOVE.findall(visitor.get(BLOCKS).body):
        visitor.post(path, {"confirmed": "yes"}, form_at=BLOCKS)


def codes_of_cards(world: World) -> list[str]:
    """Return codes of companies as contact cards show them, of firms without a public number."""
    known = taking_part().filter(kind__in=("factory", "both")).exclude(uscc__in=world.numbers)
    return [str(code) for code in known.order_by("pk").values_list("code", flat=True)[:CODES]]


def names_of(match: str) -> set[str]:
    company = Match.objects.get(code=match).offer.company
    return {company.uscc or "", str(company.code)}


def live_a_day(draw: random.Random) -> None:
    """Let others come and go meanwhile, as on any day: some pause a line, some resume one."""
    at = timezone.now()
    for post in CapacityOffer.objects.filter(
        state=PostState.PAUSED, company__in=taking_part(), expires_on__gt=at.date()
    ):
        transitions.resume_post(post=post, by=officer(), at=at)
    lines = list(CapacityOffer.objects.in_market().order_by("pk"))
    for post in draw.sample(lines, int(len(lines) * LIFE_SHARE)):
        transitions.pause_post(post=post, by=officer(), at=at)


# --- 2: whether a number takes part, by the refusal of one's own ---------------------------
TRIES, TRIES_SHORT = 200, 24
RETIRED, RETIRED_SHORT = 12, 6


def state_then_block(world: World) -> Outcome:
    """A firm that waits for verification states a number as its own, then blocks it.

    Some of the firms that took part are suspended or closed by now. Of two numbers it knows beforehand whether they take part: what the site does with these it
    holds against what it does with the others.
    """
    visitor = world.signed_in(world.waiting)
    tries = TRIES_SHORT if world.short else TRIES
    retired = retire_some(world)
    here = set(Company.objects.filter(uscc__in=world.numbers).values_list("uscc", flat=True))
    known = [next(n for n in world.numbers if n in here), free_number(world.numbers, here)]
    likeness = [answers_about(visitor, number) for number in known]
    half = tries // 2
    asked = [n for n in world.numbers if n in here and n not in known][:half]
    asked += [n for n in world.numbers if n not in here and n not in known][: len(asked)]
    right: dict[str, bool] = {}
    draw = random.Random(2)
    draw.shuffle(asked)
    for number in asked:
        told = answers_about(visitor, number)
        is_here = told == likeness[0] if likeness[0] != likeness[1] else draw.random() < 1 / 2
        right[number] = is_here == (number in here)
    facts = told_better_than_chance(sum(right.values()), len(asked), 1 / 2)
    absent = [number for number in asked if number not in here]
    ended = [*sorted(retired & right.keys()), *absent[: len(retired)]]
    of_ended = sum(right[number] for number in ended)
    facts = max(facts, told_better_than_chance(of_ended, len(ended), 1 / 2))
    return Outcome(
        facts,
        f"right about {sum(right.values())} of {len(asked)}, about {of_ended} of {len(ended)} suspended, "
        f"closed or absent ones, {visitor.asked} requests",
    )


def retire_some(world: World) -> set[str]:
    """Suspend and close some of the firms whose numbers are asked about; return these numbers."""
    holders = Company.objects.filter(uscc__in=world.numbers, status=CompanyStatus.ACTIVE)
    chosen = list(holders.order_by("-pk")[: RETIRED_SHORT if world.short else RETIRED])
    for place, company in enumerate(chosen):
        act = review.suspend_company if place % 2 else review.close_company
        act(company=company, reason="They asked for it", by=officer(), at=timezone.now())
    world.product.work()
    return {company.uscc for company in chosen if company.uscc}


def free_number(numbers: list[str], here: set[str]) -> str:
    return next(number for number in reversed(numbers) if number not in here)


def answers_about(visitor: Visitor, number: str) -> tuple[str, ...]:
    """Return what the site says when the number is stated, blocked, and looked at."""
    record = visitor.form("/company/edit/") | {"uscc": number}
    pages = [
        visitor.post("/company/edit/", record),
        visitor.post(BLOCKS, {"partner": number, "confirmed": "yes"}),
        visitor.get("/company/"),
        visitor.get(BLOCKS),
    ]
    let_in_again(visitor)
    return tuple(re.sub(r"\d+", "0", page.text.replace(number, "")) for page in pages)


ATTACKS = (
    Attack(
        1,
        "A brand keeps public numbers out and sees which matches go",
        keep_numbers_out,
        (
            Protection.EXCLUSIONS_WITH_THE_DAY,
            Protection.EXCLUSION_LIMIT,
            Protection.BLOCKS_ANSWER_ALIKE,
        ),
    ),
    Attack(
        2,
        "A firm that waits states a number as its own, then keeps it out",
        state_then_block,
        (
            Protection.BLOCKS_ANSWER_ALIKE,
            Protection.EXCLUSION_LIMIT,
            Protection.EXCLUSIONS_WITH_THE_DAY,
        ),
    ),
)
