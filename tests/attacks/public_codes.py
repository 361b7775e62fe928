"""An attack on public codes: those that a clock made tell which posts came in one go."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from itertools import pairwise
from uuid import UUID

from django.utils import timezone

from accounts.models import Company
from accounts.services import tokens
from matchmaking.core.protections import Protection
from matchmaking.listings.models import ProcessingOrder
from matchmaking.listings.services import transitions
from matchmaking.listings.states import PostState
from tests.attacks.attack import Attack, Outcome, told_better_than_chance
from tests.attacks.exclusions import SHOES, order
from tests.attacks.visitor import Visitor
from tests.attacks.world import World, officer, taking_part

CODE = re.compile(r'"/market/orders/([0-9a-f-]{36})/"')
NEXT = re.compile(r'href="(/market/orders/\?[^"]*after=[^"]+)"')
VERSION_7, APART_MS = 7, 5_000
FIRMS, IMPORTED = 2, 8


def group_by_the_clock(world: World) -> Outcome:
    """An anonymous reader holds posts whose codes were made in one go for those of one firm."""
    let_firms_import(world)
    codes = list(public_codes(world.visitor()))
    timed = sorted((moment_of(code), code) for code in codes if code.version == VERSION_7)
    claims = [(a, b) for (at, a), (then, b) in pairwise(timed) if then - at < APART_MS]
    owners = dict(ProcessingOrder.objects.filter(code__in=codes).values_list("code", "company_id"))
    right = sum(owners[a] == owners[b] for a, b in claims)
    facts = told_better_than_chance(right, len(claims), 1 / FIRMS)
    return Outcome(facts, f"linked {right} of {len(claims)} pairs of {len(codes)} posts rightly")


def let_firms_import(world: World) -> None:
    """Let each firm's system post its orders in one go, some time after the other's."""
    brands = taking_part().filter(kind="brand").order_by("pk")[:FIRMS]
    for company in brands:
        owner = company.memberships.first().user
        _row, secret = tokens.issue_token(company=company, name="ERP", scopes=["write"], by=owner)
        system = world.visitor(token=secret)
        for number in range(IMPORTED):
            system.api("POST", "orders/", order(SHOES[number % len(SHOES)]))
        world.product.clock.pass_time(dt.timedelta(minutes=20))
    approve_all(brands)


def approve_all(companies: list[Company]) -> None:
    waiting = ProcessingOrder.objects.filter(state=PostState.PENDING, company__in=list(companies))
    for post in waiting.order_by("title", "pk"):
        transitions.approve_post(post=post, by=officer(), at=timezone.now())


def public_codes(visitor: Visitor) -> Iterator[UUID]:
    path = "/market/orders/"
    while path:
        body = visitor.get(path).body
        yield from {UUID(code) for code in CODE.findall(body)}
        following = NEXT.search(body)
        path = following[1].replace("&amp;", "&") if following else ""


def moment_of(code: UUID) -> int:
    """Return the milliseconds that a code of version 7 begins with."""
    return code.int >> 80


ATTACKS = (
    Attack(
        7,
        "An anonymous reader groups public codes by the clock in them",
        group_by_the_clock,
        (Protection.RANDOM_CODES,),
    ),
)
