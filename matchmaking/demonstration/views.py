"""The line that tells how far the demonstration data are."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from matchmaking.demonstration.progress import arriving


@require_safe
def progress(request: HttpRequest) -> HttpResponse:
    """Show the line anew; once all is there, offer to load the page around it again.

    :raises Http404: outside of development
    """
    if not settings.DEVELOPMENT:
        raise Http404
    return render(request, "demonstration/progress.html", {"job": arriving()})
