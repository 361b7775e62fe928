"""Switches that restore the rule from before a protection, so that a test can prove the attack.

An attack that finds nothing proves little: the attacker may be too weak. Its control runs the same
attack with the protection off and must succeed (docs/threat-model.md, `make attacks`). All switches
stand here. Production does not start with one (``settings.py``), and ``check --deploy`` refuses them.
"""

from enum import StrEnum, unique
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register


@unique
class Protection(StrEnum):
    """A rule that can be switched off in development, named as in ``PROTECTIONS_OFF``."""

    # Acts that make the market answer.
    CHANGE_BUDGET = "change-budget"
    WIDENED_POSTS_WAIT = "widened-posts-wait"
    EXCLUSIONS_WITH_THE_DAY = "exclusions-with-the-day"
    EXCLUSION_LIMIT = "exclusion-limit"
    BLOCKS_ANSWER_ALIKE = "blocks-answer-alike"
    # What a reader is told.
    FIGURES_BY_CONSENT = "figures-by-consent"
    TOLD_FROM_BANDS = "told-from-bands"
    SHARED_CARDS = "shared-cards"
    PUBLISHED_VERSIONS = "published-versions"
    CHECKED_CERTIFICATES = "checked-certificates"
    BANDED_FIGURES = "banded-figures"
    # What an address, an answer or a mail betrays by itself.
    RANDOM_CODES = "random-codes"
    NO_ROW_NUMBERS = "no-row-numbers"
    CLAIM_SEARCH_ALIKE = "claim-search-alike"
    EQUAL_TIME = "equal-time"
    # Who is let in.
    SESSION_METHODS = "session-methods"
    GUESSES_BY_SOURCE = "guesses-by-source"
    MAIL_CEILING = "mail-ceiling"
    LIMITS_IN_DATABASE = "limits-in-database"
    TOKENS_FOLLOW_ISSUERS = "tokens-follow-issuers"
    FORMS_ONCE = "forms-once"
    DECLINES_STAND = "declines-stand"


def is_on(protection: Protection) -> bool:
    return protection not in settings.PROTECTIONS_OFF


@register(Tags.security)
def check_names(**_options: Any) -> list[CheckMessage]:
    # A misspelt switch would leave the protection on, and its control would prove nothing.
    known = set(Protection)
    return [
        Error(f"PROTECTIONS_OFF names {name!r}, which is no protection.", id="core.E001")
        for name in settings.PROTECTIONS_OFF
        if name not in known
    ]


@register(Tags.security, deploy=True)
def check_production(**_options: Any) -> list[CheckMessage]:
    if not settings.PROTECTIONS_OFF:
        return []
    return [
        Error(
            "PROTECTIONS_OFF is set. It is for the controls of attacks in tests alone.",
            hint="Remove it from the environment.",
            id="core.E002",
        )
    ]
