"""Models of deals."""

from matchmaking.deals.models.boards import PressTemplate, ResultsBoard
from matchmaking.deals.models.intentions import (
    Confirmation,
    Delivery,
    Intention,
    IntentionQuerySet,
    IntentionTerms,
)

__all__ = [
    "Confirmation",
    "Delivery",
    "Intention",
    "IntentionQuerySet",
    "IntentionTerms",
    "PressTemplate",
    "ResultsBoard",
]
