"""Read one cell of terms of the trade: by code, by name, or by what people say; else ask which is meant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from matchmaking.core.parsing.outcomes import Read
from matchmaking.imports import cells
from matchmaking.imports.labels import plain
from matchmaking.imports.questions import Choice
from matchmaking.listings.free_text.vocabulary import Kind


def term(kind: Kind) -> cells.Reader:
    """Return a reader of one term, by code, by name, or by what the trade says."""

    def read(cell: str, context: cells.CellContext) -> Any:
        outcome = context.vocabulary.terms.index.read(cell, kind)
        if outcome is None:
            raise cells.WrongCell(cells.unknown(cell, context))
        if isinstance(outcome, Read):
            return context.vocabulary.row(kind, outcome.value)
        codes = [str(one.value) for one in outcome.readings]
        return _which_term(cell, codes, kind, context)

    return read


def term_list(kind: Kind) -> cells.Reader:
    """Return a reader of several terms, separated by semicolons, commas, 、, / or blanks."""

    def read(cell: str, context: cells.CellContext) -> list[Any]:
        found = context.vocabulary.terms.index.read_all(cell, kind)
        if found.unknown:
            raise cells.WrongCell(cells.unknown(found.unknown[0], context))
        rows = [context.vocabulary.row(kind, code) for code in found.codes]
        rows += [_which_term(word, codes, kind, context) for word, codes in found.asked]
        return list(dict.fromkeys(rows))

    return read


def _which_term(word: str, codes: Sequence[str], kind: Kind, context: cells.CellContext) -> Any:
    rows = {code: context.vocabulary.row(kind, code) for code in codes}
    return cells.answered(
        f"term:{kind}:{plain(word)}",
        _("%(column)s: which one is “%(word)s”?")
        % {"column": context.column_label, "word": cells.short(word)},
        [Choice(code, str(row)) for code, row in rows.items()],
        rows,
        context,
    )
