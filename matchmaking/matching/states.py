"""States of a match, of the answers to it, and of a scoring profile."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class MatchState(models.TextChoices):
    """A pair from its proposal to its end; what is answered is never proposed again as it is."""

    PROPOSED = "proposed", _("Proposed")
    WITHDRAWN = "withdrawn", _("Withdrawn: no longer among the best, may come back")
    INTERESTED = "interested", _("One side is interested")
    MUTUAL = "mutual", _("Both sides are interested")
    DECLINED = "declined", _("Declined")
    EXPIRED = "expired", _("Expired without an answer")
    ENDED = "ended", _("Ended")


MATCH_TRANSITIONS: dict[MatchState, frozenset[MatchState]] = {
    MatchState.PROPOSED: frozenset(
        {
            MatchState.WITHDRAWN,
            MatchState.INTERESTED,
            MatchState.DECLINED,
            MatchState.EXPIRED,
            MatchState.ENDED,
        }
    ),
    MatchState.WITHDRAWN: frozenset({MatchState.PROPOSED}),
    MatchState.INTERESTED: frozenset(
        {MatchState.MUTUAL, MatchState.DECLINED, MatchState.EXPIRED, MatchState.ENDED}
    ),
    MatchState.MUTUAL: frozenset({MatchState.ENDED}),
    MatchState.DECLINED: frozenset(),
    MatchState.EXPIRED: frozenset(),
    MatchState.ENDED: frozenset(),
}


class EndCause(models.TextChoices):
    """Why a match has ended; empty while it has not."""

    DECLINED = "declined", _("A side declined")
    UNANSWERED = "unanswered", _("Nobody answered in time")
    PARTNER = "partner", _("A side ended the conversation")
    OFFICER = "officer", _("The association withdrew it")
    CHANGED = "changed", _("The figures of a post changed")
    POST_LEFT = "post_left", _("A post left the market")
    COMPANY_LEFT = "company_left", _("A company is no longer active")
    BLOCKED = "blocked", _("A side blocked the other")


class MatchSide(models.TextChoices):
    """The two sides of a match, named by the post that each of them has in it."""

    ORDER = "order", _("Brand")
    OFFER = "offer", _("Factory")

    @property
    def other(self) -> "MatchSide":
        """The opposite side."""
        return MatchSide.OFFER if self == MatchSide.ORDER else MatchSide.ORDER


class AnswerKind(models.TextChoices):
    INTERESTED = "interested", _("Interested")
    DECLINED = "declined", _("Declined")


class DeclineReason(models.TextChoices):
    PRICE = "price", _("Price")
    TIMING = "timing", _("Timing")
    CAPABILITY = "capability", _("Capability")
    PLACE = "place", _("Place")
    PLACED = "placed", _("Already placed")
    OTHER = "other", _("Other")


class ProfileState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    ACTIVE = "active", _("Active")
    RETIRED = "retired", _("Retired")


PROFILE_TRANSITIONS: dict[ProfileState, frozenset[ProfileState]] = {
    ProfileState.DRAFT: frozenset({ProfileState.ACTIVE}),
    ProfileState.ACTIVE: frozenset({ProfileState.RETIRED}),
    ProfileState.RETIRED: frozenset({ProfileState.ACTIVE}),
}
