"""The line on top of every page that tells how far the demonstration data are."""

from django.conf import settings
from django.http import HttpRequest

from matchmaking.core.models import Job
from matchmaking.core.slots import Slot
from matchmaking.demonstration.progress import arriving


def progress(_request: HttpRequest) -> dict[str, Job] | None:
    job = arriving() if settings.DEVELOPMENT else None
    return {"job": job} if job else None


PROGRESS = Slot(place="page.top", template="demonstration/progress.html", context=progress)
