"""``manage.py relay``: send due messages to the workers."""

import signal
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from matchmaking.notifications.relay import HANDS, Relay


class Command(BaseCommand):
    """Run one relay until SIGTERM or SIGINT; two or more may run."""

    help = "Bring due outbox messages to Celery, and work them where Celery does not."
    requires_system_checks = ()  # they load every page, and mails wait

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--hands", type=int, default=HANDS, help="messages worked at once without Celery"
        )

    def handle(self, *_args: Any, hands: int, **_options: Any) -> None:
        """Run the relay; a signal stops it after the messages in delivery."""
        relay = Relay(hands=hands)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: relay.stop())
        relay.run()
