"""Labels of columns: their words without width, case and signs, and the unit that stands with them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from matchmaking.core.folding import fold
from matchmaking.core.parsing.money import CURRENCIES
from matchmaking.core.parsing.normalization import NormalizedText

# A header of two rows is joined by this sign: 3月 above 第1周.
LEVELS = "\n"
_UNIT = re.compile(r"\s*[(\[【{]\s*([^()\[\]【】{}]*)\s*[)\]】}]\s*$")
_AFTER_SLASH = re.compile(r"\s*[/／:：,，]\s*([^/]{1,12}(?:/[^/]{1,6})?)$")
_REQUIRED = re.compile(r"[*＊※]+|(?:\(必填\)|\(required\)|\(optional\)|\(选填\))", re.IGNORECASE)
_PAIRS = {"双", "对", "pairs", "pair", "prs", "pr", "prs.", "双数"}
_FACTORS = {
    **dict.fromkeys(("千双", "k", "kpairs", "thousand pairs", "'000", "千", "000s"), 1_000),
    **dict.fromkeys(("万双", "万", "w"), 10_000),
    **dict.fromkeys(("打", "dozen", "dozens", "dz", "doz"), 12),
    **dict.fromkeys(("百双",), 100),
}
_PER = {
    **dict.fromkeys(("天", "日", "day", "d"), "day"),
    **dict.fromkeys(("周", "星期", "week", "wk", "w"), "week"),
    **dict.fromkeys(("月", "month", "mo", "m"), "month"),
    **dict.fromkeys(("年", "year", "yr", "y"), "year"),
}
_MONEY = {word: code for code, words in CURRENCIES.items() for word in words}
_MONEY |= {"rmb": "CNY", "人民币": "CNY", "us": "USD"}
_DAYS = {"天": 1, "日": 1, "days": 1, "day": 1, "周": 7, "weeks": 7, "week": 7, "星期": 7}
_PEOPLE = {"人", "名", "位", "people", "persons"}
_OTHERS = {
    "箱", "件", "包", "cartons", "carton", "ctn", "ctns", "pcs", "套", "个", "只", "平方米", "㎡", "m2", "m²",
    "%", "kg", "吨", "款", "张", "万元", "亿元",
}  # fmt: skip


def plain(text: str) -> str:
    """Return the text as two of them are compared: no width, case, blank, sign or traditional form."""
    return fold(text)


@dataclass(frozen=True, slots=True)
class Label:
    """A column's words and unit: pairs for one of its figures, a currency, a span of time."""

    words: str
    unit: str = ""
    factor: int = 1
    per: str = ""
    currency: str = ""
    per_pairs: int = 1
    days: int = 1
    is_other: bool = False

    @property
    def key(self) -> str:
        return plain(self.words)


def split_label(text: str) -> Label:
    """Part 数量(万双), Price/USD or 产能（双/月） into words and unit; a bracket that is no unit stays words."""
    written = _REQUIRED.sub("", NormalizedText(text).plain).strip()
    for pattern in (_UNIT, _AFTER_SLASH):
        found = pattern.search(written)
        if found and (words := written[: found.start()].strip()):
            label = _with_unit(words, found[1].strip())
            if label:
                return label
    return Label(written)


def _with_unit(words: str, unit: str) -> Label | None:
    bare = re.sub(r"^(?:单位|unit)\s?[::]?\s?", "", unit)
    amount, _, per = bare.partition("/")
    amount, per = amount.strip(), re.sub(r"^(?:每|per)\s?", "", per.strip())
    if amount in _PAIRS or amount in _FACTORS:
        if per and per not in _PER:
            return Label(words, unit, is_other=True)
        return Label(words, unit, factor=_FACTORS.get(amount, 1), per=_PER.get(per, ""))
    if amount in _MONEY:
        dozen = per in {"打", "dozen", "dz"}
        return Label(words, unit, currency=_MONEY[amount], per_pairs=12 if dozen else 1)
    if amount in _DAYS and not per:
        return Label(words, unit, days=_DAYS[amount])
    if amount in _PEOPLE:
        return Label(words, unit)
    if amount in _OTHERS or (per and per in _PER and amount in _OTHERS):
        return Label(words, unit, is_other=True)
    return None


def spellings(header: str) -> list[str]:
    levels = [level for level in header.split(LEVELS) if level.strip()]
    found = [" ".join(levels), *reversed(levels)] if len(levels) > 1 else levels
    return list(dict.fromkeys(found))
