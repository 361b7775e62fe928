"""The column of matches in a company's list of its own posts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy, ngettext

from matchmaking.listings.list_columns import ListCell, ListColumn
from matchmaking.matching import conversations
from matchmaking.matching.states import MatchSide

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from accounts.models import Company
    from matchmaking.listings.post_kinds import AnyPost, PostKind


def matches_of(
    kind: PostKind, company: Company, posts: Sequence[AnyPost]
) -> Mapping[int, ListCell]:
    """Return for each post with open matches how many, and how many wait for an answer."""
    side = MatchSide(kind.name)
    found = conversations.open_matches(company, side, [post.pk for post in posts])
    return {
        post.pk: _cell(found[post.pk], reverse(f"matching:{side}-matches", args=[post.code]))
        for post in posts
        if post.pk in found
    }


def _cell(matches: conversations.OpenMatches, url: str) -> ListCell:
    count, awaited = matches.count, matches.awaited
    words = ngettext("%(count)s match", "%(count)s matches", count) % {"count": count}
    asks = ngettext("%(count)s to answer", "%(count)s to answer", awaited) % {"count": awaited}
    return ListCell(words, url, asks if awaited else "")


MATCHES = ListColumn("matches", gettext_lazy("Matches"), matches_of)
