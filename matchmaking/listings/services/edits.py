"""Edits of a post that officers let onto the market: which of them wait, and their keeping.

A post that is on the market, or comes back to it without an officer, has a few changes of terms a
day. A further one, or one that reaches beyond what was checked, waits; the version before stays.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from accounts.states import DECISION_TRANSITIONS, DecisionStatus
from matchmaking.core.errors import Conflict
from matchmaking.core.protections import Protection, is_on
from matchmaking.core.trade_day import trade_day
from matchmaking.core.transitions import check_transition
from matchmaking.listings import widening
from matchmaking.listings.models import CheckedTerms, EditReason, Post, PostEdit
from matchmaking.listings.post_kinds import PostKind, kind_of
from matchmaking.listings.post_locking import lock_post
from matchmaking.listings.states import PostState
from matchmaking.listings.widening import Reach, reach_of

if TYPE_CHECKING:
    from accounts.models import User

CHANGES_A_DAY = 3
# Paused and expired posts go back without an officer: else one would pause, change and resume.
LET_IN = (PostState.PUBLISHED, PostState.PAUSED, PostState.EXPIRED)
REPLACED = gettext_noop("The company made another change instead.")
TAKEN_BACK = gettext_noop("The company took the change back.")
POST_CLOSED = gettext_noop("The post was closed.")


@dataclass(frozen=True, slots=True)
class Wait:
    """The reason why an edit waits, and what of it reaches too far."""

    reason: EditReason
    widened: Sequence[str] = ()


def changes_left(post: Post, at: dt.datetime) -> int | None:
    """Return how many changes of terms the post has today; None while it is not let in."""
    if post.state not in LET_IN or not is_on(Protection.CHANGE_BUDGET):
        return None
    checked = _checked(post)
    return CHANGES_A_DAY - (_used(checked, at) if checked else 0)


def open_edit(post: Post) -> PostEdit | None:
    return PostEdit.objects.open().filter(**_of(post)).first()


def waits(kind: PostKind) -> models.Exists:
    return models.Exists(PostEdit.objects.open().filter(**{kind.name: models.OuterRef("pk")}))


def waits_since(post: Post, moment: dt.datetime) -> bool:
    """Return whether a save that began at ``moment`` left its change with the officers."""
    return PostEdit.objects.open().filter(**_of(post), created_at__gte=moment).exists()


def waits_for(
    post: Post, before: Reach, wanted: Reach, *, terms: bool, at: dt.datetime
) -> Wait | None:
    """Return why an edit of a locked post waits; None, with the change counted, when it need not.

    ``terms``: what is asked or offered becomes something else.
    """
    if post.pk is None or post.state not in LET_IN:
        return None
    if post.company.recheck_edits:
        return Wait(EditReason.RECHECK)
    if not terms:
        return None
    checked = _checked(post) or CheckedTerms(**_of(post), reach=before.stored())
    known = Reach.read(checked.reach, is_higher_wider=widening.is_higher_wider(post))
    if is_on(Protection.WIDENED_POSTS_WAIT) and (too_far := known.widened_by(wanted)):
        return Wait(EditReason.WIDENED, too_far)
    used = _used(checked, at)
    if is_on(Protection.CHANGE_BUDGET) and used >= CHANGES_A_DAY:
        return Wait(EditReason.BUDGET)
    checked.changed_on, checked.changes = trade_day(at), used + 1
    checked.save()
    return None


def keep_for_officers(
    post: Post,
    wait: Wait,
    *,
    changes: Mapping[str, Any],
    plan: tuple[dt.date, Sequence[int]] | None,
    by: User | None,
    at: dt.datetime,
) -> PostEdit:
    """Store the edit of a locked post in the place of an earlier one, and leave the post."""
    _settle(post, REPLACED, by=by, at=at)
    return PostEdit.objects.create(
        **_of(post),
        asked_by=by,
        reason=wait.reason,
        widened=list(wait.widened),
        changes={name: _stored(value) for name, value in changes.items()},
        first_week=plan[0] if plan else None,
        plan=list(plan[1]) if plan else None,
    )


def note_checked(post: Post) -> None:
    """Record that an officer has seen the terms of a locked post; its day's changes begin anew."""
    CheckedTerms.objects.update_or_create(
        **_of(post),
        defaults={"reach": reach_of(post).stored(), "changed_on": None, "changes": 0},
    )


def end_with_post(post: Post, *, at: dt.datetime) -> None:
    _settle(post, POST_CLOSED, by=None, at=at)


@transaction.atomic
def take_back_edit(*, post: Post, by: User, at: dt.datetime) -> Post:
    """Take back the change that waits for the officers; the post stays as it is.

    :raises Conflict: when none waits (any more)
    """
    post = lock_post(post)
    if not _settle(post, TAKEN_BACK, by=by, at=at):
        raise Conflict(_("No change of this post is waiting."), code="no_edit")
    return post


def settle_locked(
    edit: PostEdit, status: DecisionStatus, *, by: User | None, at: dt.datetime, note: str = ""
) -> None:
    check_transition(DECISION_TRANSITIONS, DecisionStatus(edit.status), status)
    edit.status, edit.decided_by, edit.decided_at, edit.decision_note = status, by, at, note
    edit.save(update_fields=["status", "decided_by", "decided_at", "decision_note"])


def _settle(post: Post, note: str, *, by: User | None, at: dt.datetime) -> bool:
    # The post's lock orders all writers; the edit's own keeps the row that was read.
    edit = PostEdit.objects.select_for_update().open().filter(**_of(post)).first()
    if edit is None:
        return False
    settle_locked(edit, DecisionStatus.REFUSED, by=by, at=at, note=note)
    return True


def _checked(post: Post) -> CheckedTerms | None:
    return getattr(post, "checked", None)  # a one-to-one field answers None so, where it has no row


def _used(checked: CheckedTerms, at: dt.datetime) -> int:
    return checked.changes if checked.changed_on == trade_day(at) else 0


def _of(post: Post) -> dict[str, Any]:
    return {kind_of(post).name: post}


def _stored(value: Any) -> Any:
    """Return a field's value as JSON keeps it: rows by key, lists of rows by keys."""
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, (list, tuple)):
        return [_stored(one) for one in value]
    return value
