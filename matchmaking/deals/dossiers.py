"""The dossier of a board: what a city that pays for docking, or for orders brought home, asks to see.

It names the firms and is for officers alone. Its sums are those of the board, row by row.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Sum
from django.utils.translation import gettext as _

from matchmaking.core.formatting import grouped, listed
from matchmaking.core.trade_day import trade_day
from matchmaking.deals import events, results
from matchmaking.deals.results import Stage
from matchmaking.deals.states import BINDING_STATES
from matchmaking.matching.states import MatchSide

if TYPE_CHECKING:
    from accounts.models import Company
    from matchmaking.core.sheets import Cell
    from matchmaking.deals.events import Meeting
    from matchmaking.deals.models import Confirmation, Intention, IntentionTerms, ResultsBoard
    from matchmaking.deals.results import Results

MOST_NAMED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """A firm that has an intention on the board."""

    company: Company
    intentions: int

    @property
    def roles(self) -> str:
        return str(self.company.get_kind_display())


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An intention with what proves it."""

    intention: Intention
    terms: IntentionTerms
    yes: dict[str, Confirmation]
    delivered: int

    @property
    def is_binding(self) -> bool:
        return self.intention.state in BINDING_STATES

    @property
    def delivered_yuan(self) -> Decimal:
        return self.delivered * self.terms.unit_price

    @property
    def brand_yes(self) -> str:
        return _said(self.yes.get(MatchSide.ORDER))

    @property
    def factory_yes(self) -> str:
        return _said(self.yes.get(MatchSide.OFFER))


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """Everything that the dossier lists; ``missing`` names each condition that is not met."""

    board: ResultsBoard
    at: dt.datetime
    found: Results
    participants: Sequence[Participant]
    lines: Sequence[Line]
    meetings: Sequence[Meeting]
    missing: Sequence[str]

    @property
    def deliveries(self) -> list[Any]:
        return [
            (line, delivery)
            for line in self.lines
            for delivery in sorted(
                line.intention.deliveries.all(), key=lambda one: (one.delivered_on, one.pk)
            )
        ]


def of_board(board: ResultsBoard, *, at: dt.datetime) -> Dossier:
    """Gather the dossier as of ``at``."""
    rows = results.of_board(board)
    lines = [_line(row) for row in _in_full(rows)]
    meetings = events.meetings_of(board.event) if board.event else []
    participants = _participants(lines)
    return Dossier(
        board=board,
        at=at,
        found=results.count(rows),
        participants=participants,
        lines=lines,
        meetings=meetings,
        missing=list(_missing(board, participants, lines, meetings, at)),
    )


def _in_full(rows: Any) -> Any:
    found = rows.in_full().select_related("category__family").order_by("proposed_at", "pk")
    found = found.annotate(delivered_pairs=Sum("deliveries__pairs", default=0))
    return found.prefetch_related("deliveries", "terms__confirmations", "confirmed__confirmations")


def _line(row: Any) -> Line:
    terms = row.standing
    yes = {one.side: one for one in terms.confirmations.all()}
    return Line(intention=row, terms=terms, yes=yes, delivered=row.delivered_pairs)


def _participants(lines: Sequence[Line]) -> list[Participant]:
    firms: dict[int, Company] = {}
    counts: dict[int, int] = {}
    for line in lines:
        for company in (line.intention.brand, line.intention.factory):
            firms[company.pk] = company
            counts[company.pk] = counts.get(company.pk, 0) + 1
    found = [Participant(company=firms[pk], intentions=counts[pk]) for pk in firms]
    return sorted(found, key=lambda one: (one.company.kind, one.company.name, one.company.pk))


def _missing(
    board: ResultsBoard,
    participants: Sequence[Participant],
    lines: Sequence[Line],
    meetings: Sequence[Meeting],
    at: dt.datetime,
) -> Iterator[str]:
    """Yield what an authority would send the dossier back for, in sentences."""
    if board.until is None or board.until >= trade_day(at):
        yield _("The period has not ended: the sums may still change.")
    binding = [line for line in lines if line.is_binding]
    if not binding:
        yield _("No intention is confirmed by both sides.")
    if not board.event:
        yield _("No docking event is named, so no meetings are listed.")
    elif not meetings:
        yield _("No meeting of this event is on record as held.")
    unnumbered = [one.company.name for one in participants if not one.company.uscc]
    if unnumbered:
        yield _("Without a credit code: %(firms)s") % {"firms": _names(unnumbered)}
    for question, found in (
        (_("Confirmed to the association and not by the firm itself: %(deals)s"), _told(binding)),
        (_("Not confirmed by both sides: %(deals)s"), [one for one in lines if not one.is_binding]),
        (_("Without a contract: %(deals)s"), [one for one in binding if not _contracted(one)]),
        (
            _("Contract without a number: %(deals)s"),
            [one for one in lines if _contracted(one) and not one.intention.contract_number],
        ),
        (
            _("Contract without a copy of it: %(deals)s"),
            [one for one in lines if _contracted(one) and not one.intention.contract_file],
        ),
        (
            _("Contracted and nothing delivered: %(deals)s"),
            [one for one in lines if _contracted(one) and not one.delivered],
        ),
    ):
        if found:
            yield question % {"deals": _names([_parties(one) for one in found])}


