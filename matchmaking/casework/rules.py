"""Permission predicates of casework."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.contrib.auth.models import AnonymousUser


def can_work(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Return whether the person may take cases, hand them over and note."""
    return bool(
        user.is_active
        and getattr(user, "is_staff", False)
        and getattr(user, "has_perm", lambda _right: False)("casework.work_on_case")
    )
