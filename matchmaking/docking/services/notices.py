"""Notices to the people of a registered company."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts import queries as accounts
from matchmaking.notifications.services import notify

if TYPE_CHECKING:
    from matchmaking.docking.models import Registration


def notify_company(row: Registration, kind: str, fact: str) -> int:
    """Notify the people of a registered company, once for each fact; return how many."""
    return notify(
        kind=kind,
        recipients=accounts.members_of(row.company).values_list("pk", flat=True),
        fact=f"{row.code}:{fact}",
        subject={"registration": row.pk},
        company_id=row.company_id,
        topic=f"docking:{row.event.code}",
    )
