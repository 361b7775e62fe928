"""Officers' decisions about edits that wait."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import ForeignKey
from django.utils.translation import gettext_lazy as _

from accounts.states import DECISION_TRANSITIONS, DecisionStatus
from matchmaking.core.errors import InvalidInput
from matchmaking.core.transitions import check_transition
from matchmaking.listings import ledger
from matchmaking.listings.models import PostEdit
from matchmaking.listings.post_kinds import kind_of
from matchmaking.listings.post_locking import lock_post
from matchmaking.listings.services import edits, posts, transitions

if TYPE_CHECKING:
    from accounts.models import User
    from matchmaking.listings.post_kinds import AnyPost


@transaction.atomic
def approve_edit(*, edit: PostEdit, by: User, at: dt.datetime) -> PostEdit:
    """Let the edit onto the post, publish the change, and notify the company's people.

    What the company changed meanwhile in other fields stays.

    :raises IllegalTransition: when it is decided already
    :raises InvalidInput: when it is not possible any more, naming the field
    :raises Conflict: when the post is closed
    """
    post, edit = _locked(edit)
    check_transition(DECISION_TRANSITIONS, DecisionStatus(edit.status), DecisionStatus.ACCEPTED)
    changes = changes_of(edit, post)
    who: Any = {"by": edit.asked_by, "at": at, "is_checked": True, "company": post.company}
    if edit.order_id:
        post = posts.save_order(order=post, data=changes, **who)
    else:
        post = posts.save_offer(offer=post, data=changes, weeks=weeks_of(edit, at), **who)
    edits.note_checked(post)
    edits.settle_locked(edit, DecisionStatus.ACCEPTED, by=by, at=at)
    transitions.notify_company(post, "edit_approved", str(edit.code), edit=edit.pk)
    return edit


@transaction.atomic
def refuse_edit(*, edit: PostEdit, reason: str, by: User, at: dt.datetime) -> PostEdit:
    """Leave the post as it is, and notify the company's people with the reason.

    :raises InvalidInput: without a reason
    :raises IllegalTransition: when it is decided already
    """
    if not reason.strip():
        raise InvalidInput(_("Say what has to be corrected."), field="reason")
    post, edit = _locked(edit)
    edits.settle_locked(edit, DecisionStatus.REFUSED, by=by, at=at, note=reason.strip())
    transitions.notify_company(post, "edit_refused", str(edit.code), edit=edit.pk)
    return edit


def _locked(edit: PostEdit) -> tuple[Any, PostEdit]:
    # The post first, as every service of posts does.
    post = lock_post(edit.post)
    rows = PostEdit.objects.select_related("asked_by")
    return post, rows.select_for_update(of=("self",)).get(pk=edit.pk)


def changes_of(edit: PostEdit, post: AnyPost) -> dict[str, Any]:
    """Return the edit's values by field, as the services take them; terms that are gone are left out."""
    found = {}
    for name, stored in edit.changes.items():
        field: Any = post._meta.get_field(name)  # noqa: SLF001 - Django's documented name
        rows: Any = getattr(field.related_model, "objects", None)
        if name in kind_of(post).links:
            found[name] = list(rows.filter(pk__in=stored))
        elif isinstance(field, ForeignKey):
            found[name] = rows.filter(pk=stored).first()
        else:
            found[name] = field.to_python(stored)
    return found


def weeks_of(edit: PostEdit, at: dt.datetime) -> posts.Weeks | None:
    """Return the plan without the weeks that have passed while it waited."""
    if edit.plan is None or edit.first_week is None:
        return None
    gone = max((ledger.current_week(at) - edit.first_week).days // 7, 0)
    return posts.Weeks(edit.first_week + dt.timedelta(weeks=gone), edit.plan[gone:])
