"""The weekly question whether a factory's figures still hold, and the quick answer that they fell."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction

from matchmaking.listings import ledger
from matchmaking.listings.models import CapacityOffer
from matchmaking.listings.post_locking import lock_post
from matchmaking.listings.services import posts, transitions

if TYPE_CHECKING:
    from accounts.models import User

# Who confirmed or changed the figures in the week before is not asked on Monday.
FRESH_FOR = dt.timedelta(days=6)
STEP = 100  # pairs to which a lowered week is rounded down, where it has as many


def ask_weekly(*, at: dt.datetime) -> int:
    """Ask the people of each offer on the market whether its weeks are right; return how many offers.

    Once a week and offer, however often it runs.
    """
    monday = ledger.current_week(at)
    due = CapacityOffer.objects.in_market().filter(confirmed_at__lt=at - FRESH_FOR)
    offers = list(due.select_related("company").order_by("id"))
    with transaction.atomic():
        for offer in offers:
            transitions.notify_company(offer, "figures_stale", f"week:{monday}")
    return len(offers)


def lowered(free: int) -> int:
    """Return four fifths of the pairs, rounded down to hundreds where there are as many."""
    left = free * 4 // 5
    return left - left % STEP if left >= STEP else left


@transaction.atomic
def lower_weeks(*, offer: CapacityOffer, by: User, at: dt.datetime) -> CapacityOffer:
    """Take a fifth off the free pairs of every week; what is held or booked stays.

    An edit like any other: it confirms the figures, and counts among the changes of the day.
    """
    offer = lock_post(offer)
    ledger.roll_locked(offer, ledger.current_week(at))
    row = [
        held + booked + lowered(free)
        for held, booked, free in zip(offer.held, offer.booked, offer.free, strict=True)
    ]
    return posts.save_offer(
        company=offer.company,
        data={},
        by=by,
        at=at,
        offer=offer,
        weeks=posts.Weeks(ledger.current_week(at), row),
    )
