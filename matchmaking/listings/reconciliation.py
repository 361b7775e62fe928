"""Whether the weekly arrays of an offer say what the entries of its ledger add up to."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef
from django.db.models.functions import JSONObject

from matchmaking.core.weeks import HORIZON_WEEKS
from matchmaking.listings.models import CapacityOffer, LedgerEntry
from matchmaking.listings.states import EntryKind

COLUMNS = ("published", "free", "held", "booked")


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as the check reads it; ``of`` is the kind of the entry that it follows."""

    kind: str
    anchor_week: dt.date
    pairs: Sequence[int]
    of: str | None


@dataclass(frozen=True, slots=True)
class Ledger:
    """The arrays of an offer and its entries in the order of writing, of one snapshot."""

    code: UUID
    anchor_week: dt.date
    arrays: dict[str, Sequence[int]]
    entries: Sequence[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Difference:
    """A week in which an array says something else than the entries."""

    week: dt.date
    column: str
    stored: int
    expected: int


def ledgers(offers: Sequence[int]) -> list[Ledger]:
    """Read the ledgers of these offers by one statement."""
    # By key, the order of writing: two entries of one transaction have the same time.
    entries = LedgerEntry.objects.filter(offer=OuterRef("pk")).order_by("pk")
    as_json = JSONObject(
        kind=F("kind"), anchor_week=F("anchor_week"), pairs=F("pairs"), of=F("of__kind")
    )
    rows = CapacityOffer.objects.filter(pk__in=offers).exclude(anchor_week=None)
    found = rows.annotate(written=ArraySubquery(entries.values(json=as_json))).order_by("pk")
    return [
        Ledger(
            row["code"], row["anchor_week"], {name: row[name] for name in COLUMNS}, row["written"]
        )
        for row in found.values("code", "anchor_week", *COLUMNS, "written")
    ]


def reconcile(offer: CapacityOffer) -> list[Difference]:
    return [one for ledger in ledgers([offer.pk]) for one in differences(ledger)]


def differences(ledger: Ledger) -> list[Difference]:
    """Replay the entries and return every week in which an array differs from them."""
    expected = replay(_entry(row) for row in ledger.entries)
    found = []
    for index in range(HORIZON_WEEKS):
        week = ledger.anchor_week + dt.timedelta(weeks=index)
        published, held, booked = (column[week] for column in expected)
        for column, right in (
            ("published", published),
            ("held", held),
            ("booked", booked),
            ("free", published - held - booked),
        ):
            stored = ledger.arrays[column][index]
            if stored != right:
                found.append(Difference(week, column, stored, right))
    return found


def _entry(row: dict[str, Any]) -> Entry:
    anchor = dt.date.fromisoformat(row["anchor_week"])
    return Entry(row["kind"], anchor, row["pairs"], row["of"])


def replay(entries: Iterable[Entry]) -> tuple[Counter[dt.date], ...]:
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
            (held if entry.of == EntryKind.HOLD else booked).subtract(pairs)
    return published, held, booked
