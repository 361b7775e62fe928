"""What Celery runs: messages by their row id, ticks by their name."""

from matchmaking.celery import app
from matchmaking.notifications import delivery, ticks


@app.task(name="notifications.deliver")
def deliver(row_id: int) -> None:
    """Work the message, if it is still due."""
    delivery.deliver(row_id)


@app.task(name="notifications.tick")
def tick(name: str) -> None:
    """Take the present slot of the tick, if nobody has."""
    ticks.take(name)
