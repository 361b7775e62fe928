"""The two sides answer a match; when both are interested they get to know each other."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.services import consents, contact_book
from matchmaking.core.errors import Conflict, InvalidInput
from matchmaking.matching import rules
from matchmaking.matching.end_causes import END_WORDS, EndCause
from matchmaking.matching.models import Answer, Match
from matchmaking.matching.services import base
from matchmaking.matching.services.base import NotAnswerable
from matchmaking.matching.states import AnswerKind, DeclineReason, MatchSide, MatchState

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def answer_match(
    *,
    match: Match,
    side: str,
    kind: str,
    reason: str = "",
    note: str = "",
    shares_note: bool = False,
    by: User,
    at: dt.datetime,
    on_behalf: bool = False,
    version: int | None = None,
    contact_person: str = "",
    contact: str = "",
) -> Match:
    """Record what one side says to a match, tell the other side, and return the match.

    The second interest makes it mutual: both companies' names and contacts open to each
    other. A decline ends it, also for the side that was interested before. The same answer
    of the same side again changes nothing. ``on_behalf`` says that an officer answers, who
    looked at ``version`` and is told when the answer was given before. ``contact`` is entered
    for the side's company, so that a partner does not open an empty card.

    :raises Conflict: when somebody acted on it since ``version``
    :raises NotAnswerable: when it is over, paused, changed, gone, or not the person's
    :raises InvalidInput: for a decline without a reason, naming the field
    """
    said, own = _answer(kind), MatchSide(side)
    reason = _reason(said, reason)
    if contact:
        # Before the match is locked: the company's lock, which a contact needs, comes first.
        base.check_speaker(match, own, by, on_behalf=on_behalf)
        _enter_contact(match, own, contact_person or by.name, contact)
    match = base.lock_match(match)
    base.check_speaker(match, own, by, on_behalf=on_behalf)
    base.check_version(match, version)
    # Before any refusal: a double tap, or the API's retry, hears that its answer stands.
    if match.answers.filter(side=own, kind=said).exists() and _holds(match, said):
        if on_behalf:
            raise NotAnswerable(_("This answer has been given already."), code="repeated")
        return match
    _check_open(match, own, said, at)
    answer = Answer.objects.create(
        match=match,
        side=own,
        company=match.post(own).company,
        kind=said,
        reason=reason,
        note=note.strip(),
        shares_note=shares_note,
        is_on_behalf=on_behalf,
        answered_by=by,
        answered_at=at,
    )
    _carry_on(match, answer, by, at)
    return match


def _carry_on(match: Match, answer: Answer, by: User, at: dt.datetime) -> None:
    """Move the match to what the answer makes of it, and tell the other side."""
    own = MatchSide(answer.side)
    if answer.kind == AnswerKind.DECLINED:
        base.end(match, MatchState.DECLINED, EndCause.DECLINED, at=at, by=by)
        base.notify_sides(match, [own.other], base.MATCH_DECLINED, f"a{answer.pk}")
    elif match.state == MatchState.PROPOSED:
        _wait(match, own, answer, at)
    else:
        _open_up(match, by, at)


def _answer(kind: str) -> AnswerKind:
    if kind not in AnswerKind.values:
        raise InvalidInput(_("Answer with interested or declined."), field="kind")
    return AnswerKind(kind)


def _reason(said: AnswerKind, reason: str) -> str:
    """Return the reason of a decline, and none for interest."""
    if said == AnswerKind.INTERESTED:
        return ""
    if reason not in DeclineReason.values:
        raise InvalidInput(_("Choose the reason that comes closest."), field="reason")
    return reason


def _holds(match: Match, said: AnswerKind) -> bool:
    if said == AnswerKind.DECLINED:
        return match.state == MatchState.DECLINED
    return match.state in {MatchState.INTERESTED, MatchState.MUTUAL}


def _check_open(match: Match, side: MatchSide, said: AnswerKind, at: dt.datetime) -> None:
    """Return when the answer is still possible.

    :raises NotAnswerable: otherwise, with what happened
    """
    if match.state == MatchState.MUTUAL:
        raise NotAnswerable(
            _("Both sides are interested already: end the conversation instead."), code="mutual"
        )
    if match.state not in rules.OPEN_STATES:
        raise base.refusal(match, side)
    if match.hidden_from == side:
        raise NotAnswerable.because(EndCause.BLOCKED)
    # The time is over even if the periodic run has not ended the match yet.
    if match.due_at <= at:
        raise NotAnswerable(END_WORDS[EndCause.UNANSWERED].refusal)
    blocks = said == AnswerKind.INTERESTED and base.heeds_blocks(match)
    if cause := base.obstacle(match, blocks=blocks):
        raise NotAnswerable.because(cause)


def _enter_contact(match: Match, side: MatchSide, person: str, value: str) -> None:
    """Enter a way to reach the side's company, unless another already said it."""
    company = match.post(side).company
    try:
        contact_book.add_contact(
            company=company, person=person, kind=contact_book.kind_of(value), value=value
        )
    except Conflict as refusal:
        if refusal.code != "known_contact":
            raise


def _wait(match: Match, side: MatchSide, answer: Answer, at: dt.datetime) -> None:
    """Let the match leave the lists, and wait for the other side.

    Where one side blocks the other the answer reaches nobody and runs out, as many do: a refusal
    would name whose post it is.
    """
    if base.is_blocked(match):
        match.hidden_from = side.other
    base.move(match, MatchState.INTERESTED)
    match.answer_by = at + dt.timedelta(days=settings.ANSWER_DAYS)
    # The other side's days begin now, with a reminder of their own.
    match.reminded_at = None
    match.save()
    base.publish_pair_released(match, at)
    # By the answer: an interest that was taken back and given again is news again.
    base.notify_sides(match, [side.other], base.MATCH_INTEREST, f"a{answer.pk}")


def _open_up(match: Match, by: User, at: dt.datetime) -> None:
    """Make the match mutual: both consent, and all but ``by`` are told."""
    base.move(match, MatchState.MUTUAL)
    match.mutual_at, match.answer_by = at, None
    match.save()
    consents.give_consents(
        first=match.order.company, second=match.offer.company, source=match.code, at=at
    )
    base.notify_sides(match, base.SIDES, base.MATCH_MUTUAL, but=by)
