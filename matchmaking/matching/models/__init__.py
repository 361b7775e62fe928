"""Models of matching."""

from matchmaking.matching.models.matches import Match, MatchQuerySet, NearMiss
from matchmaking.matching.models.profiles import Scoring, ScoringProfile
from matchmaking.matching.models.talks import (
    Answer,
    Message,
    MessageFile,
    MessageQuerySet,
    ThreadMark,
)

__all__ = [
    "Answer",
    "Match",
    "MatchQuerySet",
    "Message",
    "MessageFile",
    "MessageQuerySet",
    "NearMiss",
    "Scoring",
    "ScoringProfile",
    "ThreadMark",
]
