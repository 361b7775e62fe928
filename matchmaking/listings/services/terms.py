"""Edits of the terms of the trade, published where a score depends on them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, TypeVar

from django.db import transaction

from matchmaking.listings.models import Category, CategoryFamily, CategoryLikeness
from matchmaking.notifications import outbox

if TYPE_CHECKING:
    from django.db.models import Model


Term = TypeVar("Term", bound="Model")
TERMS_CHANGED = "listings.terms_changed"

# What the engine reads of a term. Names, order and notes are for people alone.
SCORED = {
    CategoryFamily: ("likeness",),
    Category: ("family_id",),
    CategoryLikeness: ("first_id", "second_id", "likeness"),
}


@transaction.atomic
def save_term(*, term: Term, at: dt.datetime) -> bool:
    """Store a new or an edited term; publish it, and return True, when scores change."""
    fields = SCORED.get(type(term), ())
    # Locked: of two edits at once, the second must compare with what the first wrote.
    before = type(term)._default_manager.select_for_update().filter(pk=term.pk).first()  # noqa: SLF001 - Django's documented name
    term.save()
    term.refresh_from_db()
    changed = any(getattr(before, name, None) != getattr(term, name) for name in fields)
    if changed:
        _publish(term, at)
    return changed


@transaction.atomic
def remove_likeness(*, likeness: CategoryLikeness, at: dt.datetime) -> None:
    _publish(likeness, at)
    likeness.delete()


def _publish(term: Model, at: dt.datetime) -> None:
    name = term._meta.model_name or ""  # noqa: SLF001 - Django's documented name
    outbox.publish(
        kind=TERMS_CHANGED,
        dedupe_key=f"terms_changed:{name}:{term.pk}:{at.isoformat()}",
        subject={"model": name, "id": term.pk},
        bundle_key="terms",
    )
