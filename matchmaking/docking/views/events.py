"""Public pages of docking days: the list, one of them, its QR code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from matchmaking.core.links import absolute
from matchmaking.docking import queries, rules
from matchmaking.docking.models import DockingEvent
from matchmaking.docking.presentation import days, warnings
from matchmaking.docking.presentation.registrations import own_registration
from matchmaking.docking.qr import qr_svg

if TYPE_CHECKING:
    import uuid

    from django.http import HttpRequest


@require_safe
def event_list(request: HttpRequest) -> HttpResponse:
    coming, over = queries.coming_first(DockingEvent.objects.visible_to(request.user))
    context = {"coming": _rows(coming), "over": _rows(over)}
    return render(request, "docking/event_list.html", context)


def _rows(events: list[Any]) -> list[dict[str, Any]]:
    return [
        {"event": row, "days": days.days_of(row.begins, row.ends), "tone": days.tone_of(row)}
        for row in events
    ]


@require_safe
def event_detail(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Show a docking day: when and where, how far it has come, and its plan."""
    event = visible_event(request, code)
    plans = days.plans_of(queries.slots_of(event))
    is_desk = rules.can_run_events(request.user)
    company = getattr(request, "company", None)
    context = {
        "event": event,
        "tone": days.tone_of(event),
        "plans": plans,
        "steps": days.steps_of(event),
        "halls": queries.halls_of(event),
        "walks": queries.walks_of(event),
        "is_desk": is_desk,
        "company": company,
        "own": own_registration(event, company) if company else None,
        "warnings": warnings.warnings_of(event, timezone.now()) if is_desk else [],
    }
    return render(request, "docking/event_detail.html", context)


@require_safe
def event_qr(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Hand out the code that leads to the event's page, for posters and invitations."""
    event = visible_event(request, code)
    url = absolute(reverse("docking:event-detail", args=[event.code]))
    return HttpResponse(qr_svg(url), content_type="image/svg+xml")


def visible_event(request: HttpRequest, code: uuid.UUID) -> DockingEvent:
    """Return the event if the person may see it; else 404."""
    rows = queries.with_days(DockingEvent.objects.visible_to(request.user)).in_full()
    return get_object_or_404(rows, code=code)
