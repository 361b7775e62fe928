"""Registries: entries that areas add when the site starts, so that no module below names them.

An area registers in ``AppConfig.ready``, or in a module that ``ready`` imports; afterwards
registries are only read.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Generic, TypeVar

Entry = TypeVar("Entry")

_all: list[Registry[Any]] = []


class AlreadyRegistered(ValueError):
    """Two entries claim one key: one of the two areas has to choose another."""


class Registry(Generic[Entry]):
    """Entries by a key that is taken once; ``noun`` names one of them in messages.

    ``key`` finds the key of an entry, which is the entry itself where it is not given; ``place``
    finds what :meth:`ordered` sorts by.
    """

    def __init__(
        self,
        noun: str,
        *,
        key: Callable[[Entry], Hashable] | None = None,
        place: Callable[[Entry], Any] | None = None,
    ) -> None:
        self._noun = noun
        self._key = key
        self._place = place
        self._entries: dict[Hashable, Entry] = {}
        _all.append(self)

    def register(self, entry: Entry, *, key: Hashable | None = None) -> Entry:
        """Add ``entry`` and return it, so that this serves as a decorator too.

        :raises AlreadyRegistered: when the key is taken
        """
        if key is None:
            key = self._key(entry) if self._key else entry
        if key in self._entries:
            raise AlreadyRegistered(f"{self._noun} {key!r} is registered already")
        self._entries[key] = entry
        return entry

    def update(self, entries: Mapping[Any, Entry] | Iterable[Entry]) -> None:
        """Register each entry, of a mapping under its key.

        :raises AlreadyRegistered: when a key is taken
        """
        if isinstance(entries, Mapping):
            for key, entry in entries.items():
                self.register(entry, key=key)
        else:
            for entry in entries:
                self.register(entry)

    def ordered(self) -> list[Entry]:
        found = list(self._entries.values())
        return sorted(found, key=self._place) if self._place else found

    def items(self) -> list[tuple[Any, Entry]]:
        return list(self._entries.items())

    def get(self, key: Hashable) -> Entry | None:
        return self._entries.get(key)

    def __getitem__(self, key: Hashable) -> Entry:
        return self._entries[key]

    def __contains__(self, key: Hashable) -> bool:
        return key in self._entries

    def reset(self) -> None:
        self._entries.clear()


@contextmanager
def isolated() -> Iterator[None]:
    """Undo at the end of the block what was registered or reset in it, in every registry."""
    # All registries: what one test registers is often spread over several.
    before = [(registry, dict(registry._entries)) for registry in _all]  # noqa: SLF001 - this module's own
    try:
        yield
    finally:
        for registry, entries in before:
            registry._entries = entries  # noqa: SLF001 - as above
