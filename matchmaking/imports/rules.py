"""Permission predicates of imports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts import rules as accounts
from matchmaking.imports.models import ImportKind

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import Company, User


def is_import_officer(user: User | AnonymousUser) -> bool:
    return accounts.is_officer(user) and user.has_perm("listings.moderate_posts")


def can_import(user: User | AnonymousUser, kind: str, company: Company | None) -> bool:
    """Return whether the person may import this for the company; None is the association.

    Companies are an officer's to import; members import what their company may post.
    """
    if company is None:
        return is_import_officer(user)
    if not accounts.is_member(user, company):
        return False
    return (kind == ImportKind.ORDERS and company.can_order) or (
        kind == ImportKind.OFFERS and company.can_make
    )


def kinds_for(user: User | AnonymousUser, company: Company | None) -> list[ImportKind]:
    return [ImportKind(kind) for kind in ImportKind.values if can_import(user, kind, company)]
