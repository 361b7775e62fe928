"""The status of a match and the next step, in the words of one side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from matchmaking.core.formatting import in_a_row, points
from matchmaking.matching import conversations, rules
from matchmaking.matching.end_causes import END_WORDS, EndCause
from matchmaking.matching.states import (
    AnswerKind,
    DeclineReason,
    MatchSide,
    MatchState,
)

if TYPE_CHECKING:
    import datetime as dt

    from matchmaking.matching.conversations import SideStatus
    from matchmaking.matching.models import Match


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusSummary:
    """The top of a match's page: one sentence on its state, one on the next step.

    ``note`` is what the other side lets this side read. ``can_*`` say which buttons there
    are. ``badge`` is the state in two words.
    """

    tone: str
    badge: str
    headline: str
    next: str
    note: str = ""
    can_accept: bool = False
    can_decline: bool = False
    is_taking_back: bool = False
    can_write: bool = False


def status_of(
    match: Match, side: str | None, *, score: float, weak_point: str = ""
) -> StatusSummary:
    """Return the status in the words of a side; ``None`` is the association, which has none.

    ``score`` is the one that this side may see, ``weak_point`` the factor that costs most of it.
    """
    if side is None:
        return _of_association(match)
    standing = conversations.side_status(match, side)
    if match.state == MatchState.PROPOSED:
        return _proposed(standing, score, weak_point)
    if match.state == MatchState.INTERESTED:
        if standing.whose_turn == "theirs":
            return _waiting(standing)
        return _asked(standing, score, weak_point)
    if match.state == MatchState.MUTUAL:
        return _mutual(match, standing)
    return _over(match, standing)


def day(moment: dt.datetime | None) -> str:
    return date_format(timezone.localtime(moment), "DATE_FORMAT") if moment else ""


def partner_of(side: str) -> str:
    return _("The factory") if side == MatchSide.ORDER else _("The brand")


def _proposed(standing: SideStatus, score: float, weak_point: str) -> StatusSummary:
    values = {"score": points(score)}
    if standing.side == MatchSide.ORDER:
        headline = _("Fits your order with %(score)s of 100 points") % values
    else:
        headline = _("Fits your capacity with %(score)s of 100 points") % values
    return StatusSummary(
        tone="brand",
        badge=_("New match"),
        headline=_and_weak_point(headline, weak_point),
        next=_(
            "Say by %(day)s whether you are interested. The other side learns it at once; "
            "names stay hidden until both have said yes."
        )
        % {"day": day(standing.answer_by)},
        can_accept=standing.can_answer,
        can_decline=standing.can_answer,
    )


def _asked(standing: SideStatus, score: float, weak_point: str) -> StatusSummary:
    values = {"score": points(score), "day": day(standing.answer_by)}
    if standing.side == MatchSide.ORDER:
        headline = _("A factory is interested in your order: %(score)s points") % values
    else:
        headline = _("A brand is interested in your capacity: %(score)s points") % values
    return StatusSummary(
        tone="warn",
        badge=_("Waiting for you"),
        headline=_and_weak_point(headline, weak_point),
        next=_("Answer by %(day)s. If you are interested too, both learn names and contacts.")
        % values,
        note=standing.theirs_note,
        can_accept=standing.can_answer,
        can_decline=standing.can_answer,
    )


def _and_weak_point(headline: str, weak_point: str) -> str:
    if not weak_point:
        return headline
    return _("%(headline)s, weakest in %(factor)s") % {
        "headline": headline,
        "factor": weak_point,
    }


def _waiting(standing: SideStatus) -> StatusSummary:
    values = {"partner": partner_of(standing.side), "day": day(standing.answer_by)}
    return StatusSummary(
        tone="info",
        badge=_("Waiting for the other side"),
        headline=_("You are interested. The other side has until %(day)s to answer.") % values,
        next=_(
            "%(partner)s has been told. You get a mail as soon as it answers; without an answer "
            "the match ends and makes room for another."
        )
        % values,
        can_decline=standing.can_decline,
        is_taking_back=True,
    )


def _mutual(match: Match, standing: SideStatus) -> StatusSummary:
    # Mutual and yet silent: a company is not active, and its name is hidden again.
    if not standing.can_write:
        return StatusSummary(
            tone="neutral",
            badge=_("On hold"),
            headline=_("The conversation is on hold"),
            next=_(
                "A company of this match does not take part in the market at the moment. What "
                "was written stays readable."
            ),
        )
    partner = conversations.side_names(match, standing.side).partner
    return StatusSummary(
        tone="ok",
        badge=_("In conversation"),
        headline=_("You and %(name)s are both interested") % {"name": partner},
        next=_("Write below, or open the contacts and call. Agree on samples, price and weeks."),
        note=standing.theirs_note,
        can_write=standing.can_write,
    )


def _over(match: Match, standing: SideStatus) -> StatusSummary:
    if match.state == MatchState.DECLINED:
        return _declined(match, standing)
    if match.state == MatchState.EXPIRED:
        return StatusSummary(
            tone="neutral",
            badge=_("Expired"),
            headline=_unanswered(standing),
            next=comes_back(match),
        )
    return StatusSummary(
        tone="neutral",
        badge=_("Ended"),
        headline=_ended(match),
        next=comes_back(match),
    )


def _declined(match: Match, standing: SideStatus) -> StatusSummary:
    mine = standing.mine
    own = mine is not None and mine.kind == AnswerKind.DECLINED
    reason = mine.reason if mine is not None and own else standing.theirs_reason
    values = {
        "day": day(match.ended_at),
        "partner": partner_of(standing.side),
        "reason": DeclineReason(reason).label if reason else "",
    }
    said = (
        _("You declined on %(day)s: %(reason)s") if own else _("%(partner)s declined: %(reason)s")
    )
    return StatusSummary(
        tone="neutral",
        badge=_("Declined"),
        headline=said % values,
        next=comes_back(match),
        note="" if own else standing.theirs_note,
    )


def _unanswered(standing: SideStatus) -> str:
    if standing.mine is not None:
        return _("%(partner)s did not answer in time") % {"partner": partner_of(standing.side)}
    if standing.theirs_kind:
        return _("You did not answer in time")
    return _("Nobody answered in time")


def _ended(match: Match) -> str:
    return END_WORDS[EndCause(match.end_cause)].headline % {"day": day(match.ended_at)}


def comes_back(match: Match) -> str:
    if END_WORDS[EndCause(match.end_cause)].may_return:
        return _("The open answer ended with it. If both still fit, you meet again as a new match.")
    return _(
        "You are not proposed to each other again unless one side changes what it asks or offers."
    )


def _of_association(match: Match) -> StatusSummary:
    """Return the status without a side: the answers so far, and who owes one."""
    until = {"day": day(match.due_at)}
    waits = [
        str(side.label)
        for side in MatchSide
        if conversations.side_status(match, side).whose_turn == "mine"
    ]
    headline = {
        MatchState.PROPOSED: _("Nobody has answered yet"),
        MatchState.WITHDRAWN: _("No longer among the best"),
        MatchState.INTERESTED: _("One side is interested. It waits for: %(side)s")
        % {"side": in_a_row(waits)},
        MatchState.MUTUAL: _("Both sides are interested since %(day)s")
        % {"day": day(match.mutual_at)},
    }.get(MatchState(match.state))
    is_open = match.state in rules.OPEN_STATES
    return StatusSummary(
        tone="brand" if is_open else "neutral",
        badge=str(MatchState(match.state).label),
        headline=headline or _ended(match),
        next=_("It waits until %(day)s.") % until if is_open else "",
    )
