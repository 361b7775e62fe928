"""States of an intention and why it ends; facts of a record, and objections to them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class IntentionState(models.TextChoices):
    """A deal that two firms mean to make, from the first figures to the last delivery."""

    PROPOSED = "proposed", _("Proposed")
    CONFIRMED = "confirmed", _("Confirmed by both")
    CONTRACTED = "contracted", _("Contracted")
    DELIVERED = "delivered", _("Delivered")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    LAPSED = "lapsed", _("Lapsed")


INTENTION_TRANSITIONS: dict[IntentionState, frozenset[IntentionState]] = {
    IntentionState.PROPOSED: frozenset(
        {IntentionState.CONFIRMED, IntentionState.WITHDRAWN, IntentionState.LAPSED}
    ),
    IntentionState.CONFIRMED: frozenset({IntentionState.CONTRACTED, IntentionState.WITHDRAWN}),
    IntentionState.CONTRACTED: frozenset({IntentionState.DELIVERED, IntentionState.WITHDRAWN}),
    IntentionState.DELIVERED: frozenset(),
    IntentionState.WITHDRAWN: frozenset(),
    IntentionState.LAPSED: frozenset(),
}
ENDED_STATES = (IntentionState.WITHDRAWN, IntentionState.LAPSED)
# What both sides stand by; the rest is one side's word.
BINDING_STATES = (
    IntentionState.CONFIRMED,
    IntentionState.CONTRACTED,
    IntentionState.DELIVERED,
)

# What becomes of an intention when something else happens. Head first; for docs/states.md.
INTENTION_NOTES = (
    ("what happens", "what it does to the intention", "what it does to the weeks"),
    ("one side proposes figures", "`proposed`, confirmed by that side", "-"),
    ("the other side confirms them", "`confirmed`; counts from now on", "held"),
    (
        "one side proposes other figures",
        "goes on with those that both confirmed; the new ones wait for the other side",
        "as confirmed",
    ),
    ("the other side confirms those", "they take the place of the old ones", "held anew"),
    ("the contract is recorded", "`contracted`", "booked"),
    ("deliveries reach the pairs", "`delivered`", "stay booked"),
    ("a side withdraws", "`withdrawn` with its reason; no figure counts", "given back"),
    ("nobody confirms for 14 days", "`lapsed`", "-"),
    ("the conversation ends", "goes on: an intention is ended by itself", "as they are"),
)


class WithdrawReason(models.TextChoices):
    PRICE = "price", _("Price")
    TIMING = "timing", _("Timing")
    QUALITY = "quality", _("Sample or quality")
    ORDER_GONE = "order_gone", _("The order fell away")
    CAPACITY_GONE = "capacity_gone", _("The capacity fell away")
    MISTAKE = "mistake", _("Entered by mistake")
    OTHER = "other", _("Other")


class RecordFact(models.TextChoices):
    """What a record of facts counts, of either side."""

    ANSWERED = "answered", _("Answers in time")
    HONOURED = "honoured", _("Quotes and confirmed figures honoured")
    ON_TIME = "on_time", _("Delivered on time")
    IN_FULL = "in_full", _("Delivered in full")
    PLACED = "placed", _("Orders placed")


class ObjectionState(models.TextChoices):
    OPEN = "open", _("Waits for the association")
    UPHELD = "upheld", _("Upheld: the case is left out")
    DISMISSED = "dismissed", _("Dismissed: the case counts")


OBJECTION_TRANSITIONS: dict[ObjectionState, frozenset[ObjectionState]] = {
    ObjectionState.OPEN: frozenset({ObjectionState.UPHELD, ObjectionState.DISMISSED}),
    ObjectionState.UPHELD: frozenset(),
    ObjectionState.DISMISSED: frozenset(),
}
