"""Counters of limits, in the database: they hold while Valkey is away, and after it was emptied."""

import datetime as dt
import json
from typing import Any

from django.db import connection
from django.db.models.functions import Now

from matchmaking.core.models import LimitCounter

FOREVER = 365 * 24 * 3600
_ADD = """
    insert into core_limitcounter (key, value, expires_at) VALUES (%s, %s, now() + make_interval(secs => %s))
    on conflict (key) do update set value = excluded.value, expires_at = excluded.expires_at
        where core_limitcounter.expires_at < now()
"""
_SET = """
    insert into core_limitcounter (key, value, expires_at) VALUES (%s, %s, now() + make_interval(secs => %s))
    on conflict (key) do update set value = excluded.value, expires_at = excluded.expires_at
"""


def add(key: str, value: Any, seconds: float | None) -> bool:
    """Store unless known; tell whether it was stored."""
    return _write(_ADD, key, value, seconds) == 1


def put(key: str, value: Any, seconds: float | None) -> None:
    _write(_SET, key, value, seconds)


def get(key: str, default: Any) -> Any:
    row = LimitCounter.objects.filter(key=key, expires_at__gte=Now()).values_list("value").first()
    return default if row is None else row[0]


def delete(key: str) -> bool:
    return LimitCounter.objects.filter(key=key).delete()[0] > 0


def forget_old(at: dt.datetime) -> None:
    LimitCounter.objects.filter(expires_at__lt=at).delete()


def _write(statement: str, key: str, value: Any, seconds: float | None) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, [key, json.dumps(value), FOREVER if seconds is None else seconds])
        return int(cursor.rowcount)
