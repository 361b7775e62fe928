"""Quotes and questions of the demonstration, in every state, and a round that is still sealed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction

from matchmaking.core import weeks
from matchmaking.core.database_clock import database_now
from matchmaking.core.errors import DomainError
from matchmaking.core.trade_day import trade_day
from matchmaking.deals.models import Quote, SealedRound
from matchmaking.deals.quote_suggestions import suggested_figures
from matchmaking.deals.quote_terms import Payment, PriceBreak, QuoteTerms
from matchmaking.deals.services import (
    questions,
    quote_answers,
    quote_upkeep,
    quotes,
    rounds,
)
from matchmaking.deals.states import Audience, QuoteDeclineReason
from matchmaking.listings.models import ProcessingOrder
from matchmaking.matching.models import Match
from matchmaking.matching.states import MatchState

if TYPE_CHECKING:
    from accounts.models import User
    from matchmaking.demonstration.office_hours import Office

NOTE = "含普通纸箱；面料按贵司指定供应商采购。"
WISH = "单价能否再低一元？交期可以放宽两周。"
DECLINED = "价格高于预算，下一季再合作。"
ASKED = (
    "楦头由品牌方提供吗？",
    "鞋底是自带大底还是由我们开模？模具费由谁承担？",
    "确认样几天内要？可以先做一只脚吗？",
    "尺码段是 38 到 44 吗？各码比例定了没有？",
)
ANSWERED = (
    "楦头由我们提供，确认样之前寄到。",
    "用公模大底，不另开模。",
    "打样两周以内都可以，先做一只脚没问题。",
)
CHEAPER, DEARER = Decimal("-1.20"), Decimal("0.80")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Talk:
    """A conversation whose factory quotes."""

    match: Match
    owners: Mapping[int, User]
    office: Office

    @property
    def brand(self) -> User:
        return self.owners[self.match.order.company_id]

    @property
    def factory(self) -> User:
        return self.owners[self.match.offer.company_id]

    def at(self, *, days: float) -> dt.datetime:
        return self.office.ago(days=days)

    def terms(self, *, dearer: Decimal = Decimal(0)) -> QuoteTerms | None:
        """Return what the form would be filled in with, a little dearer or cheaper."""
        found = suggested_figures(self.match, self.office.now)
        if not found["pairs"] or found["unit_price"] is None or not found["least_pairs"]:
            return None
        pairs = min(found["pairs"], self.match.order.pairs or found["pairs"])
        price = found["unit_price"] + dearer
        last = found["last_week"]
        return QuoteTerms(
            pairs=pairs,
            least_pairs=min(found["least_pairs"], pairs),
            unit_price=price,
            breaks=(
                PriceBreak(unit_price=price - Decimal("0.80"), from_pairs=max(pairs // 2, 1)),
                PriceBreak(
                    unit_price=price - Decimal("1.50"),
                    from_week=weeks.monday_of(last + dt.timedelta(weeks=3)),
                ),
            ),
            tooling_cost=Decimal(1000 * (self.match.pk % 19)),
            moulds_by=found["moulds_by"],
            lasts_by=found["lasts_by"],
            sample_days=10 + self.match.pk % 12,
            sample_cost=Decimal(100 * (self.match.pk % 4)),
            first_week=found["first_week"],
            last_week=last,
            payment=Payment(deposit=30, before_shipping=40, after_delivery=30, days=30),
            valid_until=trade_day(self.office.now) + dt.timedelta(days=14),
            note=NOTE,
        )

    def submit(self, terms: QuoteTerms, *, days: float) -> Quote:
        return quotes.submit(match=self.match, terms=terms, by=self.factory, at=self.at(days=days))


Story = Callable[[_Talk, QuoteTerms], None]


def _submitted(talk: _Talk, terms: QuoteTerms) -> None:
    talk.submit(terms, days=0.6)


def _revised(talk: _Talk, terms: QuoteTerms) -> None:
    quote = talk.submit(terms, days=1.5)
    quote_answers.ask_for_revision(quote=quote, wish=WISH, by=talk.brand, at=talk.at(days=1))
    talk.submit(replace(terms, unit_price=terms.unit_price - 1), days=0.4)


def _wished(talk: _Talk, terms: QuoteTerms) -> None:
    quote = talk.submit(terms, days=1)
    quote_answers.ask_for_revision(quote=quote, wish=WISH, by=talk.brand, at=talk.at(days=0.3))


def _un_answered(talk: _Talk, terms: QuoteTerms) -> None:
    """Quote for other colourways than the order asks for by now."""
    quote = talk.submit(terms, days=1.4)
    asked = quote.asked | {"colourways": (quote.asked["colourways"] or 1) + 1}
    Quote.objects.filter(pk=quote.pk).update(asked=asked)
    quote_upkeep.follow_orders(orders=[talk.match.order_id], at=talk.at(days=0.5))


def _declined(talk: _Talk, terms: QuoteTerms) -> None:
    quote_answers.decline(
        quote=talk.submit(terms, days=1.6),
        reason=QuoteDeclineReason.PRICE,
        note=DECLINED,
        by=talk.brand,
        at=talk.at(days=0.7),
    )


def _withdrawn(talk: _Talk, terms: QuoteTerms) -> None:
    quotes.withdraw(
        quote=talk.submit(terms, days=1.2), by=talk.factory, at=talk.at(days=0.6), note=""
    )


def _draft(talk: _Talk, terms: QuoteTerms) -> None:
    typed = {"pairs": str(terms.pairs), "unit_price": f"{terms.unit_price}"}
    quotes.save_draft(match=talk.match, typed=typed, by=talk.factory, at=talk.at(days=0.2))


def _expired(talk: _Talk, terms: QuoteTerms) -> None:
    day = trade_day(talk.at(days=2))
    talk.submit(replace(terms, valid_until=day), days=2)
    quote_upkeep.expire_due(at=talk.office.now)


def _accepted(talk: _Talk, terms: QuoteTerms) -> None:
    quote = talk.submit(terms, days=1)
    quote_answers.accept(
        quote=quote, number=1, pairs=terms.least_pairs, by=talk.brand, at=talk.at(days=0.3)
    )


STORIES: tuple[Story, ...] = (
    _submitted, _revised, _un_answered, _accepted, _wished, _declined, _draft, _withdrawn, _expired,
)  # fmt: skip


def make_quotes(*, owners: Mapping[int, User], office: Office) -> int:
    """Let factories that talk quote, one story each; return how many do."""
    rows = Match.objects.filter(state=MatchState.MUTUAL)
    rows = rows.select_related("order__company", "order__category", "offer__company")
    made = 0
    met: set[tuple[int, int]] = set()
    for place, match in enumerate(rows.order_by("mutual_at", "pk")):
        pair = (match.order_id, match.offer.company_id)
        if pair in met:
            continue
        met.add(pair)
        talk = _Talk(match=match, owners=owners, office=office)
        terms = talk.terms(dearer=CHEAPER if place % 2 else DEARER)
        # A deal of before may be delivered, or leave no week free: the next story takes its place.
        if terms is not None and _told(STORIES[made % len(STORIES)], talk, terms):
            made += 1
    return made


def _told(story: Story, talk: _Talk, terms: QuoteTerms) -> bool:
    try:
        with transaction.atomic():
            story(talk, terms)
    except DomainError:
        return False
    return True


def make_sealed_round(*, owners: Mapping[int, User], office: Office) -> SealedRound | None:
    """Let the first order without quotes collect sealed ones; None where no moment fits.

    The clock of the database decides over seals, so the moment lies ahead of it too.
    """
    quoted = Quote.objects.values("order")
    rows = ProcessingOrder.objects.in_market().filter(matches__state=MatchState.MUTUAL)
    order = rows.exclude(pk__in=quoted).select_related("company").order_by("pk").first()
    if order is None or order.company_id not in owners:
        return None
    try:
        with transaction.atomic():
            return rounds.ask_for_sealed(
                order=order,
                opens_at=max(office.now, database_now()) + dt.timedelta(days=3),
                by=owners[order.company_id],
                at=office.now,
            )
    except DomainError:
        return None


def make_questions(*, owners: Mapping[int, User], office: Office) -> int:
    """Let factories ask about orders that match, and brands answer most; return how many ask."""
    states = (MatchState.PROPOSED, MatchState.MUTUAL)
    rows: Any = Match.objects.filter(state__in=states, hidden_from="")
    rows = rows.filter(order__company__in=list(owners), offer__company__in=list(owners))
    rows = rows.select_related("order__company", "offer__company").order_by("-score", "pk")
    asked: set[int] = set()
    for match in rows[: 4 * len(ASKED)]:
        if match.order_id in asked:
            continue
        place = len(asked)
        question = questions.ask(
            match=match,
            text=ASKED[place % len(ASKED)],
            by=owners[match.offer.company_id],
            at=office.ago(days=1.5),
        )
        asked.add(match.order_id)
        if place % len(ASKED) < len(ANSWERED):
            questions.answer(
                question=question,
                text=ANSWERED[place % len(ASKED)],
                audience=Audience.TALKING if place % 3 == 2 else Audience.MATCHED,  # noqa: PLR2004 - each third
                by=owners[match.order.company_id],
                at=office.ago(days=0.8),
            )
    return len(asked)
