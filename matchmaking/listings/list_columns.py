"""Columns that areas above add to a company's list of its own posts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING

from django.utils.functional import Promise

from matchmaking.core.registry import Registry

if TYPE_CHECKING:
    from accounts.models import Company
    from matchmaking.listings.post_kinds import AnyPost, PostKind


@dataclass(frozen=True, slots=True)
class ListCell:
    """Words of one cell and where they lead; ``asks`` marks what waits for the reader."""

    words: str
    url: str
    asks: str = ""


# By the posts of one page: their cells by key, by a number of queries that does not depend on them.
Cells = Callable[["PostKind", "Company", Sequence["AnyPost"]], Mapping[int, ListCell]]


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A column of the list, with the function that fills a page of it."""

    name: str
    label: str | Promise
    cells: Cells


list_columns: Registry[ListColumn] = Registry("column of a list", key=attrgetter("name"))


def fill(kind: PostKind, company: Company, posts: Sequence[AnyPost]) -> list[str | Promise]:
    """Set ``cells`` of each post, None where a column has nothing; return the labels."""
    columns = list_columns.ordered()
    filled = [column.cells(kind, company, posts) for column in columns]
    for post in posts:
        post.cells = [cells.get(post.pk) for cells in filled]  # type: ignore[union-attr]
    return [column.label for column in columns]