def _contracted(line: Line) -> bool:
    return line.intention.contracted_at is not None


def _told(lines: Sequence[Line]) -> list[Line]:
    return [one for one in lines if any(yes.is_on_behalf for yes in one.yes.values())]


def _parties(line: Line) -> str:
    return f"{line.intention.brand.name} – {line.intention.factory.name}"


def _names(names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMED
    shown = listed(names[:MOST_NAMED])
    return _("%(names)s and %(more)s more") % {"names": shown, "more": more} if more > 0 else shown


def _said(yes: Confirmation | None) -> str:
    if yes is None:
        return ""
    day = trade_day(yes.confirmed_at).isoformat()
    note = _("given to the association") if yes.is_on_behalf else ""
    return " · ".join(filter(None, (yes.name, day, note)))


def tables(dossier: Dossier) -> list[tuple[str, list[str], list[list[Cell]]]]:
    """Return title, header and rows of each part; PDF and workbook show the same cells."""
    return [
        (_("Sums"), _sum_columns(), _sums(dossier)),
        (
            _("Firms that take part"),
            [_("Firm"), _("Credit code"), _("Kind"), _("Intentions")],
            [
                [one.company.name, one.company.uscc or "", one.roles, one.intentions]
                for one in dossier.participants
            ],
        ),
        (
            _("Meetings held"),
            [_("Day"), _("Brand"), _("Factory"), _("Place")],
            [
                [trade_day(one.held_at), one.brand, one.factory, one.place]
                for one in dossier.meetings
            ],
        ),
        (_("Intentions"), _line_columns(), [_cells(line) for line in dossier.lines]),
        (
            _("Deliveries"),
            [_("Delivered on"), _("Brand"), _("Factory"), _("Pairs"), _("Yuan")],
            [
                [
                    delivery.delivered_on,
                    line.intention.brand.name,
                    line.intention.factory.name,
                    delivery.pairs,
                    delivery.pairs * line.terms.unit_price,
                ]
                for line, delivery in dossier.deliveries
            ],
        ),
    ]


def missing_sheet(dossier: Dossier) -> tuple[str, list[str], list[list[Cell]]]:
    return _("What is missing"), [_("Condition")], [[sentence] for sentence in dossier.missing]


def _sum_columns() -> list[str]:
    return [_("Stage"), _("Firms"), _("Intentions"), _("Pairs"), _("Yuan")]


def _sums(dossier: Dossier) -> list[list[Cell]]:
    whole = dossier.found.whole
    names = {
        Stage.ANNOUNCED: _("Announced"),
        Stage.CONFIRMED: _("Confirmed by both"),
        Stage.CONTRACTED: _("Contracted"),
        Stage.DELIVERED: _("Delivered"),
    }
    return [
        [
            names[stage],
            whole[stage].firms,
            whole[stage].intentions,
            whole[stage].pairs,
            whole[stage].yuan,
        ]
        for stage in Stage
    ]


def _line_columns() -> list[str]:
    return [
        _("Brand"),
        _("Factory"),
        _("Kind of shoe"),
        _("State"),
        _("Pairs"),
        _("Yuan a pair"),
        _("Yuan"),
        _("Last week of delivery"),
        _("Brand confirmed"),
        _("Factory confirmed"),
        _("Contract number"),
        _("Contract recorded"),
        _("Pairs delivered"),
        _("Yuan delivered"),
    ]


def _cells(line: Line) -> list[Cell]:
    intention = line.intention
    contracted = intention.contracted_at
    return [
        intention.brand.name,
        intention.factory.name,
        str(intention.category) if intention.category else "",
        str(intention.get_state_display()),
        line.terms.pairs,
        line.terms.unit_price,
        line.terms.amount,
        line.terms.last_week,
        line.brand_yes,
        line.factory_yes,
        intention.contract_number,
        trade_day(contracted) if contracted else None,
        line.delivered,
        line.delivered_yuan,
    ]


def as_printed(header: list[str], rows: list[list[Cell]]) -> tuple[list[Any], list[Any]]:
    """Return header and rows as the PDF prints them: texts, each with whether it is a figure."""
    first: Sequence[Any] = rows[0] if rows else header
    is_figure = [isinstance(cell, int | Decimal) for cell in first]
    printed = [list(zip(map(_as_text, row), is_figure, strict=True)) for row in rows]
    return list(zip(header, is_figure, strict=True)), printed


def _as_text(cell: Cell) -> str:
    if isinstance(cell, Decimal):
        return f"{cell:,.2f}"
    if isinstance(cell, int):
        return grouped(cell)
    if isinstance(cell, dt.date):
        return cell.isoformat()
    return "" if cell is None else str(cell)
