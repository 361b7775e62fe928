"""Quotes on an order side by side: one column each, the lines that a buyer compares.

Page, cards and sheet are made of the same cells.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from matchmaking.core.formatting import grouped, money, week, weeks_in_words
from matchmaking.deals.quote_terms import QuoteTerms
from matchmaking.deals.states import ANSWERABLE_QUOTES, QuoteState
from matchmaking.listings.models.orders import ToolingOwner

if TYPE_CHECKING:
    from matchmaking.deals.models import Quote
    from matchmaking.listings.models import ProcessingOrder

DAYS_A_WEEK = 7
Value = int | Decimal | dt.date | str | None


@dataclass(frozen=True, slots=True)
class Cell:
    """What a quote says in a line. ``value`` is what a sheet holds, ``text`` what people read.

    ``note`` says how it differs from what the order asks for.
    """

    value: Value
    text: str
    note: str = ""
    is_best: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    label: str
    cells: list[Cell]
    is_figure: bool = True


@dataclass(frozen=True, slots=True)
class Column:
    """A quote of the comparison; ``terms`` is None while it is sealed."""

    quote: Quote
    terms: QuoteTerms | None
    pairs: int

    @property
    def is_open(self) -> bool:
        return self.terms is not None

    @property
    def may_accept(self) -> bool:
        return self.is_open and self.quote.state in ANSWERABLE_QUOTES


@dataclass(frozen=True, slots=True)
class Comparison:
    """Columns in the order of what they cost, and the lines across them."""

    asked: int
    columns: list[Column]
    lines: list[Line] = field(default_factory=list)

    @property
    def cards(self) -> list[tuple[Column, list[tuple[str, Cell]]]]:
        """Return the same cells by quote, for a narrow screen."""
        return [
            (column, [(line.label, line.cells[place]) for line in self.lines])
            for place, column in enumerate(self.columns)
        ]

    @property
    def sheet(self) -> list[list[Value]]:
        """Return the rows of the sheet: the label, then each quote's value."""
        return [[line.label, *(cell.value for cell in line.cells)] for line in self.lines]


def compare(
    order: ProcessingOrder, quotes: Sequence[Quote], asked: int | None = None
) -> Comparison:
    """Return the quotes side by side for ``asked`` pairs, the order's own without a number.

    The price of a quote is that of as many of these pairs as it covers.
    """
    wanted = asked or order.pairs or 1
    columns = [_column(quote, wanted) for quote in quotes]
    columns.sort(key=lambda one: (not one.is_open, _unit_price(one) or 0, one.quote.pk))
    lines = [
        Line(label, _marked([say(one, order) for one in columns], best), best is not None or figure)
        for label, say, best, figure in _rows()
    ]
    return Comparison(asked=wanted, columns=columns, lines=lines)


def _column(quote: Quote, wanted: int) -> Column:
    document = quote.current.terms if quote.current else None
    terms = QuoteTerms.from_document(document) if document else None
    return Column(quote, terms, min(wanted, terms.pairs) if terms else 0)


def _rows() -> list[tuple[str, Callable[[Column, Any], Cell], Callable[..., Any] | None, bool]]:
    """Return label, what a quote says, which value is best (min, max, none), and whether it is a figure."""
    return [
        (_("State"), _state, None, False),
        (_("Pairs"), _pairs, max, True),
        (_("Yuan a pair, for the pairs asked"), _price, min, True),
        (_("Amount"), _amount, None, True),
        (_("Against the target"), _against, None, True),
        (_("Price without breaks"), _base_price, None, True),
        (_("Price breaks"), _breaks, None, False),
        (_("Smallest part"), _least, min, True),
        (_("Tooling cost"), lambda one, _order: _yuan(one, "tooling_cost"), min, True),
        (_("With tooling, yuan a pair"), _with_tooling, min, True),
        (_("Moulds"), lambda one, order: _owner(one, order, "moulds_by"), None, False),
        (_("Lasts"), lambda one, order: _owner(one, order, "lasts_by"), None, False),
        (_("Sample, days"), _sample_days, min, True),
        (_("Sample cost"), lambda one, _order: _yuan(one, "sample_cost"), min, True),
        (_("First delivery"), lambda one, _order: _week(one, "first_week"), min, True),
        (_("Last delivery"), _last_week, min, True),
        (_("Deposit, %"), lambda one, _order: _share(one, "deposit"), min, True),
        (_("Before shipping, %"), lambda one, _order: _share(one, "before_shipping"), None, True),
        (_("After delivery, %"), _after, max, True),
        (_("Valid until"), _valid, None, True),
    ]


def _marked(cells: list[Cell], best: Callable[..., Any] | None) -> list[Cell]:
    """Mark the best values where there are two to choose from and they differ."""
    known: list[Any] = [cell.value for cell in cells if cell.value is not None and best]
    if best is None or len(set(known)) < 2:  # noqa: PLR2004 - a best one needs another
        return cells
    top = best(known)
    return [Cell(cell.value, cell.text, cell.note, is_best=cell.value == top) for cell in cells]


