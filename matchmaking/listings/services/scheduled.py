"""Changes to posts that the passing of time brings; each is safe to run twice."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q

from matchmaking.core.trade_day import trade_day
from matchmaking.listings import ledger
from matchmaking.listings.models import CapacityOffer
from matchmaking.listings.post_kinds import KINDS, OFFER
from matchmaking.listings.post_locking import MARKET_BUNDLE, lock_post
from matchmaking.listings.services import transitions
from matchmaking.listings.states import PostState
from matchmaking.notifications import outbox

LIVE = (PostState.PUBLISHED, PostState.PAUSED)

# The subquery locks by id, as every service locks offers; an UPDATE alone locks in the order of
# its scan and can deadlock with them. A slice that begins behind the last week is empty, hence
# least(). Closed offers never come back, and their rows stay unwritten.
ROLL = """
    update listings_capacityoffer
    set published = published[k.weeks + 1:104] || array_fill(0, array[least(k.weeks, 104)]),
        free = free[k.weeks + 1:104] || array_fill(0, array[least(k.weeks, 104)]),
        held = held[k.weeks + 1:104] || array_fill(0, array[least(k.weeks, 104)]),
        booked = booked[k.weeks + 1:104] || array_fill(0, array[least(k.weeks, 104)]),
        anchor_week = %(anchor)s
    from (
        select id, (%(anchor)s - anchor_week) / 7 as weeks
        from listings_capacityoffer
        where anchor_week < %(anchor)s and state <> 'closed'
        order by id
        for update
    ) as k
    where listings_capacityoffer.id = k.id
"""


def expire_due_posts(*, at: dt.datetime) -> int:
    """End every published or paused post whose last day has gone by; return how many.

    One transaction per post, so that one that is locked does not keep back the others.
    """
    today = trade_day(at)
    expired = 0
    for kind in KINDS:
        due = kind.model.objects.filter(state__in=LIVE, expires_on__lt=today).order_by("id")
        for post in due.only("pk"):
            with transaction.atomic():
                locked = lock_post(post)
                # The list was read before the lock: a renewal may have come between.
                if locked.state in LIVE and locked.expires_on and locked.expires_on < today:
                    transitions.leave_market(locked, PostState.EXPIRED)
                    expired += 1
    return expired


def remind_expiry(*, at: dt.datetime) -> int:
    """Notify the owners of posts that end within the reminder's days; return how many posts.

    Once per post and end. An order that ends with its due week cannot be prolonged, so
    nobody is notified.
    """
    today = trade_day(at)
    until = today + dt.timedelta(days=settings.EXPIRY_REMINDER_DAYS)
    reminded = 0
    for kind in KINDS:
        due = kind.model.objects.filter(
            # NOT (NULL = x) is NULL, which filters the row out: hence the second condition.
            ~Q(reminded_for=F("expires_on")) | Q(reminded_for=None),
            state__in=LIVE,
            expires_on__range=(today, until),
        ).order_by("id")
        for post in due.only("pk"):
            with transaction.atomic():
                locked = lock_post(post)
                if locked.state not in LIVE or locked.reminded_for == locked.expires_on:
                    continue
                if transitions.expiry(locked, at) > (locked.expires_on or today):
                    transitions.notify_company(locked, "post_expiring", f"{locked.expires_on}")
                    reminded += 1
                locked.reminded_for = locked.expires_on
                locked.save(update_fields=["reminded_for"])
    return reminded


def begin_market_day(*, at: dt.datetime) -> tuple[int, int]:
    """Roll the weeks on and mark what grew stale; return how many offers of each.

    On Mondays (or the first run after one) past weeks fall off every offer. An offer
    whose figures were confirmed more than ``STALE_AFTER_DAYS`` ago is published to the market,
    which scores it lower, once per confirmation; its owner is asked each Monday
    (:mod:`matchmaking.listings.services.weekly`).
    """
    return _roll_all(at), _publish_stale(at)


@transaction.atomic
def _roll_all(at: dt.datetime) -> int:
    """Shift all arrays by one statement.

    No figure of a coming week changes, so versions stay and nothing is published.
    """
    with connection.cursor() as cursor:
        cursor.execute(ROLL, {"anchor": ledger.current_week(at)})
        return int(cursor.rowcount)


@transaction.atomic
def _publish_stale(at: dt.datetime) -> int:
    before = at - dt.timedelta(days=settings.STALE_AFTER_DAYS)
    offers = {
        f"post_changed:{offer.code}:stale:{offer.confirmed_at:%Y-%m-%d}": offer
        for offer in CapacityOffer.objects.in_market()
        .filter(confirmed_at__lt=before)
        .select_related("company")
        .only("pk", "code", "version", "confirmed_at", "company")
        .order_by("id")
    }
    # Only keys that are new come back: the fact itself remembers what was published.
    return len(outbox.publish_many([_grown_stale(key, offer) for key, offer in offers.items()]))


def _grown_stale(key: str, offer: CapacityOffer) -> outbox.Fact:
    """Return the fact that an offer on the market counts for less than it did."""
    return outbox.Fact(
        kind="listings.post_changed",
        dedupe_key=key,
        subject={
            "model": OFFER.name,
            "id": offer.pk,
            "version": offer.version,
            "state": str(PostState.PUBLISHED),
        },
        bundle_key=MARKET_BUNDLE,
    )
