"""A post as it was last on the market: what others go on reading while its owner edits it off the market."""

from __future__ import annotations

import copy
from typing import Any, TypeVar

from django.db import models

from matchmaking.core import protections
from matchmaking.core.protections import Protection
from matchmaking.listings.models import CapacityOffer, MarketVersion, Post, ProcessingOrder
from matchmaking.listings.models.offers import WEEK_FIELDS
from matchmaking.listings.post_kinds import AnyPost, kind_of
from matchmaking.listings.states import PostState

P = TypeVar("P", ProcessingOrder, CapacityOffer)
OF_WEEKS = (*WEEK_FIELDS, "anchor_week", "confirmed_at")


def keep_version(post: Post) -> None:
    """Keep what the market shows of a post that may leave it; the caller has locked its row.

    Read anew: the caller's object may hold what is not published.
    """
    kind = kind_of(post)
    row = kind.model.objects.get(pk=post.pk)
    figures: dict[str, Any] = {
        name: _column(row, name).value_from_object(row) for name in _fields(row)
    }
    for name in kind.links:
        figures[name] = list(getattr(row, name).order_by("pk").values_list("pk", flat=True))
    whose: dict[str, Any] = {kind.name: row}
    kept = {"version": row.version, "figures": figures}
    MarketVersion.objects.update_or_create(**whose, defaults=kept)


def version_on_market(post: P) -> P:
    """Return the post as others may read it: itself on the market, else as it left it.

    Asks nothing of a post on the market. Load ``market_version`` with the others.
    """
    if post.state == PostState.PUBLISHED or not protections.is_on(Protection.PUBLISHED_VERSIONS):
        return post
    kept = getattr(post, "market_version", None)
    return post if kept is None else _restored(post, kept.figures)


def _restored(post: P, figures: dict[str, Any]) -> P:
    shown = copy.copy(post)
    for name in _fields(post):
        column = _column(post, name)
        # What a generated column reads is a field of its own.
        reader: Any = getattr(column, "output_field", None) or column
        setattr(shown, column.attname, reader.to_python(figures[name]))
    loaded = dict(getattr(post, "_prefetched_objects_cache", {}))
    for name in kind_of(post).links:
        links = getattr(post, name)
        if sorted(row.pk for row in links.all()) != figures[name]:
            loaded[name] = list(links.model.objects.filter(pk__in=figures[name]).order_by("pk"))
    vars(shown)["_prefetched_objects_cache"] = loaded
    return shown


def _fields(post: AnyPost) -> tuple[str, ...]:
    weeks = OF_WEEKS if isinstance(post, CapacityOffer) else ()
    return (*kind_of(post).fields, *weeks)


def _column(post: AnyPost, name: str) -> models.Field[Any, Any]:
    column = post._meta.get_field(name)  # noqa: SLF001 - Django's documented API
    if not isinstance(column, models.Field):
        raise TypeError(name)
    return column
