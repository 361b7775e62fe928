"""The clock of an attack, of Python and of PostgreSQL alike: days pass when they are told to."""

import datetime as dt

import time_machine
from django.db import connection

# A Monday in Beijing's office hours, as in the pictures: each run plants the same market.
START = dt.datetime(2026, 9, 7, 1, 30, tzinfo=dt.UTC)
# Before every other function of these names, since the search path of the settings says so.
FUNCTIONS = """
    create table public.attack_clock (shift interval not null);
    insert into public.attack_clock values (%s - pg_catalog.clock_timestamp());
"""
FUNCTION = """
    create function public.{name}() returns timestamptz language sql stable
    as 'select pg_catalog.{name}() + shift from public.attack_clock'
"""
NAMES = ("now", "clock_timestamp", "statement_timestamp", "transaction_timestamp")


class Clock:
    """Stands at ``START`` when the world is made, and ticks; a day passes by :meth:`pass_time`."""

    def __init__(self) -> None:
        self._python = time_machine.travel(START, tick=True)
        self._moved = self._python.start()

    def make_functions(self) -> None:
        """Let the empty database ask this clock, in defaults and triggers too."""
        with connection.cursor() as cursor:
            cursor.execute(FUNCTIONS, [dt.datetime.now(dt.UTC)])
            for name in NAMES:
                cursor.execute(FUNCTION.format(name=name))

    def start_again(self) -> None:
        """Begin the day anew: the database is a copy of the one of the beginning."""
        self._moved.move_to(START)
        self._set()

    def pass_time(self, time: dt.timedelta) -> None:
        self._moved.shift(time)
        self._set()

    def stop(self) -> None:
        self._python.stop()

    def _set(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "update public.attack_clock set shift = %s - pg_catalog.clock_timestamp()",
                [dt.datetime.now(dt.UTC)],
            )
