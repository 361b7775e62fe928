"""Read one cell: text in, value out; or one sentence about what would be right, or a question.

The readings themselves are of :mod:`matchmaking.core.parsing`, which forms and the API share.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts import uscc as uscc_rules
from matchmaking.core import countries
from matchmaking.core.parsing import answers, durations, money, numbers
from matchmaking.core.parsing import days as day_readings
from matchmaking.core.parsing import weeks as week_readings
from matchmaking.core.parsing.normalization import NormalizedText
from matchmaking.core.parsing.outcomes import Ambiguous, Outcome, Read, Reading, Reason
from matchmaking.core.text import FORBIDDEN
from matchmaking.imports import currencies
from matchmaking.imports.labels import Label, plain
from matchmaking.imports.questions import Choice
from matchmaking.imports.week_columns import week_with_dates

if TYPE_CHECKING:
    from matchmaking.imports.places import Gazetteer
    from matchmaking.imports.questions import Asker
    from matchmaking.imports.vocabulary import Vocabulary

POINT, COMMA = "point", "comma"
DAY, MONTH = "day", "month"
_TWO_ORDERS = re.compile(r"([0-9]{1,2})([./-])([0-9]{1,2})(?:\2(20[0-9]{2}))?")
_LOST_DIGITS = re.compile(r"[0-9](?:\.[0-9]+)?e\+?[0-9]{1,3}", re.IGNORECASE)
_INVISIBLE = dict.fromkeys([*range(0x200B, 0x2010), *range(0x2060, 0x2065), 0xFEFF, 0x00AD], "")
_BARE_FIGURES = re.compile(r"[0-9.,'\s]+")
_ERRORS = re.compile(r"#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NULL!|NUM!|SPILL!|CALC!)", re.IGNORECASE)
SHORT = 40


@dataclass(frozen=True, slots=True)
class CellContext:
    """What the cells of a column share: the day, the words, the label's unit, the answers so far.

    ``row_currency`` is that of the row's own column of currencies, "" where it names none.
    """

    vocabulary: Vocabulary
    gazetteer: Gazetteer
    today: dt.date
    asker: Asker
    label: Label = field(default_factory=lambda: Label(""))
    column: str = ""
    column_label: str = ""
    row_currency: str = ""


Reader = Callable[[str, CellContext], Any]


class WrongCell(ValueError):
    """The cell cannot be right; the text is a sentence for the person who sent it."""


class AskedCell(ValueError):
    """The cell waits for the answer to a question of the file; the text says which."""


def clean(cell: str) -> str:
    return cell.translate(_INVISIBLE).strip()


def is_filler(cell: str) -> bool:
    return answers.is_filler(cell)


def is_error(cell: str) -> bool:
    return _ERRORS.fullmatch(cell) is not None or cell == "="


def text(most: int, *, lines: bool = False) -> Reader:
    """Return a reader of text with at most ``most`` characters."""

    def read(cell: str, _context: CellContext) -> str:
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


def reference(most: int) -> Reader:
    """Return a reader of a number that identifies: what a sheet has rounded is refused."""
    read = text(most)

    def read_reference(cell: str, context: CellContext) -> str:
        if _LOST_DIGITS.fullmatch(cell.strip()):
            raise WrongCell(
                _(
                    "The spreadsheet has lost digits of this number, “%(cell)s”: "
                    "format the column as text and enter the number again."
                )
                % {"cell": short(cell)}
            )
        found: str = read(unicodedata.normalize("NFKC", cell), context)
        return found

    return read_reference


def shortened(most: int) -> Reader:
    """Return a reader of one line of text that is cut where it is too long."""
    read = text(10_000)

    def read_short(cell: str, context: CellContext) -> str:
        line = " ".join(read(cell, context).split())
        return line if len(line) <= most else f"{line[: most - 1]}…"

    return read_short


def whole_number(low: int, high: int) -> Reader:
    """Return a reader of whole numbers; ``60,000 双``, ``6万`` and the header's 千双 are understood."""
    return _pairs(numbers.read_pairs, low, high)


