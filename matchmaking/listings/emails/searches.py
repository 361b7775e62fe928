"""The mail about new posts that fit a saved search: in bands, as the list shows them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, User
from matchmaking.core.links import absolute
from matchmaking.core.localized import by_name
from matchmaking.listings import queries, searches
from matchmaking.listings.models import SavedSearch
from matchmaking.listings.post_kinds import KINDS, AnyPost, kind_of
from matchmaking.listings.services.searches import SAVED_SEARCH
from matchmaking.notifications.email.content import (
    Action,
    Block,
    Card,
    Email,
    Heading,
    Link,
    Paragraph,
)
from matchmaking.notifications.kinds import Headline, InboxRow, MailKind
from matchmaking.notifications.models import MailMode, Notification

MOST_IN_A_MAIL = 10


@dataclass(frozen=True, slots=True)
class SearchHits:
    """One search with its new posts; ``more`` stand on the list alone."""

    name: str
    posts: list[Card]
    more: int
    url: str

    @property
    def blocks(self) -> list[Block]:
        found: list[Block] = [Heading(self.name), *self.posts]
        if self.more:
            text = ngettext("and %(count)s more", "and %(count)s more", self.more)
            found.append(Paragraph(text % {"count": self.more}))
        return [*found, Action(gettext("See the list"), self.url)]


def new_posts(user: Any, notifications: Sequence[Notification]) -> Email | None:
    """Return the mail about new posts that are still listed; None when none is."""
    sections = list(_sections(user, notifications))
    count = sum(len(section.posts) + section.more for section in sections)
    if not count:
        return None
    if len(sections) == 1:
        subject = ngettext(
            "“%(name)s”: %(count)s new post", "“%(name)s”: %(count)s new posts", count
        ) % {"name": sections[0].name, "count": count}
    else:
        subject = ngettext(
            "%(count)s new post for your searches", "%(count)s new posts for your searches", count
        ) % {"count": count}
    blocks = [block for section in sections for block in section.blocks]
    switch = Link(
        gettext("Change or switch off my searches"), absolute(reverse("listings:search-list"))
    )
    return Email(subject, [*blocks, switch])


def headlines(rows: Sequence[InboxRow]) -> list[Headline]:
    """Name search and post of each row, by a fixed number of queries.

    A post that left leads to the list of searches.
    """
    subjects = [row.notification.subject for row in rows]
    own = SavedSearch.objects.in_bulk({subject["search"] for subject in subjects})
    ids = {
        kind.name: {each["id"] for each in subjects if each["model"] == kind.name} for kind in KINDS
    }
    posts = {
        (kind.name, pk): post
        for kind in KINDS
        if ids[kind.name]
        for pk, post in queries.open_posts(kind).in_bulk(ids[kind.name]).items()
    }
    return [
        _headline(own.get(subject["search"]), posts.get((subject["model"], subject["id"])))
        for subject in subjects
    ]


def _headline(search: SavedSearch | None, post: AnyPost | None) -> Headline:
    if search is None or post is None:
        return Headline(gettext("A new post fitted a search"), reverse("listings:search-list"))
    title = kind_of(post).title_of(searches.card_of(post))
    words = gettext("New for “%(name)s”: %(title)s") % {"name": search.name, "title": title}
    return Headline(words, _url(post))


def _sections(user: User, notifications: Sequence[Notification]) -> Iterator[SearchHits]:
    """Yield the searches that are still on, with the posts that their lists still show."""
    ids: dict[int, set[int]] = defaultdict(set)
    for row in notifications:
        ids[int(row.subject["search"])].add(int(row.subject["id"]))
    mine = sorted(
        SavedSearch.objects.visible_to(user).filter(pk__in=ids, is_on=True),
        key=lambda row: by_name(row.name),
    )
    companies = Membership.objects.filter(user=user).values("company")
    for search in mine:
        # Asked again when the mail is sent: since the post was found it may have left the list.
        rows = searches.posts_that_fit(search).filter(pk__in=ids[search.pk])
        posts = list(rows.exclude(company__in=companies).order_by("-published_at", "-pk"))
        if posts:
            yield SearchHits(
                search.name,
                [_found(post) for post in posts[:MOST_IN_A_MAIL]],
                max(len(posts) - MOST_IN_A_MAIL, 0),
                absolute(searches.address_of(search)),
            )


def _found(post: AnyPost) -> Card:
    card = searches.card_of(post)
    return Card(
        title=kind_of(post).title_of(card), text=searches.facts_of(card), url=absolute(_url(post))
    )


def _url(post: AnyPost) -> str:
    return reverse(f"listings:market-{kind_of(post).name}", args=[post.code])


KIND = MailKind(
    SAVED_SEARCH,
    _("New posts for your saved searches"),
    new_posts,
    headlines,
    default=MailMode.DAILY,
    help_text=_("Each saved search can be switched off by itself, too."),
)
