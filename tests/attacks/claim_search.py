"""An attack on the search for one's own listed firm: who is no longer found has joined."""

from __future__ import annotations

import random
from urllib.parse import quote

from django.utils import timezone

from accounts.choices import CompanyKind
from accounts.models import Cluster, Company, Membership, User
from accounts.services.companies import import_company
from matchmaking.core.protections import Protection
from tests.attacks.attack import Attack, Outcome, told_better_than_chance
from tests.attacks.world import PUTIAN, World, officer

LISTED, LISTED_SHORT = 60, 20
SOURCE = "A directory that anybody can buy"


def search_again(world: World) -> Outcome:
    """A newcomer searches listed firms by their full names, and again some days later."""
    names = [f"名录{n:03d}鞋业有限公司" for n in range(LISTED_SHORT if world.short else LISTED)]
    for number, name in enumerate(names):
        import_company(
            by=officer(),
            at=timezone.now(),
            source=SOURCE,
            own_reference=str(number),
            name_zh=name,
            kind=CompanyKind.FACTORY,
            cluster=Cluster.objects.get(code=PUTIAN),
        )
    visitor = world.signed_in(world.newcomer)

    def found(name: str) -> bool:
        return name in visitor.get(f"/company/claim/?q={quote(name)}").text.replace(f'"{name}"', "")

    before = {name for name in names if found(name)}
    joined = set(random.Random(11).sample(names, len(names) // 2))
    person = User.objects.get(email=world.waiting.email)
    for company in Company.objects.filter(name_zh__in=joined):
        Membership.objects.create(user=person, company=company)
    world.product.next_day(only={"market_day"})
    gone = {name for name in before if not found(name)}
    # Without a difference he can only say that none has joined, or all.
    right = sum((name in gone) == (name in joined) for name in names)
    facts = told_better_than_chance(right, len(names), 1 / 2)
    return Outcome(facts, f"right about {right} of {len(names)}, {visitor.asked} requests")


ATTACKS = (
    Attack(
        11,
        "A newcomer searches for listed firms and sees which joined",
        search_again,
        (Protection.CLAIM_SEARCH_ALIKE,),
    ),
)
