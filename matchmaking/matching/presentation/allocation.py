"""An order laid into the free weeks of an offer: how it would fill them, in words too."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from matchmaking.core.formatting import grouped, pairs, weeks_in_words
from matchmaking.core.text import join_sentences

if TYPE_CHECKING:
    from collections.abc import Sequence

WEEKS_BEFORE = 3  # shown before the order's first week, so that a phone shows where it lies


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """Pairs of the order and free pairs per week from ``start`` on, and where that ends."""

    start: dt.date
    free: tuple[int, ...]
    rows: tuple[int, ...]
    asked: int
    first: dt.date | None
    last: dt.date | None
    due: dt.date

    @property
    def allocated(self) -> int:
        return sum(self.rows)

    @property
    def sentence(self) -> str:
        if self.first is None or self.last is None:
            return _("No free week lies within the order's weeks.")
        count = sum(1 for row in self.rows if row)
        values = {
            "pairs": pairs(self.asked),
            "laid": grouped(self.allocated),
            "count": count,
            "weeks": weeks_in_words(self.first, self.last),
        }
        if self.allocated < self.asked:
            return (
                _("%(laid)s of %(pairs)s find room; the rest needs another factory or more time.")
                % values
            )
        said = _("%(pairs)s fit into %(count)s free weeks, %(weeks)s.")
        if count == 1:
            said = _("%(pairs)s fit into 1 free week, %(weeks)s.")
        return join_sentences(said % values, _spare((self.due - self.last).days // 7))


def allocate(
    *, free: Sequence[int], anchor: dt.date, asked: int, first: dt.date, due: dt.date
) -> Allocation:
    """Take free pairs week by week, from the first week that counts, until the order is full."""
    left, rows, taken = asked, [], []
    for index, number in enumerate(free):
        monday = anchor + dt.timedelta(weeks=index)
        part = min(number, left) if first <= monday <= due else 0
        left -= part
        rows.append(part)
        if part:
            taken.append(monday)
    begin = min(max((first - anchor).days // 7 - WEEKS_BEFORE, 0), len(rows))
    return Allocation(
        start=anchor + dt.timedelta(weeks=begin),
        free=tuple(free[begin:]),
        rows=tuple(rows[begin:]),
        asked=asked,
        first=taken[0] if taken else None,
        last=taken[-1] if taken else None,
        due=due,
    )


def _spare(count: int) -> str:
    if count <= 0:
        return _("The last one is the due week itself.")
    return ngettext(
        "That leaves %(count)s week until it is due.",
        "That leaves %(count)s weeks until it is due.",
        count,
    ) % {"count": count}
