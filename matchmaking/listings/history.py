"""Versions of a post, rebuilt from its audit rows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from matchmaking.core.formatting import in_a_row
from matchmaking.core.workbench.history import import_of
from matchmaking.listings.models import CapacityOffer, Post
from matchmaking.listings.post_kinds import AnyPost, kind_of
from matchmaking.listings.states import EntryKind, PostState

MOST_EVENTS = 50
MOST_LEDGER_ENTRIES = 20
TONES = {
    PostState.PUBLISHED: "ok",
    PostState.REJECTED: "bad",
    PostState.PENDING: "warn",
}
# What somebody did, where the name of the state that follows does not say it.
DONE = {
    PostState.DRAFT: gettext_lazy("Taken back"),
    PostState.PENDING: gettext_lazy("Submitted for approval"),
}


@dataclass(frozen=True, slots=True)
class PostEvent:
    """One line of the timeline."""

    at: dt.datetime
    title: str
    detail: str = ""
    tone: str = ""


def events_of(post: AnyPost) -> list[PostEvent]:
    """Return what happened to the post, newest first, with who did it.

    Officers are named as the association; people of the company by name.
    """
    fields = kind_of(post).fields
    rows = list(_rows(post)[: MOST_EVENTS + 1])
    people = _people(rows, post)
    events = []
    for newer, older in zip(rows, [*rows[1:], None], strict=True):
        event = _event(post, newer, older, fields, people)
        if event:
            events.append(event)
    return events[:MOST_EVENTS]


def entries_of(offer: CapacityOffer) -> list[PostEvent]:
    """Return the steps in the offer's ledger, newest first, with the pairs that they moved."""
    rows = offer.entries.select_related("of").order_by("-pk")[:MOST_LEDGER_ENTRIES]
    return [
        PostEvent(
            row.at,
            str(EntryKind(row.kind).label),
            _("%(pairs)s pairs in %(weeks)s weeks")
            % {"pairs": f"{sum(row.pairs):,}", "weeks": sum(1 for n in row.pairs if n)},
        )
        for row in rows
    ]


def _rows(post: Post) -> QuerySet[Any]:
    events: QuerySet[Any] = post.events.select_related("pgh_context")  # type: ignore[attr-defined]
    # Not by time: rows of one transaction share it.
    return events.order_by("-pgh_id")


def _people(rows: list[Any], post: Post) -> dict[int, str]:
    """Return the names of those who acted, by id; the association for officers."""
    ids = {who for who in map(_who, rows) if who is not None}
    members = set(post.company.memberships.values_list("user_id", flat=True))
    return {
        user.pk: str(user) if user.pk in members else _("the association")
        for user in User.objects.filter(pk__in=ids)
    }


def _who(row: Any) -> int | None:
    metadata = row.pgh_context.metadata if row.pgh_context else {}
    return metadata.get("user")


def _event(
    post: Post, newer: Any, older: Any | None, fields: tuple[str, ...], people: dict[int, str]
) -> PostEvent | None:
    who = people.get(_who(newer) or 0, "")
    at = newer.pgh_created_at
    source = import_of(newer)
    if older is None:
        return PostEvent(at, _by(_("Created"), who), source)
    if newer.state != older.state:
        state = PostState(newer.state)
        label = str(DONE.get(state, state.label))
        detail = newer.reject_reason if newer.state == PostState.REJECTED else source
        return PostEvent(at, _by(label, who), detail, TONES.get(newer.state, ""))
    if newer.expires_on != older.expires_on:
        return PostEvent(at, _by(_("Renewed"), who), f"→ {date_format(newer.expires_on)}")
    changed = [
        str(getattr(post._meta.get_field(name), "verbose_name", name))  # noqa: SLF001
        for name in fields
        if getattr(newer, _column(post, name)) != getattr(older, _column(post, name))
    ]
    if newer.version != older.version:
        title = _("Version %(version)s") % {"version": newer.version}
        return PostEvent(at, _by(title, who), in_a_row([*changed, *([source] if source else [])]))
    return None


def _column(post: Post, name: str) -> str:
    return str(getattr(post._meta.get_field(name), "attname", name))  # noqa: SLF001


def _by(title: str, who: str) -> str:
    return _("%(title)s by %(who)s") % {"title": title, "who": who} if who else title
