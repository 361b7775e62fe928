"""All writes of matching."""

from matchmaking.matching.services.rescoring import Rescored, rescore_market, rescore_posts

__all__ = ["Rescored", "rescore_market", "rescore_posts"]
