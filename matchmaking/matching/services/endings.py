"""Endings of a match other than by an answer: time, a side, an officer, a changed post."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from matchmaking.core.errors import Conflict, InvalidInput
from matchmaking.core.protections import Protection, is_on
from matchmaking.core.trade_day import trade_day
from matchmaking.matching import rules
from matchmaking.matching.end_causes import EndCause
from matchmaking.matching.models import Match, Reminder
from matchmaking.matching.services import base
from matchmaking.matching.services.base import NotAnswerable
from matchmaking.matching.states import MatchSide, MatchState
from matchmaking.notifications import outbox

if TYPE_CHECKING:
    from collections.abc import Collection

    from accounts.models import User
    from matchmaking.matching.models import MatchQuerySet

AT_A_TIME = 500


@transaction.atomic
def end_match(
    *, match: Match, side: str, by: User, at: dt.datetime, note: str = "", on_behalf: bool = False
) -> Match:
    """End a conversation for one side; contacts close, and the other side is told.

    ``note`` is for the association. Ending again what this side ended changes nothing.

    :raises NotAnswerable: when there is no conversation (any more), or it is not the person's
    """
    own = MatchSide(side)
    match = base.lock_match(match)
    base.check_speaker(match, own, by, on_behalf=on_behalf)
    # The second tap of one and the same person.
    if match.state == MatchState.ENDED and match.ended_by_id == by.pk:
        return match
    if match.state in rules.OPEN_STATES:
        raise NotAnswerable(
            _("There is no conversation yet: decline the match instead."), code="open"
        )
    if match.state != MatchState.MUTUAL:
        raise base.refusal(match, own)
    base.end(match, MatchState.ENDED, EndCause.PARTNER, at=at, by=by, note=note.strip())
    base.notify_sides(match, [own.other], base.MATCH_ENDED)
    return match


@transaction.atomic
def withdraw_match(
    *, match: Match, by: User, at: dt.datetime, reason: str, version: int | None = None
) -> Match:
    """Take a match back for the association; who had answered or was asked is told.

    ``reason`` stays with the association; ``version`` is what the officer looked at.

    :raises InvalidInput: without a reason
    :raises Conflict: when somebody acted on it since ``version``
    :raises NotAnswerable: when it is over, or the person is no officer
    """
    if not reason.strip():
        raise InvalidInput(_("Say why the match is withdrawn."), field="reason")
    match = base.lock_match(match)
    if not rules.can_act_on_matches(by):
        raise NotAnswerable(_("Only an officer can withdraw a match."), code="not_yours")
    base.check_version(match, version)
    if match.state not in {*rules.OPEN_STATES, MatchState.MUTUAL}:
        raise base.refusal(match, MatchSide.ORDER)
    was_answered = match.state != MatchState.PROPOSED
    base.end(match, MatchState.ENDED, EndCause.OFFICER, at=at, by=by, note=reason.strip())
    if was_answered:
        base.notify_sides(match, base.SIDES, base.MATCH_ENDED)
    return match


@transaction.atomic
def remind(*, match: Match, by: User, at: dt.datetime) -> int:
    """Remind the sides that have not answered; return how many people were told.

    :raises NotAnswerable: when nobody's answer is open, or the person is no officer
    :raises Conflict: when they were reminded by an officer today, or have nobody to remind
    """
    match = base.lock_match(match)
    if not rules.can_act_on_matches(by):
        raise NotAnswerable(_("Only an officer can remind companies."), code="not_yours")
    if match.state not in rules.OPEN_STATES:
        raise NotAnswerable(_("Nobody's answer is open on this match."), code="ended")
    today = trade_day(at)
    # The lock on the match makes two officers follow one another: the row is there or is not.
    if match.reminders.filter(reminded_on=today).exists():
        raise Conflict(_("They were reminded today already."), code="reminded")
    told = base.notify_sides(match, silent_sides(match), base.MATCH_REMINDER, f"reminder:{today}")
    if not told:
        raise Conflict(
            _("The companies that owe an answer have no members to remind."), code="nobody"
        )
    Reminder.objects.create(match=match, reminded_by=by, reminded_at=at, reminded_on=today)
    return told


def silent_sides(match: Match) -> list[MatchSide]:
    said = set(match.answers.values_list("side", flat=True))
    return [side for side in base.SIDES if side not in said]


def expire_due_matches(*, at: dt.datetime) -> int:
    """End every match that nobody answered in time; return how many.

    Who waited and who was asked hears of it; a proposal that neither side answered ends in
    silence. Rows that somebody answers at this moment are left to them.
    """
    limit = at - dt.timedelta(days=settings.PROPOSAL_DAYS)
    due = Match.objects.filter(
        Q(answer_by__lte=at) | Q(answer_by=None, proposed_at__lte=limit),
        state__in=rules.OPEN_STATES,
    )
    expired = 0
    # Batches commit one by one, so that an answer never waits for the notices of thousands.
    while batch := _expire_some(due, at):
        expired += batch
    return expired


@transaction.atomic
def _expire_some(due: MatchQuerySet, at: dt.datetime) -> int:
    rows = due.select_for_update(of=("self",), no_key=True, skip_locked=True)
    chosen = list(
        rows.select_related("order__company", "offer__company").order_by("pk")[:AT_A_TIME]
    )
    states = {match.pk: match.state for match in chosen}
    # One statement for all: the rows are locked, so nothing has changed since they were read.
    changed = due.filter(pk__in=list(states)).update(
        state=MatchState.EXPIRED,
        end_cause=EndCause.UNANSWERED,
        ended_at=at,
        answer_by=None,
        order_rank=None,
        offer_rank=None,
    )
    for match in chosen:
        match.state, match.end_cause = MatchState.EXPIRED, EndCause.UNANSWERED
        if states[match.pk] == MatchState.INTERESTED:
            base.notify_sides(match, base.SIDES, base.MATCH_EXPIRED)
    outbox.publish_many([base.pair_released(match, at) for match in chosen])
    return changed


@transaction.atomic
def remind_due_matches(*, at: dt.datetime) -> int:
    """Remind, once, the side whose answer to the other's interest is due soon; return how many."""
    until = at + dt.timedelta(days=settings.ANSWER_REMINDER_DAYS)
    due = Match.objects.filter(
        state=MatchState.INTERESTED, answer_by__gt=at, answer_by__lte=until, reminded_at=None
    ).select_related("order__company", "offer__company")
    # A row that somebody holds is being answered; if not, the next run finds it.
    rows = list(due.select_for_update(of=("self",), no_key=True, skip_locked=True))
    for match in rows:
        base.notify_sides(match, silent_sides(match), base.MATCH_REMINDER)
    Match.objects.filter(pk__in=[match.pk for match in rows]).update(reminded_at=at)
    return len(rows)


