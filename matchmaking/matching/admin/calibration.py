"""The officers' page that holds the score's factors against what companies answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from matchmaking.core.formatting import percent
from matchmaking.core.workbench.tables import NOTHING
from matchmaking.matching import calibration, rules
from matchmaking.matching.admin import figures

if TYPE_CHECKING:
    from matchmaking.core.workbench.base import WorkbenchAdmin

NAME = "matching_match_calibration"
FEW = 20  # answers: below that a share says little


def show(site: WorkbenchAdmin, request: HttpRequest) -> HttpResponse:
    """Show each factor's bands for the period that the address names."""
    if not rules.sees_all_matches(request.user):
        raise PermissionDenied
    days, periods = figures.chosen_period(request, reverse(f"admin:{NAME}"))
    records = calibration.calibrate(days=days, at=timezone.now())
    context = {
        **site.admin_site.each_context(request),
        "title": _("Calibration of the score"),
        "opts": site.opts,
        "periods": periods,
        "answers": records[0].answers if records else 0,
        "few": FEW,
        "factors": [_factor(record) for record in records],
        "statistics_url": reverse(f"admin:{figures.NAME}"),
    }
    return TemplateResponse(request, "admin/matching/calibration.html", context)


def _factor(record: calibration.FactorRecord) -> dict[str, Any]:
    return {
        "label": record.label,
        "of_interest": percent(record.mean_of_interest),
        "of_declines": percent(record.mean_of_declines),
        "bands": [
            {
                "label": _label(place),
                "band": band,
                "share": percent(band.share) or NOTHING,
                "is_few": band.answers < FEW,
                "reasons": " · ".join(f"{reason.label} {count}" for reason, count in band.by_reason)
                or NOTHING,
            }
            for place, band in enumerate(record.bands)
        ],
        "total": record.answers,
        "interested": sum(band.interested for band in record.bands),
        "declined": sum(band.declined for band in record.bands),
    }


def _label(place: int) -> str:
    if place == calibration.UNSAID:
        return _("not said")
    step = 100 // calibration.BANDS
    return f"{place * step}–{(place + 1) * step} %"
