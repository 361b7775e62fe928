"""Delivery of one message: claim its lease, call its handler, settle the outcome."""

from collections.abc import Callable
from functools import partial

import structlog
from django.db import InterfaceError, OperationalError

from matchmaking.notifications import leases, outbox
from matchmaking.notifications.db_retry import retry_database
from matchmaking.notifications.email.send import settle_interrupted
from matchmaking.notifications.leases import Lease
from matchmaking.notifications.states import OutboxState

log = structlog.get_logger(__name__)

Outcome = Callable[[Lease], bool]
NOT_OUR_FAULT = (outbox.Retry, OperationalError, InterfaceError)


def deliver(row_id: int) -> bool:
    """Deliver the message and its bundle to the handler; False when there was nothing to do.

    No transaction is open while the handler runs. What the handler raises does not leave here:
    it decides how the messages are settled. A lease that cannot be settled ends by itself.
    """
    # A commit of its own: the lease is visible to others, and no row is locked while a mail is sent.
    lease = retry_database(lambda: leases.claim(row_id))
    if lease is None:
        return False
    outcome = _handle(lease)
    # The world has moved by now; a lost outcome would only come back when the lease ends.
    retry_database(lambda: outcome(lease))
    return True


def _handle(lease: Lease) -> Outcome:
    """Call the handler; return the function that settles the messages.

    A mail whose worker ended while the server had it is not sent again: its attempts decide.
    """
    kind = lease.messages[0].kind
    try:
        handler = settle_interrupted if lease.was_sending else outbox.handler_of(kind)
        handler(lease.messages)
    except outbox.Discard as reason:
        return partial(leases.settle, state=OutboxState.CANCELLED, error=str(reason))
    except outbox.GiveUp as reason:
        # The reason is what the world said; where in our code it was heard tells nothing.
        log.error("outbox_dead", kind=kind, messages=lease.ids, reason=str(reason))  # noqa: TRY400
        return partial(leases.settle, state=OutboxState.DEAD, error=str(reason))
    except outbox.Uncertain as reason:
        log.warning("outbox_uncertain", kind=kind, messages=lease.ids, reason=str(reason))
        return partial(leases.settle, state=OutboxState.UNCERTAIN, error=str(reason))
    # Such a failure says nothing about the messages, so their bundle stays together.
    except NOT_OUR_FAULT as reason:
        log.warning("outbox_retry", kind=kind, messages=lease.ids, reason=str(reason))
        return partial(leases.settle_for_retry, error=repr(reason), is_our_fault=False)
    except Exception as reason:
        log.exception("outbox_handler_failed", kind=kind, messages=lease.ids)
        return partial(leases.settle_for_retry, error=repr(reason), is_our_fault=True)
    return partial(leases.settle, state=OutboxState.DONE)
