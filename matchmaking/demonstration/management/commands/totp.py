"""``manage.py totp``: the second code of a demonstration officer, for development."""

import time
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.mfa.utils import decrypt
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from matchmaking.demonstration import services

PERIOD = 30


class Command(BaseCommand):
    """Print the code that the sign-in page asks officers for."""

    help = "Print the present second code of a demonstration sign-in (development only)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the address of one of the sign-ins."""
        parser.add_argument(
            "email",
            nargs="?",
            default=services.SIGN_INS[2].email,
            choices=[sign_in.email for sign_in in services.SIGN_INS[2:]],
        )

    def handle(self, *_args: Any, email: str, **_options: Any) -> None:
        """Print the code and for how long it is good."""
        if not settings.DEVELOPMENT:
            raise CommandError("codes are shown in development only: DEVELOPMENT is off")
        factor = Authenticator.objects.filter(
            user__email=email, type=Authenticator.Type.TOTP
        ).first()
        if factor is None:
            raise CommandError(f"{email} has no second factor here: start with `manage.py demo`")
        counters = list(yield_hotp_counters_from_time())
        code = format_hotp_value(
            hotp_value(decrypt(factor.data["secret"]), counters[len(counters) // 2])
        )
        left = PERIOD - int(time.time()) % PERIOD
        self.stdout.write(f"{code}  ({email}, good for {left} s)")
