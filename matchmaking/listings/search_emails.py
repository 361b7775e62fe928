"""The mail that tells of new posts which fit a saved search: in bands, as the list shows them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.account_emails import absolute
from accounts.models import Membership, User
from matchmaking.listings import queries, searches
from matchmaking.listings.models import CapacityOffer, SavedSearch
from matchmaking.listings.services.searches import SAVED_SEARCH
from matchmaking.notifications.kinds import MailContent, MailKind
from matchmaking.notifications.models import Notification

MOST_IN_A_MAIL = 10


@dataclass(frozen=True, slots=True)
class Found:
    """One new post: what it is, what everybody may know of it, and its page."""

    title: str
    facts: str
    url: str


@dataclass(frozen=True, slots=True)
class SearchHits:
    """One search with its new posts; ``more`` stand on the list alone."""

    name: str
    posts: list[Found]
    more: int
    url: str


def build(user: Any, notifications: Sequence[Notification]) -> MailContent | None:
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
    context = {
        "sections": sections,
        "searches_url": absolute(reverse("listings:search-list")),
    }
    return MailContent(subject, "listings/mail/saved_search", context)


def headline(notification: Notification) -> tuple[str, str]:
    """Name search and post for the inbox; a post that left leads to the list of searches."""
    search: SavedSearch | None = getattr(notification, "search", None)
    title: str = getattr(notification, "about", "")
    if search is None or not title:
        return gettext("A new post fitted a search"), reverse("listings:search-list")
    words = gettext("New for “%(name)s”: %(title)s") % {"name": search.name, "title": title}
    return words, getattr(notification, "url", "")


def prepare(notifications: Sequence[Notification]) -> None:
    """Put search and post at hand for each line, by a fixed number of queries."""
    own = SavedSearch.objects.in_bulk({row.subject["search"] for row in notifications})
    for model in ("order", "offer"):
        rows = [row for row in notifications if row.subject["model"] == model]
        if not rows:
            continue
        for pk, post in _posts(model, {row.subject["id"] for row in rows}).items():
            for row in rows:
                if row.subject["id"] != pk:
                    continue
                search = own.get(row.subject["search"])
                row.search = search  # type: ignore[attr-defined]
                row.about = searches.title_of(searches.card_of(post))  # type: ignore[attr-defined]
                row.url = _url(post)  # type: ignore[attr-defined]


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


def _found(post: searches.AnyPost) -> Found:
    card = searches.card_of(post)
    return Found(searches.title_of(card), searches.facts_of(card), absolute(_url(post)))


def _url(post: searches.AnyPost) -> str:
    kind = "offer" if isinstance(post, CapacityOffer) else "order"
    return reverse(f"listings:market-{kind}", args=[post.code])


def _posts(model: str, ids: set[int]) -> dict[int, Any]:
    if model == "order":
        return dict(queries.open_orders().in_bulk(ids))
    return dict(queries.open_offers().in_bulk(ids))


KIND = MailKind(
    SAVED_SEARCH,
    _("New posts for your saved searches"),
    build,
    headline,
    help_text=_("Each saved search can be switched off by itself, too."),
    prepare=prepare,
)