def least_pairs(low: int, high: int) -> Reader:
    """Return a reader of a minimum; 3000双起 is 3,000."""
    return _pairs(numbers.read_least_pairs, low, high)


def planned_pairs(low: int, high: int) -> Reader:
    """Return a reader of what a plan says; 停产 is 0."""
    return _pairs(numbers.read_planned_pairs, low, high)


def _pairs(parse: Callable[[str], Outcome[int]], low: int, high: int) -> Reader:
    def read(cell: str, context: CellContext) -> int:
        factor = context.label.factor
        outcome = parse(cell)
        # 4.5 under 万双 has one reading: a fraction that is gone once multiplied.
        if not isinstance(outcome, Read) and (scaled := _scaled(cell, factor)):
            outcome, factor = scaled, 1
        number = chosen(outcome, cell, context, as_number)
        if number is None:
            if isinstance(numbers.read_number(cell), Read):
                raise WrongCell(_("“%(cell)s” is not a whole number.") % {"cell": short(cell)})
            raise WrongCell(
                _("“%(cell)s” is not a number: write digits only.") % {"cell": short(cell)}
            )
        # 6万 and 500双 say their unit themselves: the header's does not come on top.
        has_unit = not _BARE_FIGURES.fullmatch(NormalizedText(cell).plain.strip())
        return bounded(number if has_unit else number * factor, cell, low, high)

    return read


def _scaled(cell: str, factor: int) -> Outcome[int]:
    """Read 4.5 under 万双: the fraction is gone once it is multiplied."""
    outcome = numbers.read_number(cell) if factor > 1 else None
    if isinstance(outcome, Read) and (outcome.value * factor) % 1 == 0:
        return Read(int(outcome.value * factor), outcome.span)
    return None


def bounded(number: int, cell: str, low: int, high: int) -> int:
    if not low <= number <= high:
        raise WrongCell(
            _("%(number)s is outside what is possible: %(low)s to %(high)s.")
            % {"number": short(cell), "low": f"{low:,}", "high": f"{high:,}"}
        )
    return number


def days(low: int, high: int) -> Reader:
    """Return a reader of a length of time in days; ``2 weeks`` and the header's 周 are understood."""

    def read(cell: str, context: CellContext) -> int:
        outcome = durations.read_days(cell)
        has_unit = not _BARE_FIGURES.fullmatch(NormalizedText(cell).plain.strip())
        found = chosen(outcome, cell, context, as_number)
        if found is None:
            raise WrongCell(_("“%(cell)s” is no number of days, like 25.") % {"cell": short(cell)})
        return bounded(found if has_unit else found * context.label.days, cell, low, high)

    return read


def price(low: Decimal, high: Decimal) -> Reader:
    """Return a reader of yuan a pair; another currency is asked about, a price for a dozen divided."""

    def read(cell: str, context: CellContext) -> Decimal:
        label = context.label
        if context.row_currency and label.currency not in {"", context.row_currency}:
            raise WrongCell(
                _("The row says %(row)s, the column “%(column)s” %(label)s: which is it?")
                % {
                    "row": context.row_currency,
                    "column": context.column_label,
                    "label": label.currency,
                }
            )
        usual = context.row_currency or label.currency or "CNY"
        outcome = money.read_money(cell, currency=usual)
        found = chosen(outcome, cell, context, str)
        if found is None:
            raise WrongCell(_("“%(cell)s” is no price, like 46.50.") % {"cell": short(cell)})
        pairs = found.pairs if found.pairs > 1 else label.per_pairs
        amount = found.amount / pairs
        if found.currency != "CNY":
            amount = _in_yuan(amount, found.currency, cell, context)
        amount = Decimal(amount).quantize(Decimal("0.01"))
        if not low <= amount <= high:
            raise WrongCell(
                _("%(number)s is outside what is possible: %(low)s to %(high)s.")
                % {"number": short(cell), "low": f"{low:,}", "high": f"{high:,}"}
            )
        return amount

    return read


