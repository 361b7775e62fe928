"""Permission predicates of policies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.rules import can_edit, is_officer

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import Company, User


def can_tell(user: User | AnonymousUser, company: Company | None) -> bool:
    """Say whether the person may tell facts of the company and apply for it."""
    return company is not None and company.is_active and can_edit(user, company)


def can_keep_catalogue(user: User | AnonymousUser) -> bool:
    return is_officer(user) and user.has_perm("policies.change_policy")
