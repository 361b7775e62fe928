"""Tables of a board as everybody may read them: on its page, in its sheets, in the API."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from matchmaking.deals import events, results
from matchmaking.deals.results import Stage

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from accounts.models import Cluster
    from matchmaking.deals.models import IntentionQuerySet, ResultsBoard
    from matchmaking.deals.results import Results, Stages, Totals

K = TypeVar("K", bound=Hashable)
DAYS_AFTER = (30, 90, 180)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: its name, and the sums of each stage in their order."""

    name: str
    stages: list[Totals]

    @property
    def named(self) -> list[tuple[str, Totals]]:
        return list(zip(stage_names(), self.stages, strict=True))


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a board; the total is the whole, and its rows add up to it."""

    title: str
    rows: list[Row]
    total: Row


def stage_names() -> list[str]:
    return [_("Announced"), _("Confirmed by both"), _("Contracted"), _("Delivered")]


def tables_of(found: Results) -> list[Table]:
    """Return the tables of a board; one by docking event only where there are events."""
    total = row_of(_("All"), found.whole)
    tables = [
        Table(_("By cluster"), _rows(found.by_clusters, _pair_name), total),
        Table(_("By kind of shoe"), _rows(found.by_family, _name), total),
        Table(_("By month"), _rows(found.by_month, _month), total),
    ]
    if any(found.by_event):
        titles = events.titles()
        names = {code: titles.get(code, _("Another event")) for code in found.by_event if code}
        rows = _rows(found.by_event, lambda code: names[code] if code else _("Outside events"))
        tables.append(Table(_("By docking event"), rows, total))
    return tables


def _month(first: dt.date) -> str:
    return date_format(first, "YEAR_MONTH_FORMAT")


def _rows(table: Mapping[K, Stages], name: Callable[[K], str]) -> list[Row]:
    """Return the rows that may be published, the largest first, and the others as one."""
    alone, rest = results.published_rows(table)
    rows = [row_of(name(key), stages) for key, stages in alone.items()]
    rows.sort(key=lambda row: (-row.stages[0].yuan, row.name))
    return [*rows, row_of(_("All others"), rest)] if rest and rows else rows


def row_of(name: str, stages: Stages) -> Row:
    return Row(name, [stages[stage] for stage in Stage])


def _pair_name(clusters: tuple[Cluster | None, Cluster | None]) -> str:
    return _("%(brand)s brands and %(factory)s factories") % {
        "brand": _name(clusters[0]),
        "factory": _name(clusters[1]),
    }


def _name(thing: Any) -> str:
    return str(thing) if thing is not None else _("Not said")


def board_as_data(board: ResultsBoard, rows: IntentionQuerySet) -> dict[str, Any]:
    """Return the board with its sums, tables and deliveries, as the API tells them."""
    found = results.count(rows)
    return {
        "code": board.code,
        "title_zh": board.title_zh,
        "title_en": board.title_en,
        "since": board.since,
        "until": board.until,
        "event": board.event,
        "stages": _stages_as_data(row_of("", found.whole)),
        "tables": [
            {
                "title": table.title,
                "rows": [{"name": row.name, "stages": _stages_as_data(row)} for row in table.rows],
            }
            for table in tables_of(found)
        ],
        "delivered_within": [
            dict(zip(("days", "pairs", "yuan"), (days, *sums), strict=True))
            for days, sums in afterwards(rows)
        ],
    }


def afterwards(rows: IntentionQuerySet) -> list[tuple[int, tuple[int, Any]]]:
    return [(days, results.delivered_within(rows, days)) for days in DAYS_AFTER]


def _stages_as_data(row: Row) -> list[dict[str, Any]]:
    return [
        {
            "stage": stage.value,
            "firms": sums.firms,
            "intentions": sums.intentions,
            "pairs": sums.pairs,
            "yuan": sums.yuan,
        }
        for stage, sums in zip(Stage, row.stages, strict=True)
    ]
