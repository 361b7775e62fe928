"""Money as the trade writes it: 11块5 · ¥46.5 · FOB USD 7.8 · 216元/打 · 含税58 · 45-48元."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from matchmaking.core.parsing.normalization import NormalizedText
from matchmaking.core.parsing.numbers import AMOUNT, NUMBER, amount_outcome, read_number
from matchmaking.core.parsing.outcomes import (
    Ambiguous,
    Outcome,
    Read,
    Reading,
    Reason,
    Span,
    convert,
    outcome_of,
    readings_in,
)

PAIRS_OF_A_DOZEN = 12
CURRENCIES = {
    "CNY": (
        "人民币",
        "元人民币",
        "人民币元",
        "rmb",
        "cny",
        "cnh",
        "yuan",
        "¥",
        "元",
        "圆",
        "块钱",
        "块",
    ),
    "USD": ("美元", "美金", "usd", "us$", "us dollars", "dollars", "dollar", "$", "刀"),
    "EUR": ("欧元", "eur", "euros", "euro", "€", "欧"),
    "GBP": ("英镑", "gbp", "£"),
    "HKD": ("港币", "港元", "hkd", "hk$"),
    "TWD": ("台币", "新台币", "twd", "nt$"),
    "JPY": ("日元", "jpy"),
    "KRW": ("韩元", "krw", "₩"),
    "VND": ("越南盾", "vnd", "₫"),
    "INR": ("卢比", "inr", "₹"),
    "RUB": ("卢布", "rub", "₽"),
}
_CODES = {word: code for code, words in CURRENCIES.items() for word in words}
_BY_LENGTH = sorted(_CODES, key=len, reverse=True)
_ASCII = "|".join(re.escape(word) for word in _BY_LENGTH if word.isascii() and word.isalpha())
_OTHER = "|".join(re.escape(word) for word in _BY_LENGTH if not (word.isascii() and word.isalpha()))
_BEFORE = rf"(?:(?<![a-z])(?:{_ASCII})|us\$|hk\$|nt\$|[$¥€£₩₫₹₽]|人民币|美元|美金|欧元|港币)"
_AFTER = rf"(?:(?:{_ASCII})(?![a-z])|{_OTHER})"
# 11块5 is 11.50; the 5 of 11块5千双 and of 11块5月 is none.
_TENTHS = r"(?:块|元)(?P<tenths>[1-9一二三四五六七八九半])(?:毛|角)?(?![0-9.月号日天条色款双万千百wk年个周/]|,[0-9])"
_DIMES = r"(?:毛|角)(?P<cents>[1-9一二三四五六七八九])?(?:分)?(?![0-9.])"
_FROM_TO = (
    rf"(?P<low>{NUMBER})(?:块|元)(?P<low_tenths>[1-9一二三四五六七八九半])?\s?(?:-|~|到|至)\s?"
    rf"(?P<high>{NUMBER})(?:块钱?|元)(?P<high_tenths>[1-9一二三四五六七八九半](?![0-9.月号日天双万千]))?"
)
MONEY = (
    rf"(?:{_FROM_TO}|(?P<before>{_BEFORE})\s?(?P<amount1>{AMOUNT})(?:\s?(?:元|{_AFTER}))?"
    rf"|(?P<whole>{NUMBER}){_TENTHS}"
    rf"|(?P<dimes>{NUMBER}){_DIMES}"
    rf"|(?P<amount2>{AMOUNT})\s?(?P<after>{_AFTER}))"
)
PER_DOZEN = r"(?:每打|一打|per dozen|a dozen|/\s?(?:打|dozen|dz))"
_MONEY = re.compile(MONEY)
_TAX = re.compile(
    r"不含税|不含票|不开票|未税|税前|不带票|excl(?:uding|\.)?\s?(?:tax|vat)|含税|含票|带票|开票|税后|incl(?:uding|\.)?\s?(?:tax|vat)"
)
_EXCLUDED = re.compile(r"不|未|前|excl")
_UNIT_OF_PRICE = re.compile(
    r"(?:/|每|一|per|a|each)\s?(?:双|对|pairs?|prs?)|左右|上下|以内|上限|起|整$"
)
_NOISE = re.compile(
    r"(?:(?:加工费|工缴|单价|价格|目标价?|价|fob|price|target|大约|约)\s?:?|^\s?:|\s?:$|\(\s?\))\s?"
)
MOST_YUAN = 10**12
_DECIMAL_COMMA = re.compile(r"(?<![0-9.,])([0-9]{1,4}),([0-9]{1,2})(?![0-9.,])")  # of one cell
_DIGIT = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"半": 5}


@dataclass(frozen=True, slots=True)
class Money:
    """An amount for ``pairs`` pairs; ``tax`` is "included", "excluded" or ""."""

    amount: Decimal
    currency: str
    pairs: int = 1
    tax: str = ""

    def __str__(self) -> str:
        return f"{self.currency} {self.amount}"

    @property
    def unit_amount(self) -> Decimal:
        return (self.amount / self.pairs).quantize(Decimal("0.01"))


def money_outcome(found: re.Match[str], span: Span, *, pairs: int = 1) -> Outcome[Money]:
    """Read what ``MONEY`` matched; the amount is for ``pairs`` pairs."""
    if found["low"]:
        low = _with_tenths(found["low"], found["low_tenths"], Decimal(1), span, pairs)
        high = _with_tenths(found["high"], found["high_tenths"], Decimal(1), span, pairs)
        if not (isinstance(low, Read) and isinstance(high, Read)):
            return None
        return outcome_of((low.value, high.value), span, Reason.RANGE)
    if found["whole"]:
        return _with_tenths(found["whole"], found["tenths"], Decimal(1), span, pairs)
    if found["dimes"]:
        return _with_tenths(found["dimes"], found["cents"], Decimal("0.1"), span, pairs)
    currency = _CODES[found["before"] or found["after"]]
    outcome = amount_outcome(found["amount1"] or found["amount2"], span)
    return convert(outcome, lambda amount: Money(amount, currency, pairs))


def _with_tenths(
    whole: str, tenths: str | None, unit: Decimal, span: Span, pairs: int
) -> Outcome[Money]:
    outcome = amount_outcome(whole, span)
    if not isinstance(outcome, Read):
        return None
    digit = 0 if not tenths else _DIGIT.get(tenths) or int(tenths)
    amount = (outcome.value + Decimal(digit) / 10) * unit
    return Read(Money(amount, "CNY", pairs), span)


def read_money(text: str, *, currency: str = "CNY") -> Outcome[Money]:
    """Read a whole cell as a price; ``currency`` is that of a bare number."""
    normalized = NormalizedText(text)
    plain = normalized.plain.strip().lstrip("'")
    pairs = 1
    if dozen := re.search(PER_DOZEN, plain):
        pairs = PAIRS_OF_A_DOZEN
        plain = plain.replace(dozen[0], "")
    tax = ""
    if found := _TAX.search(plain):
        tax = "excluded" if _EXCLUDED.search(found[0]) else "included"
        plain = plain.replace(found[0], "")
    plain = _NOISE.sub("", _UNIT_OF_PRICE.sub("", plain)).strip()
    plain = _DECIMAL_COMMA.sub(r"\1.\2", plain)
    if matched := _MONEY.fullmatch(plain):
        outcome = money_outcome(matched, normalized.whole, pairs=pairs)
    else:
        number = read_number(plain)
        if number is None and (amount := re.fullmatch(AMOUNT, plain)):
            number = amount_outcome(amount[0], normalized.whole)
        outcome = convert(number, lambda value: Money(value, currency, pairs))
    return _taxed(outcome, tax, normalized.whole)


def currency_of(text: str) -> str:
    """Return the code of a currency named alone, by sign, code or word; "" for what is none."""
    return _CODES.get(NormalizedText(text).plain.strip(), "")


def in_cents(outcome: Outcome[Money]) -> Outcome[Decimal]:
    """Return amounts of one pair; None for one that says more than cents (46.555), or too much."""
    for reading in readings_in(outcome):
        money = reading.value
        # A number of more digits than the context holds cannot be brought to cents at all.
        if money.amount >= MOST_YUAN:
            return None
        if money.pairs == 1 and money.amount != money.amount.quantize(Decimal("0.01")):
            return None
    return convert(outcome, lambda money: money.unit_amount)


def _taxed(outcome: Outcome[Money], tax: str, span: Span) -> Outcome[Money]:
    if isinstance(outcome, Read):
        return Read(replace(outcome.value, tax=tax), span)
    if isinstance(outcome, Ambiguous):
        readings = tuple(
            Reading(replace(reading.value, tax=tax), reading.words) for reading in outcome.readings
        )
        return Ambiguous(readings, span, outcome.reason)
    return None
