"""Answers taken back: an interest is withdrawn, a decline or a withdrawal is undone."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from matchmaking.core.transitions import check_transition
from matchmaking.matching.models import Answer, Match, WithdrawnAnswer
from matchmaking.matching.services import base
from matchmaking.matching.services.base import NotAnswerable
from matchmaking.matching.states import MATCH_TRANSITIONS, AnswerKind, MatchSide, MatchState
from matchmaking.notifications.services import retract

if TYPE_CHECKING:
    from accounts.models import User

KEPT = ("side", "kind", "reason", "is_on_behalf", "answered_by", "answered_at")


@transaction.atomic
def withdraw_interest(*, match: Match, side: str, by: User, at: dt.datetime) -> Match:
    """Take a side's interest back: the match is a proposal again, which both may answer.

    The other side's line about the interest goes. A second tap changes nothing.

    :raises NotAnswerable: when the match moved on meanwhile, or it is not the person's
    """
    own = MatchSide(side)
    match = base.lock_match(match)
    base.check_speaker(match, own, by, on_behalf=False)
    answer = match.answers.filter(side=own, kind=AnswerKind.INTERESTED).first()
    if match.state == MatchState.PROPOSED:
        return match
    if match.state != MatchState.INTERESTED or answer is None:
        raise _moved_on(match, own)
    _take_back(match, answer, by=by, at=at)
    _propose_again(match)
    retract(kind=base.MATCH_INTEREST, topic=base.conversation_topic(match))
    base.publish_pair_released(match, at)
    return match


@transaction.atomic
def undo_answer(*, match: Match, side: str, by: User, at: dt.datetime) -> Match:
    """Undo what the side did last: a decline, or the withdrawal of its interest.

    Possible for ``ANSWER_UNDO_SECONDS``; the match is what it was before, with its dates.

    :raises NotAnswerable: when the time is over, something else happened since, or it is not
        the person's
    """
    own = MatchSide(side)
    match = base.lock_match(match)
    base.check_speaker(match, own, by, on_behalf=False)
    since = at - dt.timedelta(seconds=settings.ANSWER_UNDO_SECONDS)
    # As with a first answer: a refusal would tell of a block.
    if cause := base.obstacle(match, blocks=base.heeds_blocks(match)):
        raise NotAnswerable.because(cause)
    if match.state == MatchState.DECLINED:
        _undo_decline(match, own, since, by=by, at=at)
    elif match.state == MatchState.PROPOSED:
        _undo_withdrawal(match, own, since, at=at)
    else:
        raise _too_late()
    base.publish_pair_released(match, at)
    return match


def _undo_decline(
    match: Match, side: MatchSide, since: dt.datetime, *, by: User, at: dt.datetime
) -> None:
    answer = match.answers.filter(
        side=side, kind=AnswerKind.DECLINED, answered_at__gte=since
    ).first()
    live = Match.objects.filter(order=match.order_id, offer=match.offer_id, ended_at=None)
    # A change of terms within these seconds may have proposed the pair anew.
    if answer is None or live.exists():
        raise _too_late()
    _take_back(match, answer, by=by, at=at)
    match.ended_at, match.end_cause, match.ended_by = None, "", None
    interest = match.answers.filter(kind=AnswerKind.INTERESTED).order_by("answered_at").first()
    if interest is None:
        _propose_again(match)
    else:
        _wait_again(match, interest.answered_at)
    retract(kind=base.MATCH_DECLINED, topic=base.conversation_topic(match))


def _undo_withdrawal(match: Match, side: MatchSide, since: dt.datetime, *, at: dt.datetime) -> None:
    row = match.withdrawn_answers.filter(
        side=side, kind=AnswerKind.INTERESTED, withdrawn_at__gte=since, undone_at=None
    ).last()
    if row is None:
        raise _too_late()
    row.undone_at = at
    row.save()
    answer = Answer.objects.create(
        match=match,
        company=match.post(side).company,
        **{name: getattr(row, name) for name in KEPT},
    )
    if base.is_blocked(match):
        match.hidden_from = side.other
    _wait_again(match, answer.answered_at)
    base.notify_sides(match, [side.other], base.MATCH_INTEREST, f"a{answer.pk}")


def _take_back(match: Match, answer: Answer, *, by: User, at: dt.datetime) -> None:
    WithdrawnAnswer.objects.create(
        match=match,
        withdrawn_by=by,
        withdrawn_at=max(at, answer.answered_at),
        **{name: getattr(answer, name) for name in KEPT},
    )
    answer.delete()


def _propose_again(match: Match) -> None:
    """Put the pair back into the order's list, last for now: the next scoring gives it its place."""
    check_transition(MATCH_TRANSITIONS, MatchState(match.state), MatchState.PROPOSED)
    proposed = Match.objects.proposed().filter(order=match.order_id)
    last = proposed.aggregate(last=Max("order_rank"))["last"] or 0
    match.state, match.order_rank, match.reminded_at = MatchState.PROPOSED, last + 1, None
    match.hidden_from = ""
    match.answer_by = match.proposed_at + dt.timedelta(days=settings.PROPOSAL_DAYS)
    match.save()


def _wait_again(match: Match, answered_at: dt.datetime) -> None:
    check_transition(MATCH_TRANSITIONS, MatchState(match.state), MatchState.INTERESTED)
    match.state, match.order_rank, match.offer_rank = MatchState.INTERESTED, None, None
    match.answer_by = answered_at + dt.timedelta(days=settings.ANSWER_DAYS)
    match.save()


def _moved_on(match: Match, side: MatchSide) -> NotAnswerable:
    if match.state == MatchState.MUTUAL:
        return NotAnswerable(
            _("Both sides are interested already: end the conversation instead."), code="mutual"
        )
    if match.state == MatchState.INTERESTED:
        return NotAnswerable(_("Your company has not said that it is interested."), code="silent")
    return base.refusal(match, side)


def _too_late() -> NotAnswerable:
    return NotAnswerable(
        _("The ten seconds are over, or something else happened since."), code="too_late"
    )
