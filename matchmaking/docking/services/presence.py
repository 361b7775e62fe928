"""Who is here: people checked in and out by their badges."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction

from matchmaking.docking.models import Passage
from matchmaking.docking.services import base
from matchmaking.docking.states import EventPhase

if TYPE_CHECKING:
    import uuid

    from accounts.models import User
    from matchmaking.docking.models import Attendee


@transaction.atomic
def check(*, attendee: Attendee, is_in: bool, key: uuid.UUID, by: User, at: dt.datetime) -> Passage:
    """Note that somebody came in or went out; the same ``key`` again changes nothing.

    ``at`` is when the badge was scanned: a scanner that was off line tells it later.

    :raises WrongPhase: while the day is not on
    """
    base.check_officer(by)
    base.check_phase(attendee.agenda.registration.event, [EventPhase.RUNNING])
    passage, _made = Passage.objects.get_or_create(
        key=key,
        defaults={"attendee": attendee, "is_in": is_in, "passed_at": at, "noted_by": by},
    )
    return passage
