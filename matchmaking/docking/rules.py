"""Permission predicates of docking days."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.rules import is_officer

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

    Person = User | AbstractBaseUser | AnonymousUser


def can_run_events(user: Person) -> bool:
    """Return whether the person prepares docking days and runs their halls."""
    return is_officer(user) and user.has_perm("docking.run_event")  # type: ignore[union-attr]
