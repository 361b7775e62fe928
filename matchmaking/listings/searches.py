"""Saved searches: what they say, where they lead, and which of them a new post fits.

What fits is what the list shows: :func:`posts_that_fit` asks the list itself. For a new post
:func:`listening_to` turns the question round and finds its searches by one query.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Cluster, Membership
from matchmaking.core import weeks
from matchmaking.core.formatting import band_text, pairs_unit
from matchmaking.core.trade_day import trade_day
from matchmaking.listings import bands, queries
from matchmaking.listings.bands import Band
from matchmaking.listings.disclosure import Depth, company_card
from matchmaking.listings.models import (
    Category,
    CategoryFamily,
    SavedSearch,
    Side,
)
from matchmaking.listings.post_kinds import ORDER, AnyCard, AnyPost, kind_of, kind_on
from matchmaking.listings.queries import MarketFilters


def filters_of(search: SavedSearch) -> MarketFilters:
    """Return the filters of the search, with weeks and pairs as bands of today."""
    return MarketFilters(
        family=search.family,
        category=search.category,
        cluster=search.cluster,
        week=bands.week_block(search.week) if search.week else None,
        pairs=pairs_of(search),
    )


def is_over(search: SavedSearch) -> bool:
    """Return whether the weeks that the search asks for have passed: it fits nothing any more."""
    return search.week is not None and bands.week_block(search.week) < bands.week_block(trade_day())


def pairs_of(search: SavedSearch) -> Band | None:
    """Return the whole bands that the search's edges lie in, None where it asks for no pairs."""
    if search.pairs_from is None:
        return None
    return bands.whole_pairs_bands(search.pairs_from, search.pairs_to)


def search_of(side: Side, filters: MarketFilters) -> SavedSearch:
    """Return an unsaved search of nobody's, without a name, that narrows by ``filters``."""
    return SavedSearch(
        side=side,
        family=filters.family,
        category=filters.category,
        cluster=filters.cluster,
        week=filters.week,
        pairs_from=filters.pairs.low if filters.pairs else None,
        pairs_to=filters.pairs.high if filters.pairs else None,
    )


def posts_that_fit(search: SavedSearch) -> QuerySet[Any]:
    if is_over(search):
        return kind_on(search.side).model.objects.none()
    return queries.posts_that_fit(kind_on(search.side), filters_of(search))


def address_of(search: SavedSearch) -> str:
    """Return the list with the filters of the search, as a path."""
    filters = filters_of(search)
    chosen = {
        "category": f"family:{filters.family}" if filters.family else filters.category,
        "cluster": filters.cluster,
        "week": weeks.label(filters.week) if filters.week else "",
        "pairs": filters.pairs.slug if filters.pairs else "",
    }
    query = urlencode({name: value for name, value in chosen.items() if value})
    path = reverse(f"listings:market-{search.side}")
    return f"{path}?{query}" if query else path


def card_of(post: AnyPost) -> AnyCard:
    return kind_of(post).card(post, Depth.STRANGER)


def facts_of(card: AnyCard) -> str:
    """Return the public facts of a post in a line: pairs, weeks, place, price."""
    facts = []
    if card.pairs_band:
        band = band_text(card.pairs_band.low, card.pairs_band.high)
        facts.append(f"{band} {pairs_unit(2)}")
    if card.weeks:
        facts.append(card.weeks.text)
    if card.company.place:
        facts.append(card.company.place.name)
    if card.price_band:
        band = band_text(card.price_band.low, card.price_band.high, "cny")
        facts.append(f"{band} {_('/ pair')}")
    return " · ".join(facts)


@dataclass(frozen=True, slots=True)
class Terms:
    """The names of the terms that searches are written in, loaded once for all."""

    families: dict[str, CategoryFamily]
    categories: dict[str, Category]
    clusters: dict[str, Cluster]

    @classmethod
    def load(cls) -> Terms:
        """Read them, by three queries."""
        return cls(
            CategoryFamily.objects.in_bulk(field_name="code"),
            Category.objects.in_bulk(field_name="code"),
            Cluster.objects.in_bulk(field_name="code"),
        )

    def words(self, search: SavedSearch) -> str:
        """Return the filters of the search in words."""
        found = [
            str(self.families.get(search.family, "")),
            str(self.categories.get(search.category, "")),
            str(self.clusters.get(search.cluster, "")),
            bands.week_band(search.week, search.week).text if search.week else "",
        ]
        band = pairs_of(search)
        if band:
            found.append(f"{band_text(band.low, band.high)} {pairs_unit(2)}")
        everything = _("All free capacity") if search.side == Side.OFFERS else _("All open orders")
        return " · ".join(part for part in found if part) or everything


def listening_to(post: AnyPost) -> list[SavedSearch]:
    """Return the searches that the post fits, by one query.

    None of the people of the post's own company, and nobody who was shut out.
    """
    kind = kind_of(post)
    day, end = kind.window(post)
    pairs = getattr(post, kind.pairs)
    if not pairs or not day or not end:
        return []
    category = Q(family="", category="")
    for row in kind.categories(post):
        category |= Q(family=row.family.code) | Q(category=row.code)
    place = company_card(post.company, Depth.STRANGER, "order" if kind is ORDER else "offer").place
    code = place.code if place else ""
    band = bands.pairs_band(pairs)
    blocks = bands.week_band(day, end)
    # A post's weeks may have begun before today; a search for weeks that are over is over.
    current = bands.week_block(trade_day())
    # A search reads its edges as whole bands, so it shows this post when it touches the post's
    # band at all: the figures themselves must not decide, they are nobody's to find out.
    wants = Q(pairs_to=None) | Q(pairs_to__gt=band.low)
    if band.high is not None:
        wants &= Q(pairs_from__lt=band.high)
    rows = SavedSearch.objects.filter(
        category,
        Q(pairs_from=None) | wants,
        Q(week=None) | Q(week__gte=max(blocks.first, current), week__lte=blocks.last),
        is_on=True,
        user__is_active=True,
        side=kind.side,
        # A search for a prefecture (350300) takes in its counties (3503..).
        cluster__in=["", code, f"{code[:4]}00"],
    )
    members = Membership.objects.filter(company=post.company_id).values("user")
    return list(rows.exclude(user__in=members).order_by("pk"))
