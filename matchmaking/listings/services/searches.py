"""Saving searches, and telling their owners of new posts."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from accounts.models import User
from matchmaking.core.errors import Conflict, InvalidInput
from matchmaking.listings import queries, searches
from matchmaking.listings.models import SavedSearch, Side
from matchmaking.listings.post_kinds import OFFER, ORDER, AnyPost, kind_of
from matchmaking.listings.queries import MarketFilters
from matchmaking.notifications.services import Notice, notify_many

MOST_SEARCHES = 20
SAVED_SEARCH = "saved_search"


@transaction.atomic
def save_search(*, side: str, filters: MarketFilters, name: str, by: User) -> SavedSearch:
    """Save the filters of one list under a name; its owner hears of new posts from now on.

    :raises InvalidInput: without a name, or with one that the person used
    :raises Conflict: when the person has as many as one may have
    """
    # The person's row stands for all of its searches: two tabs would both count 19.
    _lock_own(by)
    if SavedSearch.objects.filter(user=by).count() >= MOST_SEARCHES:
        raise Conflict(
            ngettext_lazy(
                "You have %(count)s saved search, as many as one may have: delete one first.",
                "You have %(count)s saved searches, as many as one may have: delete one first.",
                MOST_SEARCHES,
            )
            % {"count": MOST_SEARCHES},
            code="too_many_searches",
        )
    search = searches.search_of(Side(side), filters)
    search.user, search.name = by, _free_name(name, by)
    search.save()
    return search


@transaction.atomic
def rename_search(*, search: SavedSearch, name: str, by: User) -> SavedSearch:
    """Rename the search.

    :raises InvalidInput: without a name, or with one that another search has
    """
    _lock_own(by)
    search.name = _free_name(name, by, besides=search)
    search.save(update_fields=["name"])
    return search


@transaction.atomic
def switch_search(*, search: SavedSearch, is_on: bool) -> SavedSearch:
    search.is_on = is_on
    search.save(update_fields=["is_on"])
    return search


@transaction.atomic
def delete_search(*, search: SavedSearch) -> None:
    search.delete()


@transaction.atomic
def notify_searches(*, orders: Iterable[int], offers: Iterable[int]) -> int:
    """Notify the owners of the searches that these posts fit; return how many notices are new.

    Once per search and post, however often it is called. A post that left the market is
    left out.
    """
    posts: list[AnyPost] = [
        *queries.open_posts(ORDER).filter(pk__in=set(orders)).order_by("pk"),
        *queries.open_posts(OFFER).filter(pk__in=set(offers)).order_by("pk"),
    ]
    notices = [
        Notice(
            recipients=[search.user_id],
            fact=f"{search.code}:{post.code}",
            subject={"model": kind_of(post).name, "id": post.pk, "search": search.pk},
            company_id=None,
            topic=SAVED_SEARCH,
        )
        for post in posts
        for search in searches.listening_to(post)
    ]
    return notify_many(kind=SAVED_SEARCH, notices=notices)


def _lock_own(by: User) -> None:
    User.objects.select_for_update().only("pk").get(pk=by.pk)


def _free_name(name: str, by: User, besides: SavedSearch | None = None) -> str:
    name = name.strip()
    if not name:
        raise InvalidInput(_("Give the search a name."), field="name")
    same = SavedSearch.objects.filter(user=by, name=name)
    if besides:
        same = same.exclude(pk=besides.pk)
    if same.exists():
        raise InvalidInput(_("You have a search of this name already."), field="name")
    return name
