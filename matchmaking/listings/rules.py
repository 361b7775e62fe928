"""Permission predicates of posts; services judge under the lock what is possible now."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser

from accounts import rules as accounts
from accounts.models import Company, User
from matchmaking.listings.models import CapacityOffer, Post
from matchmaking.listings.post_kinds import PostKind
from matchmaking.listings.states import PostState

Person = User | AbstractBaseUser | AnonymousUser


def can_post(user: Person, kind: PostKind, company: Company | None) -> bool:
    return company is not None and kind.may_post(company) and _acts_for(user, company)


def can_moderate(user: Person) -> bool:
    """Return whether the person decides over pending posts: officers with the right."""
    return (
        isinstance(user, User)
        and user.is_active
        and user.is_staff
        and user.has_perm("listings.moderate_posts")
    )


def can_edit(user: Person, post: Post) -> bool:
    return post.state != PostState.CLOSED and _acts_for(user, post.company)


def can_submit(user: Person, post: Post) -> bool:
    return _may_step(user, post, PostState.DRAFT, PostState.REJECTED) and post.company.is_open


def can_withdraw(user: Person, post: Post) -> bool:
    return _may_step(user, post, PostState.PENDING)


def can_pause(user: Person, post: Post) -> bool:
    return _may_step(user, post, PostState.PUBLISHED)


def can_resume(user: Person, post: Post) -> bool:
    return _may_step(user, post, PostState.PAUSED)


def can_renew(user: Person, post: Post) -> bool:
    return _may_step(user, post, PostState.PUBLISHED, PostState.PAUSED, PostState.EXPIRED)


def can_close(user: Person, post: Post) -> bool:
    return can_edit(user, post)


def can_confirm(user: Person, post: Post) -> bool:
    """Return whether the person may confirm the weekly figures, of a live offer that has some."""
    return (
        isinstance(post, CapacityOffer)
        and post.confirmed_at is not None
        and _may_step(user, post, PostState.PUBLISHED, PostState.PAUSED)
    )


def can_take_back_edit(user: Person, post: Any) -> bool:
    return post.edits.open().exists() and _acts_for(user, post.company)


def can_copy(user: Person, post: Post) -> bool:
    return _acts_for(user, post.company)


def _acts_for(user: Person, company: Company) -> bool:
    return accounts.is_member(user, company)


def _may_step(user: Person, post: Post, *states: PostState) -> bool:
    return post.state in states and _acts_for(user, post.company)
