"""States of intentions, questions and quotes, facts of a record, objections to them."""

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


class QuestionState(models.TextChoices):
    """A factory's question on an order, asked once and answered to all."""

    OPEN = "open", _("Waits for an answer")
    ANSWERED = "answered", _("Answered")
    CLOSED = "closed", _("Closed by the association")


QUESTION_TRANSITIONS: dict[QuestionState, frozenset[QuestionState]] = {
    QuestionState.OPEN: frozenset({QuestionState.ANSWERED, QuestionState.CLOSED}),
    # An answer that should not have been given is closed too, and read by nobody but officers.
    QuestionState.ANSWERED: frozenset({QuestionState.CLOSED}),
    QuestionState.CLOSED: frozenset(),
}


class Audience(models.TextChoices):
    """Factories that an answer reaches; the one that asked always reads it."""

    MATCHED = "matched", _("Every factory that matches the order")
    TALKING = "talking", _("Only factories in conversation with us")


class QuoteState(models.TextChoices):
    """A factory's offer on an order that both talk about."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    REVISED = "revised", _("Revised")
    CONFIRM_AGAIN = "confirm_again", _("To be confirmed again")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    EXPIRED = "expired", _("Expired")


_ENDS_OF_QUOTES = frozenset({QuoteState.DECLINED, QuoteState.WITHDRAWN, QuoteState.EXPIRED})
QUOTE_TRANSITIONS: dict[QuoteState, frozenset[QuoteState]] = {
    QuoteState.DRAFT: frozenset({QuoteState.SUBMITTED, QuoteState.WITHDRAWN}),
    QuoteState.SUBMITTED: frozenset(
        {QuoteState.REVISED, QuoteState.CONFIRM_AGAIN, QuoteState.ACCEPTED, *_ENDS_OF_QUOTES}
    ),
    QuoteState.REVISED: frozenset(
        {QuoteState.CONFIRM_AGAIN, QuoteState.ACCEPTED, *_ENDS_OF_QUOTES}
    ),
    # Never straight to accepted: the factory speaks first.
    QuoteState.CONFIRM_AGAIN: frozenset(
        {QuoteState.SUBMITTED, QuoteState.REVISED, *_ENDS_OF_QUOTES}
    ),
    QuoteState.ACCEPTED: frozenset(),
    QuoteState.DECLINED: frozenset(),
    QuoteState.WITHDRAWN: frozenset(),
    QuoteState.EXPIRED: frozenset(),
}
ANSWERABLE_QUOTES = (QuoteState.SUBMITTED, QuoteState.REVISED)
OPEN_QUOTES = (QuoteState.DRAFT, *ANSWERABLE_QUOTES, QuoteState.CONFIRM_AGAIN)

# What becomes of a quote when something else happens. Head first; for docs/states.md.
QUOTE_NOTES = (
    ("what happens", "what it does to the quote", "what it does to the weeks"),
    ("the brand asks for a revision", "stays, with the brand's sentence beside it", "-"),
    ("the factory revises", "`revised`; the older version stays readable", "-"),
    (
        "the order's pairs, weeks, colours, materials, certificates or deadline change",
        "`confirm_again`, with the difference; a draft stays",
        "-",
    ),
    ("the factory confirms unchanged", "`submitted` or `revised`, as before", "-"),
    ("the brand accepts", "`accepted`; an intention that both have confirmed", "held"),
    ("its validity ends", "`expired`", "-"),
    ("the conversation ends", "`withdrawn`", "-"),
)


class QuoteDeclineReason(models.TextChoices):
    PRICE = "price", _("Price")
    TIMING = "timing", _("Timing")
    QUANTITY = "quantity", _("Too few pairs")
    TERMS = "terms", _("Payment or tooling")
    SAMPLE = "sample", _("Sample or quality")
    OTHERS = "others", _("Others were chosen")
    ORDER_GONE = "order_gone", _("The order fell away")
    OTHER = "other", _("Other")


class PlanState(models.TextChoices):
    """The split of an order, from the asking until every factory has agreed to its part."""

    COMPUTING = "computing", _("Being worked out")
    READY = "ready", _("Choose a plan")
    ASKED = "parts_out", _("Factories are asked")
    AGREED = "all_agreed", _("All have agreed")
    DROPPED = "dropped", _("Given up")


PLAN_TRANSITIONS: dict[PlanState, frozenset[PlanState]] = {
    PlanState.COMPUTING: frozenset({PlanState.READY, PlanState.DROPPED}),
    PlanState.READY: frozenset(
        {PlanState.COMPUTING, PlanState.ASKED, PlanState.AGREED, PlanState.DROPPED}
    ),
    PlanState.ASKED: frozenset({PlanState.COMPUTING, PlanState.AGREED, PlanState.DROPPED}),
    PlanState.AGREED: frozenset(),
    PlanState.DROPPED: frozenset(),
}
LIVE_PLANS = (PlanState.COMPUTING, PlanState.READY, PlanState.ASKED)


class PartState(models.TextChoices):
    """One factory's part."""

    ASKED = "part_asked", _("Waiting for its answer")
    ACCEPTED = "part_yes", _("Agreed")
    REFUSED = "part_no", _("Refused")
    LAPSED = "part_still", _("No answer")
    RELEASED = "part_free", _("No longer asked")
    DEALT = "part_deal", _("Is a deal")


PART_TRANSITIONS: dict[PartState, frozenset[PartState]] = {
    PartState.ASKED: frozenset(
        {PartState.ACCEPTED, PartState.REFUSED, PartState.LAPSED, PartState.RELEASED}
    ),
    PartState.ACCEPTED: frozenset({PartState.DEALT, PartState.RELEASED}),
    PartState.REFUSED: frozenset(),
    PartState.LAPSED: frozenset(),
    PartState.RELEASED: frozenset(),
    PartState.DEALT: frozenset(),
}
LIVE_PARTS = (PartState.ASKED, PartState.ACCEPTED)
PLAN_NOTES = (
    ("what happens", "what it does to the plan", "what it does to the other parts"),
    ("the brand asks for plans", "`computing`; the worker answers with five, `ready`", "-"),
    ("the brand chooses one", "`parts_out`: each factory is asked for its own part", "-"),
    ("a factory agrees", "goes on; with the last one `all_agreed`, and every part is a deal", "-"),
    (
        "a factory refuses, or is silent for 5 days",
        "`computing`: the rest is planned anew and waits for the brand",
        "stay as they are; nobody is told of it",
    ),
    ("a week that was agreed to is taken meanwhile", "as after a refusal", "stay as they are"),
    ("the brand gives it up", "`dropped`", "those asked or agreed are told"),
)
