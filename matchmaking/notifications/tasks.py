"""Celery tasks: messages by their row id, periodic runs by their name."""

from matchmaking.celery import app
from matchmaking.notifications import delivery, periodic


@app.task(name="notifications.deliver")
def deliver(row_id: int) -> None:
    delivery.deliver(row_id)


@app.task(name=periodic.TASK)
def claim_slot(name: str) -> None:
    periodic.claim(name)