def _in_yuan(amount: Decimal, currency: str, cell: str, context: CellContext) -> Decimal:
    """Return the amount in yuan.

    :raises AskedCell: while nobody has said what is meant
    :raises WrongCell: where such rows are to be left out
    """
    found = currencies.in_yuan(
        amount, currency, short(cell), asker=context.asker, today=context.today
    )
    if found is not None:
        return found
    sentence = _("Prices are in yuan: “%(cell)s” is in %(currency)s.") % {
        "cell": short(cell),
        "currency": currency,
    }
    if currencies.is_left_out(currency, context.asker):
        raise WrongCell(sentence)
    raise AskedCell(sentence)


def yes_or_no(cell: str, _context: CellContext) -> bool:
    """Read yes or no in either language."""
    answer = answers.read_yes_no(cell)
    if answer is None:
        raise WrongCell(_("“%(cell)s”: write yes or no.") % {"cell": short(cell)})
    return answer


def due_week(cell: str, context: CellContext) -> dt.date:
    """Read by when; return the Monday of the week in which the last day lies."""
    return _week(cell, context, week_readings.read_due_week)


def start_week(cell: str, context: CellContext) -> dt.date:
    """Read from when; return the Monday of the week in which the first day lies."""
    return _week(cell, context, week_readings.read_start_week)


def past_day(cell: str, context: CellContext) -> dt.date:
    """Read a day that is over; 5月3日 without a year is the last one."""
    written = NormalizedText(cell).plain.strip()
    if order := _TWO_ORDERS.fullmatch(written):
        written = _ordered(order, cell, context)
    outcome = day_readings.read_day(written, context.today)
    found: dt.date | None = chosen(outcome, cell, context, lambda day: str(day.isoformat()))
    if found is None:
        raise WrongCell(_("“%(cell)s” is no day, like 2026-06-10.") % {"cell": short(cell)})
    if found > context.today:
        raise WrongCell(_("%(day)s is still to come.") % {"day": found.isoformat()})
    return found


def _week(
    cell: str, context: CellContext, read: Callable[[str, dt.date], Outcome[dt.date]]
) -> dt.date:
    written = NormalizedText(cell).plain.strip()
    if order := _TWO_ORDERS.fullmatch(written):
        written = _ordered(order, cell, context)
    outcome = read(written, context.today)
    found: dt.date | None = chosen(outcome, cell, context, week_with_dates)
    if found is None:
        raise WrongCell(
            _("“%(cell)s” is not a week: write it like 2027-W05, or a date like 2027-02-01.")
            % {"cell": short(cell)}
        )
    return found


def _ordered(found: re.Match[str], cell: str, context: CellContext) -> str:
    """Return 7.6.2027 as a day that has one reading, by what the file's days are.

    :raises AskedCell: while nobody has said whether the day or the month comes first
    """
    a, b, year = int(found[1]), int(found[3]), found[4]
    months = 12
    if a == b or (a > months) != (b > months):
        day, month = (a, b) if b <= months else (b, a)
    else:
        kind = "full" if year else "short"
        answer = context.asker.ask(
            f"first_of_days_{kind}",
            _("Which day is “%(cell)s”?") % {"cell": short(cell)},
            [
                Choice(DAY, _day_name(context.today.year, a, b)),
                Choice(MONTH, _day_name(context.today.year, b, a)),
            ],
        )
        if not answer:
            raise AskedCell(_("Say first whether the day or the month comes first."))
        day, month = (a, b) if answer == DAY else (b, a)
    return f"{year}-{month}-{day}" if year else f"{month}月{day}日"


def _day_name(year: int, day: int, month: int) -> str:
    # Both figures are twelve at most here, so that every such day exists.
    return date_format(dt.date(year, month, day), "MONTH_DAY_FORMAT")


def choice(words: Mapping[str, str]) -> Reader:
    """Return a reader of a closed list; ``words`` lead from what people write to the value."""
    known = {plain(word): value for word, value in words.items()}

    def read(cell: str, context: CellContext) -> str:
        value = known.get(plain(cell))
        if value is None:
            if is_filler(cell):
                return ""
            raise WrongCell(unknown(cell, context))
        return value

    return read


