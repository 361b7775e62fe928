"""The weekly ledger of an offer: publish, hold, book, release, roll forward.

The entries are the audited truth; the arrays on the offer are their sum, kept in the same
transaction under the offer's lock. The write is guarded by the version that was read, and
the CHECK ``offer_weeks_add_up`` is the net below both.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from matchmaking.core import weeks
from matchmaking.core.errors import Conflict, InvalidInput
from matchmaking.core.formatting import weeks_in_words
from matchmaking.core.trade_day import trade_week
from matchmaking.listings.models import CapacityOffer, LedgerEntry
from matchmaking.listings.models.offers import MAX_WEEK_PAIRS
from matchmaking.listings.post_locking import lock_post, publish_change
from matchmaking.listings.states import EntryKind, PostState

if TYPE_CHECKING:
    from accounts.models import User

HORIZON = weeks.HORIZON_WEEKS


class OutsideHorizon(InvalidInput):
    """A week lies in the past or more than 104 weeks ahead."""

    code = "outside_horizon"


class NotEnoughPairs(Conflict):
    """The week has fewer free pairs than asked for."""

    code = "not_enough_pairs"


class BelowPromised(Conflict):
    """The published figure would fall below what is held and booked."""

    code = "below_promised"


def current_week(at: dt.datetime) -> dt.date:
    """Return the Monday of the week of ``at``, as the trade's calendar has it."""
    return trade_week(at)


def spread(first_week: dt.date, pairs: Sequence[int], anchor: dt.date) -> list[int]:
    """Return the 104 weeks from ``anchor`` with ``pairs`` from the Monday ``first_week`` on.

    Weeks without a figure get 0; a zero outside the horizon is no figure.

    :raises OutsideHorizon: for pairs before ``anchor`` or after the last week
    :raises InvalidInput: for a negative figure, or more than a week can carry
    """
    if first_week != weeks.monday_of(first_week):
        raise InvalidInput(_("A week is named by its Monday."), field="first_week")
    row = [0] * HORIZON
    start = (first_week - anchor).days // 7
    for index, number in enumerate(pairs, start=start):
        if not 0 <= number <= MAX_WEEK_PAIRS:
            raise InvalidInput(
                _("%(week)s: pairs per week lie between 0 and %(most)s.")
                % {
                    "week": weeks_in_words(anchor + dt.timedelta(weeks=index)),
                    "most": f"{MAX_WEEK_PAIRS:,}",
                },
                field="pairs",
            )
        if not number:
            continue
        if not 0 <= index < HORIZON:
            raise OutsideHorizon(
                _("%(week)s cannot be planned: capacity runs from %(first)s to %(last)s.")
                % {
                    "week": weeks_in_words(anchor + dt.timedelta(weeks=index)),
                    "first": weeks_in_words(anchor),
                    "last": weeks_in_words(anchor + dt.timedelta(weeks=HORIZON - 1)),
                },
                field="pairs",
            )
        row[index] = number
    return row


def rolled(row: Sequence[int], by_weeks: int) -> list[int]:
    return [*row[by_weeks:], *([0] * min(by_weeks, HORIZON))]


def roll_locked(offer: CapacityOffer, anchor: dt.date) -> int:
    """Move a locked offer's arrays to ``anchor`` in memory; return by how many weeks."""
    steps = (anchor - offer.anchor_week).days // 7 if offer.anchor_week else 0
    if steps > 0:
        for column in ("published", "free", "held", "booked"):
            setattr(offer, column, rolled(getattr(offer, column), steps))
    if steps > 0 or offer.anchor_week is None:
        offer.anchor_week = anchor
    return max(steps, 0)


def changes_plan(offer: CapacityOffer, row: Sequence[int], *, at: dt.datetime) -> bool:
    """Return whether ``row`` is another plan than the present one of a locked offer.

    :raises BelowPromised: when a week would fall below its held and booked pairs
    """
    roll_locked(offer, current_week(at))
    _check_promised(offer, row)
    return list(offer.published) != list(row)


def set_published_locked(
    offer: CapacityOffer, row: list[int], *, by: User | None, at: dt.datetime
) -> LedgerEntry | None:
    """Set the published pairs of a locked offer to ``row`` and write the entry.

    Changes the instance, not the row: the calling service saves it with its version.
    Returns None, and writes nothing, when the figures are the present ones.

    :raises BelowPromised: when a week would fall below its held and booked pairs
    """
    roll_locked(offer, current_week(at))
    if offer.published == row and offer.confirmed_at is not None:
        return None
    _check_promised(offer, row)
    entry = _published(offer, row, by=by, at=at)
    entry.save()
    return entry


