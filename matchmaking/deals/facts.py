"""Facts of deals that an area above may hear: kinds of the outbox, reserved for webhooks.

A kind that nobody subscribed to is not published: its rows would wait for a handler for ever.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from matchmaking.notifications import outbox

if TYPE_CHECKING:
    import datetime as dt

    from matchmaking.deals.models import Intention, Quote

PROPOSED = "deals.intention_proposed"
CONFIRMED = "deals.intention_confirmed"
CONTRACTED = "deals.intention_contracted"
DELIVERED = "deals.intention_delivered"
ENDED = "deals.intention_ended"
QUOTE_HANDED_IN = "deals.quote_handed_in"
QUOTE_ANSWERED = "deals.quote_answered"
QUOTE_ENDED = "deals.quote_ended"
QUOTE_OPENED = "deals.quote_opened"
LABELS = {
    QUOTE_HANDED_IN: _("A quote was handed in or confirmed again"),
    QUOTE_ANSWERED: _("A quote was answered"),
    QUOTE_ENDED: _("A quote ended"),
    QUOTE_OPENED: _("A sealed quote was opened"),
    PROPOSED: _("Figures of a deal were proposed"),
    CONFIRMED: _("A deal was confirmed by both"),
    CONTRACTED: _("The contract of a deal was recorded"),
    DELIVERED: _("A delivery was recorded"),
    ENDED: _("A deal ended"),
}


def publish(kind: str, intention: Intention, fact: str, *, at: dt.datetime) -> None:
    """Publish a fact of an intention in the transaction that makes it true, if anybody hears it.

    The subject holds row numbers alone; who tells somebody reads the intention as that reader may.
    """
    if outbox.is_heard(kind):
        outbox.publish(
            kind=kind,
            dedupe_key=f"{kind}:{intention.code}:{fact}:{at.isoformat()}",
            subject={"intention": intention.pk},
        )


def publish_quote(kind: str, quote: Quote, fact: str, *, at: dt.datetime) -> None:
    """Publish a fact of a quote as :func:`publish` does of an intention; no figure is in it."""
    if outbox.is_heard(kind):
        outbox.publish(
            kind=kind,
            dedupe_key=f"{kind}:{quote.code}:{fact}:{at.isoformat()}",
            subject={"quote": quote.pk},
        )
