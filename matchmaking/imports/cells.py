"""Read one cell: text in, value out, or one sentence about what would be right."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from accounts import uscc as uscc_rules
from matchmaking.core import countries, weeks
from matchmaking.core.text import FORBIDDEN
from matchmaking.imports.vocabulary import plain

if TYPE_CHECKING:
    from matchmaking.imports.vocabulary import Vocabulary

Reader = Callable[[str, "Vocabulary"], Any]

_SPACE = re.compile(r"\s")
_GROUPED = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d+)?")
_NUMBER = re.compile(r"[-+]?\d{1,15}(\.\d{1,15})?")
_UNIT = re.compile(r"(双|pairs?|prs?|元|yuan|rmb|cny|人|天|days?|条)$", re.IGNORECASE)
_LIST = re.compile(r"[;；、|\n,，]")
_COMPACT_DAY = re.compile(r"(\d{4})[./年](\d{1,2})[./月](\d{1,2})日?")
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}([T ].*)?")
_WEEK = re.compile(r"(\d{4})\s*年?\s*[-/]?\s*(?:W|第)\s*(\d{1,2})\s*周?", re.IGNORECASE)
YES = {"1", "yes", "y", "true", "是", "可", "可以", "允许", "有", "对"}
NO = {"0", "no", "n", "false", "否", "不", "不可", "不可以", "不允许", "无", "没有"}


class WrongCell(ValueError):
    """The cell cannot be right; the text is a sentence for the person who sent it."""


def text(most: int, *, lines: bool = False) -> Reader:
    """Return a reader of text with at most ``most`` characters."""

    def read(cell: str, _vocabulary: Vocabulary) -> str:
        if FORBIDDEN.search(cell):
            raise WrongCell(_("Control characters are not allowed: type the text again."))
        if not lines:
            cell = " ".join(cell.split())
        if len(cell) > most:
            raise WrongCell(
                _("%(length)s characters are too many: at most %(most)s.")
                % {"length": len(cell), "most": most}
            )
        return cell

    return read


def shortened(most: int) -> Reader:
    """Return a reader of one line of text that is cut where it is too long."""
    read = text(10_000)

    def read_short(cell: str, vocabulary: Vocabulary) -> str:
        line = " ".join(read(cell, vocabulary).split())
        return line if len(line) <= most else f"{line[: most - 1]}…"

    return read_short


def whole_number(low: int, high: int) -> Reader:
    """Return a reader of whole numbers; ``60,000 双`` and ``6万`` are understood."""

    def read(cell: str, vocabulary: Vocabulary) -> int:
        number = decimal(low, high)(cell, vocabulary)
        if number != number.to_integral_value():
            raise WrongCell(_("“%(cell)s” is not a whole number.") % {"cell": _short(cell)})
        return int(number)

    return read


def decimal(low: int | Decimal, high: int | Decimal) -> Reader:
    """Return a reader of numbers between ``low`` and ``high``, rounded to cents."""

    def read(cell: str, _vocabulary: Vocabulary) -> Decimal:
        plain_text = unicodedata.normalize("NFKC", cell).strip().lstrip("¥$")
        digits = _UNIT.sub("", _SPACE.sub("", plain_text))
        if _GROUPED.fullmatch(digits):
            digits = digits.replace(",", "")
        factor = 1
        if digits.endswith("万"):
            digits, factor = digits[:-1], 10_000
        if not _NUMBER.fullmatch(digits):
            raise WrongCell(
                _("“%(cell)s” is not a number: write digits only.") % {"cell": _short(cell)}
            )
        number = Decimal(digits) * factor
        if not low <= number <= high:
            raise WrongCell(
                _("%(number)s is outside what is possible: %(low)s to %(high)s.")
                % {"number": _short(cell), "low": f"{low:,}", "high": f"{high:,}"}
            )
        return number.quantize(Decimal("0.01"))

    return read


def yes_or_no(cell: str, _vocabulary: Vocabulary) -> bool:
    """Read yes or no in either language."""
    word = plain(cell)
    if word in YES:
        return True
    if word in NO:
        return False
    raise WrongCell(_("“%(cell)s”: write yes or no.") % {"cell": _short(cell)})


def as_week(written: str) -> dt.date:
    """Return the Monday of the week that the text names, or in which its day lies.

    :raises ValueError: when it names neither
    """
    written = unicodedata.normalize("NFKC", written).strip()
    if found := _WEEK.fullmatch(written):
        return weeks.parse_label(f"{found[1]}-W{found[2]}")
    if found := _COMPACT_DAY.fullmatch(written):
        return weeks.monday_of(dt.date(int(found[1]), int(found[2]), int(found[3])))
    if not _ISO_DAY.fullmatch(written):
        raise ValueError(written)
    return weeks.monday_of(dt.date.fromisoformat(written[:10]))


def week(cell: str, _vocabulary: Vocabulary) -> dt.date:
    """Read an ISO week (2027-W05, 2027年第5周) or any day of it; return its Monday."""
    try:
        return as_week(cell)
    except ValueError:
        raise WrongCell(
            _("“%(cell)s” is not a week: write it like 2027-W05, or a date like 2027-02-01.")
            % {"cell": _short(cell)}
        ) from None


def choice(words: Mapping[str, str]) -> Reader:
    """Return a reader of a closed list; ``words`` lead from what people write to the value."""
    known = {plain(word): value for word, value in words.items()}

    def read(cell: str, _vocabulary: Vocabulary) -> str:
        value = known.get(plain(cell))
        if value is None:
            raise WrongCell(_unknown(cell))
        return value

    return read


def term(kind: str) -> Reader:
    """Return a reader of one term of ``Terms.<kind>``, by code or by name."""

    def read(cell: str, vocabulary: Vocabulary) -> Any:
        found = getattr(vocabulary, kind).get(plain(cell))
        if found is None:
            raise WrongCell(_unknown(cell))
        return found

    return read


def term_list(kind: str) -> Reader:
    """Return a reader of several terms, separated by semicolons, commas or 、."""

    def read(cell: str, vocabulary: Vocabulary) -> list[Any]:
        words: dict[str, Any] = getattr(vocabulary, kind)
        if whole := words.get(plain(cell)):  # a name that itself holds a comma
            return [whole]
        found: dict[Any, Any] = {}
        for part in filter(None, (part.strip() for part in _LIST.split(cell))):
            one = words.get(plain(part))
            if one is None:
                raise WrongCell(_unknown(part))
            found[one.pk] = one
        return list(found.values())

    return read


def markets(cell: str, _vocabulary: Vocabulary) -> list[str]:
    """Read countries, each by its name or its code of two letters."""
    codes, unknown = countries.codes_in(cell)
    if unknown:
        raise WrongCell(
            _("“%(cell)s” is not a country we know: write its name, or its two letters.")
            % {"cell": _short(unknown[0])}
        )
    return sorted(codes)


def uscc(cell: str, _vocabulary: Vocabulary) -> str:
    """Read a Unified Social Credit Code. A wrong check character warns later, not here."""
    code = uscc_rules.normalise(cell)
    if not uscc_rules.is_shaped(code):
        raise WrongCell(
            _(
                "“%(cell)s” is no Unified Social Credit Code: it has 18 digits and letters. "
                "Format the column as text, so that the spreadsheet keeps all digits."
            )
            % {"cell": _short(cell)}
        )
    return code


def division(cell: str, _vocabulary: Vocabulary) -> str:
    if not re.fullmatch(r"\d{6}", cell):
        raise WrongCell(_("A division code has six digits."))
    return cell


def _unknown(cell: str) -> str:
    return _(
        "“%(cell)s” is not known: the sheet “Allowed values” of the template lists what is."
    ) % {"cell": _short(cell)}


def _short(cell: str) -> str:
    return cell if len(cell) <= 40 else f"{cell[:39]}…"  # noqa: PLR2004 - for a sentence
