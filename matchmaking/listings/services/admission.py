"""The admission of a company together with the posts that came with its registration."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.services import review
from matchmaking.core.errors import Conflict
from matchmaking.listings.models import Post
from matchmaking.listings.post_kinds import KINDS, kind_named, kind_of
from matchmaking.listings.services.transitions import approve_post
from matchmaking.listings.states import PostState

if TYPE_CHECKING:
    from accounts.models import Company, User


def posts_with(company: Company) -> list[Post]:
    """Return the posts that wait for the same decision as their company, the oldest first."""
    found: list[Post] = [
        post
        for kind in KINDS
        for post in kind.model.objects.filter(company=company, state=PostState.PENDING)
    ]
    return sorted(found, key=lambda post: (post.submitted_at is None, post.submitted_at, post.pk))


def seen(post: Post) -> str:
    """Return what :func:`admit_company` takes for this post as it is now."""
    return f"{kind_of(post).name}:{post.pk}:{post.version}"


@transaction.atomic
def admit_company(
    *,
    company: Company,
    posts: Sequence[str],
    by: User,
    at: dt.datetime,
    version: int | None = None,
) -> Company:
    """Admit a pending company and publish ``posts`` in one decision, told by one mail.

    Each of ``posts`` is what :func:`seen` returned when the officer looked; others of the
    company go on waiting, from now on in the queue of posts.

    :raises Conflict: when the company or one of the posts was changed since, or cannot be admitted
    """
    # Two mails for one cause would say the same: the posts' own mail tells of both.
    company = review.approve_company(
        company=company, by=by, at=at, version=version, is_told=not posts
    )
    for one in posts:
        name, pk, looked_at = one.split(":")
        post = kind_named(name).model.objects.filter(company=company, pk=int(pk)).first()
        if post is None:
            raise Conflict(_("One of the posts is no longer there: look again."))
        approve_post(post=post, by=by, at=at, version=int(looked_at))
    return company