def _unknown() -> Cell:
    return Cell(None, "–")


def _state(one: Column, _order: ProcessingOrder) -> Cell:
    label = str(QuoteState(one.quote.state).label)
    return Cell(label, label) if one.is_open else Cell(_("Sealed"), _("Sealed"))


def _pairs(one: Column, order: ProcessingOrder) -> Cell:
    if one.terms is None:
        return _unknown()
    short = (order.pairs or 0) - one.terms.pairs
    note = _("%(pairs)s fewer than asked") % {"pairs": grouped(short)} if short > 0 else ""
    return Cell(one.terms.pairs, grouped(one.terms.pairs), note)


def _unit_price(one: Column) -> Decimal | None:
    return one.terms.price_for(one.pairs) if one.terms else None


def _price(one: Column, _order: ProcessingOrder) -> Cell:
    price = _unit_price(one)
    return _unknown() if price is None else Cell(price, money(price))


def _amount(one: Column, _order: ProcessingOrder) -> Cell:
    price = _unit_price(one)
    if price is None:
        return _unknown()
    amount, note = price * one.pairs, _("for %(pairs)s") % {"pairs": grouped(one.pairs)}
    # A column of twelve has no room for cents that are none.
    return Cell(amount, money(amount).removesuffix(".00"), note)


def _against(one: Column, order: ProcessingOrder) -> Cell:
    price, target = _unit_price(one), order.target_unit_price_cny
    if price is None or target is None:
        return _unknown()
    gap = price - target
    sign = "+" if gap > 0 else "−" if gap < 0 else "±"
    return Cell(gap, f"{sign}{money(abs(gap))}")


def _base_price(one: Column, _order: ProcessingOrder) -> Cell:
    return _yuan(one, "unit_price")


def _breaks(one: Column, _order: ProcessingOrder) -> Cell:
    if one.terms is None or not one.terms.breaks:
        return _unknown()
    said = "; ".join(break_in_words(each) for each in one.terms.breaks)
    return Cell(said, said)


def break_in_words(one: Any) -> str:
    """Return a break as short as a column needs: "≥ 50,000: ¥45.00"."""
    conditions = []
    if one.from_pairs is not None:
        conditions.append(f"≥ {grouped(one.from_pairs)}")
    if one.from_week is not None:
        conditions.append(_("until %(week)s") % {"week": week(one.from_week)})
    return f"{' · '.join(conditions)}: {money(one.unit_price)}"


def _least(one: Column, _order: ProcessingOrder) -> Cell:
    if one.terms is None:
        return _unknown()
    return Cell(one.terms.least_pairs, grouped(one.terms.least_pairs))


def _with_tooling(one: Column, _order: ProcessingOrder) -> Cell:
    price = _unit_price(one)
    if price is None or one.terms is None:
        return _unknown()
    whole = (price + one.terms.tooling_cost / one.pairs).quantize(Decimal("0.01"))
    return Cell(whole, money(whole))


def _owner(one: Column, order: ProcessingOrder, name: str) -> Cell:
    if one.terms is None:
        return _unknown()
    said, asked = getattr(one.terms, name), getattr(order, name)
    label = str(ToolingOwner(said).label)
    differs = asked and asked != said and ToolingOwner.OPEN not in (asked, said)
    return Cell(label, label, _("asked otherwise") if differs else "")


def _sample_days(one: Column, _order: ProcessingOrder) -> Cell:
    days = one.terms.sample_days if one.terms else None
    return _unknown() if days is None else Cell(days, grouped(days))


def _yuan(one: Column, name: str) -> Cell:
    if one.terms is None:
        return _unknown()
    amount = getattr(one.terms, name)
    return Cell(amount, money(amount))


def _week(one: Column, name: str) -> Cell:
    day = getattr(one.terms, name) if one.terms else None
    return _unknown() if day is None else Cell(day, weeks_in_words(day))


def _last_week(one: Column, order: ProcessingOrder) -> Cell:
    cell = _week(one, "last_week")
    if one.terms is None or order.due_week is None:
        return cell
    late = (one.terms.last_week - order.due_week).days // DAYS_A_WEEK
    if late <= 0:
        return cell
    note = ngettext("%(weeks)s week late", "%(weeks)s weeks late", late) % {"weeks": late}
    return Cell(cell.value, cell.text, note)


def _share(one: Column, name: str) -> Cell:
    if one.terms is None:
        return _unknown()
    share = getattr(one.terms.payment, name)
    return Cell(share, str(share))


def _after(one: Column, _order: ProcessingOrder) -> Cell:
    cell = _share(one, "after_delivery")
    if one.terms is None or not cell.value:
        return cell
    days = one.terms.payment.days
    note = ngettext("after %(days)s day", "after %(days)s days", days) % {"days": days}
    return Cell(cell.value, cell.text, note)


def _valid(one: Column, _order: ProcessingOrder) -> Cell:
    if one.terms is None:
        return _unknown()
    return Cell(one.terms.valid_until, date_format(one.terms.valid_until, "SHORT_DATE_FORMAT"))
