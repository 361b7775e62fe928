"""``manage.py up``: the whole site on this machine; another name for `make run`'s launcher."""

import os
import sys

from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Replaces its process by the launcher, which starts faster and smaller without Django."""

    help = "Start the whole site: embedded servers, web, worker, relay, beat and mail sink."

    def run_from_argv(self, argv: list[str]) -> None:
        launcher = [sys.executable, "-m", "matchmaking.embedded", "up", *argv[2:]]
        os.execv(sys.executable, launcher)  # noqa: S606 -- our own module
