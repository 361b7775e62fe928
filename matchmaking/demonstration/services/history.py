"""When and by whom things happened: the recorded history tells it as the plan does.

The database's own clock and nobody would stand there, since all is written in one moment.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pghistory
import pgtrigger
from django.db import connection, models

from accounts.models import User

BEFORE_HANDING_IN = dt.timedelta(minutes=25)
# Of each recorded table, the moments that a state of its row knows.
MOMENTS = {
    "listings_processingorder": (
        "state.submitted_at, state.decided_at, state.published_at,"
        " CASE state.state WHEN 'expired' THEN state.expires_on + time '02:00'"
        " WHEN 'paused' THEN %(at)s - interval '5 hours'"
        " WHEN 'closed' THEN %(at)s - interval '2 days' END"
    ),
    "listings_capacityoffer": (
        "state.submitted_at, state.decided_at, state.published_at, state.confirmed_at,"
        " state.anchor_week + time '00:10',"
        " CASE state.state WHEN 'expired' THEN state.expires_on + time '02:00'"
        " WHEN 'paused' THEN %(at)s - interval '5 hours'"
        " WHEN 'closed' THEN %(at)s - interval '2 days' END"
    ),
    "accounts_certificate": "state.reviewed_at",
    "accounts_company": (
        "state.activated_at, state.returned_at, state.tier_on + time '02:00',"
        " CASE state.status WHEN 'suspended' THEN %(at)s - interval '1 day' END"
    ),
}
# One after the other as they were recorded, none before the one that came first.
TELL = """
UPDATE {table}event AS event SET pgh_created_at = told.moment
FROM (
    SELECT pgh_id, max(moment) OVER (PARTITION BY pgh_obj_id ORDER BY pgh_id) AS moment
    FROM (
        SELECT state.pgh_id, state.pgh_obj_id,
            least(%(at)s, greatest(present.created_at, {moments})) AS moment
        FROM {table}event AS state JOIN {table} AS present ON present.id = state.pgh_obj_id
    ) AS known
) AS told
WHERE told.pgh_id = event.pgh_id
"""


@contextmanager
def done_by(person: User | None) -> Iterator[None]:
    """Let the history say that this person did what is done inside; what follows did nobody."""
    if person is None:
        yield
        return
    with pghistory.context(user=person.pk):
        yield
    with connection.cursor() as cursor:  # else it holds until the transaction ends
        cursor.execute("SELECT set_config('pghistory.context_id', '', true)")


def began(*, rows: models.QuerySet[Any], at: dt.datetime, field: str = "created_at") -> None:
    """Set when rows were begun, a while before they were handed in; the history is silent."""
    with pgtrigger.ignore():
        rows.update(**{field: at - BEFORE_HANDING_IN})


def tell(*, at: dt.datetime) -> None:
    """Set the moments of everything that is recorded to those that the rows know."""
    with connection.cursor() as cursor:
        for table, moments in MOMENTS.items():
            cursor.execute(TELL.format(table=table, moments=moments), {"at": at})
