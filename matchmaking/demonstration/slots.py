"""Lines on top of every page: how far the demonstration data are, and that they are made up."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from matchmaking.core.models import Job
from matchmaking.core.slots import Slot
from matchmaking.demonstration.progress import arriving
from matchmaking.demonstration.services.companies import is_filled


def progress(_request: HttpRequest) -> dict[str, Job] | None:
    job = arriving() if settings.DEVELOPMENT else None
    return {"job": job} if job else None


def banner(_request: HttpRequest) -> dict[str, Any] | None:
    """Return nothing to say where no company of the demonstration is.

    Production neither makes them nor asks: `manage.py demo` refuses there.
    """
    return {} if settings.DEVELOPMENT and is_filled() else None


BANNER = Slot(place="page.top", template="demonstration/banner.html", context=banner, order=40)
PROGRESS = Slot(place="page.top", template="demonstration/progress.html", context=progress)
