"""The shared steps of writing a post: lock the row, compare the version, publish the change."""

from __future__ import annotations

from typing import TypeVar, cast

from django.utils.translation import gettext_lazy as _

from matchmaking.core.errors import Conflict
from matchmaking.listings.models import Post
from matchmaking.listings.post_kinds import kind_of
from matchmaking.notifications import outbox

P = TypeVar("P", bound=Post)
MARKET_BUNDLE = "market"
POST_PUBLISHED = "listings.post_published"


def lock_post(post: P) -> P:
    """Return the post's row as it is now, locked until the transaction ends.

    Its company is read with it, not locked. Waits three seconds at most
    (``lock_timeout``).
    """
    # Without of=, PostgreSQL locks the company as well: every save of a firm's posts would wait
    # for every other, and for officers who verify the firm.
    rows = kind_of(post).model.objects.select_related("company")
    return cast("P", rows.select_for_update(of=("self",)).get(pk=post.pk))


def check_version(post: Post, seen: int | None) -> None:
    """Return when nobody changed the post since ``seen`` was read; None asks nothing.

    :raises Conflict: otherwise
    """
    if seen is not None and post.version != seen:
        raise Conflict(
            _(
                "Somebody changed this post while you had it open. What you typed is still "
                "here: compare it with the present figures, then save again."
            ),
            code="version_conflict",
        )


def publish_change(post: Post) -> None:
    """Publish, in the caller's transaction, that ``post`` is not what it was."""
    outbox.publish(
        kind="listings.post_changed",
        # With the state: approval changes no figure, so it counts no version.
        dedupe_key=f"post_changed:{post.code}:{post.version}:{post.state}",
        subject={
            "model": kind_of(post).name,
            "id": post.pk,
            "version": post.version,
            "state": str(post.state),
        },
        bundle_key=MARKET_BUNDLE,
    )


def publish_new(post: Post) -> None:
    """Publish, in the caller's transaction, that officers let ``post`` onto the market."""
    outbox.publish(
        kind=POST_PUBLISHED,
        dedupe_key=f"post_published:{post.code}:{post.version}",
        subject={"model": kind_of(post).name, "id": post.pk},
        bundle_key=POST_PUBLISHED,
    )
