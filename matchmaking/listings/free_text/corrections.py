"""Corrections within a message: 不是3万是5万双 · 是2500不是25000 · 48改成50 · not 12,000 but 21,000."""

from __future__ import annotations

import re

from matchmaking.core.parsing.numbers import NUMBER

_FIGURE = rf"(?:{NUMBER}|[0-9./月号日底初]{{1,8}})"
_UNIT = r"(?:双|块|元|天|条|号|个色|pairs|prs)?"
_WRONG = r"(?:写错了?|说错了?|打错了?|发错了?|搞错了?|错了|不对|应该是|应为|更正为?|sorry|i mean|correction|纠正)"
_SEPARATOR = r"[\s,。!:;~.…]{0,4}"
# Of each, group 1 is the part that does not hold.
_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        r"((?<!是)不是\s?[^\s,。;!、]{1,10}?[\s,]?(?:而)?是(?!不))(?=\s?[^\s])",
        rf"((?<!不)是(?=\s?{_FIGURE}{_UNIT}\s?,?\s?不是))",
        rf"(?<=[0-9万千百wk双元块天底号前])(\s?,?\s?不是\s?{_FIGURE}{_UNIT})(?![0-9])",
        rf"({_FIGURE}\s?{_UNIT}\s?\(?(?:改成|改为|改到|变成|调整为|调到|→|->)\s?)(?={_FIGURE})",
        rf"((?:由|从)?\s?{_FIGURE}\s?{_UNIT}{_SEPARATOR}{_WRONG}{_SEPARATOR}(?:{_WRONG}|是)?)(?=\s?{_FIGURE})",
        rf"(原价\s?{_FIGURE}{_UNIT}{_SEPARATOR}(?:现在?)?(?:改为|改成|降到|降为|调到|是)?)(?=\s?{_FIGURE})",
        rf"((?:由|从|原来|原)?\s?{_FIGURE}{_UNIT}\s?,?\s?(?:这次|现在?|改)?(?:提前|推迟|延后|延|降|加|增加|升)(?:到|至|为))(?=\s?{_FIGURE})",
        rf"(not\s{_FIGURE}\s?{_UNIT},?\s(?:but\s)?(?:rather\s)?)(?={_FIGURE})",
        rf"({_FIGURE}\s?{_UNIT}\s?\((?:sorry|correction|i mean|改)[,:]?\s?)(?={_FIGURE})",
    )
)
_SIGNS = re.compile(
    r"不是|不对|改|错|更正|应|原价|提前|推迟|延|降|增|加到|升|→|->|not|sorry|mean|correction"
)
_WORDS = re.compile(rf"(?:{_WRONG}|上一?条|刚才那?条?)[了]?\s?(?:是|:|,)?")


def without_corrected(plain: str) -> str:
    """Return the text with spaces in place of what a correction withdraws; positions stay."""
    if not _SIGNS.search(plain):
        return plain
    for pattern in _PATTERNS:
        position = 0
        while found := pattern.search(plain, position):
            start, end = found.span(1)
            plain = f"{plain[:start]}{' ' * (end - start)}{plain[end:]}"
            position = max(end, position + 1)
    return _WORDS.sub(lambda found: " " * len(found[0]), plain)
