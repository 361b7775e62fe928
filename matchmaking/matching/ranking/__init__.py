"""The ranking pipeline: loads the market, runs the engine, keeps matches and near misses in sync.

Other parts of matching import what stands here, and nothing from inside.
"""

from matchmaking.matching.ranking.market_cache import preload_market
from matchmaking.matching.ranking.partition_scoring import score_partition
from matchmaking.matching.ranking.preview import preview_profile
from matchmaking.matching.ranking.rescoring import (
    RescoringResult,
    rescore_market,
    rescore_posts,
    start_rescoring,
)

__all__ = [
    "RescoringResult",
    "preload_market",
    "preview_profile",
    "rescore_market",
    "rescore_posts",
    "score_partition",
    "start_rescoring",
]
