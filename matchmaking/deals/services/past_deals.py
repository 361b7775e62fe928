"""Deals of the time before the site, which the association enters from its lists."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from matchmaking.core.errors import Conflict, InvalidInput, NotAllowed
from matchmaking.core.trade_day import trade_day
from matchmaking.deals import rules
from matchmaking.deals.models import Confirmation, Delivery, Intention, IntentionTerms
from matchmaking.deals.services import base, intentions
from matchmaking.deals.states import IntentionState, WithdrawReason
from matchmaking.matching.states import MatchSide

if TYPE_CHECKING:
    from uuid import UUID

    from accounts.models import Company, User
    from matchmaking.deals.services.intentions import Figures
    from matchmaking.listings.models import Category

NOON = dt.time(12)


@dataclass(frozen=True, slots=True, kw_only=True)
class PastDeal:
    """A row of a list. ``brand_name`` and ``factory_name`` are the people who confirmed.

    A contract or a delivery is there where its day is.
    """

    brand: Company
    factory: Company
    category: Category | None
    figures: Figures
    agreed_on: dt.date
    brand_name: str
    factory_name: str
    contract_number: str = ""
    contracted_on: dt.date | None = None
    delivered_pairs: int | None = None
    delivered_on: dt.date | None = None
    event: UUID | None = None


@transaction.atomic
def enter_past_deal(*, deal: PastDeal, by: User, at: dt.datetime) -> Intention:
    """Enter a deal that both sides confirmed outside of the site; both are told, once.

    It stands as confirmed, contracted or delivered, on the day on which it was agreed, marked as
    given to the association; it has no order, no capacity, and holds no weeks.

    :raises NotAllowed: without the right to record for companies
    :raises InvalidInput: for days that cannot be, or a delivery without a contract
    :raises Conflict: when the same deal stands already
    """
    if not rules.can_act_on_intentions(by):
        raise NotAllowed(_("You may not record deals for companies."))
    _check(deal, at)
    # The two firms' rows of this list follow one another: the check below then sees the other's.
    base.lock_companies(deal.brand, deal.factory)
    if same_deal(deal):
        raise Conflict(_("The same deal stands already."), code="known")
    agreed_at = _noon(deal.agreed_on)
    intention = Intention.objects.create(
        brand=deal.brand,
        factory=deal.factory,
        category=deal.category,
        event=deal.event,
        proposed_at=agreed_at,
    )
    terms = IntentionTerms.objects.create(
        intention=intention,
        number=1,
        pairs=deal.figures.pairs,
        unit_price=deal.figures.unit_price,
        first_week=deal.figures.first_week,
        last_week=deal.figures.last_week,
        note=deal.figures.note,
        side=MatchSide.ORDER,
        is_on_behalf=True,
        proposed_by=by,
        proposed_at=agreed_at,
    )
    for side, name in ((MatchSide.ORDER, deal.brand_name), (MatchSide.OFFER, deal.factory_name)):
        Confirmation.objects.create(
            terms=terms,
            side=side,
            name=name or intention.company(side).name[:150],
            is_on_behalf=True,
            confirmed_by=by,
            confirmed_at=agreed_at,
        )
    intention.terms = intention.confirmed = terms
    intention.confirmed_at = agreed_at
    base.move(intention, IntentionState.CONFIRMED)
    _fulfil(intention, deal, by=by, at=at)
    intention.save()
    for side in MatchSide:
        base.notify_side(intention, side, base.DEAL_PROGRESS, "entered")
    return intention


def _fulfil(intention: Intention, deal: PastDeal, *, by: User, at: dt.datetime) -> None:
    if deal.contracted_on is None:
        return
    base.move(intention, IntentionState.CONTRACTED)
    intention.contract_number = deal.contract_number
    intention.contracted_at, intention.contracted_by = _noon(deal.contracted_on), by
    if deal.delivered_pairs and deal.delivered_on:
        Delivery.objects.create(
            intention=intention,
            pairs=deal.delivered_pairs,
            delivered_on=deal.delivered_on,
            is_on_behalf=True,
            recorded_by=by,
            recorded_at=at,
        )
        if deal.delivered_pairs >= deal.figures.pairs:
            base.move(intention, IntentionState.DELIVERED)
            intention.delivered_at = at


def same_deal(deal: PastDeal) -> Intention | None:
    """Return the live deal of the two firms of that day with these figures, if there is one."""
    return (
        Intention.objects.filter(
            brand=deal.brand,
            factory=deal.factory,
            proposed_at=_noon(deal.agreed_on),
            confirmed__pairs=deal.figures.pairs,
            confirmed__unit_price=deal.figures.unit_price,
            ended_at=None,
        )
        .order_by("pk")
        .first()
    )


@transaction.atomic
def take_back(*, intention: Intention, by: User, at: dt.datetime) -> Intention:
    """Withdraw a deal that was entered by mistake; no figure of it counts any more.

    :raises Conflict: when somebody has changed it since
    """
    intention = base.lock_intention(intention)
    if not rules.can_act_on_intentions(by):
        raise NotAllowed(_("You may not record deals for companies."))
    if intention.versions.count() > 1 or intention.contract_file or not intention.is_live:
        raise Conflict(_("Somebody has gone on with this deal since."))
    if intention.state == IntentionState.DELIVERED:
        # What was entered as delivered in one step is taken back in one step.
        intention.deliveries.all().delete()
        intention.state, intention.delivered_at = IntentionState.CONTRACTED, None
        intention.save(update_fields=["state", "delivered_at"])
    return intentions.withdraw(
        intention=intention,
        side=MatchSide.ORDER,
        reason=WithdrawReason.MISTAKE,
        by=by,
        at=at,
        on_behalf=True,
    )


def _check(deal: PastDeal, at: dt.datetime) -> None:
    today = trade_day(at)
    if deal.brand.pk == deal.factory.pk:
        raise InvalidInput(_("Brand and factory are the same firm."), field="factory")
    if deal.agreed_on > today:
        raise InvalidInput(_("The day lies in the future."), field="agreed_on")
    if deal.contract_number and deal.contracted_on is None:
        raise InvalidInput(_("Say when the contract was signed."), field="contracted_on")
    if deal.contracted_on and not deal.agreed_on <= deal.contracted_on <= today:
        raise InvalidInput(
            _("The contract was signed before it was agreed on, or in the future."),
            field="contracted_on",
        )
    if bool(deal.delivered_pairs) != (deal.delivered_on is not None):
        raise InvalidInput(
            _("Say both how many pairs were delivered and when."), field="delivered_on"
        )
    if deal.delivered_on and deal.contracted_on is None:
        raise InvalidInput(_("A delivery needs the day of the contract."), field="contracted_on")
    if deal.delivered_on and deal.delivered_on < deal.agreed_on:
        raise InvalidInput(_("Delivered before it was agreed on."), field="delivered_on")


def _noon(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, NOON, timezone.get_default_timezone())