def markets(cell: str, _context: CellContext) -> list[str]:
    """Read countries, each by its name or its code of two letters."""
    codes, unknown_words = countries.codes_in(cell.replace("/", ","))
    if unknown_words:
        raise WrongCell(
            _("“%(cell)s” is not a country we know: write its name, or its two letters.")
            % {"cell": short(unknown_words[0])}
        )
    return sorted(codes)


def uscc(cell: str, _context: CellContext) -> str:
    """Read a Unified Social Credit Code. A wrong check character warns later, not here."""
    code = uscc_rules.normalise(cell)
    if not uscc_rules.is_shaped(code):
        raise WrongCell(
            _(
                "“%(cell)s” is no Unified Social Credit Code: it has 18 digits and letters. "
                "Format the column as text, so that the spreadsheet keeps all digits."
            )
            % {"cell": short(cell)}
        )
    return code


def division(cell: str, _context: CellContext) -> str:
    if not re.fullmatch(r"\d{6}", cell):
        raise WrongCell(_("A division code has six digits."))
    return cell


def as_number(value: Any) -> str:
    return f"{value:,}"


def chosen(
    outcome: Outcome[Any], cell: str, context: CellContext, show: Callable[[Any], str]
) -> Any:
    """Return the value of an outcome, None when there is none; ask where it has several.

    :raises AskedCell: while the question is open
    """
    if outcome is None:
        return None
    if isinstance(outcome, Read):
        return outcome.value
    if outcome.reason is Reason.THOUSANDS and len(outcome.readings) == 2:  # noqa: PLR2004 - either style
        return _by_thousands(outcome, cell, context, show)
    choices = [Choice(str(one.value), show(one.value)) for one in outcome.readings]
    return answered(
        f"cell:{context.column}:{plain(cell)}",
        _("%(column)s: what does “%(cell)s” say?")
        % {"column": context.column_label, "cell": short(cell)},
        choices,
        {str(one.value): one.value for one in outcome.readings},
        context,
    )


def answered(
    key: str,
    sentence: str,
    choices: Sequence[Choice],
    values: Mapping[str, Any],
    context: CellContext,
) -> Any:
    """Return the value that was chosen.

    :raises AskedCell: while the question is open
    """
    answer = context.asker.ask(key, sentence, choices, is_blocking=False)
    if answer not in values:
        raise AskedCell(_("Answer the question about “%(what)s” above.") % {"what": sentence})
    return values[answer]


def _by_thousands(
    outcome: Ambiguous[Any], cell: str, context: CellContext, show: Callable[[Any], str]
) -> Any:
    large, small = sorted(outcome.readings, key=_size, reverse=True)
    written = NormalizedText(cell).plain
    with_point, with_comma = (large, small) if "." in written else (small, large)
    answer = context.asker.ask(
        "thousands",
        _("What separates thousands, like in “%(cell)s” under “%(column)s”?")
        % {"cell": short(cell), "column": context.column_label},
        [
            Choice(
                COMMA,
                _("The comma: %(cell)s is %(value)s")
                % {"cell": short(cell), "value": show(with_comma.value)},
            ),
            Choice(
                POINT,
                _("The point: %(cell)s is %(value)s")
                % {"cell": short(cell), "value": show(with_point.value)},
            ),
        ],
    )
    if not answer:
        raise AskedCell(_("Say first what separates thousands in this file."))
    return (with_point if answer == POINT else with_comma).value


def _size(reading: Reading[Any]) -> Decimal:
    value = reading.value
    return Decimal(value.amount if hasattr(value, "amount") else value)


def unknown(cell: str, context: CellContext) -> str:
    near = context.vocabulary.near(context.column, cell)
    if near:
        return _("“%(cell)s” is not known. Is it %(near)s?") % {
            "cell": short(cell),
            "near": ", ".join(f"“{word}”" for word in near),
        }
    return _(
        "“%(cell)s” is not known: the sheet “Allowed values” of the template lists what is."
    ) % {"cell": short(cell)}


def short(cell: str) -> str:
    return cell if len(cell) <= SHORT else f"{cell[: SHORT - 1]}…"
