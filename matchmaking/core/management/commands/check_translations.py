"""``manage.py check_translations``: every string has its Chinese, and the .mo is current."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

LOCALE = Path("locale", "zh_Hans", "LC_MESSAGES", "django")
LEFT_OUT = shutil.ignore_patterns(
    ".venv",
    "var",
    "node_modules",
    "__pycache__",
    ".*cache",
    ".git",
    "static",
    "tests",
    "benchmarks",
)


class Command(BaseCommand):
    """Extracts the strings anew in a copy, so that the checkout stays as it is."""

    help = "Fail on a missing, fuzzy or stale translation."

    def handle(self, *args: Any, **options: Any) -> None:
        """Compare the catalogue with the code.

        :raises CommandError: when a string is missing, fuzzy, or not compiled
        """
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder, "site")
            shutil.copytree(settings.BASE_DIR, copy, ignore=LEFT_OUT)
            _run(
                [sys.executable, "manage.py", "makemessages", "-l", "zh_Hans", "-v", "0"],
                copy,
            )
            catalogue = copy / LOCALE.with_suffix(".po")
            open_ones = _run(
                ["msgattrib", "--untranslated", "--no-obsolete", str(catalogue)], copy
            ) + _run(["msgattrib", "--only-fuzzy", "--no-obsolete", str(catalogue)], copy)
            if open_ones.strip():
                raise CommandError(f"Not translated, or fuzzy:\n{open_ones}")
            compiled = copy / "compiled.mo"
            committed = Path(settings.BASE_DIR) / LOCALE.with_suffix(".po")
            _run(["msgfmt", "--check", "-o", str(compiled), str(committed)], copy)
            if compiled.read_bytes() != committed.with_suffix(".mo").read_bytes():
                raise CommandError("The .mo is not that of the .po: run make messages")


def _run(command: list[str], folder: Path) -> str:
    done = subprocess.run(  # noqa: S603 - fixed commands
        command, cwd=folder, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise CommandError(f"{command[0]} failed:\n{done.stderr}")
    return done.stdout
