"""``python -m tests.screens [shots] [access] [vitals] [lighthouse]``: the whole site in a browser, looked at.

Runs on throw-away servers (``make shots``); what each command does says its module.
"""

import importlib
import os
import sys
import tempfile
from pathlib import Path

import django
import time_machine
from django.core.management import call_command

from tests.screens import options, site

COMMANDS = ("shots", "access", "vitals", "lighthouse")


def main(commands):
    """Build the stage, serve it, and hand it to each command; return the worst exit code."""
    with tempfile.TemporaryDirectory(prefix="hand-in-hand-looks-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        debug_port = prepare(folder)
        django.setup()
        from tests.screens import scenario, sights  # noqa: PLC0415 - models need Django set up

        call_command("migrate", verbosity=0)
        call_command("collectstatic", verbosity=0, interactive=False)
        chosen = options.read()
        with time_machine.travel(scenario.AT, tick=True):
            built = scenario.build()
            found = sights.find(built, folder, chosen, debug_port)
        with site.serving(folder, scenario.AT, debug_port=debug_port):
            return max(
                importlib.import_module(f"tests.screens.{command}").run(built, found, chosen)
                for command in commands
            )


def prepare(folder):
    """Set the environment that settings read; return the port of the development pages."""
    site_port, debug_port = site.free_port(), site.free_port()
    for part in ("static", "media", "mail"):
        (folder / part).mkdir()
    os.environ.update(
        DJANGO_SETTINGS_MODULE="tests.screens.settings",
        DEVELOPMENT="false",
        SECRET_KEY="a key for pictures alone, of a site that nobody else reaches",
        SITE_URL=f"http://127.0.0.1:{site_port}",
        ALLOWED_HOSTS="127.0.0.1,testserver",
        STATIC_ROOT=str(folder / "static"),
        MEDIA_ROOT=str(folder / "media"),
        DEV_MAIL_DIR=str(folder / "mail"),
    )
    return debug_port


if __name__ == "__main__":
    if sys.argv[1:] and set(sys.argv[1:]) <= set(COMMANDS):
        sys.exit(main(sys.argv[1:]))
    sys.exit(__doc__)
