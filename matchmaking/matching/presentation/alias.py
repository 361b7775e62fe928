"""The name under which one reader knows the hidden other side of one match."""

import hashlib
from uuid import UUID

LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # none that is read as another
LENGTH = 3


def alias_of(match: UUID, reader: str) -> str:
    """Return like "F-7K2": a letter for the kind of the other side, and three signs.

    ``reader`` is the side that reads. Made of the match's own code, so that two matches of one
    firm, or its two sides, have nothing in common.
    """
    digest = hashlib.blake2s(f"{match}:{reader}".encode(), digest_size=LENGTH).digest()
    signs = "".join(LETTERS[byte % len(LETTERS)] for byte in digest)
    return f"{'F' if reader == 'order' else 'B'}-{signs}"
