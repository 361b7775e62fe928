"""Text without width, case, invisible signs and traditional forms, and the way back to what was sent."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from matchmaking.core.parsing.outcomes import Span

# Characters of the trade that phones in Hong Kong and Taiwan send. One to one, so that
# positions stay; whole-text conversion would need a table of words and change lengths.
_TRADITIONAL = (
    "單单廠厂雙双萬万億亿運运動动鞋鞋價价貨货號号點点溫温嶺岭東东廣广個个兩两顏颜紅红綠绿藍蓝黃黄黑黑"
    "訂订產产線线標标圓圆塊块錢钱膠胶製制針针車车縫缝皮皮絲丝襪袜膚肤開开關关門门歲岁兒儿時时間间"
    "國国際际慶庆節节陳陈張张劉刘楊杨趙赵吳吴孫孙鄭郑馮冯許许蔣蒋韓韩葉叶蘇苏盧卢羅罗陸陆電电話话"
    "聯联係系請请問问緊紧優优質质檢检驗验報报給给從从後后裡里邊边來来過过還还沒没這这麼么為为對对"
    "應应該该經经濟济長长遠远達达進进裝装櫃柜發发貼贴壓压條条鋼钢頭头勞劳護护專专業业實实貿贸較较"
    "輕轻軟软靜静慢慢遊游戶户滑滑雪雪場场馬马牛牛龍龙鳳凤島岛連连積积約约總总數数學学習习協协議议"
    "確确認认樣样歡欢迎迎麗丽飛飞織织網网雲云灣湾橋桥區区縣县鎮镇鄉乡惠惠瑞瑞泉泉莆莆"
)
_SIMPLIFIED = {ord(_TRADITIONAL[i]): _TRADITIONAL[i + 1] for i in range(0, len(_TRADITIONAL), 2)}
_DASHES = "‐‑‒–—―−ー－﹣"
_TIMES = "×✕✖╳*∗"
_QUOTES = "’‘`´′"
_ALIKE = {
    **dict.fromkeys(_DASHES, "-"),
    **dict.fromkeys(_TIMES, "×"),
    **dict.fromkeys(_QUOTES, "'"),
    "〜": "~",
    "∼": "~",
    "﹏": "~",
    "\t": " ",
    "\r": " ",
    "\u2028": "\n",
    "\u2029": "\n",
}
_INVISIBLE = {"Cf", "Cc", "Cs"}


@lru_cache(maxsize=20_000)
def _fold(character: str) -> str:
    if character == "\n" or " " <= character <= "~":
        return "×" if character == "*" else "'" if character == "`" else character
    if alike := _ALIKE.get(character):
        return alike
    if "\ufe00" <= character <= "\ufe0f" or unicodedata.category(character) in _INVISIBLE:
        return ""
    if "\u2460" <= character <= "\u249b" or "\u24ea" <= character <= "\u24ff":
        return character  # ① opens a post of a list: as a plain 1 it would join the figures
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    folded = unicodedata.normalize("NFKC", character).translate(_SIMPLIFIED)
    return "".join(" " if part.isspace() else _ALIKE.get(part, part) for part in folded)


class NormalizedText:
    """A text in the form that patterns search: half width, simplified, dashes alike.

    ``plain`` is in lower case, ``cased`` is not; both have the same length.
    """

    __slots__ = ("_ends", "_starts", "cased", "original", "plain")

    def __init__(self, original: str) -> None:
        self.original = original
        self._starts: list[int] = []
        self._ends: list[int] = []
        folded = []
        for position, character in enumerate(original):
            for part in _fold(character):
                folded.append(part)
                self._starts.append(position)
                self._ends.append(position + 1)
        self.cased = "".join(folded)
        lowered = self.cased.lower()
        if len(lowered) != len(self.cased):  # İ alone becomes two
            lowered = "".join(c.lower() if len(c.lower()) == 1 else c for c in self.cased)
        self.plain = lowered

    def span(self, start: int, end: int) -> Span:
        if start >= end:
            return Span(0, 0)
        return Span(self._starts[start], self._ends[end - 1])

    @property
    def whole(self) -> Span:
        return Span(0, len(self.original))
