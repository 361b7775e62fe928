"""Records of facts: what a company did in the last two years, counted case by case.

Each fact is a share: cases in which the company did it, of all cases in which it could have. A
case to which an objection was upheld is left out. The page of the formula says the same.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from matchmaking.core.trade_day import trade_day
from matchmaking.deals.models import Intention, RecordObjection
from matchmaking.deals.states import BINDING_STATES, IntentionState, ObjectionState, RecordFact
from matchmaking.listings.models import ProcessingOrder
from matchmaking.listings.states import PostState
from matchmaking.matching.end_causes import EndCause
from matchmaking.matching.models import Answer, Match
from matchmaking.matching.states import AnswerKind, MatchSide, MatchState

if TYPE_CHECKING:
    from accounts.models import Company

FEWEST_CASES = 5
MONTHS = 24
DAYS = 730
STEP = 10  # percent; what partners read is rounded to it, so that no single case can be read off
BANDS = (5, 10, 20, 50)  # cases, as partners read them


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One occasion: ``code`` is that of the match, deal or order, ``day`` when it was settled."""

    fact: RecordFact
    code: UUID
    title: str
    day: dt.date
    is_met: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A fact of a company."""

    fact: RecordFact
    cases: int
    met: int

    @property
    def is_shown(self) -> bool:
        return self.cases >= FEWEST_CASES

    @property
    def percent(self) -> int:
        return round(100 * self.met / self.cases) if self.cases else 0

    @property
    def rounded(self) -> int:
        """Return the share in whole tens, as a partner reads it."""
        return round(100 * self.met / self.cases / STEP) * STEP if self.cases else 0

    @property
    def at_least(self) -> int:
        """Return the number of cases that a partner reads: there are this many or more."""
        return max((low for low in BANDS if low <= self.cases), default=0)


def cases_of(company: Company, *, at: dt.datetime) -> list[Case]:
    """Return every case of the company, the newest first; objections are not looked at."""
    since = at - dt.timedelta(days=DAYS)
    found = [*_answers(company, since), *_deals(company, since, at), *_orders(company, since)]
    return sorted(found, key=lambda case: (case.day, str(case.code)), reverse=True)


def shares_of(company: Company, *, at: dt.datetime) -> list[Share]:
    """Return each fact that has a case; upheld objections leave their case out."""
    left_out = set(
        RecordObjection.objects.filter(company=company, state=ObjectionState.UPHELD).values_list(
            "fact", "case"
        )
    )
    cases = [case for case in cases_of(company, at=at) if (case.fact, case.code) not in left_out]
    return shares(cases)


def shown_shares(company: Company, *, at: dt.datetime) -> list[Share]:
    """Return the facts that have enough cases to be told to a partner."""
    return [share for share in shares_of(company, at=at) if share.is_shown]


def shares(cases: Iterable[Case]) -> list[Share]:
    by_fact: defaultdict[RecordFact, list[bool]] = defaultdict(list)
    for case in cases:
        by_fact[case.fact].append(case.is_met)
    return [
        Share(fact=fact, cases=len(by_fact[fact]), met=sum(by_fact[fact]))
        for fact in RecordFact
        if fact in by_fact
    ]


def _answers(company: Company, since: dt.datetime) -> Iterator[Case]:
    """Yield the matches in which the other side said yes first and waited for this one."""
    for side, owner in ((MatchSide.ORDER, "order__company"), (MatchSide.OFFER, "offer__company")):
        answers = Answer.objects.filter(
            **{f"match__{owner}": company}, match__proposed_at__gte=since
        ).select_related("match__order", "match__offer")
        by_match: defaultdict[Match, list[Answer]] = defaultdict(list)
        for answer in answers.order_by("answered_at", "pk"):
            by_match[answer.match].append(answer)
        for match, given in by_match.items():
            if given[0].side != side.other or given[0].kind != AnswerKind.INTERESTED:
                continue
            title = match.post(side).title
            own = next((answer for answer in given if answer.side == side), None)
            if own is not None:
                yield _case(RecordFact.ANSWERED, match, own.answered_at, title, is_met=True)
            elif match.state == MatchState.EXPIRED and match.end_cause == EndCause.UNANSWERED:
                yield _case(RecordFact.ANSWERED, match, match.ended_at, title, is_met=False)


def _deals(company: Company, since: dt.datetime, at: dt.datetime) -> Iterator[Case]:
    """Yield the deals that both confirmed: whether they were kept and how they were delivered."""
    rows = Intention.objects.filter(
        Q(brand=company) | Q(factory=company), confirmed_at__gte=since, confirmed__isnull=False
    )
    rows = rows.select_related("confirmed", "brand", "factory").prefetch_related("deliveries")
    for row in rows.order_by("pk"):
        side = MatchSide.ORDER if row.brand_id == company.pk else MatchSide.OFFER
        if row.state == IntentionState.WITHDRAWN and row.ended_at:
            yield _case(
                RecordFact.HONOURED, row, row.ended_at, _title(row), is_met=row.ended_side != side
            )
        elif row.contracted_at:
            yield _case(RecordFact.HONOURED, row, row.contracted_at, _title(row), is_met=True)
        if side == MatchSide.OFFER:
            yield from _deliveries(row, at)


def _deliveries(row: Intention, at: dt.datetime) -> Iterator[Case]:
    """Yield a contract whose last week is over, or that is delivered before."""
    terms = row.standing
    end = terms.last_week + dt.timedelta(days=6)
    is_live = row.state in {IntentionState.CONTRACTED, IntentionState.DELIVERED}
    if not is_live or (trade_day(at) <= end and row.state != IntentionState.DELIVERED):
        return
    rows = row.deliveries.all()
    in_time = sum(one.pairs for one in rows if one.delivered_on <= end)
    in_all = sum(one.pairs for one in rows)
    day = min(end, trade_day(at))
    for fact, pairs in ((RecordFact.ON_TIME, in_time), (RecordFact.IN_FULL, in_all)):
        yield Case(
            fact=fact,
            code=row.code,
            title=_title(row),
            day=day,
            is_met=pairs >= terms.pairs,
        )


def _orders(company: Company, since: dt.datetime) -> Iterator[Case]:
    """Yield the orders that came to a deal or left the market without one."""
    deals = Intention.objects.filter(order=OuterRef("pk"), state__in=BINDING_STATES)
    rows = ProcessingOrder.objects.filter(company=company, published_at__gte=since).annotate(
        is_placed=Exists(deals)
    )
    over = Q(state__in=(PostState.CLOSED, PostState.EXPIRED))
    found: Iterable[Any] = rows.filter(Q(is_placed=True) | over).order_by("pk")
    for order in found:
        yield Case(
            fact=RecordFact.PLACED,
            code=order.code,
            title=order.title,
            day=trade_day(order.published_at),
            is_met=order.is_placed,
        )


def _case(fact: RecordFact, row: Any, moment: Any, title: str, *, is_met: bool) -> Case:
    return Case(fact=fact, code=row.code, title=title, day=trade_day(moment), is_met=is_met)


def _title(row: Intention) -> str:
    return f"{row.brand.name} – {row.factory.name}"
