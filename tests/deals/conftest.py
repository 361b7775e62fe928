"""Firms that talk, and the figures that they agree on."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone, translation

from accounts.choices import CompanyKind
from matchmaking.core.trade_day import trade_day, trade_week
from matchmaking.deals.models import ResultsBoard
from matchmaking.deals.quote_terms import QuoteTerms
from matchmaking.deals.services import intentions, quote_answers, quotes
from matchmaking.deals.services.intentions import Figures
from matchmaking.listings import ledger
from matchmaking.matching.services import answers
from tests.factories import CompanyFactory, MembershipFactory, OfferFactory, OrderFactory
from tests.matching.conftest import propose as propose_match


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def at():
    """Noon of today, so that no test crosses a day."""
    return timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0)


def figures(pairs=60_000, price="46.50", *, first=2, last=12, note=""):
    now = trade_week()
    return Figures(
        pairs=pairs,
        unit_price=Decimal(price),
        first_week=now + dt.timedelta(weeks=first),
        last_week=now + dt.timedelta(weeks=last),
        note=note,
    )


class Talk:
    """A mutual match with somebody of each side."""

    def __init__(self, at, *, brand=None, factory=None, order=None, weekly=10_000, weeks=26):
        self.at = at
        self.brand = brand or (order.company if order else CompanyFactory(kind=CompanyKind.BRAND))
        self.factory = factory or CompanyFactory(kind=CompanyKind.FACTORY)
        self.buyer = MembershipFactory(company=self.brand).user
        self.maker = MembershipFactory(company=self.factory).user
        self.order = order or OrderFactory(company=self.brand, pairs=5_000_000)
        self.offer = OfferFactory(company=self.factory, rate=0)
        ledger.publish_weeks(
            offer=self.offer, first_week=trade_week(), pairs=[weekly] * weeks, by=self.maker, at=at
        )
        self.offer.refresh_from_db()
        self.match = propose_match(self.order, self.offer)
        for side, by in (("order", self.buyer), ("offer", self.maker)):
            answers.answer_match(match=self.match, side=side, kind="interested", by=by, at=at)
        self.match.refresh_from_db()

    def propose(self, side="order", **more):
        by = self.buyer if side == "order" else self.maker
        return intentions.propose(
            match=self.match, side=side, by=by, at=self.at, figures=figures(**more)
        )

    def confirm(self, intention, side="offer"):
        by = self.buyer if side == "order" else self.maker
        intention.refresh_from_db()
        return intentions.confirm(
            intention=intention, side=side, number=intention.terms.number, by=by, at=self.at
        )

    def agree(self, **more):
        return self.confirm(self.propose(**more))


@pytest.fixture
def talk(db, at):
    return Talk(at)


@pytest.fixture
def board(db, at):
    """The board of the docking event of June 2022."""
    talks = [Talk(at, weekly=600_000) for _ in range(3)]
    sizes = ((3_000_000, "45"), (2_010_000, "47.5"), (1_500_000, "46.5"))
    for talk, (pairs, price) in zip(talks, sizes, strict=True):
        talk.agree(pairs=pairs, price=price)
    return ResultsBoard.objects.create(
        title_zh="莆泉鞋业供需对接会",
        title_en="Docking event",
        since=at.date(),
        until=at.date(),
        is_published=True,
    )


def quote_terms(pairs=60_000, price="46.50", *, first=2, last=12, valid=14, **more):
    now = trade_week()
    return QuoteTerms(
        pairs=pairs,
        unit_price=Decimal(price),
        first_week=now + dt.timedelta(weeks=first),
        last_week=now + dt.timedelta(weeks=last),
        valid_until=trade_day() + dt.timedelta(days=valid),
        **{"least_pairs": min(1_000, pairs)} | more,
    )


def submit(talk, terms=None, **more):
    terms = terms or quote_terms(**more)
    return quotes.submit(match=talk.match, terms=terms, by=talk.maker, at=talk.at)


def accept(talk, quote, *, at=None, **more):
    quote.refresh_from_db()
    return quote_answers.accept(
        quote=quote, number=quote.current.number, by=talk.buyer, at=at or talk.at, **more
    )
