"""Topics of the help, and the pages that lead to each.

A topic is one task on one page of Markdown in each language, ``content/<language>/<slug>.md``.
``make check-help`` holds that every page of the site has its topic and every topic its text.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Reader(StrEnum):
    MEMBER = "member"
    BRAND = "brand"
    FACTORY = "factory"
    OFFICER = "officer"
    ADMINISTRATOR = "administrator"

    @property
    def label(self) -> str | Promise:
        return LABELS[self]


LABELS = {
    Reader.MEMBER: _("Every company"),
    Reader.BRAND: _("Brands"),
    Reader.FACTORY: _("Factories"),
    Reader.OFFICER: _("Officers of the association"),
    Reader.ADMINISTRATOR: _("Administrators"),
}


@dataclass(frozen=True, slots=True)
class Topic:
    """``pages`` are names of views, with the wildcards of ``fnmatch``, that lead to this topic."""

    slug: str
    reader: Reader
    pages: tuple[str, ...] = ()


M, B, F, O, A = Reader  # noqa: E741 -- a table of one letter each

# Order is that of the contents; of two patterns that hold, the first named wins.
TOPICS = (
    Topic(
        "first-day", M, ("home:dashboard", "home:front", "home:how-it-works", "home:association")
    ),
    Topic(
        "register",
        M,
        (
            "accounts:company-register",
            "accounts:company-edit",
            "account_signup",
            "accounts:claim*",
            "accounts:confirm-resend",
            "accounts:phone-signup",
            "accounts:company-switch",
            "home:terms",
        ),
    ),
    Topic("verification", M, ("accounts:company", "accounts:company-submit", "accounts:document")),
    Topic("certificates", M, ("accounts:certificate*",)),
    Topic("contacts", M, ("accounts:contact*", "matching:match-contacts")),
    Topic("colleagues", M, ("accounts:member*", "accounts:invitation*", "accounts:leave")),
    Topic(
        "order",
        B,
        (
            "listings:order-new",
            "listings:order-edit",
            "listings:order-copy",
            "listings:order-fitting",
            "listings:order-file",
        ),
    ),
    Topic(
        "capacity",
        F,
        (
            "listings:offer-new",
            "listings:offer-edit",
            "listings:confirm-by-link",
            "listings:lower-by-link",
            "listings:pause-by-link",
        ),
    ),
    Topic("message", M, ("listings:order-read", "listings:offer-read", "listings:text-*")),
    Topic("sheet", M, ("imports:*",)),
    Topic("posts", M, ("listings:order-*", "listings:offer-*", "listings:renew-by-link")),
    Topic(
        "matches",
        M,
        (
            "matching:match-list",
            "matching:order-matches",
            "matching:offer-matches",
            "matching:match-compare",
            "matching:match-later",
        ),
    ),
    Topic("score", M, ()),
    Topic(
        "answer",
        M,
        (
            "matching:match-detail",
            "matching:match-answer",
            "matching:match-withdraw",
            "matching:match-undo",
        ),
    ),
    Topic("conversation", M, ("matching:match-*",)),
    Topic("results", M, ("deals:board-*", "deals:method")),
    Topic("deal", M, ("deals:*",)),
    Topic("docking-day", M, ("docking:*",)),
    Topic("policies", M, ("policies:*",)),
    Topic(
        "market",
        M,
        (
            "listings:market-order",
            "listings:market-offer",
            "listings:market-orders",
            "listings:market-offers",
            "listings:search-*",
        ),
    ),
    Topic("figures", M, ("listings:market-figures",)),
    Topic("who-sees-what", M, ("home:privacy", "accounts:block*")),
    Topic(
        "mail",
        M,
        ("notifications:*", "account_email*", "account_confirm_email", "account_inactive"),
    ),
    Topic("sign-in", M, ("account_*", "mfa_*", "usersessions_list", "accounts:profile")),
    Topic("connections", M, ("connections:*",)),
    Topic("program", A, ("accounts:token*", "api:docs", "api:swagger")),
    Topic(
        "workbench", O, ("admin:index", "admin:login", "admin:search", "casework:*", "exports:*")
    ),
    Topic("verify-company", O, ("admin:accounts_*",)),
    Topic(
        "approve-post",
        O,
        (
            "admin:listings_processingorder_*",
            "admin:listings_capacityoffer_*",
            "admin:listings_postedit_*",
            "admin:listings_pastedtext_*",
        ),
    ),
    Topic("member-list", O, ("admin:imports_*",)),
    Topic("words-of-trade", O, ("admin:listings_*",)),
    Topic("weights", O, ("admin:matching_*",)),
    Topic("count-results", O, ("admin:deals_*",)),
    Topic("hold-event", O, ("admin:docking_*",)),
    Topic("keep-policies", O, ("admin:policies_*",)),
    Topic("sent-mail", O, ("admin:notifications_*",)),
    Topic("my-data", M, ("privacy:*",)),
    Topic("personal-data", O, ("admin:privacy_*",)),
    Topic("outage", A, ("admin:core_*", "admin:*")),
)
BY_SLUG = {topic.slug: topic for topic in TOPICS}


def topic_of(view_name: str) -> Topic | None:
    """Return the topic of a page by the name of its view, None where no pattern holds."""
    return next(
        (
            topic
            for topic in TOPICS
            if any(fnmatchcase(view_name, pattern) for pattern in topic.pages)
        ),
        None,
    )
