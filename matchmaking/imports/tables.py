"""The table within a file: which sheet, which rows name the columns, which cells were merged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from matchmaking.core.formatting import in_a_row
from matchmaking.imports import mapping
from matchmaking.imports.cells import clean
from matchmaking.imports.files.limits import cell_name, column_name
from matchmaking.imports.labels import LEVELS, plain
from matchmaking.imports.questions import Choice
from matchmaking.imports.week_columns import looks_dated

if TYPE_CHECKING:
    from matchmaking.imports.columns import SheetKind
    from matchmaking.imports.parsing import SheetOfFile, Workbook
    from matchmaking.imports.questions import Asker

ROWS_TO_SEARCH = 25
ALL = "*"
READ, LEAVE = "read", "leave"
_SHOWN = 60


@dataclass(slots=True)
class TableLine:
    """One row below the header. ``merged`` leads from a column to the range that gave its value."""

    sheet: str
    number: int
    cells: list[str]
    merged: dict[int, str] = field(default_factory=dict)
    formulas: Sequence[int] = ()
    beyond: str = ""


@dataclass(slots=True)
class Table:
    """Header and rows as text. ``title`` is what stands above the header."""

    header: list[str]
    lines: list[TableLine]
    title: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """The rows of a sheet that name its columns, by their places among its lines."""

    first: int
    last: int
    labels: tuple[str, ...]
    score: int
    is_whole: bool  # each of its cells names a column


def find_table(book: Workbook, kind: SheetKind, asker: Asker) -> Table:
    """Choose sheet and header; ask where the file does not tell, and say what is not read."""
    _ask_encoding(book, asker)
    _say_encoding(book, asker)
    words = mapping.words_of(kind.columns)
    sheets = [sheet for sheet in book.sheets if sheet.lines and not sheet.is_hidden]
    heads = {sheet.name: _head(sheet, words, kind, asker) for sheet in sheets}
    chosen = _choose_sheets(book, sheets, heads, kind, asker)
    if not chosen:
        return Table([], [])
    first = heads[chosen[0].name]
    table = Table(list(first.labels), [])
    for sheet in chosen:
        _read_sheet(sheet, heads[sheet.name], table, asker, is_one=len(chosen) == 1)
    return table


def _ask_encoding(book: Workbook, asker: Asker) -> None:
    if book.doubts:
        asker.ask(
            "encoding",
            _("Which of these reads right?"),
            [
                Choice(name, sample or name, is_likely=name == book.encoding)
                for name, sample in book.doubts
            ],
            detail=_("The file does not say in which encoding it was saved."),
        )


def _say_encoding(book: Workbook, asker: Asker) -> None:
    if book.is_text and not book.encoding.startswith("utf-8") and not book.doubts:
        asker.say(
            _("Its characters are read as %(encoding)s.") % {"encoding": book.encoding.upper()}
        )


def _head(sheet: SheetOfFile, words: set[str], kind: SheetKind, asker: Asker) -> Head:
    rows = sheet.lines[:ROWS_TO_SEARCH]
    scores = [_score(cells, words, kind) for _number, cells in rows]
    answer = asker.answer_to(f"header:{sheet.name}")
    numbers = [str(number) for number, _cells in rows]
    best = numbers.index(answer) if answer in numbers else scores.index(max(scores))
    first = last = best
    if best + 1 < len(rows) and _is_upper(sheet, best, words, kind):
        last = best + 1
    elif best and _is_upper(sheet, best - 1, words, kind):
        first = best - 1
    filled = {plain(cell) for cell in rows[best][1] if cell}
    is_whole = scores[best] == len(filled) > 0
    return Head(first, last, _labels(sheet, first, last), scores[best], is_whole)


def _score(cells: Sequence[str], words: set[str], kind: SheetKind) -> int:
    """Return how many different columns of ours the row names."""
    known = {plain(cell) for cell in cells if cell and mapping.is_known(cell, words)}
    dated = 0
    if kind.has_weeks and known:
        dated = sum(1 for cell in cells if cell and plain(cell) not in known and looks_dated(cell))
    return len(known) + min(dated, 3)


def _is_upper(sheet: SheetOfFile, at: int, words: set[str], kind: SheetKind) -> bool:
    """Return whether the line heads groups of columns whose names stand in the line below it."""
    number, cells = sheet.lines[at]
    width = max(len(line) for _number, line in sheet.lines[:ROWS_TO_SEARCH])
    below = sheet.lines[at + 1][1]
    groups = [
        (left, right)
        for top, left, bottom, right in sheet.merged
        if top <= number <= bottom
        and left < right
        and top == bottom
        and right - left + 1 < width - 1
    ]
    named = [
        cell
        for left, right in groups
        for cell in below[left : right + 1]
        if cell and not cell.replace(".", "").isdigit()
    ]
    if not named:
        return False
    return any(mapping.is_known(cell, words) or looks_dated(cell) for cell in named) and (
        _score(cells, words, kind) > 0 or _score(below, words, kind) > 1
    )


def _labels(sheet: SheetOfFile, first: int, last: int) -> tuple[str, ...]:
    rows = [_filled(sheet, at) for at in range(first, last + 1)]
    width = max(len(row) for row in rows)
    labels = []
    for column in range(width):
        parts = [clean(row[column]) if column < len(row) else "" for row in rows]
        labels.append(LEVELS.join(dict.fromkeys(" ".join(part.split()) for part in parts if part)))
    return tuple(labels)


def _filled(sheet: SheetOfFile, at: int) -> list[str]:
    """Return a line of the header with merged labels over all their columns."""
    number, cells = sheet.lines[at]
    row = list(cells)
    by_number = dict(sheet.lines)
    for top, left, bottom, right in sheet.merged:
        if not top <= number <= bottom:
            continue
        above = by_number.get(top, [])
        value = above[left] if left < len(above) else ""
        row += [""] * (right + 1 - len(row))
        row[left : right + 1] = [value] * (right + 1 - left)
    return row


def _choose_sheets(
    book: Workbook,
    sheets: Sequence[SheetOfFile],
    heads: dict[str, Head],
    kind: SheetKind,
    asker: Asker,
) -> list[SheetOfFile]:
    required = {column.name for column in kind.columns if column.required}

    def fits(sheet: SheetOfFile) -> bool:
        mapped = set(mapping.guess_mapping(heads[sheet.name].labels, kind.columns))
        covered = {name for name in required if {name, *kind.stands_in.get(name, ())} & mapped}
        head = heads[sheet.name]
        return (head.score > 1 or head.is_whole) and len(covered) * 2 >= len(required)

    fitting = [sheet for sheet in sheets if fits(sheet)]
    candidates = fitting or list(sheets)
    chosen = candidates[:1]
    if len(candidates) > 1:
        labels = {tuple(map(plain, heads[sheet.name].labels)) for sheet in candidates}
        choices = [Choice(s.name, f"{s.name} ({_rows(s, heads)})") for s in candidates[:7]]
        if len(labels) == 1:
            choices.append(Choice(ALL, _("All of them together")))
        answer = asker.ask("sheet", _("Which sheet is to be read?"), choices)
        if answer:
            chosen = [sheet for sheet in candidates if answer in {ALL, sheet.name}]
    _say_sheets(book, chosen, asker)
    return chosen


def _rows(sheet: SheetOfFile, heads: dict[str, Head]) -> str:
    number = len(sheet.lines) - heads[sheet.name].last - 1
    return ngettext("%(number)s row", "%(number)s rows", number) % {"number": f"{number:,}"}


def _say_sheets(book: Workbook, chosen: Sequence[SheetOfFile], asker: Asker) -> None:
    if len(book.sheets) > 1 and chosen:
        asker.say(
            _("Sheet that is read: %(names)s.")
            % {"names": in_a_row([sheet.name for sheet in chosen])}
        )
    names = {sheet.name for sheet in chosen}
    rest = [s.name for s in book.sheets if s.name not in names and s.lines and not s.is_hidden]
    hidden = [s.name for s in book.sheets if s.lines and s.is_hidden]
    if rest:
        asker.say(
            _("Sheets that are not read: %(names)s.") % {"names": in_a_row(rest)}, is_loss=True
        )
    if hidden:
        asker.say(
            _("Hidden sheets that are not read: %(names)s.") % {"names": in_a_row(hidden)},
            is_loss=True,
        )


def _read_sheet(
    sheet: SheetOfFile, head: Head, table: Table, asker: Asker, *, is_one: bool
) -> None:
    _ask_header(sheet, head, asker)
    above = [cell for _n, cells in sheet.lines[: head.first] for cell in cells if cell]
    if above:
        table.title = " ".join(above)
        asker.say(
            _("Above the header and not read: %(text)s")
            % {"text": _shortened(" · ".join(dict.fromkeys(above)))}
        )
    hidden = set(sheet.hidden_rows) & {n for n, _cells in sheet.lines[head.last + 1 :]}
    is_left = bool(hidden) and _ask_hidden(sheet, hidden, asker) != READ
    width = len(head.labels)
    for number, cells in sheet.lines[head.last + 1 :]:
        if is_left and number in hidden:
            continue
        row = [clean(cell) for cell in cells]
        line = TableLine(
            "" if is_one and not sheet.name else sheet.name,
            number,
            [*row, *[""] * (width - len(row))][:width],
            formulas=sheet.formulas.get(number, ()),
        )
        if any(row[width:]):
            line.beyond = cell_name(number, width)
        table.lines.append(line)
    _fill_merged(sheet, table, asker)
    if sheet.hidden_columns:
        names = [column_name(at) for at in sheet.hidden_columns if at < width and head.labels[at]]
        if names:
            asker.say(_("Hidden columns are read too: %(names)s.") % {"names": in_a_row(names)})


def _ask_header(sheet: SheetOfFile, head: Head, asker: Asker) -> None:
    number = sheet.lines[head.last][0]
    if head.score > 1 or head.is_whole:
        asker.say(_("Row %(row)s names the columns.") % {"row": number})
        return
    asker.ask(
        f"header:{sheet.name}",
        _("Which row names the columns?"),
        [
            Choice(
                str(row),
                _("Row %(row)s: %(text)s")
                % {"row": row, "text": _shortened(" · ".join(filter(None, cells)))},
                is_likely=row == number,
            )
            for row, cells in sheet.lines[:6]
        ],
    )


def _ask_hidden(sheet: SheetOfFile, hidden: set[int], asker: Asker) -> str:
    return asker.ask(
        f"hidden:{sheet.name}",
        ngettext(
            "%(number)s row is hidden in the sheet: read it?",
            "%(number)s rows are hidden in the sheet: read them?",
            len(hidden),
        )
        % {"number": len(hidden)},
        [Choice(READ, _("Read hidden rows too")), Choice(LEAVE, _("Leave hidden rows out"))],
        detail=_("Rows %(rows)s") % {"rows": in_a_row([str(n) for n in sorted(hidden)[:10]])},
    )


def _fill_merged(sheet: SheetOfFile, table: Table, asker: Asker) -> None:
    lines = {line.number: line for line in table.lines if line.sheet in {sheet.name, ""}}
    filled = []
    for top, left, bottom, right in sheet.merged:
        first = lines.get(top)
        if first is None or left >= len(first.cells) or not first.cells[left]:
            continue
        ref = f"{cell_name(top, left)}:{cell_name(bottom, right)}"
        for number in range(top, bottom + 1):
            line = lines.get(number)
            if line is None:
                continue
            for column in range(left, min(right + 1, len(line.cells))):
                line.merged[column] = ref
            line.cells[left] = first.cells[left]
        if bottom > top:
            filled.append(ref)
    if filled:
        asker.say(
            _("Merged cells hold for each of their rows: %(ranges)s.")
            % {"ranges": in_a_row(filled[:6])}
        )


def _shortened(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
