"""Putting a match off, and taking it up again; private to the person who does."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction

from matchmaking.matching.models import Deferral

if TYPE_CHECKING:
    from accounts.models import User
    from matchmaking.matching.models import Match


@transaction.atomic
def defer_match(*, match: Match, by: User, at: dt.datetime) -> None:
    """Leave the match out of the person's list; twice changes nothing. Nobody is told."""
    Deferral.objects.get_or_create(match=match, user=by, defaults={"deferred_at": at})


@transaction.atomic
def resume_match(*, match: Match, by: User) -> None:
    Deferral.objects.filter(match=match, user=by).delete()
