"""What officers call the kinds of messages that leave the process."""

from collections.abc import Mapping

from django.utils.functional import Promise

_names: dict[str, Promise] = {}


def describe(names: Mapping[str, Promise]) -> None:
    """Name kinds of messages; each area does so for its own."""
    _names.update(names)


def name_of(kind: str) -> str:
    """Return what officers call the kind; itself, where no area has named it."""
    return str(_names.get(kind, kind))