def first_plan(
    offer: CapacityOffer, row: list[int], *, by: User | None, at: dt.datetime
) -> LedgerEntry:
    """Set the plan of an offer that is not stored yet; return its entry, not stored either."""
    offer.anchor_week = current_week(at)
    return _published(offer, row, by=by, at=at)


def _published(
    offer: CapacityOffer, row: list[int], *, by: User | None, at: dt.datetime
) -> LedgerEntry:
    # Held and booked pairs are promises to others; only what is free gives way.
    offer.published = row
    offer.free = [
        new - held - booked for new, held, booked in zip(row, offer.held, offer.booked, strict=True)
    ]
    offer.confirmed_at = at
    return LedgerEntry(
        offer=offer,
        kind=EntryKind.PUBLISH,
        anchor_week=_anchor(offer),
        pairs=row,
        by=by,
        at=at,
    )


def _check_promised(offer: CapacityOffer, row: Sequence[int]) -> None:
    for index, (new, held, booked) in enumerate(zip(row, offer.held, offer.booked, strict=True)):
        if new < held + booked:
            raise BelowPromised(
                _("%(week)s: %(promised)s pairs are held or booked, so at least these stay.")
                % {
                    "week": weeks_in_words(_anchor(offer) + dt.timedelta(weeks=index)),
                    "promised": f"{held + booked:,}",
                },
                field="pairs",
            )


def published_since(offer: CapacityOffer, first: dt.date, count: int) -> list[int]:
    """Return the published pairs of ``count`` weeks from ``first``, as last entered for each.

    Read from the entries, which keep the weeks that the arrays have dropped.
    """
    row = [0] * count
    entries = offer.entries.filter(
        kind=EntryKind.PUBLISH, anchor_week__lt=first + dt.timedelta(weeks=count)
    )
    # By key, the order of writing: a later plan overwrites the weeks of an earlier one.
    for anchor, pairs in entries.order_by("pk").values_list("anchor_week", "pairs"):
        start = (anchor - first).days // 7
        for index in range(max(start, 0), min(count, start + len(pairs))):
            row[index] = pairs[index - start]
    return row


@transaction.atomic
def publish_weeks(
    *,
    offer: CapacityOffer,
    first_week: dt.date,
    pairs: Sequence[int],
    by: User | None,
    at: dt.datetime,
) -> LedgerEntry | None:
    """Set the plan of all 104 weeks to ``pairs`` from ``first_week`` on; other weeks get 0.

    Locks the offer, writes the entry and the arrays, confirms the figures, counts the
    version and publishes the change. Returns None when nothing changed.

    :raises OutsideHorizon: for a week that cannot be planned
    :raises BelowPromised: when a week would fall below its held and booked pairs
    """
    offer = lock_post(offer)
    row = spread(first_week, pairs, current_week(at))
    entry = set_published_locked(offer, row, by=by, at=at)
    if entry:
        offer.terms_version = offer.version + 1
        _store(offer)
    return entry


@transaction.atomic
def hold_pairs(
    *,
    offer: CapacityOffer,
    first_week: dt.date,
    pairs: Sequence[int],
    by: User | None,
    at: dt.datetime,
    reference: str = "",
) -> LedgerEntry:
    """Hold ``pairs`` per week of the free ones until they are booked or released.

    :raises NotEnoughPairs: when a week has less free; nothing is held then
    :raises Conflict: when the offer is not on the market
    """
    offer = lock_post(offer)
    if offer.state != PostState.PUBLISHED:
        raise Conflict(_("This capacity is no longer on the market."))
    roll_locked(offer, current_week(at))
    row = spread(first_week, pairs, _anchor(offer))
    if not any(row):
        raise InvalidInput(_("Say how many pairs to hold."), field="pairs")
    # Checked under the lock for the sentence; ``weeks_add_up`` refuses the write in any case.
    for index, (asked, free) in enumerate(zip(row, offer.free, strict=True)):
        if asked > free:
            raise NotEnoughPairs(
                _("%(week)s: %(free)s pairs are free, %(asked)s were asked for.")
                % {
                    "week": weeks_in_words(_anchor(offer) + dt.timedelta(weeks=index)),
                    "free": f"{free:,}",
                    "asked": f"{asked:,}",
                },
                field="pairs",
            )
    _move(offer, row, source="free", target="held")
    entry = LedgerEntry.objects.create(
        offer=offer,
        kind=EntryKind.HOLD,
        anchor_week=_anchor(offer),
        pairs=row,
        reference=reference,
        by=by,
        at=at,
    )
    _store(offer)
    return entry


