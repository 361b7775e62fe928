"""Whether the weekly arrays of an offer say what the entries of its ledger add up to."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from matchmaking.core.weeks import HORIZON_WEEKS
from matchmaking.listings.models import CapacityOffer, LedgerEntry
from matchmaking.listings.states import EntryKind


@dataclass(frozen=True, slots=True)
class Difference:
    """A week in which an array says something else than the entries."""

    week: dt.date
    column: str
    stored: int
    expected: int


def reconcile(offer: CapacityOffer) -> list[Difference]:
    """Replay the entries and return every week in which an array differs from them."""
    if offer.anchor_week is None:
        return []
    # Sorted here, not in SQL: the run over all offers has prefetched the entries. By key, since
    # two entries of one transaction have the same time.
    expected = replay(sorted(offer.entries.all(), key=lambda entry: entry.pk))
    found = []
    for index in range(HORIZON_WEEKS):
        week = offer.anchor_week + dt.timedelta(weeks=index)
        published, held, booked = (column[week] for column in expected)
        for column, right in (
            ("published", published),
            ("held", held),
            ("booked", booked),
            ("free", published - held - booked),
        ):
            stored = getattr(offer, column)[index]
            if stored != right:
                found.append(Difference(week, column, stored, right))
    return found


def replay(entries: Iterable[LedgerEntry]) -> tuple[Counter[dt.date], ...]:
    """Return published, held and booked pairs by week, as the entries have them."""
    published: Counter[dt.date] = Counter()
    held: Counter[dt.date] = Counter()
    booked: Counter[dt.date] = Counter()
    for entry in entries:
        pairs = Counter(
            {
                entry.anchor_week + dt.timedelta(weeks=index): number
                for index, number in enumerate(entry.pairs)
            }
        )
        if entry.kind == EntryKind.PUBLISH:
            published = pairs
        elif entry.kind == EntryKind.HOLD:
            held.update(pairs)
        elif entry.kind == EntryKind.BOOK:
            held.subtract(pairs)
            booked.update(pairs)
        else:
            (held if entry.of and entry.of.kind == EntryKind.HOLD else booked).subtract(pairs)
    return published, held, booked
