"""Secrets at rest: a copy of the database alone opens none of them.

A robot's address holds its key, so addresses are sealed too. Keys of ``SECRET_KEY_FALLBACKS`` go
on opening what they sealed.
"""

import base64
import hashlib
from collections.abc import Iterator

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings

PURPOSE = "connections.sealing"


def seal(text: str) -> str:
    return _box().encrypt(text.encode()).decode() if text else ""


def unseal(sealed: str) -> str:
    """Return what was sealed.

    :raises InvalidToken: when it was sealed under a key that the site no longer knows
    """
    return _box().decrypt(sealed.encode()).decode() if sealed else ""


def _box() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in _keys()])


def _keys() -> Iterator[bytes]:
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        digest = hashlib.sha256(f"{PURPOSE}:{secret}".encode()).digest()
        yield base64.urlsafe_b64encode(digest)
