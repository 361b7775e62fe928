"""Permission predicates of connections."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts.rules import is_officer, is_owner

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import Company, User


def can_connect(user: User | AnonymousUser, company: Company | None) -> bool:
    """Return whether the person may connect systems and groups: what they hear leaves the site."""
    return company is not None and company.is_active and is_owner(user, company)


def can_manage(user: User | AnonymousUser) -> bool:
    return is_officer(user) and user.has_perm("connections.manage_endpoint")
