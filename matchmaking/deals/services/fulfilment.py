"""A confirmed intention becomes a contract, and the contract is delivered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from matchmaking.core.errors import Conflict, InvalidInput
from matchmaking.core.formatting import grouped
from matchmaking.core.trade_day import trade_day
from matchmaking.core.uploads import stored_together
from matchmaking.deals import facts
from matchmaking.deals.models import Delivery, Intention
from matchmaking.deals.services import base
from matchmaking.deals.states import IntentionState
from matchmaking.listings import ledger
from matchmaking.listings.states import EntryKind
from matchmaking.matching.states import MatchSide

if TYPE_CHECKING:
    import datetime as dt

    from accounts.models import User
    from matchmaking.core.uploads import CleanUpload

OVERRUN = 1.10  # what a contract of the trade lets a factory deliver: up to a tenth more


@transaction.atomic
def record_contract(
    *,
    intention: Intention,
    side: str,
    number: str,
    by: User,
    at: dt.datetime,
    on_behalf: bool = False,
    file: CleanUpload | None = None,
) -> Intention:
    """Record that the contract is signed, with its number and a copy; held weeks are booked.

    :raises Conflict: while other figures wait for an answer
    :raises NotEnoughWeeks: when its hold has ended and others have the weeks
    :raises IllegalTransition: when it is not confirmed by both, or contracted already
    """
    own = MatchSide(side)
    intention = base.lock_intention(intention)
    base.check_speaker(intention, own, by, on_behalf=on_behalf)
    if intention.has_revision:
        raise Conflict(_("Answer the figures that wait first."), code="revision_waits")
    base.move(intention, IntentionState.CONTRACTED)
    if intention.hold is None and intention.confirmed is not None:
        # Its hold has ended: others may have taken the weeks meanwhile.
        base.hold_weeks(intention, intention.confirmed, by=by, at=at)
    if intention.hold and intention.hold.kind == EntryKind.HOLD:
        intention.hold = ledger.book_hold(hold=intention.hold, by=by, at=at)
    intention.held_until = intention.hold_reminded_at = None
    intention.contract_number = number.strip()
    intention.contracted_at, intention.contracted_by = at, by
    with stored_together() as store:
        if file is not None:
            store(intention.contract_file, file)
            intention.contract_file_name = file.name
        intention.save()
        base.notify_side(intention, own.other, base.DEAL_PROGRESS, "contracted")
        facts.publish(facts.CONTRACTED, intention, "contracted", at=at)
    return intention


@transaction.atomic
def record_delivery(
    *,
    intention: Intention,
    side: str,
    pairs: int,
    delivered_on: dt.date,
    by: User,
    at: dt.datetime,
    on_behalf: bool = False,
) -> Delivery:
    """Record a delivery; with the last pairs the intention is delivered.

    :raises InvalidInput: for a day to come, no pairs, or more than the contract and a tenth
    :raises Conflict: when there is no contract
    """
    own = MatchSide(side)
    intention = base.lock_intention(intention)
    base.check_speaker(intention, own, by, on_behalf=on_behalf)
    if intention.state not in {IntentionState.CONTRACTED, IntentionState.DELIVERED}:
        raise Conflict(_("Record the contract first."), code="no_contract")
    if delivered_on > trade_day(at):
        raise InvalidInput(_("A delivery lies in the past, or is today's."), field="delivered_on")
    agreed = intention.standing.pairs
    before = delivered_pairs(intention)
    if not pairs >= 1 or before + pairs > agreed * OVERRUN:
        raise InvalidInput(
            _("%(left)s pairs are left to deliver.") % {"left": grouped(max(agreed - before, 0))},
            field="pairs",
        )
    delivery = Delivery.objects.create(
        intention=intention,
        pairs=pairs,
        delivered_on=delivered_on,
        is_on_behalf=on_behalf,
        recorded_by=by,
        recorded_at=at,
    )
    if before + pairs >= agreed and intention.state == IntentionState.CONTRACTED:
        base.move(intention, IntentionState.DELIVERED)
        intention.delivered_at = at
        intention.save(update_fields=["state", "delivered_at"])
    base.notify_side(intention, own.other, base.DEAL_PROGRESS, f"delivered:{delivery.pk}")
    facts.publish(facts.DELIVERED, intention, f"delivery:{delivery.pk}", at=at)
    return delivery


def delivered_pairs(intention: Intention) -> int:
    return intention.deliveries.aggregate(sum=Sum("pairs"))["sum"] or 0
