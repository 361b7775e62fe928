"""Canonical JSON after RFC 8785: one document, one sequence of bytes.

Numbers are whole and below 2**53; money and shares are texts, so no float is ever written.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

LARGEST = 2**53 - 1

Value = str | int | bool | None | list["Value"] | dict[str, "Value"]


def encode(value: object) -> bytes:
    """Return the bytes of the document: members in the order of UTF-16, no blanks, UTF-8.

    :raises TypeError: for floats and whatever else JSON's exact part does not have
    :raises ValueError: for numbers that another reader would round
    """
    return _text(value).encode()


def _text(value: object) -> str:
    if value is None or isinstance(value, bool | str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, int):
        if abs(value) > LARGEST:
            raise ValueError(f"{value} has no exact double")
        return str(value)
    if isinstance(value, list | tuple):
        return f"[{','.join(map(_text, value))}]"
    if isinstance(value, Mapping):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join(f"{_text(name)}:{_text(value[name])}" for name in names) + "}"
    raise TypeError(f"{type(value).__name__} has no canonical form")
