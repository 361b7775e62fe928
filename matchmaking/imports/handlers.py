"""Imports that wait for a worker."""

from collections.abc import Sequence

from matchmaking.imports import services, worker
from matchmaking.notifications import outbox
from matchmaking.notifications.models import OutboxMessage


@outbox.handles(services.MESSAGE)
def work_import(messages: Sequence[OutboxMessage]) -> None:
    for message in messages:
        worker.work(batch_id=message.subject["batch"], job_id=message.subject["job"])
