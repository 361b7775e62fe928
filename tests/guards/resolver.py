"""The addresses that the site really has, by name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver


@dataclass(frozen=True)
class Address:
    name: str
    pattern: str
    parameters: tuple[str, ...]


def addresses() -> list[Address]:
    """Return every address of the resolver; those without a name get one from their pattern."""
    return list(_walk(get_resolver(), (), ""))


def _walk(resolver: URLResolver, spaces: tuple[str, ...], prefix: str) -> Iterator[Address]:
    for entry in resolver.url_patterns:
        pattern = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = (*spaces, entry.namespace) if entry.namespace else spaces
            yield from _walk(entry, inner, pattern)
        elif isinstance(entry, URLPattern):
            name = ":".join((*spaces, entry.name or _nameless(pattern)))
            yield Address(name, pattern, tuple(entry.pattern.regex.groupindex))


def _nameless(pattern: str) -> str:
    """Name what the admin leaves nameless: redirects to a row, and whatever else there is."""
    row = re.fullmatch(r"admin/(\w+)/(\w+)/<path:object_id>/", pattern)
    if row:
        return f"{row[1]}_{row[2]}_redirect"
    return "catch_all" if pattern.startswith("admin/") else pattern
