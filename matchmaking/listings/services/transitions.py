"""The steps of a post: submitted, decided, paused, renewed, closed.

Every service takes ``by`` and ``at``, also where the row keeps neither: the history does.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, TypeVar

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from accounts import queries as accounts
from matchmaking.core.errors import Conflict, InvalidInput
from matchmaking.core.trade_day import trade_day
from matchmaking.core.transitions import check_transition
from matchmaking.listings import market_versions, validation
from matchmaking.listings.models import CapacityOffer, Post, ProcessingOrder
from matchmaking.listings.post_kinds import kind_of
from matchmaking.listings.post_locking import (
    check_version,
    lock_post,
    publish_change,
    publish_new,
)
from matchmaking.listings.services import edits
from matchmaking.listings.states import POST_TRANSITIONS, PostState
from matchmaking.notifications.services import notify

if TYPE_CHECKING:
    from accounts.models import User

P = TypeVar("P", bound=Post)


class CompanyNotActive(Conflict):
    """The company is not (or no longer) verified: it may draft, not submit."""

    code = "company_not_active"


class AlreadyDecided(Conflict):
    """Another officer was first."""

    code = "already_decided"


class DueWeekPassed(Conflict):
    """The order's time is over: it cannot go back to the market as it is."""

    code = "due_week_passed"


@transaction.atomic
def submit_post(*, post: P, by: User, at: dt.datetime) -> P:  # noqa: ARG001 - see above
    """Submit a draft, or a corrected rejected post, to the officers.

    A company that waits for the association submits too: officers see both and decide once.

    :raises CompanyNotActive: when the company is suspended or closed
    :raises InvalidInput: while something is missing, naming the first field
    """
    post = lock_post(post)
    return submit_locked(post, at=at)


def submit_locked(post: P, *, at: dt.datetime) -> P:
    """Submit a post that the caller has locked; raises as :func:`submit_post`."""
    check_transition(POST_TRANSITIONS, PostState(post.state), PostState.PENDING)
    check_kind(post)
    if not post.company.is_open:
        raise CompanyNotActive(_("The company is suspended or closed: nothing can be changed."))
    validation.refuse(missing(post))
    if isinstance(post, ProcessingOrder):
        validation.refuse(validation.order_problems(post, today=trade_day(at)))
    post.state = PostState.PENDING
    post.submitted_at = at
    post.reject_reason = ""
    post.save()
    return post


@transaction.atomic
def withdraw_submission(*, post: P, by: User, at: dt.datetime) -> P:  # noqa: ARG001 - see above
    """Withdraw a post from the officers' queue; it is a draft again."""
    post = lock_post(post)
    check_transition(POST_TRANSITIONS, PostState(post.state), PostState.DRAFT)
    post.state = PostState.DRAFT
    post.submitted_at = None
    post.save()
    return post


@transaction.atomic
def approve_post(*, post: P, by: User, at: dt.datetime, version: int | None = None) -> P:
    """Publish a pending post to the market and notify the company's people.

    ``version`` is what the officer looked at.

    :raises AlreadyDecided: when another officer was first, naming who and what
    :raises Conflict: when the company changed the post since ``version``
    """
    post = lock_post(post)
    # First: a second officer learns who decided, not that the version is another.
    check_undecided(post, PostState.PUBLISHED)
    check_version(post, version)
    check_company(post)
    post.state = PostState.PUBLISHED
    post.published_at = at
    post.expires_on = expiry(post, at)
    post.reject_reason = ""
    post.decided_by, post.decided_at = by, at
    post.save()
    edits.note_checked(post)
    # Two facts: every change is scored, but only what officers let in is news to searches.
    publish_change(post)
    publish_new(post)
    notify_company(post, "post_approved", f"{_stamp(post.submitted_at)}")
    return post


@transaction.atomic
def reject_post(
    *, post: P, reason: str, by: User, at: dt.datetime, version: int | None = None
) -> P:
    """Send a pending post back with the reason and notify the company's people.

    :raises InvalidInput: without a reason
    :raises AlreadyDecided: when another officer was first
    """
    reason = reason.strip()
    if not reason:
        raise InvalidInput(_("Say what has to be corrected."), field="reason")
    post = lock_post(post)
    check_undecided(post, PostState.REJECTED)
    check_version(post, version)
    post.state = PostState.REJECTED
    post.reject_reason = reason
    post.decided_by, post.decided_at = by, at
    post.save()
    # By the time of the submission: a post that is corrected and sent back again is news again.
    notify_company(post, "post_rejected", f"{_stamp(post.submitted_at)}")
    return post


@transaction.atomic
def pause_post(*, post: P, by: User, at: dt.datetime) -> P:  # noqa: ARG001 - see above
    return leave_market(lock_post(post), PostState.PAUSED)


@transaction.atomic
def resume_post(*, post: P, by: User, at: dt.datetime) -> P:  # noqa: ARG001 - see above
    """Resume a paused post.

    :raises DueWeekPassed: when it expired meanwhile
    """
    post = lock_post(post)
    if post.state != PostState.PAUSED:
        check_transition(POST_TRANSITIONS, PostState(post.state), PostState.PAUSED)
    check_company(post)
    if post.expires_on and post.expires_on < trade_day(at):
        raise DueWeekPassed(_("This post has expired: renew it."))
    return _enter_market(post)


@transaction.atomic
def close_post(*, post: P, by: User, at: dt.datetime) -> P:  # noqa: ARG001 - see above
    return leave_market(lock_post(post), PostState.CLOSED)


