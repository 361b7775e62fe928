"""Codes that stand for rows in URLs, files and interfaces."""

import uuid

from uuid_utils import compat


def new_code() -> uuid.UUID:
    """Return a fresh UUIDv7: sortable by the time of creation, never the primary key."""
    return compat.uuid7()
