"""Sealing of documents: AES-256-GCM under a key that the database does not hold.

Each document has a key of its own, derived by HKDF-SHA-256 from the secret of the settings and
the document's context. The context is authenticated too, so that a sealed document cannot be
put into the place of another. Plain bytes are padded: the length tells no digit of a price.

Plain Python: bytes and texts in, bytes out; when a document may be opened is for services to say.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from matchmaking.deals import canonical_json

INFO = b"hand-in-hand sealed quote, version 1"
KEY_BYTES, NONCE_BYTES = 32, 12
BLOCK = 2048  # a quote with notes of usual length is one block, whatever its figures
END = b"\x80"  # ISO/IEC 7816-4: one byte that ends the document, zeros after it


class Tampered(Exception):
    """The sealed bytes, their context or the key are not those of the sealing."""


@dataclass(frozen=True, slots=True)
class Seal:
    """Sealing under one secret, at least 32 characters of it."""

    secret: str

    def __post_init__(self) -> None:
        if len(self.secret) < KEY_BYTES:
            raise ValueError("a secret for sealing has at least 32 characters")

    def close(self, document: bytes, context: object) -> bytes:
        """Return nonce and sealed document."""
        nonce = os.urandom(NONCE_BYTES)
        padded = document + END
        padded += bytes(-len(padded) % BLOCK)
        bound = canonical_json.encode(context)
        return nonce + AESGCM(self._key(bound)).encrypt(nonce, padded, bound)

    def open(self, sealed: bytes, context: object) -> bytes:
        """Return the document.

        :raises Tampered: when a single bit differs from what was sealed
        """
        bound = canonical_json.encode(context)
        nonce, body = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
        try:
            padded = AESGCM(self._key(bound)).decrypt(nonce, body, bound)
        except (InvalidTag, ValueError) as error:
            raise Tampered from error
        document, mark, zeros = padded.rpartition(END)
        if mark != END or any(zeros):
            raise Tampered
        return document

    def _key(self, bound: bytes) -> bytes:
        # The context stands in the salt: two documents never share a key, and so no nonce.
        kdf = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=bound, info=INFO)
        return kdf.derive(self.secret.encode())
