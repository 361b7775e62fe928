"""Visits of the day's page, whose end tells since when there is news for a person."""

import datetime as dt
from typing import Any

from django.db import transaction

from matchmaking.core.models import Visit

VISIT_ENDS_AFTER = dt.timedelta(minutes=30)
NOTED_EVERY = dt.timedelta(minutes=5)


@transaction.atomic
def note_visit(*, by: Any, at: dt.datetime) -> dt.datetime | None:
    """Note that the person looks at the day's page; return the end of the visit before.

    None on the first visit. Within a visit the row is written every five minutes at most.
    """
    visit, is_first = Visit.objects.select_for_update().get_or_create(
        user=by, defaults={"seen_at": at}
    )
    away = at - visit.seen_at
    # Most requests stop here, without a write.
    if is_first or away < NOTED_EVERY:
        return visit.before_at
    if away >= VISIT_ENDS_AFTER:
        visit.before_at = visit.seen_at
    visit.seen_at = at
    visit.save(update_fields=["seen_at", "before_at"])
    return visit.before_at
