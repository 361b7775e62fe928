"""Every write to a post: what is typed, what is decided, what the clock brings."""

from matchmaking.listings.post_locking import POST_PUBLISHED
from matchmaking.listings.services.figures import count_market
from matchmaking.listings.services.posts import Weeks, copy_order, save_offer, save_order
from matchmaking.listings.services.scheduled import (
    begin_market_day,
    expire_due_posts,
    remind_expiry,
)
from matchmaking.listings.services.searches import (
    MOST_SEARCHES,
    delete_search,
    rename_search,
    save_search,
    switch_search,
    tell_searches,
)
from matchmaking.listings.services.terms import TERMS_CHANGED, remove_likeness, save_term
from matchmaking.listings.services.transitions import (
    AlreadyDecided,
    CompanyNotActive,
    approve_post,
    close_post,
    confirm_figures,
    missing,
    pause_post,
    reject_post,
    renew_post,
    resume_post,
    submit_post,
    withdraw_submission,
)

__all__ = [
    "MOST_SEARCHES",
    "POST_PUBLISHED",
    "TERMS_CHANGED",
    "AlreadyDecided",
    "CompanyNotActive",
    "Weeks",
    "approve_post",
    "begin_market_day",
    "close_post",
    "confirm_figures",
    "copy_order",
    "count_market",
    "delete_search",
    "expire_due_posts",
    "missing",
    "pause_post",
    "reject_post",
    "remind_expiry",
    "remove_likeness",
    "rename_search",
    "renew_post",
    "resume_post",
    "save_offer",
    "save_order",
    "save_search",
    "save_term",
    "submit_post",
    "switch_search",
    "tell_searches",
    "withdraw_submission",
]
