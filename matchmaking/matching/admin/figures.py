"""The officers' page of statistics, and its sheets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from matchmaking.core.formatting import percent
from matchmaking.core.sheets import Cell, Sheet
from matchmaking.core.workbench import exports
from matchmaking.core.workbench.tables import NOTHING
from matchmaking.matching import rules, statistics

if TYPE_CHECKING:
    from matchmaking.core.workbench.base import WorkbenchAdmin
    from matchmaking.matching.statistics import FigureGroup, MatchFigures, Report

NAME = "matching_match_statistics"
SILENT = "silent"  # the filter of the list of matches that this page leads to
USUAL = 90
ALL = "all"
SHOWN_SILENT = 50
TENTH = 0.1
HOUR = dt.timedelta(hours=1)
TWO_DAYS = dt.timedelta(days=2)


def show(site: WorkbenchAdmin, request: HttpRequest) -> HttpResponse:
    """Show the figures of the period that the address names."""
    report = _report(request)
    _days, periods = chosen_period(request, reverse(f"admin:{NAME}"))
    chosen = str(report.days or ALL)
    export = reverse(f"admin:{NAME}_export")
    context = {
        **site.admin_site.each_context(request),
        "title": _("Match statistics"),
        "opts": site.opts,
        "report": report,
        "steps": steps_of(report.total),
        "first_answer": span(report.total.first_answer),
        "reply": span(report.total.reply),
        "periods": periods,
        "exports": [
            {"label": kind.upper(), "url": f"{export}?days={chosen}&format={kind}"}
            for kind in ("xlsx", "csv")
        ],
        "families": [
            [_line(part) | {"is_family": bool(part.parts)}]
            + [_line(row) | {"is_part": True} for row in part.parts]
            for part in report.families
        ],
        "clusters": [[_line(part)] for part in report.clusters],
        "total": {"name": _("Total")} | _shares(report.total),
        "declined": {
            side: sum(getattr(row, side) for row in report.declines)
            for side in ("by_brand", "by_factory", "total")
        },
        "silent": report.silent[:SHOWN_SILENT],
        "silent_more": max(0, len(report.silent) - SHOWN_SILENT),
        "silent_url": reverse("admin:matching_match_changelist") + f"?{SILENT}=",
        "can_act": rules.can_act_on_matches(request.user),
    }
    return TemplateResponse(request, "admin/matching/statistics.html", context)


def export(site: WorkbenchAdmin, request: HttpRequest) -> HttpResponse:
    """Hand out all figures as a workbook of several sheets, or as one CSV file of all."""
    del site
    sheets = list(sheets_of(_report(request)))
    if request.GET.get("format") == "csv":
        header = [_("table"), _("line"), _("figure"), _("value")]
        return exports.csv_answer(header, list(_flat(sheets)), name="matches", by=request.user)
    return exports.xlsx_answer(sheets, name="matches", by=request.user)


def _report(request: HttpRequest) -> Report:
    if not rules.sees_all_matches(request.user):
        raise PermissionDenied
    return statistics.report(days=_asked_days(request), at=timezone.now())


def _asked_days(request: HttpRequest) -> int | None:
    asked = request.GET.get("days", str(USUAL))
    return {**{str(days): days for days in statistics.PERIODS}, ALL: None}.get(asked, USUAL)


def chosen_period(request: HttpRequest, here: str) -> tuple[int | None, list[dict[str, Any]]]:
    """Return the days that the address names, None for ever, and the tabs of all periods."""
    days = _asked_days(request)
    chosen = str(days or ALL)
    tabs = [
        {"label": label, "url": f"{here}?days={period}", "is_here": period == chosen}
        for period, label in _periods()
    ]
    return days, tabs


def _periods() -> Iterator[tuple[str, str]]:
    for days in statistics.PERIODS:
        label = ngettext("last %(count)s day", "last %(count)s days", days) % {"count": days}
        yield str(days), label
    yield ALL, _("all time")


def steps_of(figures: MatchFigures) -> list[dict[str, Any]]:
    """Return the steps from the proposal to the conversation, each against all and the last."""
    labels = (_("Proposed"), _("Seen"), _("Answered"), _("Both interested"))
    found = []
    before = figures.proposed
    for label, count in zip(labels, figures.steps, strict=True):
        found.append(
            {
                "label": label,
                "count": count,
                "share": rate(figures.share(count)) or NOTHING,
                "of_before": rate(count / before) if before else NOTHING,
            }
        )
        before = count
    return found


def _line(part: FigureGroup) -> dict[str, Any]:
    name = part.name.name if part.name else _("not stated")
    return {"name": name} | _shares(part.figures)


def _shares(figures: MatchFigures) -> dict[str, Any]:
    return {
        "figures": figures,
        "seen": rate(figures.share(figures.seen)),
        "answered": rate(figures.share(figures.answered)),
        "mutual": rate(figures.share(figures.mutual)),
        "first_answer": span(figures.first_answer),
    }


def rate(share: float | None) -> str:
    if share is None or not 0 < share < TENTH:
        return percent(share)
    return f"{share:.1%}"


def span(wait: dt.timedelta | None) -> str:
    """Return a wait by the unit in which people count it, a dash for none."""
    if wait is None:
        return NOTHING
    if wait < HOUR:
        return _("%(count)s min") % {"count": round(wait.total_seconds() / 60)}
    if wait < TWO_DAYS:
        return _("%(count)s h") % {"count": localize(round(wait / HOUR, 1))}
    return _("%(count)s days") % {"count": localize(round(wait / dt.timedelta(days=1), 1))}


def hours(wait: dt.timedelta | None) -> float | None:
    return None if wait is None else round(wait / HOUR, 2)


def _headers() -> list[str]:
    return [
        _("Proposed"),
        _("Seen"),
        _("Answered"),
        _("Both interested"),
        _("median until the first answer, hours"),
        _("median until the other side's, hours"),
    ]


def _cells(figures: MatchFigures) -> list[Cell]:
    return [*figures.steps, hours(figures.first_answer), hours(figures.reply)]


def sheets_of(report: Report) -> Iterator[Sheet]:
    """Yield every table of the page, the companies in full length."""
    yield Sheet(_("all matches"), [_("period"), *_headers()], [_total(report)])
    yield Sheet(_("categories"), [_("category"), *_headers()], list(_category_rows(report)))
    clusters: list[list[Cell]] = [
        [_line(part)["name"], *_cells(part.figures)] for part in report.clusters
    ]
    yield Sheet(_("clusters"), [_("cluster of the factory"), *_headers()], clusters)
    states: list[list[Cell]] = [[str(state.label), count] for state, count in report.states]
    yield Sheet(_("states"), [_("state"), _("matches")], states)
    declines: list[list[Cell]] = [
        [str(row.reason.label), row.by_brand, row.by_factory, row.total] for row in report.declines
    ]
    header = [_("reason"), _("by brands"), _("by factories"), _("Total")]
    yield Sheet(_("declines"), header, declines)
    silent: list[list[Cell]] = [
        [row.company.name, row.left, row.waiting, timezone.localtime(row.since)]
        for row in report.silent
    ]
    header = [_("company"), _("left without an answer"), _("still waiting"), _("oldest proposal")]
    yield Sheet(_("never answer"), header, silent)


def _total(report: Report) -> list[Cell]:
    labels = dict(_periods())
    return [labels[str(report.days or ALL)], *_cells(report.total)]


def _category_rows(report: Report) -> Iterator[list[Cell]]:
    for family in report.families:
        name = _line(family)["name"]
        if not family.parts:
            yield [name, *_cells(family.figures)]
        for part in family.parts:
            yield [f"{name} / {_line(part)['name']}", *_cells(part.figures)]


def _flat(sheets: Sequence[Sheet]) -> Iterator[list[Cell]]:
    """Yield one line for each figure: which table, which line, which figure, its value."""
    for sheet in sheets:
        for row in sheet.rows:
            for label, cell in zip(sheet.header[1:], row[1:], strict=True):
                yield [sheet.name, row[0], label, cell]
