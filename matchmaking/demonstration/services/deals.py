"""Deals of the demonstration, in every state, and the board that counts them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from matchmaking.core import weeks
from matchmaking.core.trade_day import trade_day
from matchmaking.deals.models import ResultsBoard
from matchmaking.deals.services import fulfilment, intentions, plans
from matchmaking.deals.services.intentions import Figures
from matchmaking.deals.states import WithdrawReason
from matchmaking.listings.models import ProcessingOrder
from matchmaking.listings.states import PostState
from matchmaking.matching.models import Match
from matchmaking.matching.services import answers
from matchmaking.matching.states import AnswerKind, MatchSide, MatchState

if TYPE_CHECKING:
    from accounts.models import User
    from matchmaking.deals.models import Intention
    from matchmaking.demonstration.office_hours import Office

BRAND, FACTORY = MatchSide.ORDER, MatchSide.OFFER
NOTE = "开模费由品牌方承担；定金三成，尾款出货前付清。"
WITHDRAWN = "面料到货推迟，本季先不做了。"
TITLES = ("2026 冬季鞋业供需对接会", "Winter docking of the shoe industry 2026")
LEAST = 1_000  # pairs; a talk with fewer free in time makes no deal
STEP = Decimal("0.50")
TALKS = 4  # factories that an order to be split is spoken about with


@dataclass(frozen=True, slots=True, kw_only=True)
class _Talk:
    """A conversation whose two sides come to a deal."""

    match: Match
    owners: Mapping[int, User]
    office: Office

    def owner(self, side: MatchSide) -> User:
        return self.owners[self.match.post(side).company_id]

    def figures(self, *, share: float = 1.0, dearer: Decimal = Decimal(0)) -> Figures | None:
        """Return a share of what fits into the factory's free weeks, at the order's target."""
        order, offer = self.match.order, self.match.offer
        if offer.anchor_week is None or order.due_week is None:
            return None
        last = (order.due_week - offer.anchor_week).days // 7
        room = min(sum(offer.free[: last + 1]), order.pairs or 0)
        pairs = int(room * share) // 100 * 100
        price = order.target_unit_price_cny or offer.price_low_cny
        if pairs < LEAST or price is None:
            return None
        return Figures(
            pairs=pairs,
            unit_price=(price + dearer).quantize(Decimal("0.01")),
            first_week=weeks.monday_of(
                max(order.earliest_start or offer.anchor_week, offer.anchor_week)
            ),
            last_week=order.due_week,
            note=NOTE,
        )

    def propose(self, side: MatchSide, figures: Figures, *, days: float) -> Intention:
        return intentions.propose(
            match=self.match,
            side=side,
            figures=figures,
            by=self.owner(side),
            at=self.office.ago(days=days),
        )

    def confirm(self, intention: Intention, side: MatchSide, *, days: float) -> Intention:
        number = intention.terms.number if intention.terms else 0
        return intentions.confirm(
            intention=intention,
            side=side,
            number=number,
            by=self.owner(side),
            at=self.office.ago(days=days),
        )

    def agree(self, figures: Figures, *, days: float) -> Intention:
        return self.confirm(self.propose(BRAND, figures, days=days), FACTORY, days=days - 0.2)

    def contract(self, intention: Intention, *, days: float) -> None:
        fulfilment.record_contract(
            intention=intention,
            side=FACTORY,
            number=f"HT-{self.office.now.year}-{intention.pk:03d}",
            by=self.owner(FACTORY),
            at=self.office.ago(days=days),
        )

    def deliver(self, intention: Intention, pairs: int, *, days: float) -> None:
        at = self.office.ago(days=days)
        fulfilment.record_delivery(
            intention=intention,
            side=FACTORY,
            pairs=pairs,
            delivered_on=trade_day(at),
            by=self.owner(FACTORY),
            at=at,
        )


Story = Callable[[_Talk, Figures], None]


def _proposed(talk: _Talk, figures: Figures) -> None:
    talk.propose(FACTORY, figures, days=0.5)


def _confirmed(talk: _Talk, figures: Figures) -> None:
    talk.agree(figures, days=1)


def _revised(talk: _Talk, figures: Figures) -> None:
    talk.agree(figures, days=1.5)
    other = talk.figures(share=0.9, dearer=STEP)
    if other is not None:
        talk.propose(FACTORY, other, days=0.3)


def _contracted(talk: _Talk, figures: Figures) -> None:
    talk.contract(talk.agree(figures, days=1.5), days=0.8)


def _partly_delivered(talk: _Talk, figures: Figures) -> None:
    intention = talk.agree(figures, days=1.8)
    talk.contract(intention, days=1.2)
    talk.deliver(intention, figures.pairs // 3, days=0.2)


def _withdrawn(talk: _Talk, figures: Figures) -> None:
    intention = talk.agree(figures, days=1.2)
    intentions.withdraw(
        intention=intention,
        side=BRAND,
        reason=WithdrawReason.TIMING,
        note=WITHDRAWN,
        by=talk.owner(BRAND),
        at=talk.office.ago(days=0.4),
    )


STORIES: tuple[Story, ...] = (
    _proposed,
    _revised,
    _confirmed,
    _partly_delivered,
    _contracted,
    _withdrawn,
)


def _ask_for_plans(owners: Mapping[int, User], office: Office) -> None:
    """Let a brand talk with the best factories of an order that may be split, and ask for plans."""
    orders = ProcessingOrder.objects.filter(
        state=PostState.PUBLISHED, splittable=True, company__in=owners, plans=None
    )
    rows = Match.objects.filter(state=MatchState.PROPOSED, order__in=orders)
    talks: dict[int, dict[int, Match]] = defaultdict(dict)
    for match in rows.select_related("order__company", "offer__company").order_by("-score", "pk"):
        if match.offer.company_id in owners:
            talks[match.order_id].setdefault(match.offer.company_id, match)
    most = max(talks, key=lambda order: (min(len(talks[order]), TALKS), -order), default=None)
    if most is None:
        return
    for match in list(talks[most].values())[:TALKS]:
        for side in (BRAND, FACTORY):
            by = owners[match.post(side).company_id]
            answers.answer_match(
                match=match, side=side, kind=AnswerKind.INTERESTED, by=by, at=office.ago(days=0.3)
            )
    order = match.order
    plans.ask_plans(order=order, by=owners[order.company_id], at=office.ago(days=0.1))


def make_deals(*, owners: Mapping[int, User], office: Office) -> int:
    """Let conversations come to deals, one story each, and publish what they add up to."""
    rows = Match.objects.filter(state=MatchState.MUTUAL)
    rows = rows.select_related("order__company", "order__category", "offer__company")
    made = 0
    met: set[tuple[int, int]] = set()
    for match in rows.order_by("mutual_at", "pk"):
        # A second line of the same factory would only revise the deal that it has on the order.
        pair = (match.order_id, match.offer.company_id)
        if pair in met:
            continue
        met.add(pair)
        talk = _Talk(match=match, owners=owners, office=office)
        figures = talk.figures(share=0.6)
        if figures is not None:
            STORIES[made % len(STORIES)](talk, figures)
            made += 1
    _ask_for_plans(owners, office)
    ResultsBoard.objects.create(
        title_zh=TITLES[0],
        title_en=TITLES[1],
        since=trade_day(office.now) - dt.timedelta(days=30),
        is_published=True,
    )
    return made
