"""Countries and markets by their codes of two letters, named in the reader's language."""

import csv
import re
import unicodedata
from functools import cache
from pathlib import Path

from matchmaking.core.localized import localized

DATA = Path(__file__).parent / "data" / "countries.csv"
_BETWEEN = re.compile(r"[,;|，；、·\n]+")
_ALSO = {"uk": "GB", "usa": "US", "america": "US", "uae": "AE", "korea": "KR", "香港": "HK",
         "澳门": "MO", "台湾": "TW", "中国大陆": "CN", "国内": "CN", "孟加拉": "BD", "turkey": "TR"}  # fmt: skip


@cache
def all_names() -> dict[str, tuple[str, str]]:
    with DATA.open(encoding="utf-8", newline="") as file:
        return {row["code"]: (row["name_zh"], row["name_en"]) for row in csv.DictReader(file)}


@cache
def _codes() -> dict[str, str]:
    """Return the code of each way to write a country."""
    found = dict(_ALSO)
    for code, names in all_names().items():
        found.update({_plain(word): code for word in (code, *names)})
    return found


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def name_of(code: str) -> str:
    names = all_names().get(code)
    return code if names is None else localized(*names)


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
