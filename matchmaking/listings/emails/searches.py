"""The mail that tells of new posts which fit a saved search: in bands, as the list shows them."""

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
from matchmaking.listings import queries, searches
from matchmaking.listings.models import CapacityOffer, SavedSearch
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
from matchmaking.notifications.models import Notification

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
    """Say what is new and still there; None when nothing is."""
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
    posts = {
        (model, pk): post
        for model in ("order", "offer")
        for pk, post in _posts(model, {s["id"] for s in subjects if s["model"] == model}).items()
    }
    return [
        _headline(own.get(subject["search"]), posts.get((subject["model"], subject["id"])))
        for subject in subjects
    ]


def _headline(search: SavedSearch | None, post: searches.AnyPost | None) -> Headline:
    if search is None or post is None:
        return Headline(gettext("A new post fitted a search"), reverse("listings:search-list"))
    title = searches.title_of(searches.card_of(post))
    words = gettext("New for “%(name)s”: %(title)s") % {"name": search.name, "title": title}
    return Headline(words, _url(post))


def _sections(user: User, notifications: Sequence[Notification]) -> Iterator[SearchHits]:
    """Yield the searches that still want to tell, with the posts that their lists still show."""
    ids: dict[int, set[int]] = defaultdict(set)
    for row in notifications:
        ids[int(row.subject["search"])].add(int(row.subject["id"]))
    mine = SavedSearch.objects.visible_to(user).filter(pk__in=ids, is_on=True).order_by("name")
    companies = Membership.objects.filter(user=user).values("company")
    for search in mine:
        rows = searches.posts_that_fit(search).filter(pk__in=ids[search.pk])
        posts = list(rows.exclude(company__in=companies).order_by("-published_at", "-pk"))
        if posts:
            yield SearchHits(
                search.name,
                [_found(post) for post in posts[:MOST_IN_A_MAIL]],
                max(len(posts) - MOST_IN_A_MAIL, 0),
                absolute(searches.address_of(search)),
            )


def _found(post: searches.AnyPost) -> Card:
    card = searches.card_of(post)
    return Card(
        title=searches.title_of(card), text=searches.facts_of(card), url=absolute(_url(post))
    )


def _url(post: searches.AnyPost) -> str:
    kind = "offer" if isinstance(post, CapacityOffer) else "order"
    return reverse(f"listings:market-{kind}", args=[post.code])


def _posts(model: str, ids: set[int]) -> dict[int, Any]:
    if not ids:
        return {}
    if model == "order":
        return dict(queries.open_orders().in_bulk(ids))
    return dict(queries.open_offers().in_bulk(ids))


KIND = MailKind(
    SAVED_SEARCH,
    _("New posts for your saved searches"),
    new_posts,
    headlines,
    help_text=_("Each saved search can be switched off by itself, too."),
)
