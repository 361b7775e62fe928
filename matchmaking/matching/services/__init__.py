"""All writes of matching."""

from matchmaking.matching.services.announcing import (
    MATCH_FOUND,
    announce_matches,
    see_matches,
)
from matchmaking.matching.services.answering import answer_match
from matchmaking.matching.services.base import (
    MATCH_DECLINED,
    MATCH_ENDED,
    MATCH_EXPIRED,
    MATCH_INTEREST,
    MATCH_MESSAGE,
    MATCH_MUTUAL,
    MATCH_REMINDER,
    SETTLED,
    NotAnswerable,
)
from matchmaking.matching.services.ending import (
    end_match,
    expire_due_matches,
    follow_companies,
    follow_posts,
    nudge,
    remind_due_matches,
    withdraw_match,
)
from matchmaking.matching.services.parting import score_part
from matchmaking.matching.services.previewing import preview_profile
from matchmaking.matching.services.profiles import (
    PREVIEW,
    PREVIEWING,
    RESCORE,
    RESCORING,
    activate_profile,
    change_profile,
    create_profile,
    earlier_profile,
    preview_note,
    request_preview,
    request_rescoring,
    return_to_earlier_profile,
    warnings,
)
from matchmaking.matching.services.rescoring import (
    FOUND,
    Rescored,
    rescore_market,
    rescore_posts,
    start_rescoring,
)
from matchmaking.matching.services.scorings import PART
from matchmaking.matching.services.talking import (
    MOST_FILES,
    read_thread,
    see_match,
    write_message,
)

__all__ = [
    "FOUND",
    "MATCH_DECLINED",
    "MATCH_ENDED",
    "MATCH_EXPIRED",
    "MATCH_FOUND",
    "MATCH_INTEREST",
    "MATCH_MESSAGE",
    "MATCH_MUTUAL",
    "MATCH_REMINDER",
    "MOST_FILES",
    "PART",
    "PREVIEW",
    "PREVIEWING",
    "RESCORE",
    "RESCORING",
    "SETTLED",
    "NotAnswerable",
    "Rescored",
    "activate_profile",
    "announce_matches",
    "answer_match",
    "change_profile",
    "create_profile",
    "earlier_profile",
    "end_match",
    "expire_due_matches",
    "follow_companies",
    "follow_posts",
    "nudge",
    "preview_note",
    "preview_profile",
    "read_thread",
    "remind_due_matches",
    "request_preview",
    "request_rescoring",
    "rescore_market",
    "rescore_posts",
    "return_to_earlier_profile",
    "score_part",
    "see_match",
    "see_matches",
    "start_rescoring",
    "warnings",
    "withdraw_match",
    "write_message",
]
