"""The landing page of the workbench: queues, panels, and the market's totals."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static

from matchmaking.core import dashboard_registry
from matchmaking.core.workbench import queues


def fill(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add the reader's queues, panels and the public totals (unfold's DASHBOARD_CALLBACK).

    Staff without any right see nothing of it.
    """
    standings = queues.statuses(request)
    panels = queues.panels(request)
    context.update(
        standings=standings,
        panels=panels,
        totals=dashboard_registry.totals() if standings or panels else [],
    )
    return context


def favicon(request: HttpRequest) -> str:
    del request
    return static("img/favicon.svg")


def stylesheet(request: HttpRequest) -> str:
    del request
    return static("css/workbench.css")


def script(request: HttpRequest) -> str:
    del request
    return static("js/workbench.js")
