"""States of an outbox message."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class OutboxState(models.TextChoices):
    PENDING = "pending", _("Waiting")
    LEASED = "leased", _("In work")
    DONE = "done", _("Done")
    UNCERTAIN = "uncertain", _("Uncertain: failed after the mail was handed over")
    DEAD = "dead", _("Undeliverable: given up, an officer may send it again")
    CANCELLED = "cancelled", _("Cancelled: no longer right when it was due")


OUTBOX_TRANSITIONS: dict[OutboxState, frozenset[OutboxState]] = {
    OutboxState.PENDING: frozenset({OutboxState.LEASED, OutboxState.CANCELLED}),
    OutboxState.LEASED: frozenset(
        {
            OutboxState.PENDING,
            OutboxState.LEASED,  # a lease that ran out is taken over
            OutboxState.DONE,
            OutboxState.UNCERTAIN,
            OutboxState.DEAD,
            OutboxState.CANCELLED,
        }
    ),
    OutboxState.UNCERTAIN: frozenset({OutboxState.LEASED}),
    OutboxState.DEAD: frozenset({OutboxState.PENDING}),
    OutboxState.DONE: frozenset(),
    OutboxState.CANCELLED: frozenset(),
}
