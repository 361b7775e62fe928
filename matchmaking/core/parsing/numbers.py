"""Numbers as the trade writes them: 60,000 · 6万 · 3w5 · 两千五 · 3-5万 · 8k."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from matchmaking.core.parsing.normalization import NormalizedText
from matchmaking.core.parsing.outcomes import (
    Ambiguous,
    Outcome,
    Read,
    Reading,
    Reason,
    Span,
    convert,
    outcome_of,
)

CHINESE = "〇零一二两三四五六七八九十百千万亿廿"
_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "两": 2,
}
_HIGHEST = 10**9  # above every power, at the beginning of a numeral
_POWERS = {"十": 10, "百": 100, "千": 1000}
_MYRIADS = {"万": 10_000, "亿": 100_000_000}
_UNITS = {
    "十万": 100_000,
    "百万": 1_000_000,
    "千万": 10_000_000,
    "万": 10_000,
    "w": 10_000,
    "千": 1000,
    "k": 1000,
    "百": 100,
    "亿": 100_000_000,
    "hundred": 100,
    "thousand": 1000,
    "million": 1_000_000,
}
_THREE = 3
# Bounded repeats and a look behind: a pattern that begins inside a run of a million digits
# would be tried at each of them.
_FIGURES = (
    r"(?<![0-9.])(?:[0-9]{1,3}(?:[,'][0-9]{3}){1,4}(?![0-9])(?:\.[0-9]{1,4})?"
    r"|[0-9]{1,3}(?:\.[0-9]{3}){2,4}(?![0-9])(?:,[0-9]{1,2})?"
    r"|[0-9]{1,3},[0-9]{2}(?![0-9.,])"
    r"|[0-9]{1,12}(?:\.[0-9]{1,6})?)(?![0-9])"
)
_UNIT = r"(?:[十百千]万|万|亿|千|百|[wk](?![a-z])|hundred|thousand|million)"
_REST = r"(?:[1-9一二三四五六七八九](?:[千百](?:[1-9一二三四五六七八九]百?)?)?(?![0-9.,月号日块元色款个条天码打箱件家/年周]))?"
NUMBER = rf"(?:{_FIGURES}(?:\s?{_UNIT}{_REST})?|(?<![{CHINESE}])[{CHINESE}]{{1,14}}(?![{CHINESE}]))"
DASH = r"\s?(?:-|~|到|至|to)\s?"
_ABOUT = r"(?:约|大约|大概|差不多|近|将近|around|about|approx\.?|ca\.?|~)\s?"
_OPEN = r"(?:\s?(?:多|余|几|来(?=[双对万]))|\s?\+(?!\s?v))"
AMOUNT = rf"(?:{_ABOUT})?{NUMBER}(?:{DASH}{NUMBER})?{_OPEN}?"
_AMOUNT = re.compile(
    rf"(?:{_ABOUT})?(?P<low>{NUMBER})(?:{DASH}(?P<high>{NUMBER}))?(?P<open>{_OPEN}|来)?"
)
_FIGURES_AND_UNIT = re.compile(
    rf"(?P<figures>[0-9][0-9.,']*)\s?(?:(?P<unit>{_UNIT})(?P<rest>[^\s]*))?"
)
_A_FEW = re.compile(r"([一二两三四五六七八])([二两三四五六七八九])([百千]万?|万)")  # 三五千, 七八百
_SPACED = re.compile(r"(?<=[0-9])[ \u00a0](?=[0-9]{3}(?![0-9]))")
_PAIR_WORDS = re.compile(r"\s*(?:双|对|pairs?|prs?\.?|pr)(?![a-z])\s*(?:整|左右|上下)?$")
_DOZENS = re.compile(r"\s*(?:打|dozens?|doz\.?|dz)$")
# Words of a column's header that stand in its cells as well: 共60000双, 合计：60000.
_TOTAL = re.compile(
    r"^(?:共计?|合计|总计|总共|总数量?|总量|数量|双数|total(?: quantity)?|qty|moq|起订量?)\s?[:=]?\s?"
)
_LEAST_PAIRS = re.compile(
    r"^(?:不低于|不少于|至少|最少|最低|最小|起码|min(?:imum|\.)?|at least|>=?)\s?"
    r"|\s?(?:双|对|pairs?|prs?)?\s?(?:及?以上|起(?:订|做|接)?|or more|and up|min\.?)$"
)
# Numerals of cheques: characters of names as well, so they are read in cells alone.
_CHEQUE = str.maketrans("壹贰貳叁叄肆伍陆陸柒捌玖拾佰仟", "一二二三三四五六六七八九十百千")
_MILLIONS = re.compile(r"(?<=[0-9])\s?m(?![a-z0-9])")  # in a text it is as often a metre
# No dash and no 无: an empty cell does not say that the lines stop.
_IDLE = re.compile(
    r"(?:春节|过年|国庆|五一|元旦|年前|年后)?(?:停产|停工|停线|停|休|休息|放假|假期|检修|无产能|没产能|满|满单|已满|排满|已排满|订满|约满|接满)"
    r"|no capacity|full|fully booked|closed|holidays?|off|stop(?:ped)?|idle"
)
_EUROPEAN = re.compile(r"(-?[0-9]{1,3}(?:\.[0-9]{3})*|-?[0-9]{1,12}),([0-9]{1,2})")


@dataclass(frozen=True, slots=True)
class Range:
    """From ``low`` to ``high``, both included; None is open."""

    low: Decimal | None
    high: Decimal | None


def chinese_value(written: str) -> int | None:
    """Return the value of 两千五, 三万五, 一万零五十, 二〇二七; None when it is no one number.

    三五千 is three to five thousand, and no number.
    """
    written = written.replace("廿", "二十")
    if all(character in _DIGITS for character in written):
        return _digit_by_digit(written)
    total, section, digit, power, has_zero = 0, 0, None, _HIGHEST, False
    for character in written:
        if character in _DIGITS:
            if digit:
                return None
            digit, has_zero = _DIGITS[character], has_zero or character in "零〇"
        elif character in _POWERS:
            if _POWERS[character] >= power or not (digit or (digit is None and character == "十")):
                return None  # 三百五千, 百, 零千
            power = _POWERS[character]
            section, digit, has_zero = section + (digit or 1) * power, None, False
        else:
            if digit and _POWERS["十"] < power < _HIGHEST and not has_zero:
                return None  # 五千三万
            section += digit or 0
            if not section:
                return None
            total, section = (total + section) * _MYRIADS[character], 0
            digit, power, has_zero = None, _MYRIADS[character], False
    if digit is None:
        return total + section
    # 两千五 is 2,500: a digit without its power stands one place below the last.
    return total + section + (digit if has_zero or power <= _POWERS["十"] else digit * power // 10)


def _digit_by_digit(written: str) -> int | None:
    if len(written) == 1 or len(written) > _THREE or "〇" in written or "零" in written:
        return int("".join(str(_DIGITS[character]) for character in written))
    return None


def figure_values(written: str, *, whole: bool) -> tuple[Decimal, ...]:
    """Return the one value of figures with separators, both of 60.000, none of nonsense.

    ``whole`` says that a fraction cannot be meant, as of pairs.
    """
    if found := _EUROPEAN.fullmatch(written):
        return () if whole else (Decimal(f"{found[1].replace('.', '')}.{found[2]}"),)
    plain = written.replace("'", "")
    commas, points = plain.count(","), plain.count(".")
    if commas:
        return _with_commas(plain, points, whole=whole)
    if points > 1:
        groups = plain.split(".")
        fits = len(groups[0]) <= _THREE and all(len(group) == _THREE for group in groups[1:])
        return (Decimal("".join(groups)),) if fits else ()
    before, _, after = plain.partition(".")
    value = Decimal(plain)
    if len(after) == _THREE and 1 <= len(before) <= _THREE and before.strip("0"):
        return (value * 1000, value)
    if whole and value != value.to_integral_value():
        return ()
    return (value,)


def _with_commas(plain: str, points: int, *, whole: bool) -> tuple[Decimal, ...]:
    groups = plain.split(".", maxsplit=1)[0].split(",")
    fits = 1 <= len(groups[0]) <= _THREE and all(len(group) == _THREE for group in groups[1:])
    if not fits or points > 1:
        return ()
    value = Decimal(plain.replace(",", ""))
    if whole:
        return (value,) if value == value.to_integral_value() else ()
    one_comma = len(groups) == 1 + 1 and not points and groups[0].strip("0")
    return (value, value / 1000) if one_comma else (value,)


def number_values(written: str, *, whole: bool = False) -> tuple[Decimal, ...]:
    """Return every value that one number of ``NUMBER`` may have."""
    written = written.strip()
    if written and written[0] in CHINESE:
        numeral = chinese_value(written)
        return () if numeral is None else (Decimal(numeral),)
    if comma := _EUROPEAN.fullmatch(written):  # 5,20 in a text: one figure, or two
        return (Decimal(f"{comma[1]}.{comma[2]}"), Decimal(comma[2])) if not whole else ()
    found = _FIGURES_AND_UNIT.fullmatch(written)
    if not found:
        return ()
    if not found["unit"]:
        return figure_values(found["figures"], whole=whole)
    figures = found["figures"].replace(",", "").replace("'", "")
    if figures.count(".") > 1:
        return ()
    unit = _UNITS[found["unit"]]
    value = Decimal(figures) * unit + _rest_value(found["rest"], unit)
    return () if whole and value != value.to_integral_value() else (value,)


def _rest_value(rest: str, unit: int) -> int:
    """Return what 5 means in 3万5, 5千 in 3万5千, 2千5 in 1万2千5."""
    if not rest:
        return 0
    written = "".join("零一二三四五六七八九"[int(c)] if c.isascii() else c for c in rest)
    if len(written) == 1:
        return _DIGITS[written] * unit // 10
    return chinese_value(written) or 0


def amount_outcome(written: str, span: Span, *, whole: bool = False) -> Outcome[Decimal]:
    """Read what ``AMOUNT`` matched: one number, a range, or a number with more to it."""
    found = _AMOUNT.fullmatch(written.strip())
    if not found:
        return None
    if found["high"]:
        low, high = range_ends(found["low"], found["high"], whole=whole)
        return outcome_of((low, high), span, Reason.RANGE) if low and high else None
    if few := _A_FEW.fullmatch(found["low"]):
        ends = (number_values(few[1] + few[3])[0], number_values(few[2] + few[3])[0])
        return outcome_of(ends, span, Reason.RANGE)
    values = number_values(found["low"], whole=whole)
    if found["open"] and values:
        return Ambiguous((Reading(values[0], str(values[0])),), span, Reason.OPEN_ENDED)
    return outcome_of(values, span, Reason.THOUSANDS)


def range_ends(
    low: str, high: str, *, whole: bool = False
) -> tuple[Decimal, Decimal] | tuple[None, None]:
    """Return both ends of a range; the unit of 3-5万 holds for both."""
    lows, highs = number_values(low, whole=whole), number_values(high, whole=whole)
    if not lows or not highs:
        if not (highs and re.fullmatch(r"[0-9.]+", low)):
            return None, None
        lows = (Decimal(low.strip(".") or 0),)
    first, last = lows[-1] if len(lows) > 1 else lows[0], highs[0]
    unit = re.search(rf"{_UNIT}$", high.strip())
    if unit and not re.search(rf"{_UNIT}", low) and first < last:
        first *= _UNITS[unit[0]]
    return (first, last) if 0 < first < last else (None, None)


def _cell(text: str) -> tuple[NormalizedText, str]:
    normalized = NormalizedText(text)
    plain = normalized.plain.strip().lstrip("'").translate(_CHEQUE)
    plain = _MILLIONS.sub(" million", plain)
    return normalized, _SPACED.sub("", plain)


def read_number(text: str, *, whole: bool = False) -> Outcome[Decimal]:
    """Read a whole cell as one number, without a unit of measure."""
    normalized, plain = _cell(text)
    sign = -1 if plain.startswith("-") else 1
    plain = plain.lstrip("-+")
    plain = re.sub(r"(左右|上下)$", "", plain)
    if re.fullmatch(r"[0-9][0-9.,']{0,30}", plain):
        values = figure_values(plain, whole=whole)
        return outcome_of((sign * value for value in values), normalized.whole, Reason.THOUSANDS)
    return amount_outcome(plain, normalized.whole, whole=whole) if sign > 0 else None


def read_pairs(text: str) -> Outcome[int]:
    """Read a whole cell as a number of pairs: 60000, 60,000, 6万双, 500打.

    3万双以上 is asked about: the least is said, and not how many.
    """
    normalized, plain = _cell(text)
    plain = _TOTAL.sub("", plain)
    least = _LEAST_PAIRS.sub("", plain)
    dozen = _DOZENS.sub("", least)
    factor = 1 if dozen == least else 12
    pairs = _pairs(_PAIR_WORDS.sub("", dozen), factor)
    if least != plain and isinstance(pairs, Read):
        reading = Reading(pairs.value, str(pairs.value))
        return Ambiguous((reading,), normalized.whole, Reason.OPEN_ENDED)
    return None if pairs is None else replace(pairs, span=normalized.whole)


def _pairs(plain: str, factor: int) -> Outcome[int]:
    return convert(read_number(plain, whole=True), lambda value: int(value * factor))


def read_count(text: str) -> Outcome[int]:
    """Read a whole cell as a number of things that are counted by 个, 条, 色, 款, 家."""
    normalized, plain = _cell(text)
    plain = re.sub(r"\s*(?:个|条|色|款|家|lines?|colou?r(?:way)?s?|factories|factory)$", "", plain)
    counted = _pairs(plain, 1)
    return None if counted is None else replace(counted, span=normalized.whole)


def read_least_pairs(text: str) -> Outcome[int]:
    """Read a minimum: 3000双起 and 3000以上 are 3,000."""
    pairs = read_pairs(text)
    if isinstance(pairs, Ambiguous) and pairs.reason is Reason.OPEN_ENDED:
        return Read(pairs.readings[0].value, pairs.span)
    return pairs


def read_planned_pairs(text: str) -> Outcome[int]:
    """Read what a plan says of a week: a number of pairs, or a word for none (停产, 休, 已排满)."""
    normalized, plain = _cell(text)
    if _IDLE.fullmatch(plain):
        return Read(0, normalized.whole)
    return read_pairs(text)


_LEAST = re.compile(
    rf"({NUMBER})\s?(?:多|余|及?以上|\+|or more)|(?:over|more than|超过|大于|>=?)\s?({NUMBER})"
)
_MOST = re.compile(
    rf"({NUMBER})\s?(?:以下|以内)|(?:under|less than|少于|小于|不到|<=?)\s?({NUMBER})"
)
_BETWEEN = re.compile(rf"({NUMBER}){DASH}({NUMBER})")


def read_range(text: str) -> Range | None:
    """Read 500-1000, 约2000, 1000人以上, under 300 as a range, as sizes of firms are given."""
    _, plain = _cell(text)
    plain = re.sub(r"\s*(?:人|名|员工|职工|employees|workers|people|persons|staff)", "", plain)
    if found := _LEAST.fullmatch(plain):
        values = number_values(found[1] or found[2], whole=True)
        return Range(values[0], None) if len(values) == 1 else None
    if found := _MOST.fullmatch(plain):
        values = number_values(found[1] or found[2], whole=True)
        return Range(None, values[0]) if len(values) == 1 else None
    if found := _BETWEEN.fullmatch(plain):
        low, high = range_ends(found[1], found[2], whole=True)
        return Range(low, high) if low else None
    outcome = read_number(plain, whole=True)
    return Range(outcome.value, outcome.value) if isinstance(outcome, Read) else None
