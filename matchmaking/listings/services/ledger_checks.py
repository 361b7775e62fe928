"""The nightly check of every ledger: its arrays against its entries."""

from __future__ import annotations

import datetime as dt
from typing import Any

import structlog
from django.db import transaction

from matchmaking.listings import reconciliation
from matchmaking.listings.models import CapacityOffer, LedgerCheck

log = structlog.get_logger(__name__)
AT_A_TIME = 500
MOST_KEPT = 200  # differences of one check; more of them say no more
KEPT_DAYS = 60


def check_ledgers(*, at: dt.datetime) -> LedgerCheck:
    """Compare the arrays of every offer with its entries, and record what differs.

    An offer and its entries are read by one statement, so by one snapshot: of two, a hold that
    is made between them looks like a difference. An offer that cannot be read is a difference
    like another, and the check goes on.
    """
    keys = list(CapacityOffer.objects.exclude(anchor_week=None).values_list("pk", flat=True))
    differences: list[dict[str, Any]] = []
    checked = wrong = 0
    for start in range(0, len(keys), AT_A_TIME):
        for ledger in reconciliation.ledgers(keys[start : start + AT_A_TIME]):
            found = _differences(ledger)
            checked += 1
            wrong += bool(found)
            differences += found
    for difference in differences:
        log.error("ledger_differs", **difference)
    log.info("ledger_reconciled", slot=str(at), checked=checked, wrong=wrong)
    return _record(at, checked, wrong, differences[:MOST_KEPT])


def _differences(ledger: reconciliation.Ledger) -> list[dict[str, Any]]:
    offer: dict[str, Any] = {"offer": str(ledger.code)}
    try:
        found = reconciliation.differences(ledger)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one row, the others count
        return [offer | {"column": "", "reason": repr(error)[:200]}]
    return [
        offer
        | {
            "week": str(one.week),
            "column": one.column,
            "stored": one.stored,
            "expected": one.expected,
        }
        for one in found
    ]


@transaction.atomic
def _record(
    at: dt.datetime, checked: int, wrong: int, differences: list[dict[str, Any]]
) -> LedgerCheck:
    LedgerCheck.objects.filter(at__lt=at - dt.timedelta(days=KEPT_DAYS)).delete()
    return LedgerCheck.objects.create(at=at, checked=checked, wrong=wrong, differences=differences)
