"""Values kept in Chinese and English, in the language of the reader."""

from typing import TypeVar

from django.utils.translation import get_language

Value = TypeVar("Value")


def is_english() -> bool:
    return get_language() == "en"


def localized(chinese: Value, english: Value) -> Value:
    """Return the English value to readers of English who have one, else the Chinese."""
    return english if english and is_english() else chinese
