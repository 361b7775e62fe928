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
    # The market takes back and proposes again; what somebody answers is its no more.
    MatchState.WITHDRAWN: frozenset({MatchState.PROPOSED}),
    # Back to the proposal when the side that was interested takes that back.
    MatchState.INTERESTED: frozenset(
        {
            MatchState.PROPOSED,
            MatchState.MUTUAL,
            MatchState.DECLINED,
            MatchState.EXPIRED,
            MatchState.ENDED,
        }
    ),
    MatchState.MUTUAL: frozenset({MatchState.ENDED}),
    # Ten seconds to undo a decline: the match is what it was before.
    MatchState.DECLINED: frozenset({MatchState.PROPOSED, MatchState.INTERESTED}),
    MatchState.EXPIRED: frozenset(),
    MatchState.ENDED: frozenset(),
}


# What becomes of a match when something else happens. Head first; for docs/states.md.
MATCH_NOTES = (
    ("what happens", "one side is interested", "both are interested", "who is told, once"),
    (
        "the other side is interested too",
        "becomes `mutual`: names and contacts open",
        "-",
        "both sides",
    ),
    ("a side declines", "`declined`; for ten seconds it can be undone", "-", "the other side"),
    (
        "a side takes its interest back",
        "`proposed` again; for ten seconds it can be undone",
        "-",
        "nobody",
    ),
    ("nobody answers within 7 days", "`expired`", "-", "both sides"),
    (
        "a post is paused, closed or expires",
        "`ended` (`post_left`); may be proposed anew on return",
        "goes on",
        "both sides",
    ),
    (
        (
            "a post's category, construction, materials, pairs, weeks, prices, splitting, minimum, "
            "lead time or certificates are edited"
        ),
        "`ended` (`changed`); scored anew at once",
        "goes on",
        "both sides",
    ),
    (
        (
            "a post's title, notes, files or other fields are edited, it is renewed or confirmed, "
            "pairs are held, booked or released"
        ),
        "stays open",
        "goes on",
        "nobody",
    ),
    (
        "a company is suspended or closed",
        "`ended` (`company_left`)",
        "read only, contacts closed, until it is active again",
        "both sides",
    ),
    (
        "a side blocks the other",
        (
            "stays and runs out: a first interest is shown to its giver alone, a second one is "
            "refused; no new match from the next day on"
        ),
        "`ended` (`blocked`), invisible to both at once and for good",
        "nobody",
    ),
    ("a side ends the conversation", "-", "`ended` (`partner`): contacts close", "the other side"),
    (
        "the association withdraws it",
        "`ended` (`officer`)",
        "`ended` (`officer`): contacts close",
        "both sides",
    ),
    (
        "nobody answers a proposal within 30 days",
        "- (`proposed` becomes `expired`)",
        "-",
        "nobody",
    ),
    (
        "afterwards",
        (
            "`expired`, `partner` and `officer` are not proposed again until one of the two posts changes "
            "its terms, `declined` not within 14 days, and then after a change of bands that the reason "
            "is about; all other ends may be"
        ),
        "as on the left",
        "-",
    ),
)


class MatchSide(models.TextChoices):
    """The two sides of a match, named by the post that each of them has in it."""

    ORDER = "order", _("Brand")
    OFFER = "offer", _("Factory")

    @property
    def other(self) -> "MatchSide":
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
