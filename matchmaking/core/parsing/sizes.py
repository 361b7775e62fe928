"""Runs of shoe sizes: 36-41码 · 26#-36# · EU 37-42 · size 38."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from matchmaking.core.parsing.normalization import NormalizedText
from matchmaking.core.parsing.outcomes import Read

_SIZE = r"[1-5]?[0-9](?:\.5)?(?![0-9])"
_UNIT = r"(?:码|#|号码|yards?(?![a-z]))"
SIZES = (
    rf"(?:(?<![0-9.])(?P<first>{_SIZE})\s?{_UNIT}?\s?(?:-|~|到|至|to|/)\s?(?P<last>{_SIZE})\s?{_UNIT}"
    rf"|(?:(?<![a-z])(?:eu|sizes?|us|uk)|尺码|码数|码段|配码|(?<![个每号共0-9])码(?=[0-9]))\s?[:.]?\s?"
    rf"(?P<first2>{_SIZE})\s?{_UNIT}?(?:\s?(?:-|~|到|至|to|/)\s?(?P<last2>{_SIZE})\s?{_UNIT}?)?)"
)
_SIZES = re.compile(SIZES)


@dataclass(frozen=True, slots=True)
class SizeRun:
    """Sizes from ``first`` to ``last``, both included, in the system that the text uses."""

    first: Decimal
    last: Decimal


def size_run(found: re.Match[str]) -> SizeRun | None:
    """Return the run that ``SIZES`` matched; None when it runs backwards."""
    first = Decimal(found["first"] or found["first2"])
    last = Decimal(found["last"] or found["last2"] or first)
    return SizeRun(first, last) if first <= last else None


def read_sizes(text: str) -> Read[SizeRun] | None:
    """Read a whole cell as a run of sizes; bare 36-41 is one."""
    normalized = NormalizedText(text)
    plain = normalized.plain.strip()
    found = _SIZES.fullmatch(plain) or _SIZES.fullmatch(f"{plain}码")
    run = size_run(found) if found else None
    return Read(run, normalized.whole) if run else None
