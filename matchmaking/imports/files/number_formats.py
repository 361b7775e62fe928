"""Number formats of workbooks: the signs that a person sees around a number and the file keeps apart."""

from __future__ import annotations

import re
from dataclasses import dataclass

_TOKEN = re.compile(
    r'"([^"]*)"|\\(.)|\[\$([^\]-]*)(?:-[^\]]*)?\]|\[[^\]]*\]|_.|\*.|([0#?.,%]+)|(.)'
)
_BUILT_IN = {9: "0%", 10: "0.00%"}
_ZEROS = re.compile(r"0{2,15}")


@dataclass(frozen=True, slots=True)
class Decoration:
    """Text before and after a number, percent, and the width that leading zeros fill."""

    before: str = ""
    after: str = ""
    is_percent: bool = False
    zeros: int = 0
    is_month: bool = False

    def __bool__(self) -> bool:
        return bool(self.before or self.after or self.is_percent or self.zeros or self.is_month)

    def around(self, number: str) -> str:
        if self.zeros and number.isdigit():
            number = number.zfill(self.zeros)
        return f"{self.before}{number}{self.after}"


def decoration(code: str) -> Decoration:
    """Return what the format's first section shows beside the figures."""
    if is_month(code):
        return Decoration(is_month=True)
    before: list[str] = []
    after: list[str] = []
    digits, seen = "", False
    for quoted, escaped, currency, placeholder, other in _TOKEN.findall(_first_section(code)):
        if placeholder:
            seen, digits = True, digits + placeholder
            continue
        literal = quoted or escaped or currency or (other if other in "$¥￥€£%" else "")
        (after if seen else before).append(literal)
    figures = digits.replace("%", "")
    if figures.endswith(","):  # shown in thousands: the number itself is meant
        return Decoration()
    zeros = len(figures) if _ZEROS.fullmatch(figures) and "%" not in digits else 0
    return Decoration("".join(before).strip(), "".join(after).strip(), "%" in digits, zeros)


def is_month(code: str) -> bool:
    plain = re.sub(r'"[^"]*"|\[[^\]]*\]|\\.', "", code).lower().split(";")[0]
    return "m" in plain and "y" in plain and not set("dhs") & set(plain)


def built_in(number: int) -> str:
    return _BUILT_IN.get(number, "mmm-yy" if number == 17 else "")  # noqa: PLR2004 - ECMA-376


def _first_section(code: str) -> str:
    parts = re.split(r';(?=(?:[^"]*"[^"]*")*[^"]*$)', code)
    return parts[0]
