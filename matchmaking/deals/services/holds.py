"""Ends of holds: a reminder before, more time from the factory, weeks given back after."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from matchmaking.core.errors import Conflict, NotAllowed
from matchmaking.deals.models import Intention
from matchmaking.deals.services import base
from matchmaking.matching.states import MatchSide

if TYPE_CHECKING:
    from accounts.models import User


def remind_due(*, at: dt.datetime) -> int:
    """Remind both sides of each hold that ends within the days of a reminder, once for each end."""
    soon = at + dt.timedelta(days=settings.HOLD_REMINDER_DAYS)
    due = Intention.objects.filter(held_until__lte=soon, hold_reminded_at=None)
    reminded = 0
    for row in due.only("pk", "offer_id").order_by("pk"):
        with transaction.atomic():
            intention = base.lock_intention(row)
            # Judged again under the lock: it may be booked, or held longer, by now.
            ends = intention.held_until
            if ends is None or ends > soon or intention.hold_reminded_at is not None:
                continue
            intention.hold_reminded_at = at
            intention.save(update_fields=["hold_reminded_at"])
            for side in MatchSide:
                base.notify_side(intention, side, base.HOLD_ENDING, ends.isoformat())
            reminded += 1
    return reminded


def end_due(*, at: dt.datetime) -> int:
    """Give back the weeks of each hold that has ended; the deal goes on without them."""
    due = Intention.objects.filter(held_until__lte=at)
    ended = 0
    for row in due.only("pk", "offer_id").order_by("pk"):
        with transaction.atomic():
            intention = base.lock_intention(row)
            ends = intention.held_until
            if ends is None or ends > at:
                continue
            base.release_weeks(intention, by=None, at=at)
            intention.save()
            for side in MatchSide:
                base.notify_side(intention, side, base.DEAL_PROGRESS, f"hold-ended:{ends:%s}")
            ended += 1
    return ended


@transaction.atomic
def hold_longer(*, intention: Intention, side: str, by: User, at: dt.datetime) -> Intention:
    """Hold the weeks for more days, from now or from the end that was set, whichever is later.

    :raises NotAllowed: for the brand: the weeks are the factory's to hold
    :raises Conflict: when no weeks are held, or they are booked
    """
    own = MatchSide(side)
    intention = base.lock_intention(intention)
    base.check_speaker(intention, own, by, on_behalf=False)
    if own != MatchSide.OFFER:
        raise NotAllowed(_("Only the factory can hold its weeks longer."), code="not_yours")
    if intention.held_until is None:
        raise Conflict(_("No weeks are held, or the contract has booked them."), code="no_hold")
    longer = dt.timedelta(days=settings.HOLD_LONGER_DAYS)
    intention.held_until = max(intention.held_until, at) + longer
    intention.hold_reminded_at = None
    intention.save(update_fields=["held_until", "hold_reminded_at"])
    base.notify_side(
        intention, own.other, base.DEAL_PROGRESS, f"held-until:{intention.held_until:%s}"
    )
    return intention


def held_weeks(intention: Intention) -> list[tuple[dt.date, int]]:
    """Return each week that the deal holds or has booked, by its Monday, with the pairs in it."""
    hold = intention.hold
    if hold is None:
        return []
    return [
        (hold.anchor_week + dt.timedelta(weeks=place), pairs)
        for place, pairs in enumerate(hold.pairs)
        if pairs
    ]
