"""The workbench of matching: scoring profiles and what they found."""

from matchmaking.matching.admin.matches import MatchAdmin
from matchmaking.matching.admin.profiles import ScoringProfileAdmin

__all__ = ["MatchAdmin", "ScoringProfileAdmin"]
