"""The rights of association staff, which each area gives for its own tables."""

from collections.abc import Iterable

from matchmaking.core.registry import Registry

# Codenames of permissions by the label of their app.
officer_rights: Registry[frozenset[str]] = Registry("rights of officers on an area")


def grant(app_label: str, codenames: Iterable[str]) -> None:
    """Give the group "Officers" these permissions at the next migrate, and no others of the area.

    :raises AlreadyRegistered: when the area has given its rights
    """
    officer_rights.register(frozenset(codenames), key=app_label)
