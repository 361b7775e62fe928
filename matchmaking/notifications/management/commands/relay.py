"""``manage.py relay``: send due messages to the workers."""

import signal
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from matchmaking.notifications.relay import THREADS, Relay


class Command(BaseCommand):
    """Run one relay until SIGTERM or SIGINT; two or more may run."""

    help = "Bring due outbox messages to Celery, and work them where Celery does not."
    requires_system_checks = ()  # they load every page, and mails wait

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--threads", type=int, default=THREADS, help="messages delivered at once without Celery"
        )

    def handle(self, *_args: Any, threads: int, **_options: Any) -> None:
        """Run the relay; a signal stops it after the messages in delivery."""
        relay = Relay(threads=threads)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: relay.stop())
        relay.run()