@transaction.atomic
def book_hold(*, hold: LedgerEntry, by: User | None, at: dt.datetime) -> LedgerEntry:
    """Book the pairs of a hold.

    :raises Conflict: when it is no hold, or was booked or released already
    """
    # The offer's lock, not the entry's: entries are never changed, and it orders all movements.
    offer = lock_post(hold.offer)
    if hold.kind != EntryKind.HOLD:
        raise Conflict(_("Only a hold can be booked."))
    _check_open(hold)
    roll_locked(offer, current_week(at))
    _move(offer, _row_of(hold, offer), source="held", target="booked")
    entry = _follow(hold, EntryKind.BOOK, by=by, at=at)
    _store(offer)
    return entry


@transaction.atomic
def release_hold(*, entry: LedgerEntry, by: User | None, at: dt.datetime) -> LedgerEntry:
    """Release the pairs of a hold or of a booking.

    :raises Conflict: when they were given back already, or the hold was booked
    """
    offer = lock_post(entry.offer)
    if entry.kind not in {EntryKind.HOLD, EntryKind.BOOK}:
        raise Conflict(_("Only a hold or a booking can be released."))
    _check_open(entry)
    roll_locked(offer, current_week(at))
    source = "held" if entry.kind == EntryKind.HOLD else "booked"
    _move(offer, _row_of(entry, offer), source=source, target="free")
    follower = _follow(entry, EntryKind.RELEASE, by=by, at=at)
    _store(offer)
    return follower


@transaction.atomic
def roll_forward(*, offer: CapacityOffer, at: dt.datetime) -> int:
    """Drop past weeks from the arrays; return how many.

    The entries stay. No figure of a coming week changes: the version is not counted.
    """
    offer = lock_post(offer)
    steps = roll_locked(offer, current_week(at))
    if steps:
        offer.save(update_fields=["anchor_week", "published", "free", "held", "booked"])
    return steps


def _anchor(offer: CapacityOffer) -> dt.date:
    if offer.anchor_week is None:
        raise InvalidInput(_("Publish the weekly capacity first."), field="pairs")
    return offer.anchor_week


def _row_of(entry: LedgerEntry, offer: CapacityOffer) -> list[int]:
    gone = (_anchor(offer) - entry.anchor_week).days // 7
    return rolled(entry.pairs, gone)


def _move(offer: CapacityOffer, row: Sequence[int], *, source: str, target: str) -> None:
    setattr(
        offer,
        source,
        [have - n for have, n in zip(getattr(offer, source), row, strict=True)],
    )
    setattr(
        offer,
        target,
        [have + n for have, n in zip(getattr(offer, target), row, strict=True)],
    )


def _check_open(entry: LedgerEntry) -> None:
    if entry.followers.exists():
        raise Conflict(_("These pairs were booked or given back already."))


def _follow(
    entry: LedgerEntry, kind: EntryKind, *, by: User | None, at: dt.datetime
) -> LedgerEntry:
    return LedgerEntry.objects.create(
        offer_id=entry.offer_id,
        kind=kind,
        anchor_week=entry.anchor_week,
        pairs=entry.pairs,
        of=entry,
        reference=entry.reference,
        by=by,
        at=at,
    )


def _store(offer: CapacityOffer) -> None:
    """Write the arrays, raise the version and publish the change.

    :raises Conflict: when the row is no longer the version that was read
    """
    # Guarded by the version although the row is locked: a caller that forgot the lock oversells
    # nothing, and update() writes these columns alone.
    written = CapacityOffer.objects.filter(pk=offer.pk, version=offer.version).update(
        anchor_week=offer.anchor_week,
        published=offer.published,
        free=offer.free,
        held=offer.held,
        booked=offer.booked,
        confirmed_at=offer.confirmed_at,
        version=F("version") + 1,
        terms_version=offer.terms_version,
        updated_at=timezone.now(),
    )
    if not written:
        raise Conflict(_("Somebody changed these weeks at the same moment. Try again."))
    offer.version += 1
    if offer.state == PostState.PUBLISHED:
        publish_change(offer)
