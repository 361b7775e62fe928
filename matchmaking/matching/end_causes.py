"""Causes of a match's end, and their words on pages, in mails and in refusals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class EndCause(models.TextChoices):
    """The cause of a match's end; empty while it has none. Officers read the labels."""

    DECLINED = "declined", _("A side declined")
    UNANSWERED = "unanswered", _("Nobody answered in time")
    PARTNER = "partner", _("A side ended the conversation")
    OFFICER = "officer", _("The association withdrew it")
    CHANGED = "changed", _("The figures of a post changed")
    POST_LEFT = "post_left", _("A post left the market")
    COMPANY_LEFT = "company_left", _("A company is no longer active")
    BLOCKED = "blocked", _("A side blocked the other")


@dataclass(frozen=True, slots=True, kw_only=True)
class EndWords:
    """One cause as the two companies read it.

    ``headline`` stands on the page of the match, with ``%(day)s`` for the day of the end.
    ``refusal`` answers who acts too late; ``code`` goes with it where the cause is there and
    the match has not ended by it yet. ``mail`` tells of the end, ``mail_to_causer`` tells the
    side whose own post or company was the cause. ``outlook`` closes the mail. The pair of a
    cause that ``may_return`` can be proposed anew without a change of terms.
    """

    headline: _StrPromise
    refusal: _StrPromise
    code: str = "ended"
    mail: _StrPromise
    mail_to_causer: _StrPromise | None = None
    outlook: _StrPromise | None = None
    may_return: bool = False


_COMES_BACK = _("If it comes back and still fits, you meet again.")

END_WORDS: dict[EndCause, EndWords] = {
    EndCause.DECLINED: EndWords(
        headline=_("Declined on %(day)s"),
        refusal=_("The other side declined a moment ago."),
        mail=_("The other side declined a moment ago."),
    ),
    EndCause.UNANSWERED: EndWords(
        headline=_("Nobody answered in time"),
        refusal=_("The time for an answer has run out."),
        mail=_("The time for an answer has run out."),
    ),
    EndCause.PARTNER: EndWords(
        headline=_("The conversation was ended on %(day)s"),
        refusal=_("A side has ended this conversation."),
        mail=_("The other side has ended the conversation. Contacts are closed."),
    ),
    EndCause.OFFICER: EndWords(
        headline=_("The association withdrew this match on %(day)s"),
        refusal=_("The association has withdrawn this match."),
        mail=_("The association has withdrawn this match."),
    ),
    EndCause.CHANGED: EndWords(
        headline=_("The figures of a post changed on %(day)s"),
        refusal=_("The figures of a post have changed. If both still fit, you meet again."),
        code="changed",
        mail=_("The other side has changed the figures of its post."),
        mail_to_causer=_("You have changed the figures of your post, so the open answer ended."),
        outlook=_("Both posts are scored anew at once: if they still fit, you meet again."),
        may_return=True,
    ),
    EndCause.POST_LEFT: EndWords(
        headline=_("A post left the market on %(day)s"),
        refusal=_("A post of this match has left the market."),
        code="paused",
        mail=_("The other side's post has left the market."),
        mail_to_causer=_("Your post is no longer on the market, so the open answer ended."),
        outlook=_COMES_BACK,
        may_return=True,
    ),
    EndCause.COMPANY_LEFT: EndWords(
        headline=_("A company left the market on %(day)s"),
        refusal=_("A company of this match has left the market."),
        code="paused",
        mail=_("The other side's company no longer takes part in the market."),
        mail_to_causer=_(
            "Your company does not take part in the market, so the open answer ended."
        ),
        outlook=_COMES_BACK,
        may_return=True,
    ),
    # Neither side learns that there was a block.
    EndCause.BLOCKED: EndWords(
        headline=_("This match no longer stands"),
        refusal=_("This match no longer stands."),
        code="gone",
        mail=_("This match no longer stands."),
    ),
}
