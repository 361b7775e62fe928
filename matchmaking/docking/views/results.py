"""The results of a docking day: live on a screen, and as a text for the press."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from matchmaking.core import polling
from matchmaking.deals.results import Stage
from matchmaking.docking import queries, results, rules
from matchmaking.docking.presentation import days
from matchmaking.docking.states import EventPhase
from matchmaking.docking.views.events import visible_event

if TYPE_CHECKING:
    import uuid

    from django.http import HttpRequest, HttpResponse

READ_PHASES = (EventPhase.RUNNING, EventPhase.CLOSED)


@require_safe
def event_results(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Show what the day has come to; for everybody once no single firm can be read from it."""
    event = visible_event(request, code)
    if event.phase not in READ_PHASES:
        raise Http404
    found = results.results_of(event)
    confirmed = found.whole[Stage.CONFIRMED]
    is_desk = rules.can_run_events(request.user)
    hides = all(one.hides_everybody for one in found.whole.values())
    if not (is_desk or hides):
        raise Http404
    figures = results.figures_of(event)
    shown = polling.fingerprint(
        [confirmed.firms, confirmed.intentions, confirmed.pairs, confirmed.yuan, figures]
    )
    if polling.is_shown(request, shown):
        return polling.nothing_new()
    slots = list(queries.slots_of(event))
    context = {
        "event": event,
        "figures": figures,
        "confirmed": confirmed,
        "announced": found.whole[Stage.ANNOUNCED],
        "is_large": request.GET.get("screen") == "large",
        "is_officers_alone": not hides,
        "is_desk": is_desk,
        "days": days.days_of(slots[0].starts_at, slots[-1].ends_at) if slots else "",
        "shown": shown,
    }
    return render(request, "docking/event_results.html", context)
