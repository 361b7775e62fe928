"""All writes of matching."""

from matchmaking.matching.services.announcing import (
    MATCH_FOUND,
    announce_matches,
    see_matches,
)
from matchmaking.matching.services.profiles import (
    RESCORE,
    RESCORING,
    activate_profile,
    change_profile,
    create_profile,
    request_rescoring,
    warnings,
)
from matchmaking.matching.services.rescoring import (
    FOUND,
    UNFINISHED,
    Rescored,
    rescore_market,
    rescore_posts,
)

__all__ = [
    "FOUND",
    "MATCH_FOUND",
    "RESCORE",
    "RESCORING",
    "UNFINISHED",
    "Rescored",
    "activate_profile",
    "announce_matches",
    "change_profile",
    "create_profile",
    "request_rescoring",
    "rescore_market",
    "rescore_posts",
    "see_matches",
    "warnings",
]
