"""Import as the site does it: the file, the outbox, the worker, the page's buttons."""

from matchmaking.imports import services
from matchmaking.imports.models import ImportBatch
from matchmaking.notifications import delivery
from matchmaking.notifications.models import OutboxMessage
from matchmaking.notifications.states import OutboxState


def work_all():
    """Deliver every import message that waits, also those that the work publishes."""
    worked = 0
    while message := OutboxMessage.objects.filter(
        kind=services.MESSAGE, state=OutboxState.PENDING
    ).first():
        assert delivery.deliver(message.pk)
        message.refresh_from_db()
        assert message.state == OutboxState.DONE, message.last_error
        worked += 1
    return worked


def send(by, kind, content, *, company=None, name="list.csv", read=True, **options):
    options.setdefault("source", "list")
    batch = services.send_file(
        kind=kind,
        company=company,
        name=name,
        content=content,
        options=options,
        by=by,
    )
    if read:
        work_all()
    return ImportBatch.objects.get(pk=batch.pk)


def start(batch, by):
    return services.start_import(batch=batch, by=by)


def import_file(by, kind, content, **options):
    batch = send(by, kind, content, **options)
    start(batch, by)
    work_all()
    return ImportBatch.objects.get(pk=batch.pk)


def problems(batch):
    """Return the problems by row, as (column, sentence)."""
    return {
        row.number: [(one["column"], one["message"]) for one in row.problems]
        for row in batch.rows.exclude(problems=[]).order_by("number")
    }