def follow_posts(*, orders: Collection[int], offers: Collection[int], at: dt.datetime) -> int:
    """End open answers of posts that left the market or changed; return how many.

    Both sides are told. Conversations go on: both know each other.
    """
    about = Q(order__in=list(orders)) | Q(offer__in=list(offers))
    return _follow(Match.objects.filter(about, state=MatchState.INTERESTED), at)


def follow_companies(*, companies: Collection[int], at: dt.datetime) -> int:
    """End open answers of companies that left, and conversations with a blocked partner.

    Who blocks and who is blocked are not told: the conversation is gone for both.
    """
    about = Q(order__company__in=list(companies)) | Q(offer__company__in=list(companies))
    live = (MatchState.PROPOSED, MatchState.INTERESTED, MatchState.MUTUAL)
    rows = Match.objects.filter(about, state__in=live)
    blocked = rows.with_block()
    if is_on(Protection.EXCLUSIONS_WITH_THE_DAY):
        blocked = blocked.filter(state=MatchState.MUTUAL)
    return _follow(rows.filter(Q(state=MatchState.INTERESTED) | Q(pk__in=blocked)), at)


def _follow(rows: MatchQuerySet, at: dt.datetime) -> int:
    ended = 0
    # One transaction a match: a batch would hold the locks of many companies at once.
    for match in rows.only("pk", "order_id", "offer_id").order_by("pk"):
        with transaction.atomic():
            ended += _end_if_hindered(base.lock_match(match), at)
    return ended


def _end_if_hindered(match: Match, at: dt.datetime) -> bool:
    # Judged under the lock: the post may be back on the market by now.
    is_named = match.state == MatchState.MUTUAL
    cause = base.obstacle(match, blocks=is_named or not is_on(Protection.EXCLUSIONS_WITH_THE_DAY))
    is_open = match.state in rules.OPEN_STATES
    if cause is None or not (is_open or (is_named and cause == EndCause.BLOCKED)):
        return False
    if match.state == MatchState.PROPOSED and cause != EndCause.BLOCKED:
        return False
    base.end(match, MatchState.ENDED, cause, at=at)
    if cause != EndCause.BLOCKED:
        base.notify_sides(match, base.SIDES, base.MATCH_ENDED)
    return True
