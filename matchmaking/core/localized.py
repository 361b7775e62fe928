"""The language and the clock of a reader, and values kept in Chinese and English."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar
from zoneinfo import ZoneInfo

from django.utils import timezone, translation
from django.utils.translation import get_language

Value = TypeVar("Value")


def is_english() -> bool:
    return get_language() == "en"


def localized(chinese: Value, english: Value) -> Value:
    return english if english and is_english() else chinese


@contextmanager
def locale_of_reader(language: str, time_zone: str = "") -> Iterator[None]:
    zone = ZoneInfo(time_zone) if time_zone else None
    with translation.override(language), timezone.override(zone):
        yield
