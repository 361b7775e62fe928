"""Models of deals."""

from matchmaking.deals.models.boards import PressTemplate, ResultsBoard
from matchmaking.deals.models.intentions import (
    Confirmation,
    Delivery,
    Intention,
    IntentionQuerySet,
    IntentionTerms,
)
from matchmaking.deals.models.objections import RecordObjection
from matchmaking.deals.models.plans import (
    SplitPart,
    SplitPartQuerySet,
    SplitPlan,
    SplitPlanQuerySet,
)
from matchmaking.deals.models.questions import OrderQuestion, QuestionQuerySet
from matchmaking.deals.models.quotes import (
    Quote,
    QuoteEvent,
    QuoteEventKind,
    QuoteFile,
    QuoteQuerySet,
    QuoteVersion,
    SealedRound,
)

__all__ = [
    "Confirmation",
    "Delivery",
    "Intention",
    "IntentionQuerySet",
    "IntentionTerms",
    "OrderQuestion",
    "PressTemplate",
    "QuestionQuerySet",
    "Quote",
    "QuoteEvent",
    "QuoteEventKind",
    "QuoteFile",
    "QuoteQuerySet",
    "QuoteVersion",
    "RecordObjection",
    "ResultsBoard",
    "SealedRound",
    "SplitPart",
    "SplitPartQuerySet",
    "SplitPlan",
    "SplitPlanQuerySet",
]
