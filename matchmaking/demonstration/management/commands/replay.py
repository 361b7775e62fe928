"""``manage.py replay``: the main job on real factories, from sheet to mail, counted."""

import tempfile
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import translation

from accounts.models import Company, User
from matchmaking.core import logs
from matchmaking.demonstration.replay import report
from matchmaking.demonstration.replay.run import Clock, Replay, ReplayFailed
from matchmaking.demonstration.replay.servers import ServerEnded, running


class Command(BaseCommand):
    """Import, post, approve, match and mail in a throw-away database; count every row."""

    help = "Replay an event's orders on real factories in an empty throw-away database."
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--language", choices=[code for code, _ in settings.LANGUAGES], default="en"
        )

    def handle(self, *_args: Any, language: str, **_options: Any) -> None:
        """Run all stages, print the table; fail when a mail or a figure is missing."""
        started = time.monotonic()
        if is_in_use():
            raise CommandError(
                "this database is not empty: the replay runs in a throw-away one (make replay)"
            )
        logs.configure(level="WARNING", for_people=True)  # the table is the output
        clock = Clock(self._say)
        with tempfile.TemporaryDirectory(prefix="hand-in-hand-replay-") as folder:
            with clock.stage("tables"):
                call_command("migrate", verbosity=0)
            try:
                with running(Path(folder)) as servers:
                    replay = Replay(servers, clock)
                    for line in report.basis(replay):
                        self._say(line)
                    replay.run()
                    with clock.stage("counting"):
                        findings = report.inspect(replay)
                trouble = servers.log_of_errors()
            except (ReplayFailed, ServerEnded) as error:
                raise CommandError(str(error)) from error
        with translation.override(language):
            self._print(findings)
        self._say(f"{findings.last_line} seconds={time.monotonic() - started:.0f}")
        if findings.problems:
            raise CommandError(
                "\n".join(["the replay does not reconcile:", *findings.problems, trouble[-3000:]])
            )

    def _print(self, findings: report.Findings) -> None:
        self._say("")
        for line in report.table(findings):
            self._say(line)
        self._say("\nBest five matches:")
        for line in report.best_matches():
            self._say(line)
        self._say("")

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


def is_in_use() -> bool:
    if Company._meta.db_table not in connection.introspection.table_names():  # noqa: SLF001 -- Django's documented name
        return False
    return Company.objects.exists() or User.objects.exists()
