"""Countries and markets by their codes of two letters, named in the reader's language."""

import re
import unicodedata
from collections.abc import Collection, Mapping
from functools import cache

from babel import Locale
from django.conf import settings

from matchmaking.core.cldr import reader_locale
from matchmaking.core.localized import by_name

# CLDR's regions of two letters that are no country and no market: islands of others, the
# euro zone, the United Nations, names for tests.
NO_MARKETS = frozenset(
    ["AC", "CP", "CQ", "DG", "EA", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"]
)
# Names in mainland China's official use, and those that the trade writes shorter than CLDR.
EXCEPTIONS = {
    "zh_Hans": {
        "AE": "阿联酋",
        "BA": "波黑",
        "FK": "福克兰群岛（马尔维纳斯）",
        "HK": "中国香港",
        "MO": "中国澳门",
        "PS": "巴勒斯坦",
        "TW": "中国台湾",
    },
    "en": {
        "CD": "Congo (Kinshasa)",
        "CG": "Congo (Brazzaville)",
        "FK": "Falkland Islands (Malvinas)",
        "HK": "Hong Kong (China)",
        "MM": "Myanmar",
        "MO": "Macao (China)",
        "PS": "Palestine",
        "SH": "Saint Helena",
        "TW": "Taiwan (China)",
    },
}
_BETWEEN = re.compile(r"[,;|，；、·\n]+")
_ALSO = {"uk": "GB", "usa": "US", "america": "US", "uae": "AE", "korea": "KR", "turkey": "TR",
         "burma": "MM", "香港": "HK", "澳门": "MO", "台湾": "TW", "中国大陆": "CN", "国内": "CN",
         "孟加拉": "BD", "中非": "CF", "多米尼加": "DO", "密克罗尼西亚联邦": "FM", "圣皮埃尔和密克隆": "PM",
         "viet nam": "VN", "russian federation": "RU", "republic of korea": "KR", "south korea": "KR", "korea south": "KR",
         "lao pdr": "LA", "syrian arab republic": "SY", "czech republic": "CZ", "great britain": "GB", "england": "GB",
         "united states of america": "US", "u.s.a.": "US", "holland": "NL", "bosnia and herzegovina": "BA",
         "saint vincent and the grenadines": "VC", "us virgin islands": "VI"}  # fmt: skip


def names_in(locale: Locale) -> Mapping[str, str]:
    return _names(str(locale))


@cache
def _names(locale: str) -> Mapping[str, str]:
    return _cldr_names(locale) | EXCEPTIONS.get(locale, {})


@cache
def _cldr_names(locale: str) -> dict[str, str]:
    return {
        code: name.replace(" & ", " and ").replace("St. ", "Saint ")
        for code, name in Locale.parse(locale).territories.items()
        if len(code) == 2 and code.isalpha() and code not in NO_MARKETS  # noqa: PLR2004 - ISO 3166
    }


@cache
def _codes() -> Mapping[str, str]:
    """Return the code of each way to write a country in one of the site's languages."""
    found = dict(_ALSO)
    for language, _label in settings.LANGUAGES:
        locale = Locale.parse(language, sep="-")
        for names in (_cldr_names(str(locale)), names_in(locale)):
            for code, name in names.items():
                found.update({_plain(code): code, _plain(name): code})
    return found


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold().replace("&", " and ")
    return " ".join("saint" if word == "st." else word for word in folded.split())


def codes() -> Collection[str]:
    return _names("en").keys()


def choices(*first: str) -> list[tuple[str, str]]:
    """Return code and name of every country in the reader's order, with ``first`` on top."""
    names = names_in(reader_locale())
    others = sorted(
        ((name, code) for code, name in names.items() if code not in first),
        key=lambda pair: by_name(pair[0]),
    )
    return [(code, names[code]) for code in first] + [(code, name) for name, code in others]


def name_of(code: str) -> str:
    return names_in(reader_locale()).get(code, code)


def code_of(text: str) -> str | None:
    return _codes().get(_plain(text))


def codes_in(text: str) -> tuple[list[str], list[str]]:
    """Return the codes of a list of countries, each once, and the words that name none.

    Names are parted by commas, semicolons or lines; codes may be parted by blanks alone.
    """
    codes: list[str] = []
    unknown: list[str] = []
    for part in filter(str.strip, _BETWEEN.split(text)):
        whole = code_of(part)
        for word in [part] if whole else part.split():
            code = whole or code_of(word)
            if code is None:
                unknown.append(part.strip())
                break
            codes.append(code)
    return list(dict.fromkeys(codes)), unknown
