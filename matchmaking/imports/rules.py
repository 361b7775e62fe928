"""Permission predicates of imports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts import rules as accounts
from matchmaking.imports.added_kinds import added_kinds
from matchmaking.imports.models import ImportKind

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import Company, User
    from matchmaking.imports.models import ImportBatch


def is_import_officer(user: User | AnonymousUser) -> bool:
    return accounts.is_officer(user) and user.has_perm("listings.moderate_posts")


def can_import(user: User | AnonymousUser, kind: str, company: Company | None) -> bool:
    """Return whether the person may import this for the company; None is the association.

    Companies are an officer's to import; members import what their company may post.
    """
    added = added_kinds.get(kind)
    if company is None:
        return is_import_officer(user) and (added is None or added.allowed(user))
    if not accounts.is_member(user, company):
        return False
    return (kind == ImportKind.ORDERS and company.can_order) or (
        kind == ImportKind.OFFERS and company.can_make
    )


def can_see_contacts(user: User | AnonymousUser, batch: ImportBatch) -> bool:
    """Return whether the person may read contacts in the cells: the sender, and who sees all contacts.

    Sheets of posts have no columns of contacts.
    """
    if batch.kind != ImportKind.COMPANIES or batch.created_by_id == user.pk:
        return True
    return accounts.can_see_contacts_of_all(user)


def kinds_for(user: User | AnonymousUser, company: Company | None) -> list[ImportKind]:
    return [ImportKind(kind) for kind in ImportKind.values if can_import(user, kind, company)]
