"""The clock of the database, which is the same for every worker."""

import datetime as dt

from django.db import connection


def database_now() -> dt.datetime:
    """Return the start of the current transaction by the database's clock."""
    with connection.cursor() as cursor:
        cursor.execute("select now()")
        now: dt.datetime = cursor.fetchone()[0]
    return now
