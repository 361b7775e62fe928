"""``python -m tests.guards.check``: every address stands in the hand-written table.

Needs no database: part of ``make check``.
"""

import os
import sys

import django

from tests.guards.routes import ROUTES


def differences() -> list[str]:
    """Say which addresses the table lacks, and which it names that do not exist."""
    from tests.guards.resolver import addresses  # noqa: PLC0415 - Django has to be set up

    names = {address.name for address in addresses()}
    return [
        *(f"{name}: not in tests/guards/routes.py" for name in sorted(names - set(ROUTES))),
        *(f"{name}: in tests/guards/routes.py alone" for name in sorted(set(ROUTES) - names)),
    ]


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "matchmaking.settings")
    django.setup()
    found = differences()
    sys.exit("\n".join(found) if found else 0)
