"""The reader's locale in CLDR, where Babel finds names of countries and cities."""

from babel import Locale
from django.conf import settings
from django.utils.translation import get_language


def reader_locale() -> Locale:
    return Locale.parse(get_language() or settings.LANGUAGE_CODE, sep="-")
