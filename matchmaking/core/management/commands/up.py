"""``manage.py up``: the whole site on this machine, started and stopped as one."""

import os
from pathlib import Path
from signal import SIGTERM
from typing import Any

from django.conf import settings
from django.core.management import get_commands
from django.core.management.base import BaseCommand, CommandError, CommandParser

from matchmaking.core.embedded import ServiceError
from matchmaking.core.embedded.launch import Launch
from matchmaking.core.embedded.processes import end_with_parent
from matchmaking.core.embedded.supervisor import Hurry, Stopped


class Command(BaseCommand):
    """Run servers, web, worker, relay, beat and mail sink under one supervisor."""

    help = "Start the whole site: embedded servers, web, worker, relay, beat and mail sink."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Say where to listen and where to keep things."""
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT") or 8000))
        parser.add_argument(
            "--var", type=Path, default=settings.BASE_DIR / "var", help="folder for data and mail"
        )
        parser.add_argument("--no-demo", action="store_true", help="start with empty lists")
        parser.add_argument(
            "--end-with-parent", action="store_true", help="stop when the starting process ends"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Run until a signal (exit code 0) or until a part fails (exit code 1)."""
        hurry = Hurry()
        if options["end_with_parent"]:
            end_with_parent(SIGTERM)
        has_demo = "demo" in get_commands() and not options["no_demo"]
        launch = Launch(settings.BASE_DIR, options["var"].resolve(), port=options["port"])
        try:
            launch.run(hurry, has_demo=has_demo)
        except Stopped:
            self.stdout.write("Stopped.")
        except ServiceError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            place = error.filename or options["var"]
            message = f"cannot use {place}: {error.strerror or error}"
            raise CommandError(message) from error
