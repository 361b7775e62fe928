"""Import as the site does it: the file, the outbox, the worker, the page's buttons."""

from pathlib import Path

from matchmaking.imports import queries, services
from matchmaking.imports.models import ImportBatch
from matchmaking.notifications import delivery
from matchmaking.notifications.models import OutboxMessage
from matchmaking.notifications.states import OutboxState

SHEETS = Path(__file__).parent / "sheets"


def case(name):
    """Return a file that somebody really sent, by the beginning of its name."""
    return next(SHEETS.glob(f"{name}*")).read_bytes()


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
    return fresh(batch)


def fresh(batch):
    return ImportBatch.objects.select_related("job", "company", "created_by").get(pk=batch.pk)


def answer(batch, by, **answers):
    """Answer questions by the beginning of their keys, and let the worker read again."""
    for begins, value in answers.items():
        key = next(
            one.key for one in queries.questions_of(fresh(batch)) if one.key.startswith(begins)
        )
        services.answer_questions(batch=batch, answers={key: value}, by=by)
        work_all()
    return fresh(batch)


def start(batch, by):
    return services.start_import(batch=batch, by=by)


def import_file(by, kind, content, **options):
    return run(send(by, kind, content, **options), by)


def run(batch, by):
    start(batch, by)
    work_all()
    return fresh(batch)


def undo(batch, by):
    services.undo_import(batch=batch, by=by)
    work_all()
    return fresh(batch)


def problems(batch):
    """Return the problems by row, as (column, sentence)."""
    return {
        row.number: [(one["column"], one["message"]) for one in row.problems]
        for row in batch.rows.exclude(problems=[]).order_by("number")
    }


def outcomes(batch):
    """Return by row what happened, or what will: the action of a row that is ready."""
    return {
        row.number: row.action if row.outcome == "ready" else row.outcome
        for row in batch.rows.order_by("pk")
    }


def asked(batch):
    """Return the keys of open questions."""
    return [one.key for one in queries.questions_of(batch) if one.is_open]


def facts(batch):
    return [fact["text"] for fact in batch.facts]


def shown(batch, number):
    """Return what was read of a row, by our column."""
    row = batch.rows.get(number=number)
    columns = queries.read_columns(batch)
    return {columns[int(at)][0]: text for at, text in row.shown.items() if int(at) in columns}