@transaction.atomic
def renew_post(*, post: P, by: User | None, at: dt.datetime) -> P:  # noqa: ARG001 - see above
    """Renew a post for its full lifetime; an expired one goes back to the market.

    A second tap on the same day changes nothing.

    :raises DueWeekPassed: for an order whose due week has ended
    """
    post = lock_post(post)
    if post.state not in {PostState.PUBLISHED, PostState.PAUSED, PostState.EXPIRED}:
        check_transition(POST_TRANSITIONS, PostState(post.state), PostState.EXPIRED)
    check_company(post)
    until = expiry(post, at)
    if post.state != PostState.EXPIRED and post.expires_on == until:
        return post
    post.expires_on = until
    if post.state == PostState.EXPIRED:
        post.published_at = at
        return _enter_market(post)
    post.save()
    return post


@transaction.atomic
def confirm_figures(*, post: CapacityOffer, by: User | None, at: dt.datetime) -> CapacityOffer:  # noqa: ARG001 - see above
    """Record that the weekly figures are still right today; publish it to the market.

    A second tap on the same day changes nothing.

    :raises Conflict: when there are no figures, or the post has ended
    """
    offer = lock_post(post)
    if offer.state in {PostState.CLOSED, PostState.EXPIRED} or offer.anchor_week is None:
        raise Conflict(_("There are no current figures to confirm: renew the post first."))
    if offer.confirmed_at and trade_day(offer.confirmed_at) == trade_day(at):
        return offer
    offer.confirmed_at = at
    offer.version += 1
    offer.save()
    if offer.state == PostState.PUBLISHED:
        publish_change(offer)
    return offer


def missing(post: Post) -> validation.Problems:
    """Return what the post still needs before it can be published."""
    if isinstance(post, ProcessingOrder):
        return validation.missing_in_order(post)
    if not isinstance(post, CapacityOffer):
        raise TypeError(type(post))
    return validation.missing_in_offer(post, list(post.categories.all()))


def check_company(post: Post) -> None:
    """Return when the post's company may take part in the market.

    :raises CompanyNotActive: otherwise
    """
    if not post.company.is_active:
        raise CompanyNotActive(
            _("The association has not verified the company yet: decide on the company first.")
        )
    check_kind(post)


def check_kind(post: Post) -> None:
    """Return when a company of this kind posts such posts.

    :raises CompanyNotActive: otherwise
    """
    if not kind_of(post).may_post(post.company):
        raise CompanyNotActive(
            _("A company of this kind does not post this: see the company profile."),
            code="wrong_kind_of_company",
        )


def check_undecided(post: Post, target: PostState) -> None:
    """Return when the post waits for a decision.

    :raises AlreadyDecided: naming the officer who was first
    """
    if post.state != PostState.PENDING and post.decided_by and post.decided_at:
        raise AlreadyDecided(
            _("%(officer)s was first, at %(at)s: this post is now “%(state)s”.")
            % {
                "officer": post.decided_by,
                "at": date_format(timezone.localtime(post.decided_at), "H:i"),
                "state": PostState(post.state).label,
            }
        )
    check_transition(POST_TRANSITIONS, PostState(post.state), target)


def expiry(post: Post, at: dt.datetime) -> dt.date:
    """Return the day on which a post published or renewed at ``at`` ends.

    An order ends with its due week's Sunday at the latest.

    :raises DueWeekPassed: when that Sunday has gone by
    """
    today = trade_day(at)
    until = today + dt.timedelta(days=settings.POST_LIFETIME_DAYS)
    if isinstance(post, ProcessingOrder) and post.due_week:
        last_day = post.due_week + dt.timedelta(days=6)
        if last_day < today:
            raise DueWeekPassed(
                _("The due week has passed: copy the order and give it a new due week.")
            )
        until = min(until, last_day)
    return until


def notify_company(post: Post, kind: str, fact: str, **subject: int) -> None:
    """Notify the company's people: in the inbox, and by mail where they want it."""
    notify(
        kind=kind,
        recipients=list(accounts.members_of(post.company).values_list("pk", flat=True)),
        fact=f"{post.code}:{fact}",
        subject={"model": kind_of(post).name, "id": post.pk, **subject},
        company_id=post.company_id,
        # By the company: an officer who decides on ten of its posts in a row is one mail.
        topic=f"posts:{post.company_id}",
    )


def _enter_market(post: P) -> P:
    check_transition(POST_TRANSITIONS, PostState(post.state), PostState.PUBLISHED)
    post.state = PostState.PUBLISHED
    post.save()
    publish_change(post)
    return post


def leave_market(post: P, target: PostState) -> P:
    """Move the post to ``target``; leaving the market counts the version.

    So a return to the market is a new fact even when nothing was edited.
    """
    check_transition(POST_TRANSITIONS, PostState(post.state), target)
    was_in_market = post.state == PostState.PUBLISHED
    if was_in_market:
        market_versions.keep_version(post)
    post.state = target
    if was_in_market:
        post.version += 1
    post.save()
    if target == PostState.CLOSED:
        edits.end_with_post(post, at=timezone.now())
    # A draft or pending post has no matches to withdraw.
    if was_in_market:
        publish_change(post)
    return post


def _stamp(moment: dt.datetime | None) -> str:
    return moment.strftime("%Y%m%dT%H%M%S%f") if moment else ""
