"""The workbench of matching: scoring profiles and what they found."""

from matchmaking.matching.admin.frequent_changes import frequent_changes
from matchmaking.matching.admin.matches import MatchAdmin
from matchmaking.matching.admin.profiles import ScoringProfileAdmin

__all__ = ["MatchAdmin", "ScoringProfileAdmin", "frequent_changes"]
