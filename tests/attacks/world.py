"""The planted market: the demonstration's, public registration numbers, and the attackers.

Planted by the services that pages call; officers' decisions are simulated. What an attacker may use is what
a person in his place has: a sign-in, a token of his firm, lists that anybody can buy.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass

from allauth.mfa.totp.internal.auth import generate_totp_secret
from django.db.models import QuerySet
from django.utils import timezone
from stdnum.cn import uscc

from accounts.choices import CompanyKind, VerificationTier
from accounts.models import Cluster, Company, User
from accounts.services import review, tokens
from accounts.services.companies import register_company
from accounts.services.people import create_verified_person
from accounts.states import DecisionStatus
from matchmaking.core import weeks
from matchmaking.demonstration.plan import Scale
from matchmaking.demonstration.services import SIGN_INS, make_demonstration, papers
from matchmaking.listings.models import CapacityOffer, PostEdit, ProcessingOrder
from matchmaking.listings.services import edit_decisions, transitions
from matchmaking.listings.states import PostState
from matchmaking.matching.ranking import rescore_market
from tests.attacks.product import Product
from tests.attacks.visitor import Visitor

PASSWORD = "who stands behind it"
NUMBERS = 200
TAKING_PART = 102
NUMBERS_SHORT = 56
SHORT_SCALE = Scale(brands=14, factories=50, orders=70, offers=90)
ATTACKER = "来者"
PUTIAN, QUANZHOU = "350300", "350500"


@dataclass(frozen=True, slots=True)
class Firm:
    """A firm and the one person who acts for it."""

    company: int
    email: str
    secret: str = ""


@dataclass
class World:
    """The product with its market; ``short`` asks for less of everything."""

    product: Product
    short: bool
    numbers: list[str]
    brand: Firm
    factory: Firm
    waiting: Firm
    newcomer: Firm

    def visitor(self, **options: str) -> Visitor:
        return Visitor(self.product.port, **options)

    def with_token(self, firm: Firm) -> Visitor:
        return self.visitor(token=firm.secret)

    def signed_in(self, firm: Firm) -> Visitor:
        return self.visitor().sign_in(firm.email, PASSWORD)

    def approve(self) -> None:
        """Let the officer approve whatever an attacker hands in, and the worker do its part."""
        by, at = officer(), timezone.now()
        for model in (ProcessingOrder, CapacityOffer):
            waiting = model.objects.filter(state=PostState.PENDING)
            for post in waiting.filter(company__name_zh__startswith=ATTACKER):
                transitions.approve_post(post=post, by=by, at=at)
        for edit in PostEdit.objects.filter(status=DecisionStatus.OPEN):
            if edit.post.company.name_zh.startswith(ATTACKER):
                edit_decisions.approve_edit(edit=edit, by=by, at=at)
        self.product.work()


def officer() -> User:
    return User.objects.get(email=SIGN_INS[2].email)


def plant(product: Product, *, short: bool) -> World:
    """Fill the empty database and score it; the clock stands at its start."""
    at = timezone.now()
    make_demonstration(
        password=PASSWORD,
        totp_secret=generate_totp_secret(),
        at=at,
        scale=SHORT_SCALE if short else Scale(),
    )
    numbers = _public_numbers(NUMBERS_SHORT if short else NUMBERS)
    world = World(
        product,
        short,
        numbers,
        brand=_firm("brand", CompanyKind.BRAND, QUANZHOU, at),
        factory=_firm("factory", CompanyKind.FACTORY, PUTIAN, at),
        waiting=_firm("waiting", CompanyKind.BRAND, QUANZHOU, at, is_approved=False),
        newcomer=_person("newcomer"),
    )
    rescore_market(at=at)
    product.work()
    return world


def taking_part() -> QuerySet[Company]:
    """Return the firms of the market, without the attackers."""
    return (
        Company.objects.active()
        .filter(memberships__isnull=False)
        .exclude(name_zh__startswith=ATTACKER)
    )


def week(number: int) -> str:
    """Return the label of a week, counted from the present one."""
    monday = weeks.monday_of(timezone.localdate())
    return weeks.label(monday + dt.timedelta(weeks=number))


def _public_numbers(count: int) -> list[str]:
    """Give numbers as public registers have them; about half are held by firms of the market."""
    draw = random.Random(21)
    numbers: list[str] = []
    while len(numbers) < count:
        body = f"91350{draw.choice((582, 304, 302, 505)):03d}MA{draw.randrange(10**7):07d}"
        numbers.append(body + uscc.calc_check_digit(body))
    holders = list(taking_part().order_by("pk"))
    draw.shuffle(holders)
    for company, number in zip(holders[: count * TAKING_PART // NUMBERS], numbers, strict=False):
        Company.objects.filter(pk=company.pk).update(uscc=number)
    return numbers


def _person(role: str) -> Firm:
    email = f"{role}@attacks.example"
    create_verified_person(email=email, name=role, password=PASSWORD, language="en")
    return Firm(0, email)


def _firm(
    role: str, kind: CompanyKind, place: str, at: dt.datetime, *, is_approved: bool = True
) -> Firm:
    person = _person(role)
    user = User.objects.get(email=person.email)
    company = register_company(
        by=user,
        at=at,
        name_zh=f"{ATTACKER}{role}鞋业有限公司",
        kind=kind,
        cluster=Cluster.objects.get(code=place),
        division_code=place,
    )
    if not is_approved:
        return Firm(company.pk, person.email)
    review.approve_company(company=company, by=officer(), at=at)
    papers.show_evidence(company, by=user, at=at)
    review.record_verification(
        company=company,
        tier=VerificationTier.DOCUMENTS,
        is_compared=True,
        on=timezone.localdate(at),
        expires_on=timezone.localdate(at) + dt.timedelta(days=365),
        by=officer(),
        at=at,
    )
    _row, secret = tokens.issue_token(company=company, name="ERP", scopes=["write"], by=user)
    return Firm(company.pk, person.email, secret)
