"""``manage.py demo``: a made-up market for a first look."""

from __future__ import annotations

import secrets
import time
from pathlib import Path
from typing import Any

from allauth.mfa.totp.internal.auth import generate_totp_secret
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from matchmaking.demonstration import progress, services


class Command(BaseCommand):
    """Fill an empty development database with made-up companies, orders and capacity."""

    help = "Fill an empty database with made-up companies and posts (development only)."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Make everything or nothing, and write down who can sign in."""
        if not settings.DEVELOPMENT:
            raise CommandError("demonstration data is for development: DEVELOPMENT is off")
        password, secret = new_password(), generate_totp_secret()
        started = time.monotonic()
        try:
            with progress.shown() as on_progress:
                made = services.make_demonstration(
                    password=password,
                    totp_secret=secret,
                    at=timezone.now(),
                    on_progress=on_progress,
                )
        except services.AlreadyFilled as error:
            raise CommandError(str(error)) from error
        write_accounts(password, secret)
        self.stdout.write(
            f"{made.companies} companies, {made.orders} orders, {made.offers} capacity offers "
            f"and {made.answered} answered matches in {time.monotonic() - started:.1f} s"
        )


def new_password() -> str:
    return f"shoe-{secrets.token_hex(3)}-{secrets.randbelow(9000) + 1000}"


def accounts_file() -> Path:
    return Path(settings.DEV_MAIL_DIR).parent / "demo-accounts.txt"


def write_accounts(password: str, secret: str) -> None:
    """Write the sign-ins where ``manage.py up`` prints them from; only we may read it."""
    width = max(len(sign_in.email) for sign_in in services.SIGN_INS)
    lines = [
        f"Sign in (password for all: {password})",
        *(f"  {sign_in.email:<{width}}  {sign_in.role}" for sign_in in services.SIGN_INS),
        "Officer and administrator are asked for a second code: .venv/bin/python manage.py totp",
        f"  (or scan its secret into an app: {secret})",
    ]
    path = accounts_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
