"""Models of matching."""

from matchmaking.matching.models.conversations import (
    Answer,
    Message,
    MessageFile,
    MessageQuerySet,
    Reminder,
    ThreadMark,
    WithdrawnAnswer,
)
from matchmaking.matching.models.deferrals import Deferral
from matchmaking.matching.models.matches import (
    NEAR_MISSES_PER_POST,
    Match,
    MatchQuerySet,
    NearMiss,
)
from matchmaking.matching.models.profiles import Scoring, ScoringProfile

__all__ = [
    "NEAR_MISSES_PER_POST",
    "Answer",
    "Deferral",
    "Match",
    "MatchQuerySet",
    "Message",
    "MessageFile",
    "MessageQuerySet",
    "NearMiss",
    "Reminder",
    "Scoring",
    "ScoringProfile",
    "ThreadMark",
    "WithdrawnAnswer",
]
