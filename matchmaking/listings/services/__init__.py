"""Every write to a post: what is typed, what is decided, what the clock brings."""

from matchmaking.listings.services.clock import (
    begin_market_day,
    expire_due_posts,
    remind_expiry,
)
from matchmaking.listings.services.figures import count_market
from matchmaking.listings.services.posts import Weeks, copy_order, save_offer, save_order
from matchmaking.listings.services.steps import (
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
from matchmaking.listings.services.terms import TERMS_CHANGED, remove_likeness, save_term

__all__ = [
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
    "expire_due_posts",
    "missing",
    "pause_post",
    "reject_post",
    "remind_expiry",
    "remove_likeness",
    "renew_post",
    "resume_post",
    "save_offer",
    "save_order",
    "save_term",
    "submit_post",
    "withdraw_submission",
]
