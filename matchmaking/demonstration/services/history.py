"""Dates and authors of recorded history, moved to those of the plan.

Rows written in one go would otherwise all carry the same time and no author.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pghistory
import pgtrigger
from django.apps import apps
from django.db import connection, models
from django.db.models import OuterRef, Subquery
from django.db.models.expressions import Combinable
from django.db.models.functions import Greatest

from accounts.models import CompanyClaim, Invitation, Membership, UsccDispute, User
from matchmaking.demonstration.office_hours import Office
from matchmaking.listings.models import CapacityOffer, ProcessingOrder
from matchmaking.notifications.models import Notification

PAUSED_HOURS, CLOSED_DAYS, SUSPENDED_DAYS = 5, 1, 1  # ago
# The clock's own moments, at which it does what a day brings; on Monday what a weekend brought.
EXPIRED = """(state.expires_on + CASE extract(isodow FROM state.expires_on)
        WHEN 6 THEN 2 WHEN 7 THEN 1 ELSE 0 END + time '09:00') AT TIME ZONE 'Asia/Shanghai'"""
# Of each recorded table, the moments that a state of its row knows.
MOMENTS = {
    "listings_processingorder": (
        "state.submitted_at, state.decided_at, state.published_at,"
        f" CASE state.state WHEN 'expired' THEN {EXPIRED}"
        " WHEN 'paused' THEN %(paused)s WHEN 'closed' THEN %(closed)s END"
    ),
    "listings_capacityoffer": (
        "state.submitted_at, state.decided_at, state.published_at, state.confirmed_at,"
        " (state.anchor_week + time '09:00') AT TIME ZONE 'Asia/Shanghai',"
        f" CASE state.state WHEN 'expired' THEN {EXPIRED}"
        " WHEN 'paused' THEN %(paused)s WHEN 'closed' THEN %(closed)s END"
    ),
    "accounts_certificate": "state.reviewed_at",
    "accounts_company": (
        "state.activated_at, state.returned_at,"
        " (state.tier_on + time '10:00') AT TIME ZONE 'Asia/Shanghai',"
        " CASE state.status WHEN 'suspended' THEN %(suspended)s END"
    ),
}
# One after the other as they were recorded, none before the one that came first.
REWRITE = """
UPDATE {table}event AS event SET pgh_created_at = known.moment
FROM (
    SELECT pgh_id, max(moment) OVER (PARTITION BY pgh_obj_id ORDER BY pgh_id) AS moment
    FROM (
        SELECT state.pgh_id, state.pgh_obj_id,
            least(%(now)s, greatest(present.created_at, {moments})) AS moment
        FROM {table}event AS state JOIN {table} AS present ON present.id = state.pgh_obj_id
    ) AS recorded
) AS known
WHERE known.pgh_id = event.pgh_id
"""


@contextmanager
def done_by(person: User | None) -> Iterator[None]:
    """Record the person as author of what is done inside; what follows has no author."""
    if person is None:
        yield
        return
    with pghistory.context(user=person.pk):
        yield
    with connection.cursor() as cursor:  # else it holds until the transaction ends
        cursor.execute("SELECT set_config('pghistory.context_id', '', true)")


def began(
    *, rows: models.QuerySet[Any], at: dt.datetime | Combinable, field: str = "created_at"
) -> None:
    with pgtrigger.ignore():
        rows.update(**{field: at})


def began_each(
    model: type[models.Model],
    moments: Mapping[int, dt.datetime],
    *,
    key: str = "id",
    field: str = "created_at",
) -> None:
    """Set the moment of each row by its ``key``, all rows of a table in one statement."""
    table = model._meta.db_table  # noqa: SLF001 - Django's documented name
    with pgtrigger.ignore(), connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} AS present SET {field} = planned.moment"  # noqa: S608 - names of ours
            " FROM unnest(%s::bigint[], %s::timestamptz[]) AS planned (key, moment)"
            f" WHERE present.{key} = planned.key",
            [list(moments), list(moments.values())],
        )


def rewrite_history(*, office: Office) -> None:
    """Set the moments of everything that is recorded to those that the rows know."""
    for rows in (CompanyClaim, Invitation, Notification, UsccDispute):
        began(rows=rows.objects.all(), at=office.now)
    for posts in (ProcessingOrder, CapacityOffer):
        last = Greatest("created_at", "submitted_at", "decided_at")
        began(rows=posts.objects.all(), at=last, field="updated_at")
    moments = {
        "now": office.now,
        "paused": office.ago(hours=PAUSED_HOURS),
        "closed": office.ago(days=CLOSED_DAYS),
        "suspended": office.ago(days=SUSPENDED_DAYS),
    }
    entered = apps.get_model("accounts.MembershipEvent").objects.filter(
        pgh_obj__in=Membership.objects.all()
    )
    joined = Membership.objects.filter(pk=OuterRef("pgh_obj")).values("joined_at")
    entered.update(pgh_created_at=Subquery(joined))
    with connection.cursor() as cursor:
        for table, known in MOMENTS.items():
            cursor.execute(REWRITE.format(table=table, moments=known), moments)
