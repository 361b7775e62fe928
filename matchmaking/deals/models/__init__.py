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

__all__ = [
    "Confirmation",
    "Delivery",
    "Intention",
    "IntentionQuerySet",
    "IntentionTerms",
    "PressTemplate",
    "RecordObjection",
    "ResultsBoard",
]
