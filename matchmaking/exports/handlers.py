"""Writing of exports, and the clock that forgets them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from celery.schedules import crontab

from matchmaking.core.database_clock import database_now
from matchmaking.exports import services
from matchmaking.exports.models import ListExport
from matchmaking.notifications import outbox
from matchmaking.notifications.periodic import periodic

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matchmaking.notifications.models import OutboxMessage

# A long list takes a worker; the relay would hold up the mail meanwhile.
PATIENCE_SECONDS = 60.0


@outbox.handles(services.WRITE, patience=PATIENCE_SECONDS)
def write_exports(messages: Sequence[OutboxMessage]) -> None:
    known = ListExport.objects.select_related("job", "created_by")
    for message in messages:
        export = known.filter(pk=message.subject["export"]).first()
        if export is not None:
            services.write_export(export)


@periodic("forget_exports", crontab(minute="10", hour="4"))
def forget_old(slot: dt.datetime) -> None:
    del slot  # whatever is old by now
    services.forget_old(at=database_now())
