"""The language and the clock of a reader, and values kept in Chinese and English."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar
from zoneinfo import ZoneInfo

from django.utils import timezone, translation
from django.utils.translation import get_language

from matchmaking.core.homophones import ALIKE

Value = TypeVar("Value")


def is_english() -> bool:
    return get_language() == "en"


def by_name(name: str) -> tuple[bytes | str, str]:
    """Return the key by which names stand in a list for the reader.

    In Chinese by pinyin: GB 2312 holds its 3,755 common characters in that order, and others stand
    with one that sounds alike; Latin letters come first, without case. PostgreSQL has the order
    only where it was built with ICU: lists that it pages ask ``core/name_order.py``.
    """
    folded = name.casefold()
    if is_english():
        return folded, name
    return folded.translate(ALIKE).encode("gb18030", "replace"), name


def localized(chinese: Value, english: Value) -> Value:
    return english if english and is_english() else chinese


@contextmanager
def locale_of_reader(language: str, time_zone: str = "") -> Iterator[None]:
    zone = ZoneInfo(time_zone) if time_zone else None
    with translation.override(language), timezone.override(zone):
        yield
