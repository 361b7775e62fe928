"""The day that counts for everybody: Shanghai's, wherever the reader's clock stands.

Weeks of capacity, due weeks, terms that end: a plan that is typed on Sunday evening in Berlin
begins on the Monday that has come in Putian. Only what is shown as a moment (an hour of a
message) is in the reader's zone.
"""

import datetime as dt

from django.utils import timezone

from matchmaking.core import weeks


def trade_day(at: dt.datetime | None = None) -> dt.date:
    """Return the day in the trade's zone (``TIME_ZONE``) at ``at``, now without it."""
    return timezone.localdate(at, timezone.get_default_timezone())  # noqa: TID251 - its home


def trade_week(at: dt.datetime | None = None) -> dt.date:
    """Return the Monday of the week of :func:`trade_day`."""
    return weeks.monday_of(trade_day(at))
