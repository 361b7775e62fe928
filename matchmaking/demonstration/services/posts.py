"""Orders and offers of the demonstration, each brought into the state that the plan names."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from matchmaking.core import weeks
from matchmaking.demonstration import wording
from matchmaking.demonstration.capacity_plans import steady_weeks
from matchmaking.demonstration.services import history
from matchmaking.listings import ledger
from matchmaking.listings.models import CapacityOffer, ProcessingOrder
from matchmaking.listings.services import posts, scheduled, transitions
from matchmaking.listings.services.posts import Weeks
from matchmaking.listings.states import PostState

if TYPE_CHECKING:
    from accounts.models import User
    from matchmaking.demonstration.figures import Rng
    from matchmaking.demonstration.office_hours import Office
    from matchmaking.demonstration.plan import PlannedPost
    from matchmaking.demonstration.services.companies import Registered
    from matchmaking.demonstration.terms import Terms

POSTED = ProcessingOrder | CapacityOffer
BEGUN, DECIDED = -1, 6  # hours after a post was handed in
HELD_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class PostWriter:
    """Posts for companies and decides for the officer, at the moments that the plan names."""

    terms: Terms
    officer: User
    office: Office
    rng: Rng
    this_week: dt.date = field(init=False)
    # When each was begun, by table and key: written at once, since nothing reads it before.
    begun: dict[type[POSTED], dict[int, dt.datetime]] = field(
        default_factory=lambda: defaultdict(dict), init=False
    )

    def __post_init__(self) -> None:
        object.__setattr__(self, "this_week", ledger.current_week(self.office.now))

    def post_order(self, planned: PlannedPost, owner: Registered) -> ProcessingOrder:
        """Save, hand in and decide the order."""
        with history.done_by(owner.owner):
            order = posts.save_order(
                company=owner.company,
                data=self._order_data(planned.fields),
                by=owner.owner,
                at=self._then(planned),
                submit=planned.state != PostState.DRAFT,
            )
        self.begun[ProcessingOrder][order.pk] = self._then(planned, BEGUN)
        self._decide(order, planned, owner)
        return order

    def post_offer(self, planned: PlannedPost, owner: Registered) -> CapacityOffer:
        """Save, hand in and decide the offer with its weeks."""
        first = self.this_week + dt.timedelta(weeks=planned.first_week)
        count = min(planned.weeks, weeks.HORIZON_WEEKS - 25)  # an old plan's horizon began earlier
        with history.done_by(owner.owner):
            offer = posts.save_offer(
                company=owner.company,
                data=self._offer_data(planned.fields),
                by=owner.owner,
                at=self._then(planned),
                weeks=Weeks(first, steady_weeks(first, count, planned.weekly_pairs)),
                submit=planned.state != PostState.DRAFT,
            )
        self.begun[CapacityOffer][offer.pk] = self._then(planned, BEGUN)
        self._decide(offer, planned, owner)
        return offer

    def bring_up_to_date(self, offers: Sequence[tuple[PlannedPost, CapacityOffer]]) -> None:
        """Backdate all posts, confirm what owners confirmed, expire what is due, roll the weeks."""
        for model, moments in self.begun.items():
            history.began_each(model, moments)
        for planned, offer in offers:
            is_later = planned.confirmed_hours + DECIDED < planned.age_hours
            if planned.state == PostState.PUBLISHED and is_later:
                confirmed = self.office.ago(hours=planned.confirmed_hours)
                with history.done_by(offer.created_by):
                    transitions.confirm_figures(post=offer, by=offer.created_by, at=confirmed)
        scheduled.expire_due_posts(at=self.office.now)
        scheduled.begin_market_day(at=self.office.now)
        for planned, offer in offers:
            if planned.state == PostState.PUBLISHED and self.rng.chance(HELD_SHARE):
                self._hold(planned, offer)

    def _hold(self, planned: PlannedPost, offer: CapacityOffer) -> None:
        """Hold a third of two weeks; every second hold is booked."""
        offer.refresh_from_db()
        busy = [index for index, free in enumerate(offer.free) if free][:2]
        if not busy or offer.anchor_week is None:
            return
        part = [planned.weekly_pairs // 3 if index in busy else 0 for index in range(busy[-1] + 1)]
        hold = ledger.hold_pairs(
            offer=offer,
            first_week=offer.anchor_week,
            pairs=part,
            by=offer.created_by,
            at=self.office.ago(),
            reference="示例意向",
        )
        if self.rng.chance(0.5):
            ledger.book_hold(hold=hold, by=offer.created_by, at=self.office.ago())

    def _then(self, planned: PlannedPost, later: int = 0) -> dt.datetime:
        return self.office.ago(hours=planned.age_hours - later)

    def _decide(self, post: POSTED, planned: PlannedPost, owner: Registered) -> None:
        state = planned.state
        decided = self._then(planned, DECIDED)
        if state in {PostState.DRAFT, PostState.PENDING}:
            return
        if state == PostState.REJECTED:
            reason = wording.REJECTIONS[post.pk % len(wording.REJECTIONS)]
            with history.done_by(self.officer):
                transitions.reject_post(post=post, reason=reason, by=self.officer, at=decided)
            return
        with history.done_by(self.officer):
            transitions.approve_post(post=post, by=self.officer, at=decided)
        if owner.owner is None:
            raise TypeError("nobody acts for the company of a post")
        with history.done_by(owner.owner):
            if state == PostState.PAUSED:
                transitions.pause_post(
                    post=post, by=owner.owner, at=self.office.ago(hours=history.PAUSED_HOURS)
                )
            elif state == PostState.CLOSED:
                transitions.close_post(
                    post=post, by=owner.owner, at=self.office.ago(days=history.CLOSED_DAYS)
                )

    def _order_data(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        terms = self.terms
        monday = self.this_week
        return dict(fields) | {
            "category": terms.categories[fields["category"]],
            "construction": terms.constructions.get(fields["construction"]),
            "upper_material": terms.uppers.get(fields["upper_material"]),
            "sole_material": terms.soles.get(fields["sole_material"]),
            "target_unit_price_cny": _money(fields["target_unit_price_cny"]),
            "earliest_start": monday + dt.timedelta(weeks=fields["earliest_start"]),
            "due_week": monday + dt.timedelta(weeks=fields["due_week"]),
            "certifications": [terms.certifications[code] for code in fields["certifications"]],
        }

    def _offer_data(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        terms = self.terms
        return dict(fields) | {
            "categories": [terms.categories[code] for code in fields["categories"]],
            "constructions": [terms.constructions[code] for code in fields["constructions"]],
            "price_low_cny": _money(fields["price_low_cny"]),
            "price_high_cny": _money(fields["price_high_cny"]),
        }


def _money(yuan: float) -> Decimal:
    return Decimal(str(yuan)).quantize(Decimal("0.01"))
