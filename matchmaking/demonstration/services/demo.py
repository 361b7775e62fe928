"""The made-up market, written by the services that people and officers use."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.db import transaction

from accounts.models import Company, User
from matchmaking.core.errors import Conflict
from matchmaking.demonstration import figures
from matchmaking.demonstration.office_hours import Office
from matchmaking.demonstration.plan import Plan, Scale, make_plan
from matchmaking.demonstration.services import (
    companies,
    conversations,
    deals,
    docking,
    history,
    people,
    policies,
    posts,
    quotes,
)
from matchmaking.demonstration.terms import load_terms
from matchmaking.listings import shared_cards


class AlreadyFilled(Conflict):
    """Somebody is here already: demonstration data goes into an empty database only."""


MAILS_KEPT = 3  # of each who signs in: enough to look at
STAFF_DAYS = 420  # ago, before the first company came


@dataclass(frozen=True, slots=True)
class Made:
    """What the demonstration made."""

    companies: int
    orders: int
    offers: int
    answered: int


def _nobody_watches(done: int, total: int) -> None:
    del done, total


@transaction.atomic
def make_demonstration(
    *,
    password: str,
    totp_secret: str,
    at: dt.datetime,
    scale: Scale | None = None,
    on_progress: Callable[[int, int], None] = _nobody_watches,
) -> Made:
    """Fill an empty database with the made-up market, all of it or nothing.

    Every company, post and decision goes through the service that a page calls, with the
    moment (in Beijing's office hours) at which it is said to have happened, so that outbox,
    inbox and history hold what they would. The market is scored, and the best matches are
    answered in every way; the places that these leave in the lists are filled by the worker.
    ``on_progress`` is called with the number of companies and posts made, and of those planned.

    :raises AlreadyFilled: when there is a company or a person
    """
    if Company.objects.exists() or User.objects.exists():
        raise AlreadyFilled("The database has people or companies: nothing was changed.")
    plan, office = make_plan(scale or Scale(), year=at.year + 1), Office.before(at)
    progress = _Progress(
        on_progress, total=sum(map(len, (plan.companies, plan.orders, plan.offers)))
    )
    officer = _staff(password=password, totp_secret=totp_secret, at=office.ago(days=STAFF_DAYS))
    registered = companies.register_all(
        plan.companies,
        password=password,
        officer=officer,
        office=office,
        on_registered=progress.step,
    )
    market = _Market(plan, registered, officer, office, progress)
    market.fill()
    companies.make_disputes(plan.companies, registered, officer=officer, at=office.ago())
    owners = {row.company.pk: row.owner for row in registered.values() if row.owner}
    answered = conversations.make_talks(
        owners=owners,
        brand=_company_of(people.BRAND, registered),
        factory=_company_of(people.FACTORY, registered),
        officer=officer,
        office=office,
    )
    deals.make_deals(owners=owners, office=office)
    quotes.make_sealed_round(owners=owners, office=office)
    quotes.make_quotes(owners=owners, office=office)
    quotes.make_questions(owners=owners, office=office)
    firsts = [_company_of(one, registered) for one in (people.BRAND, people.FACTORY)]
    docking.make_events(owners=owners, firsts=firsts, officer=officer, at=at)
    policies.make_policies(owners=owners, office=office)
    history.rewrite_history(office=office)
    people.cancel_mail(users=companies.silent(registered.values()))
    shared_cards.count_cards()
    for sign_in in (people.BRAND, people.FACTORY):
        people.cancel_past_mail(user=User.objects.get(email=sign_in.email), kept=MAILS_KEPT)
    return Made(len(plan.companies), len(plan.orders), len(plan.offers), answered)


class _Progress:
    """Counts companies and posts made, for ``tell``."""

    def __init__(self, tell: Callable[[int, int], None], *, total: int) -> None:
        self.tell, self.total, self.done = tell, total, 0

    def step(self) -> None:
        self.done += 1
        self.tell(self.done, self.total)


def _company_of(sign_in: people.SignIn, registered: Mapping[int, companies.Registered]) -> Company:
    """Return the company for which the sign-in acts."""
    return next(
        row.company
        for row in registered.values()
        if row.owner is not None and row.owner.email == sign_in.email
    )


def _staff(*, password: str, totp_secret: str, at: dt.datetime) -> User:
    officer, admin = (
        people.appoint_officer(
            user=people.make_person(
                email=sign_in.email,
                name=sign_in.name,
                language="zh-hans",
                password=password,
                at=at,
            ),
            totp_secret=totp_secret,
            is_superuser=sign_in is people.ADMIN,
        )
        for sign_in in (people.OFFICER, people.ADMIN)
    )
    del admin
    return officer


@dataclass(frozen=True, slots=True)
class _Market:
    """The posts of the plan on their way into the market."""

    plan: Plan
    registered: Mapping[int, companies.Registered]
    officer: User
    office: Office
    progress: _Progress

    def fill(self) -> None:
        """Post, decide, let the clock bring what it brings, then suspend."""
        writer = posts.PostWriter(
            terms=load_terms(), officer=self.officer, office=self.office, rng=figures.Rng()
        )
        for planned in self.plan.orders:
            writer.post_order(planned, self.registered[planned.company])
            self.progress.step()
        offers = []
        for planned in self.plan.offers:
            offers.append((planned, writer.post_offer(planned, self.registered[planned.company])))
            self.progress.step()
        writer.bring_up_to_date(offers)
        companies.suspend_late(
            self.plan.companies,
            self.registered,
            officer=self.officer,
            at=self.office.ago(days=history.SUSPENDED_DAYS),
        )
